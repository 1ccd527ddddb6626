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
     * Writes to {@code channel} until it would block, nothing is left, or {@code bound} bytes went.
     */
    void writeTo(ReadyChannel channel, long bound) throws IOException {
        long stop = Math.max(0, size - bound);
        while (size > stop) {
            ByteBuffer first = chunks.getFirst();
            int n = channel.write(first);
            if (n == ReadyChannel.WOULD_BLOCK) {
                return;
            }
            size -= n;
            if (!first.hasRemaining()) {
                chunks.removeFirst();
            }
        }
    }

    void clear() {
        chunks.clear();
        size = 0;
    }
}
