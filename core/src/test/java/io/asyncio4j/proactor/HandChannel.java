package io.asyncio4j.proactor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayDeque;

/** A channel that brings what a test gives, and blocks until then, as a stream does. */
final class HandChannel implements ReadableByteChannel {
    private final ArrayDeque<String> pieces = new ArrayDeque<>();
    private boolean ended;
    private @Nullable String failure;
    private boolean waiting;
    private boolean closed;
    private int reads;

    synchronized void give(String piece) {
        pieces.add(piece);
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized void fail(String message) {
        failure = message;
        notifyAll();
    }

    /** Returns how many reads have returned. */
    synchronized int reads() {
        return reads;
    }

    /** Waits until a thread waits here. */
    synchronized void awaitReader() {
        while (!waiting) {
            pause();
        }
    }

    synchronized void awaitClosed() {
        while (!closed) {
            pause();
        }
    }

    private void pause() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized int read(ByteBuffer target) throws IOException {
        while (pieces.isEmpty() && !ended && failure == null) {
            waiting = true;
            notifyAll();
            pause();
        }
        waiting = false;
        reads++;
        if (failure != null) {
            throw new IOException(failure);
        }
        String piece = pieces.poll();
        if (piece == null) {
            return -1;
        }
        byte[] bytes = piece.getBytes(UTF_8);
        target.put(bytes);
        return bytes.length;
    }

    @Override
    public synchronized boolean isOpen() {
        return !closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
