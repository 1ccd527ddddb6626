package io.asyncio4j.proactor;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeThreads;
import io.asyncio4j.os.Uring;
import io.asyncio4j.os.UringOp;
import io.asyncio4j.os.WakeupFd;
import io.asyncio4j.os.WakeupState;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Submits operations to io_uring and delivers their completions. One {@code io_uring_enter} in each
 * {@link #poll} submits what was prepared and waits.
 *
 * <p>A ring belongs to the thread that polls, and its operations end with that thread. When another
 * one polls, what is in flight is submitted again to a ring of its own. Operations may be submitted
 * and cancelled by other threads in turns of the loop, as tasks do that have threads.
 */
public final class UringProactor implements AutoCloseable {
    /** The result of an operation that was cancelled: {@code -ECANCELED}. */
    public static final int CANCELLED = -125;

    private static final int ENTRIES = 256;
    private static final int COMPLETIONS = 1024;
    private static final long IGNORED = -1;
    private static final int POLL_IN = 1;

    private static final Map<EventLoop, WeakReference<UringProactor>> OF_LOOPS =
            Collections.synchronizedMap(new WeakHashMap<>());

    private final WakeupFd bell;
    private final WakeupState wakeups = new WakeupState();
    private final Bell bellPoll = new Bell();

    private @Nullable Uring ring;
    private long thread;
    private Operation[] inFlight = new Operation[64];
    private int[] generations = new int[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;
    private int count;
    // What found no room in the ring, or came before it was there; and cancellations by data.
    private final ArrayDeque<Operation> waiting = new ArrayDeque<>();
    private final ArrayDeque<Long> cancellations = new ArrayDeque<>();
    private boolean closed;

    /**
     * Opens the proactor.
     *
     * @throws IOException if the kernel refuses a ring, saying why, or no descriptor is left
     */
    public UringProactor() throws IOException {
        new Uring(1, 2).close(); // so that what does not work is reported now
        bell = new WakeupFd();
        submit(bellPoll);
    }

    /** Makes it the one of {@code loop}. */
    public void serve(EventLoop loop) {
        OF_LOOPS.put(loop, new WeakReference<>(this));
    }

    /** Returns the proactor of a loop, or null if that has none. */
    public static @Nullable UringProactor of(EventLoop loop) {
        WeakReference<UringProactor> found = OF_LOOPS.get(loop);
        return found == null ? null : found.get();
    }

    /** Ends the wait of {@link #poll} when another thread has called {@link #wakeup}. */
    private final class Bell extends Operation {
        @Override
        protected void prepare(Uring to, long data) {
            to.prepare(UringOp.POLL_ADD, bell.fd(), 0, 1, 0, POLL_IN, data);
        }

        @Override
        protected void completed(int result, int buffer, boolean more) {
            if (closed) {
                return;
            }
            try {
                bell.drain();
            } catch (IOException e) {
                throw new IllegalStateException("The wake-up descriptor of a loop is broken", e);
            }
            if (!more) {
                submit(this);
            }
        }
    }

    /** Returns the ring of the polling thread, if there is one yet. */
    public @Nullable Uring ring() {
        return ring;
    }

    /** Submits an idle operation; it reaches the kernel with the next {@link #poll}. */
    public void submit(Operation operation) {
        if (closed) {
            throw new IllegalStateException("The proactor is closed");
        }
        if (operation.slot >= 0) {
            throw new IllegalStateException("In flight already: " + operation);
        }
        int slot = freeCount > 0 ? free[--freeCount] : grow();
        inFlight[slot] = operation;
        operation.slot = slot;
        operation.cancelled = false;
        operation.prepared = false;
        count++;
        waiting.add(operation);
    }

    private int grow() {
        if (used == inFlight.length) {
            inFlight = Arrays.copyOf(inFlight, used * 2);
            generations = Arrays.copyOf(generations, used * 2);
            free = Arrays.copyOf(free, used * 2);
        }
        return used++;
    }

    /**
     * Asks for the end of an operation in flight, which completes all the same. Idempotent; a no-op
     * for an idle one.
     */
    public void cancel(Operation operation) {
        if (operation.slot < 0 || operation.cancelled || closed) {
            return;
        }
        operation.cancelled = true;
        if (operation.prepared) {
            cancellations.add(data(operation));
        }
    }

    /**
     * Takes a cancellation back, if the operation has not reached the kernel; returns whether it is
     * as if it had been submitted now.
     */
    public boolean revive(Operation operation) {
        if (operation.slot < 0 || operation.prepared) {
            return false;
        }
        operation.cancelled = false;
        return true;
    }

    private long data(Operation operation) {
        return (long) generations[operation.slot] << 32 | operation.slot;
    }

    /** Returns how many operations are in flight, without the proactor's own. */
    public int inFlight() {
        return count - 1;
    }

    /**
     * Submits what was prepared, waits for a completion, a {@link #wakeup} or the timeout, and
     * delivers the completions that there are.
     *
     * @param timeoutNanos negative for ever, 0 not at all
     */
    public void poll(long timeoutNanos) throws IOException {
        Uring to = ringOfThisThread();
        boolean cancelledBefore = prepare(to);
        long timeout =
                cancelledBefore || (timeoutNanos != 0 && !wakeups.beforeSleep()) ? 0 : timeoutNanos;
        try {
            to.enter(timeout);
        } finally {
            // The bell is drained by its completion, which must come before.
            deliver(to);
            wakeups.afterSleep();
        }
    }

    private Uring ringOfThisThread() throws IOException {
        if (closed) {
            throw new IllegalStateException("The proactor is closed");
        }
        long current = NativeThreads.id();
        Uring present = ring;
        if (present != null && thread == current) {
            return present;
        }
        var own = new Uring(ENTRIES, COMPLETIONS);
        ring = own;
        thread = current;
        if (present != null) {
            deliver(present);
            present.close();
            cancellations.clear();
            waiting.clear();
            for (int i = 0; i < used; i++) {
                if (inFlight[i] != null) {
                    inFlight[i].prepared = false;
                    waiting.add(inFlight[i]);
                }
            }
        }
        return own;
    }

    /** Returns whether an operation was completed here, since it was cancelled before it began. */
    private boolean prepare(Uring to) throws IOException {
        boolean completed = false;
        for (Long data; (data = cancellations.poll()) != null; ) {
            makeRoom(to);
            to.prepare(UringOp.ASYNC_CANCEL, -1, data, 0, 0, 0, IGNORED);
        }
        for (Operation next; (next = waiting.poll()) != null; ) {
            if (next.cancelled) {
                release(next);
                next.completed(CANCELLED, -1, false);
                completed = true;
                continue;
            }
            makeRoom(to);
            next.prepared = true;
            next.prepare(to, data(next));
        }
        return completed;
    }

    private static void makeRoom(Uring to) throws IOException {
        while (to.room() == 0) {
            to.enter(0);
        }
    }

    private void deliver(Uring from) {
        while (from.next()) {
            long data = from.data();
            int result = from.result();
            int buffer = from.buffer();
            boolean more = from.hasMore();
            from.advance();
            if (data == IGNORED) {
                continue;
            }
            int slot = (int) data;
            Operation operation = inFlight[slot];
            if (operation == null || generations[slot] != (int) (data >>> 32)) {
                throw new AssertionError("completion of an operation that is not in flight");
            }
            if (!more) {
                release(operation);
            }
            operation.completed(result, buffer, more);
        }
    }

    private void release(Operation operation) {
        int slot = operation.slot;
        operation.slot = -1;
        inFlight[slot] = null;
        generations[slot] = (generations[slot] + 1) & 0x7fff_ffff;
        free[freeCount++] = slot;
        count--;
    }

    /** Ends the present or the next wait of {@link #poll}. From any thread. */
    public void wakeup() {
        if (wakeups.notifySleeper()) {
            bell.signal();
        }
    }

    /** Closes the ring, which ends what is in flight. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (ring != null) {
                ring.close();
            }
            bell.close();
        }
    }
}
