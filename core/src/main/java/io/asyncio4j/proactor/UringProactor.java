package io.asyncio4j.proactor;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.os.NativeThreads;
import io.asyncio4j.os.Uring;
import io.asyncio4j.os.UringFeatures;
import io.asyncio4j.os.UringOp;
import io.asyncio4j.os.WakeupFd;
import io.asyncio4j.os.WakeupState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * A proactor over {@code io_uring(7)}. One {@code io_uring_enter} in each {@link #poll} submits
 * what was asked for and waits.
 *
 * <p>A ring belongs to the thread that polls, and its operations end with that thread. When another
 * one polls, what is in flight is submitted again to a ring of its own. Operations may be submitted
 * and cancelled by other threads in turns of the loop, as tasks do that have threads.
 */
public final class UringProactor implements Proactor {
    private static final int ENTRIES = 256;
    private static final int COMPLETIONS = 1024;
    private static final long IGNORED = -1;

    /** How long {@link #close} waits for the kernel to give memory back. */
    private static final Duration GIVE_BACK = Duration.ofSeconds(1);

    /** What the kernel still had when a proactor was closed, and might write to. */
    private static final Set<Object> HELD = Collections.synchronizedSet(new HashSet<>());

    private static final Map<EventLoop, WeakReference<UringProactor>> OF_LOOPS =
            Collections.synchronizedMap(new WeakHashMap<>());

    private final UringFeatures features;
    private final UringReads reads;
    private final UringWaits waits = new UringWaits();
    private final WakeupFd bell;
    private final WakeupState wakeups = new WakeupState();
    private final Bell bellPoll;

    private Uring ring;
    private long thread;
    private final OperationTable inFlight = new OperationTable();
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
        this(null);
    }

    /**
     * As the other, with some of the features only, as an older kernel has them.
     *
     * @param only null for all that this kernel has
     */
    public UringProactor(@Nullable UringFeatures only) throws IOException {
        // Now, although another thread may poll: what does not work shows before anything is done.
        this.ring = new Uring(ENTRIES, COMPLETIONS);
        this.thread = NativeThreads.id();
        try {
            this.features = only == null ? UringFeatures.of(ring) : only;
            this.bell = new WakeupFd();
        } catch (IOException e) {
            ring.close();
            throw e;
        }
        this.reads = new UringReads(features);
        this.bellPoll = new Bell(bell.fd());
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
    private final class Bell extends Poll {
        Bell(int fd) {
            super(fd);
        }

        @Override
        protected int mask() {
            return IN;
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
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

    @Override
    public void submit(Operation operation) {
        if (closed) {
            throw new IllegalStateException("The proactor is closed");
        }
        if (operation.isInFlight()) {
            throw new IllegalStateException("In flight already: " + operation);
        }
        if (operation instanceof WaitChild && !features.waitId()) {
            throw new UnsupportedOperationException(
                    "io_uring of this kernel cannot wait for children; use PidfdChildWatcher");
        }
        inFlight.add(operation);
        waiting.add(operation);
    }

    @Override
    public void cancel(Operation operation) {
        if (!operation.isInFlight() || operation.cancelled || closed) {
            return;
        }
        operation.cancelled = true;
        if (operation.begun && !(operation instanceof Poll poll && endAtOnce(poll))) {
            cancellations.add(inFlight.data(operation));
        }
    }

    /**
     * Has the kernel end a poll, which holds a file open that its owner may be about to close; its
     * completion comes with those of the next {@link #poll}. Returns false if that has to wait
     * until then.
     */
    private boolean endAtOnce(Poll poll) {
        if (!canEnterNow()) {
            return false;
        }
        ring.prepare(UringOp.ASYNC_CANCEL, -1, inFlight.data(poll), 0, 0, 0, IGNORED);
        enterNow();
        return true;
    }

    /** Returns whether this is the thread of the ring, and there is room for an operation. */
    private boolean canEnterNow() {
        if (thread != NativeThreads.id()) {
            return false;
        }
        if (ring.room() == 0) {
            enterNow();
        }
        return ring.room() > 0;
    }

    private void enterNow() {
        try {
            ring.enter(0);
        } catch (IOException e) {
            // What has been prepared is submitted by the next poll, which will find out.
        }
    }

    @Override
    public boolean revive(Operation operation) {
        if (!operation.isInFlight() || operation.begun) {
            return false;
        }
        operation.cancelled = false;
        return true;
    }

    @Override
    public int inFlight() {
        return inFlight.size() - 1; // without the bell
    }

    @Override
    public void poll(long timeoutNanos) throws IOException {
        boolean delivered = takeRing();
        Uring to = ring;
        delivered |= begin(to);
        long timeout =
                delivered || (timeoutNanos != 0 && !wakeups.beforeSleep()) ? 0 : timeoutNanos;
        try {
            to.enter(timeout);
        } finally {
            // The bell is drained by its completion, which must come before.
            deliver(to);
            wakeups.afterSleep();
        }
    }

    /** Sees to a ring of this thread; returns whether operations of another one have completed. */
    private boolean takeRing() {
        if (closed) {
            throw new IllegalStateException("The proactor is closed");
        }
        long current = NativeThreads.id();
        if (thread == current) {
            return false;
        }
        Uring former = ring;
        ring = ringOf(Thread.currentThread());
        thread = current;
        former.stop();
        boolean delivered = deliver(former);
        former.close();
        waits.submitted();
        cancellations.clear();
        waiting.clear();
        inFlight.forEach(each -> {
            each.begun = false;
            if (each instanceof WaitChild wait) {
                waits.forget(wait);
            }
            waiting.add(each);
        });
        return delivered;
    }

    private static Uring ringOf(Thread thread) {
        try {
            return new Uring(ENTRIES, COMPLETIONS);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "A loop over io_uring cannot be run in thread '"
                            + thread.getName()
                            + "': "
                            + e.getMessage(),
                    e);
        }
    }

    /** Begins what was submitted; returns whether operations have been completed here. */
    private boolean begin(Uring to) throws IOException {
        boolean delivered = false;
        while (!cancellations.isEmpty()) {
            delivered |= makeRoom(to);
            long data = cancellations.remove();
            to.prepare(UringOp.ASYNC_CANCEL, -1, data, 0, 0, 0, IGNORED);
        }
        while (!waiting.isEmpty()) {
            delivered |= makeRoom(to); // fails before an operation is lost, not after
            Operation next = waiting.remove();
            if (next.cancelled) {
                inFlight.remove(next);
                next.completed(CANCELLED, null, false);
                delivered = true;
            } else {
                next.begun = true;
                prepare(next, to, inFlight.data(next));
            }
        }
        if (waits.hasPidfds()) {
            delivered |= makeRoom(to, ENTRIES);
        }
        return delivered;
    }

    private void prepare(Operation operation, Uring to, long data) throws IOException {
        switch (operation) {
            case Read read -> reads.prepare(read, to, data);
            case Write write -> {
                NativeBuffer memory = write.memory();
                ByteBuffer bytes = memory.bytes();
                int from = bytes.position();
                int length = bytes.remaining();
                to.prepare(UringOp.WRITE, write.port.fd(), memory, from, length, data);
            }
            case Poll poll -> {
                int again = poll == bellPoll ? 1 : 0;
                to.prepare(UringOp.POLL_ADD, poll.fd, 0, again, 0, poll.mask(), data);
            }
            case WaitChild wait -> waits.prepare(wait, to, data);
        }
    }

    private boolean makeRoom(Uring to) throws IOException {
        return makeRoom(to, 1);
    }

    /** Submits until there is room; returns whether completions had to be delivered for that. */
    private boolean makeRoom(Uring to, int room) throws IOException {
        boolean delivered = false;
        while (to.room() < room) {
            if (!to.enter(0)) {
                delivered |= deliver(to);
            }
        }
        if (to.room() == ENTRIES) {
            waits.submitted();
        }
        return delivered;
    }

    /** Delivers the completions that there are; returns whether there were any. */
    private boolean deliver(Uring from) {
        boolean any = false;
        while (from.next()) {
            any = true;
            long data = from.data();
            int result = from.result();
            int buffer = from.buffer();
            boolean more = from.hasMore();
            from.advance();
            if (data == IGNORED) {
                continue;
            }
            Operation operation = inFlight.get(data);
            if (!more) {
                inFlight.remove(operation);
            }
            if (operation instanceof WaitChild wait) {
                result = waits.completed(wait, result);
            }
            if (!closed) {
                Provided piece =
                        operation instanceof Read read ? reads.piece(read, result, buffer) : null;
                operation.completed(result, piece, more);
                if (more && operation instanceof Read read && read.isBulk) {
                    cancel(read); // it is submitted again, to bring one piece at a time
                }
            }
        }
        return any;
    }

    @Override
    public void wakeup() {
        if (wakeups.notifySleeper()) {
            bell.signal();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        takeMemoryBack(ring);
        ring.close();
        waits.submitted();
        bell.close();
    }

    /**
     * Ends the operations that use memory. If the kernel does not give it back soon, as when
     * another thread closes, it stays allocated for ever.
     */
    private void takeMemoryBack(Uring from) {
        List<Operation> using = using();
        if (thread == NativeThreads.id() && !using.isEmpty()) {
            try {
                for (Operation each : using) {
                    makeRoom(from);
                    from.prepare(UringOp.ASYNC_CANCEL, -1, inFlight.data(each), 0, 0, 0, IGNORED);
                }
                long deadline = System.nanoTime() + GIVE_BACK.toNanos();
                for (long left = 1; left > 0 && !using().isEmpty(); ) {
                    from.enter(left);
                    deliver(from);
                    left = deadline - System.nanoTime();
                }
            } catch (IOException e) {
                System.getLogger("io.asyncio4j")
                        .log(System.Logger.Level.WARNING, "Cancelling in io_uring failed", e);
            }
        }
        if (!using().isEmpty()) {
            HELD.add(List.of(reads, using()));
        }
    }

    private List<Operation> using() {
        return inFlight.filter(
                each -> each.begun && (each instanceof Read || each instanceof Write));
    }
}
