package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;

/**
 * Caches the address of the direct buffer that was used last. Looking an address up allocates
 * twice; repeated transfers through the same buffer look it up only once. Confined to one thread at
 * a time.
 *
 * <p>The buffer is referenced weakly, so that an open descriptor does not keep its memory, perhaps
 * a mapped file, alive.
 */
public final class BufferAddress {
    private @Nullable WeakReference<ByteBuffer> last;
    private long start;

    /** Creates an empty cache. */
    public BufferAddress() {}

    /** Returns the address of the byte at a direct buffer's position. */
    long of(ByteBuffer direct) {
        WeakReference<ByteBuffer> known = last;
        if (known == null || !known.refersTo(direct)) {
            start = NativeBuffer.addressOf(direct) - direct.position();
            last = new WeakReference<>(direct);
        }
        return start + direct.position();
    }
}
