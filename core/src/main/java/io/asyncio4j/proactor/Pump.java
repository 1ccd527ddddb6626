package io.asyncio4j.proactor;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.Channel;
import java.nio.channels.CompletionHandler;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/**
 * Moves the bytes of one direction of a channel, outside of the loop: in a thread that waits, or by
 * the completions of a channel that has them.
 *
 * <pre>
 *   idle --next() says what--> moving --moved, failed--> idle
 *                                 \--told, for the loop to deliver--> Operation.completed
 * </pre>
 *
 * <p>What it shares with the loop is guarded by the port.
 */
abstract class Pump implements Runnable, CompletionHandler<Integer, ByteBuffer> {
    final NioProactor proactor;
    final Port port;
    private final @Nullable AsynchronousByteChannel asynchronous;

    /** Whether the thread was started; of an asynchronous channel, whether a move is under way. */
    private boolean busy;

    /** Whether the proactor has it in its queue. Guarded by that queue. */
    boolean queued;

    Pump(NioProactor proactor, Port port) {
        this.proactor = proactor;
        this.port = port;
        this.asynchronous =
                port.channel() instanceof AsynchronousByteChannel channel ? channel : null;
    }

    /** Returns the memory of the next move, or null if there is none to make now. */
    abstract @Nullable ByteBuffer next();

    /** Moves bytes between the memory and a channel that waits; returns -1 at the end. */
    abstract int move(Channel channel, ByteBuffer memory) throws IOException;

    /** Begins the same with a channel that calls this when it is done. */
    abstract void begin(AsynchronousByteChannel channel, ByteBuffer memory);

    /** Notes the result of a move: how many bytes, -1 at the end, or what was thrown. */
    abstract void moved(int n, @Nullable IOException failure);

    /** Completes operations, in a turn of the loop, while it polls. */
    abstract void deliver();

    /**
     * Returns whether an operation that is about to begin has been cancelled: while the loop waited
     * for the port, a task may have had a turn.
     */
    static boolean isOver(Operation operation) {
        return operation.cancelled || !operation.isInFlight();
    }

    /** Has the pump look for its next move; called when {@link #next} may have changed. */
    final void advance() {
        if (asynchronous != null) {
            advance(asynchronous);
            return;
        }
        synchronized (port) {
            if (busy) {
                port.notifyAll();
                return;
            }
            if (next() == null) {
                return;
            }
            busy = true;
        }
        try {
            proactor.execute(this);
        } catch (RejectedExecutionException e) {
            fail(new IOException("Cannot wait for " + port.channel() + ": " + e.getMessage(), e));
        }
    }

    private void advance(AsynchronousByteChannel channel) {
        ByteBuffer memory;
        synchronized (port) {
            if (busy || port.isClosed()) {
                return;
            }
            memory = next();
            if (memory == null) {
                return;
            }
            busy = true;
        }
        try {
            begin(channel, memory);
        } catch (RuntimeException e) { // such as ReadPendingException
            failed(e, memory);
        }
    }

    /** Moves in this thread until the port is closed or a move has failed. */
    @Override
    public final void run() {
        Channel channel = Objects.requireNonNull(port.channel());
        for (ByteBuffer memory; (memory = await()) != null; ) {
            if (!port.enter()) {
                return;
            }
            try {
                int n = move(channel, memory);
                if (n == 0) {
                    throw new IOException(
                            "The channel does not wait, it has moved 0 bytes: " + channel);
                }
                tell(n, null);
                if (n < 0) {
                    return;
                }
            } catch (IOException e) {
                tell(-1, e);
                return;
            } catch (RuntimeException e) { // such as NonReadableChannelException
                tell(-1, new IOException("Using " + channel + " failed", e));
                return;
            } finally {
                port.leave();
            }
        }
    }

    /** Waits for the next move; returns null if the port was closed. */
    private @Nullable ByteBuffer await() {
        boolean interrupted = false;
        try {
            synchronized (port) {
                while (!port.isClosed()) {
                    ByteBuffer memory = next();
                    if (memory != null) {
                        return memory;
                    }
                    try {
                        port.wait();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
                return null;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public final void completed(Integer n, ByteBuffer memory) {
        synchronized (port) {
            busy = false;
        }
        tell(n, null);
        if (n >= 0) {
            advance();
        }
    }

    @Override
    public final void failed(Throwable e, ByteBuffer memory) {
        fail(e instanceof IOException io ? io : new IOException(String.valueOf(e), e));
    }

    private void fail(IOException e) {
        synchronized (port) {
            busy = false;
        }
        tell(-1, e);
    }

    private void tell(int n, @Nullable IOException failure) {
        synchronized (port) {
            moved(n, failure);
        }
        proactor.post(this);
    }
}
