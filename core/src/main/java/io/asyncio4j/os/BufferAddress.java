package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;

/**
 * Remembers the address of the direct buffer that was used last. Asking for an address allocates
 * twice; who transfers through the same buffer again and again asks once. Confined to one thread at
 * a time.
 *
 * <p>The buffer is referred to weakly, so that its memory, perhaps a mapped file, is not kept for
 * as long as a descriptor is open.
 */
public final class BufferAddress {
    private @Nullable WeakReference<ByteBuffer> last;
    private long start;

    /** Creates one that remembers nothing yet. */
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
