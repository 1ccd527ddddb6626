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
 * <p><b>Threads.</b> A loop belongs to the thread that runs it. Call its methods from its own
 * callbacks and tasks or, while it is not running, from the thread that will run it. {@link
 * #callSoonThreadsafe}, {@link #execute}, {@link #isRunning}, {@link #isClosed} and {@link #time}
 * may be called from any thread. In debug mode a call from the wrong thread is an error.
 *
 * <p><b>Closed.</b> After {@link #close()}, methods that schedule work throw {@link
 * IllegalStateException}.
 *
 * <p>To implement a custom loop, extend {@code io.asyncio4j.loop.AbstractEventLoop}.
 */
public interface EventLoop extends Executor, AutoCloseable {

    // Callbacks and timers

    /**
     * Schedules {@code callback} for the next iteration, after the callbacks scheduled before it.
     */
    Handle callSoon(Runnable callback);

    /** As {@link #callSoon}, but may be called from any thread; wakes the loop if it is waiting. */
    Handle callSoonThreadsafe(Runnable callback);

    /** Runs {@code callback} once {@code delay} has passed, never earlier. */
    TimerHandle callLater(Duration delay, Runnable callback);

    /** Runs {@code callback} once {@link #time()} has reached {@code when}, never earlier. */
    TimerHandle callAt(long when, Runnable callback);

    /**
     * Returns the time of the loop's monotonic clock in nanoseconds; only differences are
     * meaningful.
     */
    long time();

    /** As {@link #callSoonThreadsafe}, for code that knows only {@link Executor}. */
    @Override
    void execute(Runnable command);

    // Running

    /**
     * Runs until {@link #stop()} is called. If {@code stop} was called before, runs one iteration.
     *
     * @throws IllegalStateException if this loop is already running or closed, or another loop is
     *     running in this thread
     */
    void runForever();

    /**
     * Runs until {@code future} is done, and returns its result or throws its exception as {@link
     * Future#result()} does.
     *
     * @throws IllegalStateException as {@link #runForever}, or if the loop was stopped before the
     *     future was done
     */
    <T extends @Nullable Object> T runUntilComplete(Future<T> future);

    /**
     * Runs {@code main} as a task until it is done, and returns its result or throws its exception.
     */
    <T extends @Nullable Object> T runUntilComplete(Callable<T> main);

    /** As {@link #runUntilComplete(Callable)}, for code that returns nothing. */
    void runUntilComplete(Action main);

    /** Ends {@link #runForever()} after the current iteration. */
    void stop();

    /** Returns whether the loop is running in any thread. */
    boolean isRunning();

    /** Returns whether {@link #close()} was called. */
    boolean isClosed();

    /**
     * Releases the selector, the signal handlers and the default executor. Callbacks that have not
     * run yet are dropped. Idempotent.
     *
     * @throws IllegalStateException if the loop is running
     */
    @Override
    void close();

    /**
     * Registers a callback that {@link #close()} calls at its end, in the thread that closes the
     * loop. Use it to release what pending callbacks of this loop would have released. Safe from
     * any thread.
     *
     * @throws IllegalStateException if the loop is closed
     */
    void addCloseCallback(Runnable callback);

    /**
     * Removes a callback added by {@link #addCloseCallback}; a no-op if there is none. Safe from
     * any thread.
     */
    void removeCloseCallback(Runnable callback);

    // Futures and tasks

    /** Creates a future of this loop. */
    <T extends @Nullable Object> Future<T> createFuture();

    /** Runs {@code body} as a task, whose first step runs in the next iteration. */
    <T extends @Nullable Object> Task<T> createTask(Callable<T> body);

    /** As {@link #createTask(Callable)}, with a name; null chooses {@code Task-N}. */
    <T extends @Nullable Object> Task<T> createTask(Callable<T> body, @Nullable String name);

    /**
     * Runs {@code body} as a task and runs its first step immediately, while the caller waits. If
     * the body ends without waiting, the task is done on return and is never scheduled. If the
     * caller is not a callback or task of this loop, or has a native frame on its stack, the task
     * is scheduled like any other. The task factory is not used.
     */
    <T extends @Nullable Object> Task<T> createEagerTask(Callable<T> body, @Nullable String name);

    /** As {@link #createEagerTask(Callable, String)}, named {@code Task-N}. */
    <T extends @Nullable Object> Task<T> createEagerTask(Callable<T> body);

    /** Sets the hook that captures a context for each new task; null removes it. */
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
     * Returns a future of this loop that takes over the outcome of {@code stage}, which may
     * complete in any thread. Cancelling the future cancels the stage.
     */
    <T extends @Nullable Object> Future<T> wrapFuture(CompletionStage<T> stage);

    // Executors

    /** Runs blocking code in the default executor. */
    <T extends @Nullable Object> Future<T> runInExecutor(Callable<T> call);

    /** Runs {@code call} in {@code executor}; null means the default one. */
    <T extends @Nullable Object> Future<T> runInExecutor(
            @Nullable Executor executor, Callable<T> call);

    /** Replaces the default executor, which the loop then shuts down when it closes. */
    void setDefaultExecutor(ExecutorService executor);

    /**
     * Shuts the default executor down. The returned future is done when the executor's threads have
     * ended. When {@code timeout} has passed first, running calls are interrupted, calls that have
     * not started are cancelled, a warning is issued, and the future is done. A null timeout sets
     * no limit.
     */
    Future<@Nullable Void> shutdownDefaultExecutor(@Nullable Duration timeout);

    // For the JDK's concurrency

    /**
     * Returns this loop as an executor, which may be used from any thread. It runs its work in
     * callbacks, at times of the loop's clock. What a command given to {@code execute} throws goes
     * to the exception handler; other exceptions go into the futures. Shutting the executor down
     * makes it reject new work, run delayed work and cancel periodic work; the loop is not
     * affected. Closing the loop shuts the executor down and cancels what has not run. The loop
     * refers to the executor until it is shut down. Do not call methods that block, such as {@code
     * invokeAll} or {@code get} of its futures, on the loop.
     */
    ScheduledExecutorService asScheduledExecutor();

    /**
     * Returns a factory of threads that are tasks of this loop, so that the JDK's structured
     * concurrency can fork onto it. The factory may be used, and its threads started, in any
     * thread. Such a task runs in turns like any other, may await, and is cancelled when its thread
     * is interrupted. A task that waits for such threads with a JDK method, such as {@code
     * StructuredTaskScope.join}, must do so in {@link Asyncio#blocking(Code)}; otherwise it holds
     * the loop that they need.
     *
     * @throws UnsupportedOperationException in hand-off mode, where the loop cannot give turns to a
     *     thread that other code starts
     */
    ThreadFactory threadFactory();

    // Readiness

    /**
     * Calls {@code callback} whenever descriptor {@code fd} is readable. Replaces an earlier
     * reader.
     *
     * @throws UnsupportedOperationException if this loop cannot wait for descriptors
     */
    void addReader(int fd, Runnable callback);

    /** Stops watching {@code fd} for reading; returns whether it was watched. */
    boolean removeReader(int fd);

    /** Calls {@code callback} whenever {@code fd} is writable. Replaces an earlier writer. */
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
     * Connects the read end of a pipe to a protocol. The future is done after the protocol's {@code
     * connectionMade}; from then on the transport owns the pipe.
     */
    Future<ReadTransport> connectReadPipe(
            Supplier<? extends ReceivingProtocol> protocolFactory, Pipe pipe);

    /** Connects the write end of a pipe to a protocol; otherwise as {@link #connectReadPipe}. */
    Future<WriteTransport> connectWritePipe(
            Supplier<? extends BaseProtocol> protocolFactory, Pipe pipe);

    /**
     * Starts a child process and reports its output and exit to {@code protocolFactory}'s protocol.
     * The future is done after the protocol's {@code connectionMade}. Both may happen before this
     * method returns: {@code connectionMade} may be called in the calling task, and must not await.
     *
     * @throws IllegalArgumentException if the command is invalid; nothing has been started then
     * @throws UnsupportedOperationException if this loop has no children, or not with an option of
     *     the command, naming it
     */
    Future<SubprocessTransport> subprocessExec(
            Supplier<? extends SubprocessProtocol> protocolFactory, Command command);

    /** As {@link #subprocessExec}, for a command line that {@code /bin/sh} runs. */
    Future<SubprocessTransport> subprocessShell(
            Supplier<? extends SubprocessProtocol> protocolFactory, String command);

    // Signals

    /**
     * Calls {@code callback} on the loop whenever the process receives the signal. Replaces an
     * earlier handler of this loop.
     *
     * @param signal a name, such as {@code INT} or {@code SIGINT}
     * @throws IllegalArgumentException if there is no such signal or it cannot be handled
     * @throws IllegalStateException if this is not the loop of the main thread
     */
    void addSignalHandler(String signal, Runnable callback);

    /** As {@link #addSignalHandler(String, Runnable)}, by the platform's number. */
    void addSignalHandler(int signal, Runnable callback);

    /**
     * Removes the handler and restores the signal's former action; returns whether there was a
     * handler.
     */
    boolean removeSignalHandler(String signal);

    /** As {@link #removeSignalHandler(String)}, by the platform's number. */
    boolean removeSignalHandler(int signal);

    // Failures and debugging

    /**
     * Sets the handler for failures that no caller can catch; null restores the default, which logs
     * them.
     */
    void setExceptionHandler(@Nullable ExceptionHandler handler);

    /** Returns the handler that was set, or null. */
    @Nullable
    ExceptionHandler getExceptionHandler();

    /** Logs {@code context}; called when no handler is set. */
    void defaultExceptionHandler(ExceptionContext context);

    /** Reports a failure to the exception handler. */
    void callExceptionHandler(ExceptionContext context);

    /** Returns whether debug mode is on. */
    boolean getDebug();

    /**
     * Turns debug mode on or off; the property {@code asyncio4j.debug} sets the initial value. In
     * debug mode handles record where they were created, calls from the wrong thread are errors,
     * and a callback or step of a task that is {@linkplain #setSlowCallbackDuration slow} is logged
     * twice: with its stack while it holds the loop, by a watchdog thread, and when it ends.
     */
    void setDebug(boolean enabled);

    /** Returns how long a callback may take before debug mode reports it. */
    Duration getSlowCallbackDuration();

    /** Sets how long a callback may take before debug mode reports it; initially 100 ms. */
    void setSlowCallbackDuration(Duration duration);

    /** Returns how long code that the JDK has parked may hold the loop. */
    Duration getBlockingGrace();

    /**
     * Sets how long a task or callback that the JDK parks outside of an await, such as on a
     * contended lock, may hold the loop. Nothing else runs during that time, since only an await
     * lets others run. After it, the loop continues without the parked code and logs a warning with
     * its stack: once for each place, in debug mode each time. The code resumes later in a turn of
     * its own. Thus a task may wait for a lock that another task of the same loop holds. Run code
     * that blocks on purpose in {@link Asyncio#blocking(Code)}.
     *
     * <p>The property {@code asyncio4j.blockingGrace} sets the initial value; without it, 10 ms.
     * With zero the loop continues immediately, with {@code ChronoUnit.FOREVER.getDuration()}
     * never. Has no effect in hand-off mode, where the loop is held until the code continues.
     *
     * @throws IllegalArgumentException if {@code grace} is negative
     */
    void setBlockingGrace(Duration grace);
}
