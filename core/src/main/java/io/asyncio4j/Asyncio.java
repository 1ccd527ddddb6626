package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.policy.EventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.subprocess.ChildProcess;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.Stdio;
import io.asyncio4j.watcher.ChildWatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * The functions of asyncio, meant for {@code import static}.
 *
 * <p><b>Threads.</b> {@link #run}, {@link #runCoroutineThreadsafe} and the methods for policies may
 * be called from any thread; the others only from callbacks and tasks of the loop that they use.
 *
 * <p><b>Waiting.</b> Methods that wait ({@link #await}, {@link #sleep}, {@link #gather} and so on)
 * suspend the current task. Outside of a task, or for a future of another loop, they throw an
 * exception and start nothing: {@link IllegalStateException} unless their documentation names
 * another.
 *
 * <p><b>Cancellation.</b> A task that is cancelled while it waits gets {@link
 * java.util.concurrent.CancellationException}. Unless a method says otherwise, what the task waits
 * for is cancelled first, and the exception is thrown once that has ended.
 *
 * <p><b>Errors.</b> Methods that run code and wait for it ({@link #run}, {@link #timeout}, {@link
 * #toThread}, {@link #blocking} and so on) throw what the code throws, checked exceptions included.
 * A future cannot declare the exception it fails with, so {@link #await(Future)}, {@link #gather}
 * and {@link #waitFor(Future, Duration)} throw unchecked exceptions unchanged and wrap checked ones
 * in a {@link java.util.concurrent.CompletionException}.
 *
 * <p><b>Overloads.</b> A reference to a method that is itself overloaded ({@code child::waitFor})
 * fits both {@link Code} and {@link VoidCode}, which the compiler reports as ambiguous; write a
 * lambda instead.
 */
public final class Asyncio {

    /** A pipe to this process; see {@link Stdio#PIPE}. */
    public static final Stdio PIPE = Stdio.PIPE;

    /** The same stream as this process has; see {@link Stdio#INHERIT}. */
    public static final Stdio INHERIT = Stdio.INHERIT;

    /** The null device; see {@link Stdio#DEVNULL}. */
    public static final Stdio DEVNULL = Stdio.DEVNULL;

    /** The same destination as standard output; see {@link Stdio#STDOUT}. */
    public static final Stdio STDOUT = Stdio.STDOUT;

    private Asyncio() {}

    // Running

    /**
     * Runs {@code main} as a task of a new event loop, closes the loop when the task is done, and
     * returns the result of {@code main} or throws its exception unchanged.
     *
     * @throws X what {@code main} throws
     * @throws InterruptedRunException if SIGINT, or an interrupt of this thread, cancelled {@code
     *     main}; see {@link Runner}
     * @throws IllegalStateException if this thread already runs an event loop
     */
    public static <T extends @Nullable Object, X extends Exception> T run(Code<T, X> main)
            throws X {
        return run(main, Runner.Options.DEFAULT);
    }

    /** As {@link #run(Code)}, for code that returns nothing. */
    public static <X extends Exception> void run(VoidCode<X> main) throws X {
        run(main, Runner.Options.DEFAULT);
    }

    /** As {@link #run(Code)}, on a loop created with {@code options}. */
    public static <T extends @Nullable Object, X extends Exception> T run(
            Code<T, X> main, Runner.Options options) throws X {
        try (var runner = new Runner(options)) {
            return runner.run(main);
        }
    }

    /** As {@link #run(Code, Runner.Options)}, for code that returns nothing. */
    public static <X extends Exception> void run(VoidCode<X> main, Runner.Options options)
            throws X {
        try (var runner = new Runner(options)) {
            runner.run(main);
        }
    }

    // Policies and loops

    /** Returns the event loop policy; see {@link Policies#get()}. */
    public static EventLoopPolicy getEventLoopPolicy() {
        return Policies.get();
    }

    /** Replaces the process-wide event loop policy; see {@link Policies#set}. */
    public static void setEventLoopPolicy(@Nullable EventLoopPolicy policy) {
        Policies.set(policy);
    }

    /**
     * Returns the running event loop when called from a callback or task, else the policy's loop.
     */
    public static EventLoop getEventLoop() {
        LoopContext context = LoopContext.current();
        return context != null ? context.loop() : Policies.get().getEventLoop();
    }

    /** Sets the event loop of the current context; null removes it. */
    public static void setEventLoop(@Nullable EventLoop loop) {
        Policies.get().setEventLoop(loop);
    }

    /** Creates an event loop with the policy's {@code newEventLoop}. */
    public static EventLoop newEventLoop() {
        return Policies.get().newEventLoop();
    }

    /**
     * Returns the event loop that runs the current callback or task.
     *
     * @throws IllegalStateException outside of one
     */
    public static EventLoop getRunningLoop() {
        return LoopContext.runningLoop();
    }

    /**
     * Returns the policy's child watcher.
     *
     * @deprecated see {@link EventLoopPolicy#getChildWatcher()}
     */
    @Deprecated
    public static ChildWatcher getChildWatcher() {
        return Policies.get().getChildWatcher();
    }

    /**
     * Replaces the policy's child watcher.
     *
     * @deprecated see {@link EventLoopPolicy#setChildWatcher}
     */
    @Deprecated
    public static void setChildWatcher(@Nullable ChildWatcher watcher) {
        Policies.get().setChildWatcher(watcher);
    }

    // Tasks

    /**
     * Runs {@code body} as a task of the running loop. What the body throws becomes the task's
     * exception, which is reported if it is never retrieved; see {@link Future}.
     *
     * @throws IllegalStateException if no loop is running here
     */
    public static <T extends @Nullable Object> Task<T> createTask(Callable<T> body) {
        return getRunningLoop().createTask(body);
    }

    /** As {@link #createTask(Callable)}, with a name; null chooses {@code Task-N}. */
    public static <T extends @Nullable Object> Task<T> createTask(
            Callable<T> body, @Nullable String name) {
        return getRunningLoop().createTask(body, name);
    }

    /** As {@link #createTask(Callable)}, for code that returns nothing. */
    public static Task<@Nullable Void> createTask(Action body) {
        return getRunningLoop().createTask(body.returningNull());
    }

    /** As {@link #createTask(Action)}, with a name; null chooses {@code Task-N}. */
    public static Task<@Nullable Void> createTask(Action body, @Nullable String name) {
        return getRunningLoop().createTask(body.returningNull(), name);
    }

    /**
     * Runs {@code body} as a task of the running loop and runs its first step immediately; see
     * {@link EventLoop#createEagerTask(Callable, String)}.
     *
     * @throws IllegalStateException if no loop is running here
     */
    public static <T extends @Nullable Object> Task<T> createEagerTask(Callable<T> body) {
        return getRunningLoop().createEagerTask(body);
    }

    /** As {@link #createEagerTask(Callable)}, with a name; null chooses {@code Task-N}. */
    public static <T extends @Nullable Object> Task<T> createEagerTask(
            Callable<T> body, @Nullable String name) {
        return getRunningLoop().createEagerTask(body, name);
    }

    /** As {@link #createEagerTask(Callable)}, for code that returns nothing. */
    public static Task<@Nullable Void> createEagerTask(Action body) {
        return getRunningLoop().createEagerTask(body.returningNull());
    }

    /** Returns a task factory that starts each task eagerly. */
    public static TaskFactory eagerTaskFactory() {
        return EventLoop::createEagerTask;
    }

    /** Returns the current task, or null outside of one. */
    public static @Nullable Task<?> currentTask() {
        return Task.current();
    }

    /**
     * Returns the tasks of the running loop that are not done, oldest first.
     *
     * @throws IllegalStateException if no loop is running here
     */
    public static Set<Task<?>> allTasks() {
        return getRunningLoop().allTasks();
    }

    /** Returns the task whose step {@code loop} is running in this thread, or null. */
    public static @Nullable Task<?> currentTask(EventLoop loop) {
        Task<?> task = Task.current();
        return task != null && task.loop() == loop ? task : null;
    }

    /**
     * Returns the tasks of {@code loop} that are not done, oldest first. Call it in the loop's
     * thread.
     */
    public static Set<Task<?>> allTasks(EventLoop loop) {
        return loop.allTasks();
    }

    /** Suspends the current task until {@code future} is done; see {@link Future#await()}. */
    public static <T extends @Nullable Object> T await(Future<T> future) {
        return future.await();
    }

    /**
     * Suspends the current task until {@code stage} is done, in whatever thread it completes.
     * Cancelling the task cancels the stage without waiting for it to end; see {@link
     * EventLoop#wrapFuture}.
     */
    public static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        return CurrentTask.require("await").loop().wrapFuture(stage).await();
    }

    /** Returns a future of the running loop for {@code stage}; see {@link EventLoop#wrapFuture}. */
    public static <T extends @Nullable Object> Future<T> wrapFuture(CompletionStage<T> stage) {
        return getRunningLoop().wrapFuture(stage);
    }

    /**
     * Suspends the current task for at least {@code delay} on the loop's clock. A delay of zero or
     * less suspends it for one iteration of the loop.
     */
    public static void sleep(Duration delay) {
        Task<?> task = CurrentTask.require("sleep");
        if (delay.isPositive()) {
            Sleep.suspend(task.loop(), delay);
        } else {
            task.suspendOnce();
        }
    }

    /**
     * Waits for all of {@code futures}, and returns their results in the same order. The first
     * exception is thrown immediately, while the other futures continue; a cancelled future counts
     * as failed with {@link java.util.concurrent.CancellationException}. Cancelling the waiting
     * task cancels all futures and waits for them to end.
     *
     * @throws IllegalArgumentException if one belongs to another loop
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read, into a list of what they are declared as
    public static <T extends @Nullable Object> List<T> gather(Future<? extends T>... futures) {
        return gather(Arrays.asList(futures));
    }

    /** As {@link #gather(Future[])}. */
    public static <T extends @Nullable Object> List<T> gather(
            List<? extends Future<? extends T>> futures) {
        return Gather.<T>results(CurrentTask.require("gather").loop(), futures).await();
    }

    /**
     * Waits for all of {@code futures}, and returns the outcome of each in the same order; failures
     * and cancellations are returned, not thrown. Cancelling the waiting task cancels all futures
     * and waits for them to end.
     *
     * @throws IllegalArgumentException if one belongs to another loop
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // as above
    public static <T extends @Nullable Object> List<Outcome<T>> gatherOutcomes(
            Future<? extends T>... futures) {
        return gatherOutcomes(Arrays.asList(futures));
    }

    /** As {@link #gatherOutcomes(Future[])}. */
    public static <T extends @Nullable Object> List<Outcome<T>> gatherOutcomes(
            List<? extends Future<? extends T>> futures) {
        EventLoop loop = CurrentTask.require("gatherOutcomes").loop();
        return Gather.<T>outcomes(loop, futures).await();
    }

    /**
     * Waits until {@code futures} meet the condition {@code returnWhen}. Cancels none of them, not
     * even when the waiting task is cancelled. This is asyncio's {@code wait}; the name is taken by
     * {@link Object#wait}.
     *
     * @throws IllegalArgumentException if there are no futures, or one belongs to another loop
     */
    public static <F extends Future<?>> WaitResult<F> waitUntil(
            Collection<? extends F> futures, ReturnWhen returnWhen) {
        return WaitUntil.waitUntil(futures, returnWhen, null);
    }

    /**
     * As {@link #waitUntil(Collection, ReturnWhen)}, but returns when {@code timeout} has passed at
     * the latest, whatever is done by then.
     */
    public static <F extends Future<?>> WaitResult<F> waitUntil(
            Collection<? extends F> futures, ReturnWhen returnWhen, Duration timeout) {
        return WaitUntil.waitUntil(futures, returnWhen, Objects.requireNonNull(timeout, "timeout"));
    }

    /**
     * Iterates over {@code futures} in the order in which they complete. {@code next} suspends the
     * current task until another future is done, and returns that future. The result can be
     * iterated over once; for a deadline, iterate inside of {@link #timeout(Duration, VoidCode)}.
     * Cancelling the task cancels no future and loses none: a later {@code next} continues.
     *
     * @throws IllegalArgumentException if one belongs to another loop
     */
    public static <F extends Future<?>> Iterable<F> asCompleted(Collection<? extends F> futures) {
        return WaitUntil.asCompleted(futures);
    }

    /**
     * Returns a future that takes over the outcome of {@code future} and can be cancelled without
     * cancelling it. Await the returned future when a cancellation of the current task should only
     * end the wait. If {@code future} fails after that, its exception is reported as never
     * retrieved.
     */
    public static <T extends @Nullable Object> Future<T> shield(Future<T> future) {
        return WaitUntil.shield(future);
    }

    /**
     * Waits for {@code future}, cancels it when {@code timeout} has passed, and then waits until it
     * has ended. A future that is done by then returns its result even if the timeout is zero. So
     * does a task whose own await has a result by then, provided that it ends without waiting
     * again.
     *
     * @throws TimeoutException if the deadline cancelled {@code future}
     * @throws java.util.concurrent.CompletionException if {@code future} failed with a checked
     *     exception, which is the cause
     */
    public static <T extends @Nullable Object> T waitFor(Future<T> future, Duration timeout)
            throws TimeoutException {
        return Timeout.waitFor(future, timeout);
    }

    /**
     * Runs {@code body} in the current task, and cancels it when {@code timeout} has passed. A
     * timeout of zero or less throws without running the body.
     *
     * @throws X what {@code body} throws
     * @throws TimeoutException if the deadline cancelled {@code body}
     */
    public static <T extends @Nullable Object, X extends Exception> T waitFor(
            Code<T, X> body, Duration timeout) throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        if (timeout.isPositive()) {
            return timeout(timeout, body);
        }
        throw Timeout.withoutTime(timeout);
    }

    /** As {@link #waitFor(Code, Duration)}, for code that returns nothing. */
    public static <X extends Exception> void waitFor(VoidCode<X> body, Duration timeout)
            throws X, TimeoutException {
        waitFor(body.returningNull(), timeout);
    }

    /**
     * Runs {@code body} in the current task, and cancels it when {@code delay} has passed; see
     * {@link Timeout}.
     *
     * @throws X what {@code body} throws
     * @throws TimeoutException if the deadline cancelled {@code body}
     */
    public static <T extends @Nullable Object, X extends Exception> T timeout(
            Duration delay, Code<T, X> body) throws X, TimeoutException {
        try (var timeout = Timeout.after(delay)) {
            return timeout.call(body);
        }
    }

    /** As {@link #timeout(Duration, Code)}, for code that returns nothing. */
    public static <X extends Exception> void timeout(Duration delay, VoidCode<X> body)
            throws X, TimeoutException {
        timeout(delay, body.returningNull());
    }

    /**
     * As {@link #timeout(Duration, Code)}, with the deadline as a time of the running loop's clock
     * in nanoseconds; null sets no deadline.
     */
    public static <T extends @Nullable Object, X extends Exception> T timeoutAt(
            @Nullable Long when, Code<T, X> body) throws X, TimeoutException {
        try (var timeout = Timeout.at(when)) {
            return timeout.call(body);
        }
    }

    /** As {@link #timeoutAt(Long, Code)}, for code that returns nothing. */
    public static <X extends Exception> void timeoutAt(@Nullable Long when, VoidCode<X> body)
            throws X, TimeoutException {
        timeoutAt(when, body.returningNull());
    }

    // Threads

    /**
     * Runs blocking {@code code} in the default executor and waits for it. Cancelling the waiting
     * task ends the wait; code that has started continues.
     *
     * @throws X what {@code code} throws
     */
    public static <T extends @Nullable Object, X extends Exception> T toThread(Code<T, X> code)
            throws X {
        return Threads.toThread(code);
    }

    /** As {@link #toThread(Code)}, for code that returns nothing. */
    public static <X extends Exception> void toThread(VoidCode<X> code) throws X {
        Threads.toThread(code.returningNull());
    }

    /**
     * Runs {@code code}, which may block, in the current task's own thread while other tasks and
     * callbacks continue. For the loop this is an await like any other. The code must not use the
     * loop or objects that belong to it, which is an error in debug mode. Inside it, {@link
     * #getRunningLoop} and methods that wait throw {@link IllegalStateException}. A nested call of
     * {@code blocking} just runs its code.
     *
     * <p>The JDK parks a virtual thread that blocks on a lock, a queue, a socket or {@code
     * Thread.sleep}, so any number of tasks may do that at once. Blocking native code, including a
     * read from a file or a pipe, occupies a carrier thread. There is one carrier for each
     * processor; when all stay busy, more are added, up to 256.
     *
     * <p>Cancelling the task does not stop the code (see {@link #blockingInterruptibly}). Once the
     * code has ended, the cancellation is thrown instead of its result or exception; the exception
     * is added as suppressed. If the task is already cancelled, the code does not run. In carrier
     * mode, code called below a native frame holds the loop, because the virtual thread cannot be
     * unmounted there.
     *
     * @throws X what {@code code} throws
     * @throws IllegalStateException outside of a task
     */
    public static <T extends @Nullable Object, X extends Exception> T blocking(Code<T, X> code)
            throws X {
        return Blocking.call(code, false);
    }

    /** As {@link #blocking(Code)}, for code that returns nothing. */
    public static <X extends Exception> void blocking(VoidCode<X> code) throws X {
        Blocking.call(code.returningNull(), false);
    }

    /**
     * As {@link #blocking(Code)}, but each cancellation of the task also interrupts the thread that
     * runs {@code code}.
     */
    public static <T extends @Nullable Object, X extends Exception> T blockingInterruptibly(
            Code<T, X> code) throws X {
        return Blocking.call(code, true);
    }

    /** As {@link #blockingInterruptibly(Code)}, for code that returns nothing. */
    public static <X extends Exception> void blockingInterruptibly(VoidCode<X> code) throws X {
        Blocking.call(code.returningNull(), true);
    }

    /**
     * Runs {@code body} as a task of {@code loop}. May be called from any thread. Cancelling the
     * stage cancels the task; closing the loop before the task is done cancels the stage. Do not
     * wait for the stage in the thread that runs the loop: it would never complete.
     *
     * @throws IllegalStateException if {@code loop} is closed
     */
    public static <T extends @Nullable Object> CompletableFuture<T> runCoroutineThreadsafe(
            Callable<T> body, EventLoop loop) {
        return Threads.runCoroutineThreadsafe(body, loop);
    }

    // Subprocesses

    /**
     * Starts a child process. If the task is cancelled during the start, the child is killed and
     * waited for before the cancellation is thrown.
     *
     * @throws IOException if the program cannot be started; the message has the program or
     *     directory, and errno
     * @throws IllegalStateException outside of a task, or if the child watcher is not active
     */
    public static ChildProcess createSubprocess(Command command) throws IOException {
        return ChildProcess.create(getRunningLoop(), command);
    }

    /**
     * Starts {@code program} with inherited streams. For other options use {@link
     * #createSubprocess} with {@link Command#exec(String, String...)}.
     */
    public static ChildProcess createSubprocessExec(String program, String... arguments)
            throws IOException {
        return createSubprocess(Command.exec(program, arguments));
    }

    /**
     * Runs {@code commandLine} in {@code /bin/sh} with inherited streams. For other options use
     * {@link #createSubprocess} with {@link Command#shell(String)}.
     */
    public static ChildProcess createSubprocessShell(String commandLine) throws IOException {
        return createSubprocess(Command.shell(commandLine));
    }
}
