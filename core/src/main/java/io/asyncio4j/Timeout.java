package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/**
 * A deadline for a part of the current task. It can be moved while that part runs.
 *
 * <pre>
 *   created --call--> active --body ends--> exited
 *                      |   \                  ^
 *          deadline, waits  deadline, has a    |
 *                      |     result --> due ---+ body ends
 *                      v                 |
 *                   expiring &lt;---------+ next await that has to wait
 *                      |
 *                      +--body ends--> expired
 * </pre>
 *
 * <p>The deadline cancels the await that the body is suspended in. That cancellation becomes a
 * {@link TimeoutException}, unless other code has also requested one. If the body ends in another
 * way after the deadline, its own result is returned or its own exception thrown, and the
 * cancellation is taken back. Code that does not await is not stopped.
 *
 * <p><b>No result is lost.</b> If what the body awaits is done when the deadline passes, but the
 * body has not resumed yet, the body gets the result. The deadline is then due: it cancels the next
 * await that has to wait, unless the body ends or {@linkplain #reschedule moves} the deadline
 * first.
 *
 * <p>Belongs to the loop that it was created on, and to the task that uses it.
 */
public final class Timeout implements AutoCloseable {

    private enum State {
        CREATED,
        ACTIVE,
        DUE,
        EXPIRING,
        EXPIRED,
        EXITED
    }

    private final EventLoop loop;
    private @Nullable Long when;
    // For messages: the delay that was given, or the time from which the deadline counts.
    private @Nullable Duration delay;
    private long started;
    private State state = State.CREATED;
    private @Nullable Handle timer;
    private @Nullable Task<?> task;
    // From the task, once due.
    private int ticket;

    private Timeout(EventLoop loop, @Nullable Long when, @Nullable Duration delay) {
        this.loop = loop;
        this.when = when;
        this.delay = delay;
    }

    /**
     * Creates a timeout whose deadline is {@code delay} from now.
     *
     * @throws IllegalStateException if no loop is running here
     */
    public static Timeout after(Duration delay) {
        EventLoop loop = Asyncio.getRunningLoop();
        return new Timeout(loop, deadline(loop, delay), delay);
    }

    /**
     * Creates a timeout whose deadline is a time of the running loop's clock in nanoseconds; null
     * sets no deadline.
     *
     * @throws IllegalStateException if no loop is running here
     */
    public static Timeout at(@Nullable Long when) {
        return new Timeout(Asyncio.getRunningLoop(), when, null);
    }

    /** Returns the deadline in nanoseconds of the loop's clock, or null if there is none. */
    public @Nullable Long when() {
        return when;
    }

    /**
     * Returns whether the deadline has cancelled an await of the body. A deadline that is only due
     * has not.
     */
    public boolean isExpired() {
        State now = current();
        return now == State.EXPIRING || now == State.EXPIRED;
    }

    /** Returns the state, after checking whether a deadline that was due still is. */
    private State current() {
        if (state == State.DUE && task != null && !task.isDeadlineDue(ticket)) {
            state = State.EXPIRING;
        }
        return state;
    }

    /**
     * Moves the deadline to a time of the loop's clock in nanoseconds; null removes it. If the new
     * deadline has already passed, it cancels the body's next await.
     *
     * @throws IllegalStateException if the body has ended or the deadline has cancelled an await
     */
    public void reschedule(@Nullable Long newWhen) {
        switch (current()) {
            case CREATED, ACTIVE -> {}
            case DUE -> takeBack();
            case EXPIRING, EXPIRED, EXITED ->
                    throw new IllegalStateException(
                            "The deadline can be moved only until it has cancelled the body or the"
                                    + " body has ended: the timeout is "
                                    + state);
        }
        when = newWhen;
        delay = null;
        if (state == State.ACTIVE) {
            schedule();
        }
    }

