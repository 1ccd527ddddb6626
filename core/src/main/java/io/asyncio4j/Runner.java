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
 * <p>Without a loop factory the loop comes from the policy and becomes the current one of this
 * thread until {@link #close()}; with a factory the current loop is left alone. Belongs to the
 * thread that uses it.
 *
 * <p><b>Interrupts.</b> While {@link #run} runs in the main thread, and unless the program handles
 * SIGINT itself or was started with it ignored, a first SIGINT (Ctrl-C) cancels the main task,
 * which can clean up; {@code run} then throws {@link InterruptedRunException}. A second one does
 * what it does without a runner: the JVM runs its shutdown hooks and exits with 130.
 *
 * <p>{@link Thread#interrupt()} on a thread that is inside {@code run}, by another thread, cancels
 * the main task in the same way, and leaves the interrupt status of the thread set; a second one
 * only sets the status. That status is also set after {@code run} if it was before, or if callbacks
 * or the main task have set it for the thread they run in; this cancels nothing.
 */
public final class Runner implements AutoCloseable {

    /**
     * How a runner makes its loop. Immutable.
     *
     * @param loopFactory makes the loop; null asks the policy
     * @param debug whether the loop runs in debug mode; null leaves that to the property {@code
     *     asyncio4j.debug} and the factory
     */
    public record Options(
            @Nullable Supplier<? extends EventLoop> loopFactory, @Nullable Boolean debug) {

        /** The policy's loop, its debug mode as it is. */
        public static final Options DEFAULT = new Options(null, null);

        /** Sets what makes the loop; null asks the policy. */
        public Options loopFactory(@Nullable Supplier<? extends EventLoop> value) {
            return new Options(value, debug);
        }

        /** Turns debug mode on or off; see {@link EventLoop#setDebug}. */
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

    /** Creates a runner whose loop the policy makes. */
    public Runner() {
        this(Options.DEFAULT);
    }

    /** Creates a runner whose loop {@code loopFactory} makes; null asks the policy. */
    public Runner(@Nullable Supplier<? extends EventLoop> loopFactory) {
        this(Options.DEFAULT.loopFactory(loopFactory));
    }

    /** Creates a runner whose loop is made as {@code options} say. */
    public Runner(Options options) {
        this.options = Objects.requireNonNull(options, "options");
    }

    /**
     * Returns the loop, made on first use.
     *
     * @throws IllegalStateException if this is closed
     */
    public EventLoop getLoop() {
        if (state == State.CLOSED) {
            throw new IllegalStateException("The runner is closed; make another");
        }
        EventLoop current = loop;
        if (current == null) {
            Supplier<? extends EventLoop> loopFactory = options.loopFactory();
            current =
                    Objects.requireNonNull(
                            loopFactory == null ? Policies.get().newEventLoop() : loopFactory.get(),
                            "the loop that the factory made");
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
     * Runs {@code main} as a task, and returns its result or throws its exception as it is.
     *
     * @throws X what {@code main} throws
     * @throws InterruptedRunException if SIGINT, or an interrupt of this thread, has cancelled
     *     {@code main}, and nothing else has
     * @throws IllegalStateException if this thread already runs an event loop, or this is closed
     */
    public <T extends @Nullable Object, X extends Exception> T run(Code<T, X> main) throws X {
        return run(main, null);
    }

    /** As {@link #run(Code)}, with a name for the task; null numbers it. */
    public <T extends @Nullable Object, X extends Exception> T run(
            Code<T, X> main, @Nullable String name) throws X {
        Objects.requireNonNull(main, "main");
        if (LoopContext.current() != null) {
            throw new IllegalStateException(
                    "run cannot be called while an event loop is running in this thread; make a"
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
        Objects.requireNonNull(main, "main");
        this.<@Nullable Void, X>run(
                () -> {
                    main.run();
                    return null;
                },
                name);
    }

    /**
     * Cancels the tasks that still run and waits for them, without a limit; then for the calls in
     * the default executor, up to five minutes; and closes the loop. What the tasks fail with is
     * passed to the loop's exception handler. Idempotent.
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
