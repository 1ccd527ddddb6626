package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.subprocess.SubprocessTransport;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.ReceivingProtocol;
import io.asyncio4j.transport.WriteTransport;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * Runs callbacks, tasks and timers, and waits for I/O, signals and child processes, in one thread.
 *
 * <p><b>Threads.</b> A loop belongs to the thread that runs it. Its methods are called from its own
 * callbacks and tasks, or while it is not running from the thread that will run it. {@link
 * #callSoonThreadsafe}, {@link #execute}, {@link #isRunning}, {@link #isClosed} and {@link #time}
 * may be called from any thread. In debug mode a call from the wrong thread is an error.
 *
 * <p><b>Closed.</b> After {@link #close()} whatever schedules work throws {@link
 * IllegalStateException}.
 *
 * <p>Implementers extend {@code io.asyncio4j.loop.AbstractEventLoop}.
 */
public interface EventLoop extends Executor, AutoCloseable {

    // Callbacks and timers

    /** Runs {@code callback} in the next iteration, after those that were scheduled before it. */
    Handle callSoon(Runnable callback);

    /** As {@link #callSoon}, from any thread; wakes the loop if it sleeps. */
    Handle callSoonThreadsafe(Runnable callback);

    /** Runs {@code callback} once {@code delay} has passed, never earlier. */
    TimerHandle callLater(Duration delay, Runnable callback);

    /** Runs {@code callback} once {@link #time()} has reached {@code when}, never earlier. */
    TimerHandle callAt(long when, Runnable callback);

    /** Returns the loop's monotonic clock in nanoseconds. Only differences have a meaning. */
    long time();

    /** As {@link #callSoonThreadsafe}, for code that knows only {@link Executor}. */
    @Override
    void execute(Runnable command);

    // Running

    /**
     * Runs until {@link #stop()}. Called before it, {@code stop} makes this run one iteration.
     *
     * @throws IllegalStateException if this loop runs already, another one runs in this thread, or
     *     this one is closed
     */
    void runForever();

    /**
     * Runs until {@code future} is done, and returns its result or throws its exception as {@link
     * Future#result()} does.
     *
     * @throws IllegalStateException also if the loop was stopped before the future was done
     */
    <T extends @Nullable Object> T runUntilComplete(Future<T> future);

    /** Runs {@code main} as a task until it is done. */
    <T extends @Nullable Object> T runUntilComplete(Callable<T> main);

    /** As {@link #runUntilComplete(Callable)}, for code that returns nothing. */
    void runUntilComplete(Action main);

    /** Ends {@link #runForever()} after the current iteration. */
    void stop();

    /** Returns whether the loop is running, in whatever thread. */
    boolean isRunning();

    /** Returns whether {@link #close()} was called. */
    boolean isClosed();

    /**
     * Releases the selector, the signal handlers and the default executor. Callbacks that did not
     * run yet are dropped. Idempotent.
     *
     * @throws IllegalStateException if the loop is running
     */
    @Override
    void close();

    /**
     * Has {@link #close()} call {@code callback}, at its end, in its thread: the last chance to
     * release what callbacks of this loop would have. Safe from any thread.
     *
     * @throws IllegalStateException if the loop is closed
     */
    void addCloseCallback(Runnable callback);

    /** Takes back what {@link #addCloseCallback} was given; nothing if it is not there. */
    void removeCloseCallback(Runnable callback);

    // Futures and tasks

    /** Creates a future of this loop. */
    <T extends @Nullable Object> Future<T> createFuture();

    /** Runs {@code body} as a task, whose first step comes in the next iteration. */
    <T extends @Nullable Object> Task<T> createTask(Callable<T> body);

    /** As {@link #createTask(Callable)}, with a name; null numbers it. */
    <T extends @Nullable Object> Task<T> createTask(Callable<T> body, @Nullable String name);

    /**
     * Runs {@code body} as a task whose first step is run at once, while the caller waits for it to
     * give way. A body that ends without awaiting anything is never scheduled, and its task is done
     * on return. Started from outside of the loop's turns, or where a native frame on the caller's
     * stack forbids it, it is scheduled like any other. The task factory is not asked.
     */
    <T extends @Nullable Object> Task<T> createEagerTask(Callable<T> body, @Nullable String name);

    /** As {@link #createEagerTask(Callable, String)}, numbered. */
    <T extends @Nullable Object> Task<T> createEagerTask(Callable<T> body);

    /** Has the tasks that are made from now on carry a context; null ends that. */
    void setTaskContextHook(@Nullable TaskContextHook hook);

    /** Returns the context hook that was set, or null. */
    @Nullable
    TaskContextHook getTaskContextHook();

    /** Makes {@code factory} create this loop's tasks; null restores the built-in one. */
    void setTaskFactory(@Nullable TaskFactory factory);

    /** Returns the task factory that was set, or null. */
    @Nullable
    TaskFactory getTaskFactory();

    /** Returns the tasks of this loop that are not done, oldest first. */
    Set<Task<?>> allTasks();

    /**
     * Returns a future of this loop that takes over the outcome of {@code stage}, which may be
     * completed in any thread. Cancelling the future cancels the stage.
     */
    <T extends @Nullable Object> Future<T> wrapFuture(CompletionStage<T> stage);

    // Executors

    /** Runs {@code call} in the default executor, for code that blocks. */
    <T extends @Nullable Object> Future<T> runInExecutor(Callable<T> call);

    /** Runs {@code call} in {@code executor}; null means the default one. */
    <T extends @Nullable Object> Future<T> runInExecutor(
            @Nullable Executor executor, Callable<T> call);

    /** Replaces the default executor, which the loop then shuts down when it closes. */
    void setDefaultExecutor(ExecutorService executor);

    /**
     * Lets the default executor take no more work; the future is done when its threads have ended,
     * or with a warning when {@code timeout} has passed; null waits for as long as it takes. When
     * the time is up, calls that run are interrupted and those that have not begun are cancelled.
     */
    Future<@Nullable Void> shutdownDefaultExecutor(@Nullable Duration timeout);

    // For the JDK's concurrency

    /**
     * Returns this loop as an executor that may be used from any thread: what it is given runs in
     * callbacks, at times of the loop's clock. What {@code execute}'s commands throw goes to the
     * exception handler, all else into the futures. Shut down, it takes no more, runs what is
     * delayed, and cancels what is periodic; the loop is left alone. When the loop is closed, it is
     * shut down, and what has not run is cancelled. Until one or the other the loop keeps it.
     * Methods that block, such as {@code invokeAll}, and {@code get} of its futures, must not be
     * called on the loop.
     */
    ScheduledExecutorService asScheduledExecutor();

    /**
     * Returns a factory of threads that are tasks of this loop, so that the JDK's structured
     * concurrency can fork onto it. The factory may be used, and its threads started, in any
     * thread. Such a task takes turns as others do, may await, and is cancelled when its thread is
     * interrupted. A task that waits for such threads the JDK's way, as in {@code
     * StructuredTaskScope.join}, does so in {@link Asyncio#blocking(Blocking.Code)}, or it holds
     * the loop that they need.
     *
     * @throws UnsupportedOperationException in hand-off mode, where a thread that other code starts
     *     cannot be made to take turns
     */
    ThreadFactory threadFactory();

    // Readiness

    /**
     * Calls {@code callback} whenever descriptor {@code fd} can be read; replaces the one before.
     */
    void addReader(int fd, Runnable callback);

    /** Stops watching {@code fd} for reading; returns whether it was watched. */
    boolean removeReader(int fd);

    /** Calls {@code callback} whenever {@code fd} can be written; replaces the one before. */
    void addWriter(int fd, Runnable callback);

    /** Stops watching {@code fd} for writing; returns whether it was watched. */
    boolean removeWriter(int fd);

    /** As {@link #addReader(int, Runnable)}, for a non-blocking channel (accept counts as read). */
    void addReader(SelectableChannel channel, Runnable callback);

    /** As {@link #removeReader(int)}, for a channel. */
    boolean removeReader(SelectableChannel channel);

    /** As {@link #addWriter(int, Runnable)}, for a channel (connect counts as write). */
    void addWriter(SelectableChannel channel, Runnable callback);

    /** As {@link #removeWriter(int)}, for a channel. */
    boolean removeWriter(SelectableChannel channel);

    // Pipes and processes

    /**
     * Reads {@code pipe} on behalf of a protocol. The transport owns the pipe from then on. The
     * future is done after the protocol's {@code connectionMade}.
     */
    Future<ReadTransport> connectReadPipe(
            Supplier<? extends ReceivingProtocol> protocolFactory, Pipe pipe);

    /** Writes {@code pipe} on behalf of a protocol; as {@link #connectReadPipe}. */
    Future<WriteTransport> connectWritePipe(
            Supplier<? extends BaseProtocol> protocolFactory, Pipe pipe);

    /**
     * Starts a child process and reports its output and exit to {@code protocolFactory}'s protocol.
     * The future is done after the protocol's {@code connectionMade}; both may come before this
     * returns, so that {@code connectionMade} may be called in the task that asks, and must not
     * await there.
     *
     * @throws IllegalArgumentException if the command cannot be one, before anything is started
     */
    Future<SubprocessTransport> subprocessExec(
            Supplier<? extends SubprocessProtocol> protocolFactory, Command command);

    /** As {@link #subprocessExec}, for a command line of {@code /bin/sh}. */
    Future<SubprocessTransport> subprocessShell(
            Supplier<? extends SubprocessProtocol> protocolFactory, String command);

    // Signals

    /**
     * Runs {@code callback} on the loop whenever the process gets the signal.
     *
     * @param signal a name, such as {@code INT} or {@code SIGINT}
     * @throws IllegalArgumentException if there is no such signal or it cannot be handled
     * @throws IllegalStateException if this is not the loop of the main thread
     */
    void addSignalHandler(String signal, Runnable callback);

    /** As {@link #addSignalHandler(String, Runnable)}, by the platform's number. */
    void addSignalHandler(int signal, Runnable callback);

    /** Restores what the signal did before; returns whether there was a handler. */
    boolean removeSignalHandler(String signal);

    /** As {@link #removeSignalHandler(String)}, by the platform's number. */
    boolean removeSignalHandler(int signal);

    // Failures and debugging

    /** Sends failures that nobody catches to {@code handler}; null restores the default, a log. */
    void setExceptionHandler(@Nullable ExceptionHandler handler);

    /** Returns the handler that was set, or null. */
    @Nullable
    ExceptionHandler getExceptionHandler();

    /** Logs {@code context}; what happens when no handler was set. */
    void defaultExceptionHandler(ExceptionContext context);

    /** Reports a failure to the exception handler. */
    void callExceptionHandler(ExceptionContext context);

    /** Returns whether debug mode is on. */
    boolean getDebug();

    /**
     * Turns debug mode on or off; it begins with the property {@code asyncio4j.debug}. In debug
     * mode callbacks know where they were made, calls from the wrong thread are errors, and a
     * callback or step of a task that takes {@linkplain #setSlowCallbackDuration long} is logged
     * twice: with its stack while it holds the loop, by a thread that watches, and when it ends.
     */
    void setDebug(boolean enabled);

    /** Returns how long a callback may take before debug mode reports it. */
    Duration getSlowCallbackDuration();

    /** Sets how long a callback may take before debug mode reports it; 100 ms at first. */
    void setSlowCallbackDuration(Duration duration);

    /** Returns for how long code that the JDK parks holds the loop. */
    Duration getBlockingGrace();

    /**
     * Sets for how long a task or callback that the JDK parks outside of an await, such as on a
     * contended lock, holds the loop: nothing else runs meanwhile, since only an await gives way.
     * After that the loop continues without it, and logs a warning with its stack, once for each
     * place and in debug mode each time; it resumes in a turn of its own. Thus a task may wait for
     * a lock that another task of the same loop holds. Code that blocks on purpose belongs in
     * {@link Asyncio#blocking(Blocking.Code)}.
     *
     * <p>It begins with the property {@code asyncio4j.blockingGrace}, 10 ms if that is not set.
     * Zero lets the loop continue at once, {@code ChronoUnit.FOREVER.getDuration()} never. In
     * hand-off mode it has no effect: there the loop is held until the code continues.
     *
     * @throws IllegalArgumentException if {@code grace} is negative
     */
    void setBlockingGrace(Duration grace);
}
