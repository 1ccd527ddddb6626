package io.asyncio4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Bytes to be written, first in, first out. They are copied into one piece, so that many small
 * writes become one system call. {@code writev} would avoid the copy, but the kernel cannot read
 * heap memory in place.
 */
final class WriteQueue {
    private final Chunks memory;
    private final ArrayDeque<Chunk> chunks = new ArrayDeque<>();
    // In the last chunk, the bytes from its limit to its capacity are free.
    private long size;

    WriteQueue(Chunks memory) {
        this.memory = memory;
    }

    long size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Copies the remaining bytes of {@code data}, and consumes them. */
    void add(ByteBuffer data) {
        size += data.remaining();
        while (data.hasRemaining()) {
            Chunk last = chunks.peekLast();
            if (last == null || last.bytes.limit() == Chunks.SIZE) {
                last = memory.take();
                chunks.add(last);
            }
            int end = last.bytes.limit();
            int fits = Math.min(data.remaining(), Chunks.SIZE - end);
            last.bytes.limit(end + fits).put(end, data, data.position(), fits);
            data.position(data.position() + fits);
        }
    }

    /**
     * Writes to {@code channel} until it would block, nothing is left, or {@code bound} bytes were
     * written.
     *
     * @return how many bytes were written
     */
    int writeTo(ReadyChannel channel, int bound) throws IOException {
        int written = 0;
        while (size > 0 && written < bound) {
            Chunk first = chunks.getFirst();
            int n = first.writeTo(channel);
            if (n == ReadyChannel.WOULD_BLOCK) {
                break;
            }
            written += n;
            size -= n;
            if (!first.bytes.hasRemaining()) {
                memory.giveBack(chunks.removeFirst());
            }
        }
        return written;
    }

    void clear() {
        for (Chunk chunk; (chunk = chunks.poll()) != null; ) {
            memory.giveBack(chunk);
        }
        size = 0;
    }
}
