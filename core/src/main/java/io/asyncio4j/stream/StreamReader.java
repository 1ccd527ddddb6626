package io.asyncio4j.stream;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.ReadTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads incoming bytes in a task, as lines, blocks or until a separator.
 *
 * <p>One task reads at a time: a second one that would have to wait gets {@link
 * IllegalStateException}. A cancelled read consumes nothing. Call all methods from callbacks and
 * tasks of the loop.
 *
 * <p>Holds at most about three times the {@code limit}: the transport is paused above twice the
 * limit and resumed at the limit, so that the sender waits.
 */
public final class StreamReader {
    private static final byte[] NEWLINE = {'\n'};
    private static final byte[] NOTHING = {};

    private final EventLoop loop;
    private final int limit;
    private final ByteFifo buffer = new ByteFifo();
    private @Nullable ReadTransport transport;
    private @Nullable Future<@Nullable Void> waiter;
    private @Nullable Exception failure;
    private boolean eof;
    private boolean paused;
    private boolean holdingAll;
    // How many bytes the waiting task needs at once; the transport is not paused before they are
    // there.
    private int wanted;

    /**
     * Creates a reader, which a protocol feeds.
     *
     * @param limit the longest line, and half of the size above which reading is paused, in bytes
     */
    public StreamReader(EventLoop loop, int limit) {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit must be positive: " + limit);
        }
        this.loop = Objects.requireNonNull(loop, "loop");
        this.limit = limit;
    }

    // For tasks

    /**
     * Waits for a line and returns it as UTF-8 text without its end ({@code \n} or {@code \r\n});
     * the last line may lack it. Malformed bytes become U+FFFD.
     *
     * @return null at the end of the stream
     * @throws LimitOverrunException if the line is longer than the limit; it stays in the stream
     * @throws IOException if reading failed
     */
    public @Nullable String readLine() throws IOException {
        int length = awaitLine();
        if (length == 0) {
            return null;
        }
        byte[] line = take(length);
        int end = length;
        if (line[end - 1] == '\n') {
            end--;
            if (end > 0 && line[end - 1] == '\r') {
                end--;
            }
        }
        return new String(line, 0, end, StandardCharsets.UTF_8);
    }

    /**
     * Waits for a line and returns its bytes including the {@code \n}; the last line may lack it.
     *
     * @return null at the end of the stream
     * @throws LimitOverrunException if the line is longer than the limit; it stays in the stream
     * @throws IOException if reading failed
     */
    public byte @Nullable [] readLineBytes() throws IOException {
        int length = awaitLine();
        return length == 0 ? null : take(length);
    }

    /**
     * Waits for {@code separator} and returns the bytes up to and including it.
     *
     * @throws IncompleteReadException if the stream ended without the separator; the exception has
     *     the remaining bytes
     * @throws LimitOverrunException if more bytes than the limit arrived before the separator; they
     *     stay in the stream
     * @throws IOException if reading failed
     */
    public byte[] readUntil(byte[] separator) throws IOException {
        if (separator.length == 0) {
            throw new IllegalArgumentException(
                    "separator must not be empty; give at least one byte");
        }
        int length = awaitSeparator(separator.clone());
        if (length < 0) {
            throw new IncompleteReadException(take(buffer.size()), null);
        }
        return take(length);
    }

    /**
     * Waits until bytes are available, and returns at most {@code n} of them.
     *
     * @return the bytes; empty at the end of the stream, or if {@code n} is 0
     * @throws IOException if reading failed
     */
    public byte[] read(int n) throws IOException {
        requireNotNegative(n);
        throwFailure();
        if (n == 0) {
            return NOTHING;
        }
        while (buffer.size() == 0 && !eof) {
            awaitData("read", 1);
        }
        return take(Math.min(n, buffer.size()));
    }

    /**
     * Waits for {@code n} bytes, which may be more than the limit.
     *
     * @throws IncompleteReadException if the stream ended before; the exception has the remaining
     *     bytes
     * @throws IOException if reading failed
     */
    public byte[] readExactly(int n) throws IOException {
        requireNotNegative(n);
        throwFailure();
        while (buffer.size() < n) {
            if (eof) {
                throw new IncompleteReadException(take(buffer.size()), n);
            }
            awaitData("readExactly", n);
        }
        return take(n);
    }

    /**
     * Waits for the end of the stream and returns all bytes before it, whatever the limit.
     *
     * @throws IOException if reading failed
     */
    public byte[] readAll() throws IOException {
        throwFailure();
        while (!eof) {
            awaitData("readAll", Integer.MAX_VALUE);
        }
        return take(buffer.size());
    }

    /**
     * Returns, without waiting, the bytes that have arrived and have not been read; may be empty.
     */
    public byte[] readAvailable() {
        return take(buffer.size());
    }

    /** Returns whether the stream has ended and all bytes were read. */
    public boolean atEof() {
        return eof && buffer.size() == 0;
    }

    // For protocols

    /** Sets the transport to pause while too many bytes are held. */
    public void setTransport(ReadTransport newTransport) {
        transport = newTransport;
    }

    /**
     * Sets whether to hold all bytes that arrive, without pausing the transport, for a caller that
     * reads them at the end.
     */
    public void holdAll(boolean on) {
        holdingAll = on;
        if (on) {
            resume();
        }
    }

    /** Appends the remaining bytes of {@code data}, which are copied. */
    public void feedData(ByteBuffer data) {
        if (eof) {
            throw new IllegalStateException(
                    "feedData must not be called after feedEof; the stream has ended");
        }
        if (!data.hasRemaining()) {
            return;
        }
        buffer.add(data);
        if (buffer.size() >= wanted) {
            wakeUp();
        }
        if (!paused
                && !holdingAll
                && transport != null
                && buffer.size() > Math.max(2L * limit, wanted)) {
            paused = true;
            transport.pauseReading();
        }
    }

    /** Marks the end of the stream. */
    public void feedEof() {
        eof = true;
        wakeUp();
    }

    /** Makes each read throw {@code exception}, pending ones included. */
    public void setException(Exception exception) {
        failure = Objects.requireNonNull(exception, "exception");
        wakeUp();
    }

    /** Returns the exception set by {@link #setException}, or null. */
    public @Nullable Exception exception() {
        return failure;
    }

    // Inside

    /** Returns the length of the first line, with its end; 0 at the end of the stream. */
    private int awaitLine() throws IOException {
        int length = awaitSeparator(NEWLINE);
        if (length >= 0) {
            return length;
        }
        return buffer.size();
    }

    /**
     * Returns the length up to and including the separator, or -1 if the stream ends without it.
     */
    private int awaitSeparator(byte[] separator) throws IOException {
        throwFailure();
        int searched = 0;
        for (; ; ) {
            int at = buffer.indexOf(separator, searched);
            if (at >= 0) {
                if (at > limit) {
                    throw overrun("The separator is there, but comes after", at);
                }
                return at + separator.length;
            }
            // The first part of the separator may have arrived.
            searched = Math.max(0, buffer.size() - separator.length + 1);
            if (searched > limit) {
                throw overrun("There is no separator in the first", searched);
            }
            if (eof) {
                return -1;
            }
            awaitData("readUntil", 1);
        }
    }

    private LimitOverrunException overrun(String what, int consumed) {
        return new LimitOverrunException(
                what
                        + " "
                        + consumed
                        + " bytes, more than the limit of "
                        + limit
                        + "; use read, or a higher limit",
                consumed);
    }

    /** Suspends the task until more or {@code amount} has come, or the stream ended or failed. */
    private void awaitData(String method, int amount) throws IOException {
        if (waiter != null) {
            throw new IllegalStateException(
                    method + ": another task is already waiting for data of this stream");
        }
        // The task may need more bytes than the size at which reading was paused.
        resume();
        Future<@Nullable Void> future = loop.createFuture();
        waiter = future;
        wanted = amount;
        try {
            future.await();
        } finally {
            waiter = null;
            wanted = 0;
        }
        throwFailure();
    }

    private void wakeUp() {
        Future<@Nullable Void> future = waiter;
        if (future != null && !future.isDone()) {
            future.setResult(null);
        }
    }

    private byte[] take(int n) {
        byte[] taken = n == 0 ? NOTHING : buffer.take(n);
        if (buffer.size() <= limit) {
            resume();
        }
        return taken;
    }

    private void resume() {
        if (paused && transport != null) {
            paused = false;
            transport.resumeReading();
        }
    }

    private void throwFailure() throws IOException {
        Exception e = failure;
        if (e instanceof IOException io) {
            throw io;
        }
        if (e != null) {
            throw new IOException("Reading failed: " + e, e);
        }
    }

    private static void requireNotNegative(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("n must not be negative: " + n);
        }
    }

    @Override
    public String toString() {
        return "<StreamReader "
                + buffer.size()
                + " bytes"
                + (eof ? " eof" : "")
                + (paused ? " paused" : "")
                + (failure == null ? "" : " failed with " + failure)
                + ">";
    }
}
