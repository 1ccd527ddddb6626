package io.asyncio4j.proactor;

import java.nio.ByteBuffer;

/** A piece of a proactor's memory with what a {@link Read} has brought, lent until recycled. */
public interface Provided {

    /** Returns what was read: from position to limit, which are the caller's to move. */
    ByteBuffer bytes();

    /** Gives the memory back, for the next read; once. */
    void recycle();
}
