package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.spi.LoopContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Runs several tasks, one after the other, on one event loop.
 *
 * <p>Without a loop factory, the policy creates the loop, which is this thread's current loop until
 * {@link #close()}. With a factory, the thread's current loop does not change. A runner belongs to
 * the thread that uses it.
 *
 * <p><b>Interrupts.</b> While {@link #run} runs in the main thread, a first SIGINT (Ctrl-C) cancels
 * the main task, which can clean up; {@code run} then throws {@link InterruptedRunException}. A
 * second one acts as without a runner: the JVM runs its shutdown hooks and exits with 130. None of
 * this applies if the program handles SIGINT itself or was started with SIGINT ignored.
 *
 * <p>When another thread {@linkplain Thread#interrupt() interrupts} the thread that is inside
 * {@code run}, the main task is cancelled in the same way and the interrupt status of the thread is
 * set; a second interrupt only sets the status. The status is also set after {@code run} if it was
 * set before, or if callbacks or the main task set it for their own thread; in these cases nothing
 * is cancelled.
 */
public final class Runner implements AutoCloseable {

    /**
     * How a runner creates its loop. Immutable.
     *
     * @param loopFactory creates the loop; null uses the policy
     * @param debug whether the loop runs in debug mode; null leaves that to the property {@code
     *     asyncio4j.debug} and the factory
     */
    public record Options(
            @Nullable Supplier<? extends EventLoop> loopFactory, @Nullable Boolean debug) {

        /** Uses the policy's loop and does not change its debug mode. */
        public static final Options DEFAULT = new Options(null, null);

        /** Sets the loop factory; null uses the policy. */
        public Options loopFactory(@Nullable Supplier<? extends EventLoop> value) {
            return new Options(value, debug);
        }

        /** Turns debug mode on or off, or with null leaves it; see {@link EventLoop#setDebug}. */
        public Options debug(@Nullable Boolean value) {
            return new Options(loopFactory, value);
        }
    }

    private static final Duration EXECUTOR_SHUTDOWN_TIMEOUT = Duration.ofMinutes(5);

    private enum State {
        CREATED,
        INITIALIZED,
        CLOSED
    }

    private final Options options;
    private State state = State.CREATED;
    private @Nullable EventLoop loop;
    private boolean setLoop;

    /** Creates a runner whose loop comes from the policy. */
    public Runner() {
        this(Options.DEFAULT);
    }

    /** Creates a runner whose loop comes from {@code loopFactory}; null uses the policy. */
    public Runner(@Nullable Supplier<? extends EventLoop> loopFactory) {
        this(Options.DEFAULT.loopFactory(loopFactory));
    }

    /** Creates a runner with {@code options} for its loop. */
    public Runner(Options options) {
        this.options = Objects.requireNonNull(options, "options");
    }

    /**
     * Returns the loop, created on first use.
     *
     * @throws IllegalStateException if this runner is closed
     */
    public EventLoop getLoop() {
        if (state == State.CLOSED) {
            throw new IllegalStateException("The runner is closed; create another");
        }
        EventLoop current = loop;
        if (current == null) {
            Supplier<? extends EventLoop> loopFactory = options.loopFactory();
            current =
                    Objects.requireNonNull(
                            loopFactory == null ? Policies.get().newEventLoop() : loopFactory.get(),
                            "the loop returned by loopFactory");
            loop = current;
            state = State.INITIALIZED;
            if (loopFactory == null) {
                setLoop = true;
                Policies.get().setEventLoop(current);
            }
            Boolean debug = options.debug();
            if (debug != null) {
                current.setDebug(debug);
            }
        }
        return current;
    }

    /**
     * Runs {@code main} as a task, and returns its result or throws its exception unchanged.
     *
     * @throws X what {@code main} throws
     * @throws InterruptedRunException if SIGINT, or an interrupt of this thread, and nothing else
     *     cancelled {@code main}
     * @throws IllegalStateException if this thread already runs an event loop, or this runner is
     *     closed
     */
    public <T extends @Nullable Object, X extends Exception> T run(Code<T, X> main) throws X {
        return run(main, null);
    }

    /** As {@link #run(Code)}, with a name for the task; null chooses {@code Task-N}. */
    public <T extends @Nullable Object, X extends Exception> T run(
            Code<T, X> main, @Nullable String name) throws X {
        Objects.requireNonNull(main, "main");
        if (LoopContext.current() != null) {
            throw new IllegalStateException(
                    "run cannot be called while an event loop is running in this thread; create a"
                            + " task with createTask");
        }
        EventLoop current = getLoop();
        var status = new AtomicBoolean();
        Checked<T, X> body = Checked.of(Interrupts.noting(main, status));
        Task<T> task = current.createTask(body, name);
        try (var interrupts = Interrupts.cancelling(task)) {
            try {
                return ScopedValue.where(
                                LoopContext.INTERRUPT_LISTENER, interrupts::threadInterrupted)
                        .call(() -> current.runUntilComplete(task));
            } catch (CompletionException e) {
                throw body.unwrap(task, e);
            } catch (CancellationException e) {
                if (interrupts.takeBack()) {
                    throw new InterruptedRunException(e);
                }
                throw e;
            }
        } finally {
            if (status.get()) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #run(Code)}, for code that returns nothing. */
    public <X extends Exception> void run(VoidCode<X> main) throws X {
        run(main, null);
    }

    /** As {@link #run(Code, String)}, for code that returns nothing. */
    public <X extends Exception> void run(VoidCode<X> main, @Nullable String name) throws X {
        run(main.returningNull(), name);
    }

    /**
     * Cancels the tasks that still run and waits for them without a limit, then waits up to five
     * minutes for the calls in the default executor, and closes the loop. Exceptions of the tasks
     * go to the loop's exception handler. Idempotent.
     *
     * @throws IllegalStateException if this thread is running an event loop
     */
    @Override
    public void close() {
        EventLoop current = loop;
        if (state != State.INITIALIZED || current == null) {
            state = State.CLOSED;
            return;
        }
        try {
            cancelAllTasks(current);
            current.runUntilComplete(current.shutdownDefaultExecutor(EXECUTOR_SHUTDOWN_TIMEOUT));
        } finally {
            loop = null;
            state = State.CLOSED;
            try {
                if (setLoop) {
                    // This detaches a child watcher, which may fail.
                    Policies.get().setEventLoop(null);
                }
            } finally {
                current.close();
            }
        }
    }

    private static void cancelAllTasks(EventLoop loop) {
        var tasks = new ArrayList<>(loop.allTasks());
        if (tasks.isEmpty()) {
            return;
        }
        tasks.forEach(Task::cancel);
        int[] pending = {tasks.size()};
        Future<@Nullable Void> allDone = loop.createFuture();
        for (Task<?> task : tasks) {
            task.addDoneCallback(done -> {
                if (--pending[0] == 0) {
                    allDone.setResult(null);
                }
            });
        }
        loop.runUntilComplete(allDone);
        for (Task<?> task : tasks) {
            Throwable exception = task.isCancelled() ? null : task.exception();
            if (exception != null) {
                loop.callExceptionHandler(
                        new ExceptionContext(
                                        "Unhandled exception while the runner was closing",
                                        exception)
                                .with("task", task));
            }
        }
    }
}
