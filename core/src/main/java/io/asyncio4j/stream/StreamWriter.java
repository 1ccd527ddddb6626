package io.asyncio4j.stream;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.WriteTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Writes outgoing bytes. {@code write} never waits; {@link #drain()} does, so that a slow receiver
 * slows down the sender instead of filling the memory.
 *
 * <pre>{@code
 * writer.write(data);
 * writer.drain();
 * }</pre>
 *
 * <p>Call all methods from callbacks and tasks of the loop.
 */
public final class StreamWriter implements AutoCloseable {
    private final EventLoop loop;
    private WriteTransport transport;
    private final List<Future<@Nullable Void>> waiters = new ArrayList<>(1);
    private boolean paused;
    private boolean lost;
    private @Nullable Exception cause;

    /** Creates a writer. For protocols, which forward the calls of their transport to it. */
    public StreamWriter(EventLoop loop, WriteTransport transport) {
        this.loop = Objects.requireNonNull(loop, "loop");
        this.transport = Objects.requireNonNull(transport, "transport");
    }

    // For tasks

    /** Sends {@code data}; a no-op after the connection was lost or closed. */
    public void write(byte[] data) {
        transport.write(data);
    }

    /** As {@link #write(byte[])}, for the remaining bytes of a buffer. */
    public void write(ByteBuffer data) {
        transport.write(data);
    }

    /** As {@link #write(byte[])}, for several buffers with as few system calls as for one. */
    public void writeLines(Iterable<ByteBuffer> parts) {
        transport.writeLines(parts);
    }

    /** Sends {@code text} as UTF-8. */
    public void write(String text) {
        transport.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Waits until the write buffer is drained to its low-water mark, if it was above its high-water
     * mark; otherwise returns immediately.
     *
     * @throws IOException if the connection was lost, or is lost during the wait
     */
    public void drain() throws IOException {
        if (!lost && transport.isClosing()) {
            // The caller may write and drain in a loop: lets the event loop report the loss.
            Future<@Nullable Void> turn = loop.createFuture();
            loop.callSoon(() -> {
                if (!turn.isDone()) {
                    turn.setResult(null);
                }
            });
            turn.await();
        }
        throwIfLost();
        while (paused) {
            awaitWakeUp();
            throwIfLost();
        }
    }

    /**
     * Ends the output once everything written has been sent: the receiver reads the end of the
     * stream.
     */
    public void writeEof() {
        transport.writeEof();
    }

    /** Returns whether {@link #writeEof} is supported. */
    public boolean canWriteEof() {
        return transport.canWriteEof();
    }

    /**
     * Closes the connection once everything written has been sent; {@link #waitClosed} waits for
     * that.
     */
    @Override
    public void close() {
        transport.close();
    }

    /** Returns whether the connection is closed or closing. */
    public boolean isClosing() {
        return transport.isClosing();
    }

    /**
     * Waits until the connection is closed.
     *
     * @throws IOException if the connection was lost before it was closed
     */
    public void waitClosed() throws IOException {
        while (!lost) {
            awaitWakeUp();
        }
        if (cause != null) {
            throwIfLost();
        }
    }

    /** Returns the transport. */
    public WriteTransport transport() {
        return transport;
    }

    // For protocols

    /** Replaces the transport, for example with one that encrypts and writes to the former one. */
    public void setTransport(WriteTransport newTransport) {
        transport = Objects.requireNonNull(newTransport, "newTransport");
    }

    /** Makes {@link #drain} wait. */
    public void pauseWriting() {
        paused = true;
    }

    /** Ends the wait of {@link #drain}. */
    public void resumeWriting() {
        paused = false;
        wakeUp();
    }

    /**
     * Makes {@link #drain} fail.
     *
     * @param why the failure; null after an orderly end
     */
    public void connectionLost(@Nullable Exception why) {
        lost = true;
        cause = why;
        wakeUp();
    }

    private void awaitWakeUp() {
        Future<@Nullable Void> waiter = loop.createFuture();
        waiters.add(waiter);
        try {
            waiter.await();
        } finally {
            waiters.remove(waiter);
        }
    }

    private void wakeUp() {
        for (Future<@Nullable Void> waiter : waiters) {
            if (!waiter.isDone()) {
                waiter.setResult(null);
            }
        }
    }

    private void throwIfLost() throws IOException {
        if (lost) {
            throw cause == null
                    ? new IOException("The connection is closed; nothing more can be sent")
                    : new IOException("The connection was lost: " + cause.getMessage(), cause);
        }
    }

    @Override
    public String toString() {
        return "<StreamWriter " + transport + (lost ? " lost" : paused ? " paused" : "") + ">";
    }
}
