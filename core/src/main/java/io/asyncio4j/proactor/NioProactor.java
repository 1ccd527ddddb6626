package io.asyncio4j.proactor;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeThreads;
import io.asyncio4j.os.WakeupState;
import java.util.ArrayDeque;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A proactor over channels, without native calls: what Windows gets. A thread of a {@link Pump}
 * waits in each channel, or the channel completes by itself.
 *
 * <pre>
 *   submit --> Pump: a thread reads, writes --post--> queue --poll--> Operation.completed
 * </pre>
 *
 * <p>The threads are no {@code AsynchronousChannelGroup}'s. A channel that completes by itself has
 * brought its group along, and a group has a thread and descriptors from the beginning, which a
 * loop without sockets has no use for.
 */
public final class NioProactor implements Proactor {
    private static final long IDLE_SECONDS = 2;

    private static final ThreadFactory THREADS =
            Thread.ofPlatform()
                    .name("asyncio-pump-", 0)
                    .daemon(true)
                    .inheritInheritableThreadLocals(false)
                    .factory();

    private final WakeupState wakeups = new WakeupState();
    private final OperationTable inFlight = new OperationTable();
    private final ArrayDeque<Operation> cancellations = new ArrayDeque<>();
    // Guarded by itself.
    private final ArrayDeque<Pump> posted = new ArrayDeque<>();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    0,
                    Integer.MAX_VALUE,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    THREADS);
    private volatile @Nullable Thread sleeper;
    private boolean closed;

    /** Opens the proactor. */
    public NioProactor() {}

    @Override
    public void submit(Operation operation) {
        requireOpen();
        if (operation.isInFlight()) {
            throw new IllegalStateException("In flight already: " + operation);
        }
        switch (operation) {
            case Read read -> {
                ReadPump pump = reader(read.port);
                begin(operation);
                pump.start(read);
            }
            case Write write -> {
                WritePump pump = writer(write.port);
                begin(operation);
                pump.start(write);
            }
            case Poll _, WaitChild _ ->
                    throw new UnsupportedOperationException(
                            "The portable proactor moves the bytes of channels only: " + operation);
        }
    }

    private void begin(Operation operation) {
        inFlight.add(operation);
        operation.begun = true;
    }

    private ReadPump reader(Port port) {
        port.requireReadable();
        synchronized (port) {
            ReadPump pump = port.reader;
            if (pump == null) {
                pump = new ReadPump(this, port);
                port.reader = pump;
            }
            return pump;
        }
    }

    private WritePump writer(Port port) {
        port.requireWritable();
        synchronized (port) {
            WritePump pump = port.writer;
            if (pump == null) {
                pump = new WritePump(this, port);
                port.writer = pump;
            }
            return pump;
        }
    }

    /** {@inheritDoc} It completes with the next {@link #poll}, also while its thread waits. */
    @Override
    public void cancel(Operation operation) {
        if (operation.isInFlight() && !operation.cancelled && !closed) {
            operation.cancelled = true;
            detach(operation);
            cancellations.add(operation);
        }
    }

    private static void detach(Operation operation) {
        if (operation instanceof Read read && read.port.reader != null) {
            read.port.reader.stop();
        } else if (operation instanceof Write write && write.port.writer != null) {
            write.port.writer.stop();
        }
    }

    /** {@inheritDoc} Here an operation begins at once. */
    @Override
    public boolean revive(Operation operation) {
        return false;
    }

    @Override
    public int inFlight() {
        return inFlight.size();
    }

    @Override
    public void poll(long timeoutNanos) {
        requireOpen();
        try {
            if (timeoutNanos != 0 && cancellations.isEmpty()) {
                sleep(timeoutNanos);
            }
        } finally {
            wakeups.afterSleep();
        }
        for (Operation next; (next = cancellations.poll()) != null; ) {
            completed(next, CANCELLED);
        }
        // Those that are there by now: what they go on with must not keep the loop here.
        for (int i = countPosted(); i > 0; i--) {
            nextPosted().deliver();
        }
    }

    /** Waits; an interrupt does not end that, and is still set afterwards. */
    private void sleep(long timeoutNanos) {
        sleeper = Thread.currentThread(); // before anybody may have to wake it
        if (!wakeups.beforeSleep()) {
            return;
        }
        boolean interrupted = false;
        long begin = System.nanoTime();
        while (wakeups.isSleeping()) {
            if (timeoutNanos < 0) {
                LockSupport.park(this);
            } else {
                long left = timeoutNanos - (System.nanoTime() - begin);
                if (left <= 0) {
                    break;
                }
                LockSupport.parkNanos(this, left);
            }
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void wakeup() {
        if (wakeups.notifySleeper()) {
            LockSupport.unpark(sleeper);
        }
    }

    /** Has the loop call {@link Pump#deliver}. From any thread. */
    void post(Pump pump) {
        synchronized (posted) {
            if (!pump.queued) {
                pump.queued = true;
                posted.add(pump);
            }
        }
        wakeup();
    }

    private int countPosted() {
        synchronized (posted) {
            return posted.size();
        }
    }

    private Pump nextPosted() {
        synchronized (posted) {
            Pump pump = posted.remove();
            pump.queued = false;
            return pump;
        }
    }

    /** Completes an operation for good. While the loop polls. */
    void completed(Operation operation, int result) {
        inFlight.remove(operation);
        operation.completed(result, null, false);
    }

    /** Has a thread run {@code pump}; throws RejectedExecutionException if there is none. */
    void execute(Pump pump) {
        NativeThreads.execute(threads, pump);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The proactor is closed");
        }
    }

    /** {@inheritDoc} Its threads end when what they wait for ends, and their ports are closed. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            threads.shutdown();
        }
    }
}