    /**
     * Runs {@code body} in the current task, and cancels it at the deadline.
     *
     * @throws X what {@code body} throws
     * @throws TimeoutException if the deadline cancelled {@code body}
     * @throws CancellationException if the task was cancelled by other code
     * @throws IllegalStateException if this timeout was used before, or outside of a task
     */
    public <T extends @Nullable Object, X extends Exception> T call(Code<T, X> body)
            throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        if (state != State.CREATED) {
            throw new IllegalStateException(
                    "A timeout can be used once, and this one is " + state + "; create another");
        }
        Task<?> current = CurrentTask.require("timeout");
        task = current;
        state = State.ACTIVE;
        started = loop.time();
        int cancellingBefore = current.cancelling();
        schedule();
        T result;
        try {
            result = body.call();
        } catch (Throwable e) {
            if (exit(current, cancellingBefore) && e instanceof CancellationException) {
                throw timedOut(e);
            }
            throw e;
        }
        exit(current, cancellingBefore);
        return result;
    }

    /** As {@link #call}, for code that returns nothing. */
    public <X extends Exception> void run(VoidCode<X> body) throws X, TimeoutException {
        call(body.returningNull());
    }

    /**
     * Takes back the cancellation that the deadline requested; returns whether it was the only one.
     */
    private boolean exit(Task<?> owner, int cancellingBefore) {
        cancelTimer();
        if (current() == State.EXPIRING) {
            state = State.EXPIRED;
            return owner.uncancel() <= cancellingBefore;
        }
        takeBack();
        state = State.EXITED;
        return false;
    }

    private void takeBack() {
        if (state == State.DUE && task != null) {
            task.takeBackDeadline(ticket);
            state = State.ACTIVE;
        }
    }

    /** Cancels the deadline if it has not passed. Idempotent. */
    @Override
    public void close() {
        cancelTimer();
        if (!isExpired()) {
            takeBack();
            state = State.EXITED;
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void schedule() {
        cancelTimer();
        Long deadline = when;
        if (deadline != null) {
            timer =
                    deadline <= loop.time()
                            ? loop.callSoon(this::expire)
                            : loop.callAt(deadline, this::expire);
        }
    }

    private void expire() {
        timer = null;
        if (task != null) {
            ticket = task.deadlinePassed();
            state = State.DUE;
        }
    }

    private static long deadline(EventLoop loop, Duration delay) {
        try {
            return Math.addExact(loop.time(), delay.toNanos());
        } catch (ArithmeticException e) {
            return delay.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    private TimeoutException timedOut(Throwable cause) {
        Duration limit = delay;
        Long deadline = when;
        if (limit == null && deadline != null) {
            // To the millisecond: the time of the clock was chosen a moment before the start.
            limit = Duration.ofMillis(Math.max(0, Math.round((deadline - started) / 1e6)));
        }
        return timedOut("Timed out after " + (limit == null ? "0s" : text(limit)), cause);
    }

    private static TimeoutException timedOut(String message, Throwable cause) {
        var timeout = new TimeoutException(message);
        timeout.initCause(cause);
        return timeout;
    }

    /** Returns {@code duration} as in {@code 1m30.5s}. */
    private static String text(Duration duration) {
        return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
    }

    private static String withoutTimeMessage(Duration delay) {
        return "Timed out without waiting: the timeout is not positive: " + text(delay);
    }

    /** Awaits {@code future} until {@code delay} has passed, then cancels it. */
    static <T extends @Nullable Object> T waitFor(Future<T> future, Duration delay)
            throws TimeoutException {
        if (!delay.isPositive()) {
            return waitForDone(future, delay);
        }
        try (var timeout = after(delay)) {
            return timeout.call(future::await);
        }
    }

    /**
     * Suspends the task for one iteration, as any wait does, and returns the exception to throw.
     */
    static TimeoutException withoutTime(Duration delay) {
        CurrentTask.require("waitFor").suspendOnce();
        return new TimeoutException(withoutTimeMessage(delay));
    }

    private static <T extends @Nullable Object> T waitForDone(Future<T> future, Duration delay)
            throws TimeoutException {
        if (future.isDone()) {
            return future.result();
        }
        Task<?> current = CurrentTask.require("waitFor");
        int cancellingBefore = current.cancelling();
        future.cancelAtDeadline();
        try {
            return future.await();
        } catch (CancellationException e) {
            if (current.cancelling() > cancellingBefore) {
                throw e;
            }
            throw timedOut(withoutTimeMessage(delay), e);
        }
    }
}
