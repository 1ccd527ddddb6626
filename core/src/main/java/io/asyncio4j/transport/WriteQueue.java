package io.asyncio4j.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** Bytes that wait to be written, first in, first out, in chunks that small writes share. */
final class WriteQueue {
    private static final int CHUNK = 8 * 1024;

    private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>();
    // The bytes behind the limit of the last chunk, up to its capacity, are free.
    private long size;

    long size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Copies what remains of {@code data}. */
    void add(ByteBuffer data) {
        int length = data.remaining();
        size += length;
        ByteBuffer last = chunks.peekLast();
        if (last != null) {
            int fits = Math.min(length, last.capacity() - last.limit());
            int end = last.limit();
            last.limit(end + fits).put(end, data, data.position(), fits);
            data.position(data.position() + fits);
        }
        if (data.hasRemaining()) {
            ByteBuffer chunk = ByteBuffer.allocate(Math.max(CHUNK, data.remaining()));
            chunks.add(chunk.put(data).flip());
        }
    }

    /**
     * Writes to {@code channel} until it would block, nothing is left, or {@code bound} bytes went;
     * returns how many went.
     */
    int writeTo(ReadyChannel channel, int bound) throws IOException {
        int written = 0;
        while (size > 0 && written < bound) {
            ByteBuffer first = chunks.getFirst();
            int end = first.limit();
            first.limit(first.position() + Math.min(first.remaining(), bound - written));
            int n;
            try {
                n = channel.write(first);
            } finally {
                first.limit(end);
            }
            if (n == ReadyChannel.WOULD_BLOCK) {
                break;
            }
            written += n;
            size -= n;
            if (!first.hasRemaining()) {
                chunks.removeFirst();
            }
        }
        return written;
    }

    void clear() {
        chunks.clear();
        size = 0;
    }
}
