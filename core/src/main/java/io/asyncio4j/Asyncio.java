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
 * The functions of asyncio, made for {@code import static}.
 *
 * <p><b>Threads.</b> {@link #run}, {@link #runCoroutineThreadsafe} and what concerns policies may
 * be called from any thread, the others from callbacks and tasks of the loop that they concern.
 *
 * <p><b>Waiting.</b> Those that wait ({@link #await}, {@link #sleep}, {@link #gather} and so on)
 * suspend the current task. Called outside of a task they throw {@link IllegalStateException}, and
 * have begun nothing. A future of another loop is refused.
 *
 * <p><b>Cancellation.</b> A task that is cancelled while it waits gets {@link
 * java.util.concurrent.CancellationException}. Unless said otherwise, what it waited for is
 * cancelled first, and the exception comes when that has ended.
 *
 * <p><b>Errors.</b> Functions that run code and wait for it ({@link #run}, {@link #timeout}, {@link
 * #toThread}, {@link #blocking} and so on) throw what it throws, checked exceptions included. A
 * future cannot declare what it failed with: {@link #await(Future)}, {@link #gather} and {@link
 * #waitFor(Future, Duration)} throw unchecked exceptions as they are, and checked ones as the cause
 * of a {@link java.util.concurrent.CompletionException}.
 *
 * <p><b>Overloads.</b> A reference to a method that is itself overloaded ({@code child::waitFor})
 * fits both {@link Code} and {@link VoidCode}, and the compiler asks to choose; write a lambda.
 */
public final class Asyncio {

    /** A pipe to this process; see {@link Stdio#PIPE}. */
    public static final Stdio PIPE = Stdio.PIPE;

    /** The stream of this process; see {@link Stdio#INHERIT}. */
    public static final Stdio INHERIT = Stdio.INHERIT;

    /** The null device; see {@link Stdio#DEVNULL}. */
    public static final Stdio DEVNULL = Stdio.DEVNULL;

    /** Where standard output goes; see {@link Stdio#STDOUT}. */
    public static final Stdio STDOUT = Stdio.STDOUT;

    private Asyncio() {}

    // Running

    /**
     * Runs {@code main} as a task of a new event loop, and closes the loop when it is done. Returns
     * its result, or throws its exception as it is.
     *
     * @throws X what {@code main} throws
     * @throws InterruptedRunException if SIGINT, or an interrupt of this thread, has cancelled
     *     {@code main}; see {@link Runner}
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

    /** As {@link #run(Code)}, in a loop made with {@code options}. */
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

    /** Returns the running event loop inside of a callback or task, else the policy's. */
    public static EventLoop getEventLoop() {
        LoopContext context = LoopContext.current();
        return context != null ? context.loop() : Policies.get().getEventLoop();
    }

    /** Sets the event loop of the current context; null removes it. */
    public static void setEventLoop(@Nullable EventLoop loop) {
        Policies.get().setEventLoop(loop);
    }

    /** Creates an event loop of the policy's kind. */
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
     * Runs {@code body} as a task of the running loop. What it throws is the task's exception, and
     * reported if nobody asks for it; see {@link Future}.
     *
     * @throws IllegalStateException if no loop is running here
     */
    public static <T extends @Nullable Object> Task<T> createTask(Callable<T> body) {
        return getRunningLoop().createTask(body);
    }

    /** As {@link #createTask(Callable)}, with a name; null numbers it. */
    public static <T extends @Nullable Object> Task<T> createTask(
            Callable<T> body, @Nullable String name) {
        return getRunningLoop().createTask(body, name);
    }

    /** As {@link #createTask(Callable)}, for code that returns nothing. */
    public static Task<@Nullable Void> createTask(Action body) {
        return getRunningLoop().createTask(asCallable(body));
    }

    /** As {@link #createTask(Action)}, with a name; null numbers it. */
    public static Task<@Nullable Void> createTask(Action body, @Nullable String name) {
        return getRunningLoop().createTask(asCallable(body), name);
    }

    /**
     * Runs {@code body} as a task of the running loop, its first step at once; see {@link
     * EventLoop#createEagerTask(Callable, String)}.
     *
     * @throws IllegalStateException if no loop is running here
     */
    public static <T extends @Nullable Object> Task<T> createEagerTask(Callable<T> body) {
        return getRunningLoop().createEagerTask(body);
    }

    /** As {@link #createEagerTask(Callable)}, with a name; null numbers it. */
    public static <T extends @Nullable Object> Task<T> createEagerTask(
            Callable<T> body, @Nullable String name) {
        return getRunningLoop().createEagerTask(body, name);
    }

    /** As {@link #createEagerTask(Callable)}, for code that returns nothing. */
    public static Task<@Nullable Void> createEagerTask(Action body) {
        return getRunningLoop().createEagerTask(asCallable(body));
    }

    /** Returns the task factory that starts every task of a loop eagerly. */
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

    /** Returns the tasks of {@code loop} that are not done; to be called in its thread. */
    public static Set<Task<?>> allTasks(EventLoop loop) {
        return loop.allTasks();
    }

    /** Suspends the current task until {@code future} is done; see {@link Future#await()}. */
    public static <T extends @Nullable Object> T await(Future<T> future) {
        return future.await();
    }

    /**
     * Suspends the current task until {@code stage}, of any thread, is done. Cancelling the task
     * cancels the stage, and does not wait for it to end; see {@link EventLoop#wrapFuture}.
     */
    public static <T extends @Nullable Object> T await(CompletionStage<T> stage) {
        return CurrentTask.require("await").loop().wrapFuture(stage).await();
    }

    /** Returns a future of the running loop for {@code stage}; see {@link EventLoop#wrapFuture}. */
    public static <T extends @Nullable Object> Future<T> wrapFuture(CompletionStage<T> stage) {
        return getRunningLoop().wrapFuture(stage);
    }

    /**
     * Suspends the current task for {@code delay} of the loop's clock, never less; zero or less
     * lets the others run once.
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
     * exception is thrown at once, while the others continue; one that was cancelled counts as
     * failed with {@link java.util.concurrent.CancellationException}. Cancelling the waiting task
     * cancels them all, and waits for them.
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
     * Waits for all of {@code futures}, and returns how each has ended, in the same order: no
     * exception is thrown for one that failed or was cancelled. Cancelling the waiting task cancels
     * them all, and waits for them.
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
     * Waits until {@code futures} are as {@code returnWhen} says. Cancels none of them, not even
     * when the waiting task is cancelled. (asyncio's {@code wait}, whose name {@link Object#wait}
     * takes.)
     *
     * @throws IllegalArgumentException if there are no futures, or one belongs to another loop
     */
    public static <F extends Future<?>> WaitResult<F> waitUntil(
            Collection<? extends F> futures, ReturnWhen returnWhen) {
        return WaitUntil.waitUntil(futures, returnWhen, null);
    }

    /**
     * As {@link #waitUntil(Collection, ReturnWhen)}, returning what is done by then when {@code
     * timeout} has passed.
     */
    public static <F extends Future<?>> WaitResult<F> waitUntil(
            Collection<? extends F> futures, ReturnWhen returnWhen, Duration timeout) {
        return WaitUntil.waitUntil(futures, returnWhen, Objects.requireNonNull(timeout, "timeout"));
    }

    /**
     * Returns {@code futures} in the order in which they are done, to be iterated over once: {@code
     * next} suspends the current task until there is another one, and returns it, done. For a
     * deadline, iterate inside of {@link #timeout(Duration, VoidCode)}. Cancelling the task cancels
     * none of them, and loses none: the next {@code next} continues.
     *
     * @throws IllegalArgumentException if one belongs to another loop
     */
    public static <F extends Future<?>> Iterable<F> asCompleted(Collection<? extends F> futures) {
        return WaitUntil.asCompleted(futures);
    }

    /**
     * Returns a future that ends as {@code future} does, but can be cancelled without cancelling
     * it: await it where a cancellation of the current task is to stop the waiting only. An
     * exception that comes after such a cancellation is reported as never retrieved.
     */
    public static <T extends @Nullable Object> Future<T> shield(Future<T> future) {
        return WaitUntil.shield(future);
    }

    /**
     * Waits for {@code future} no longer than {@code timeout}; then cancels it, and waits until it
     * has ended. One that is done by then has its result returned, however little time there was;
     * so has a task whose own await has a result by then, if it ends without another wait.
     *
     * @throws TimeoutException if the deadline cancelled {@code future}
     * @throws java.util.concurrent.CompletionException around a checked exception of {@code future}
     */
    public static <T extends @Nullable Object> T waitFor(Future<T> future, Duration timeout)
            throws TimeoutException {
        return Timeout.waitFor(future, timeout);
    }

    /**
     * Runs {@code body} in the current task for no longer than {@code timeout}; does not run it if
     * that is zero or less.
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
        waitFor(returningNull(body), timeout);
    }

    /**
     * Runs {@code body} in the current task for no longer than {@code delay}: the deadline cancels
     * it then; see {@link Timeout}.
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
        timeout(delay, returningNull(body));
    }

    /**
     * As {@link #timeout(Duration, Code)}, until a time of the running loop's clock in nanoseconds;
     * null sets no limit.
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
        timeoutAt(when, returningNull(body));
    }

    // Threads

    /**
     * Runs {@code code}, which blocks, in the default executor, and waits for it. Cancelling the
     * waiting task ends the wait; code that has begun continues.
     *
     * @throws X what {@code code} throws
     */
    public static <T extends @Nullable Object, X extends Exception> T toThread(Code<T, X> code)
            throws X {
        return Threads.toThread(code);
    }

    /** As {@link #toThread(Code)}, for code that returns nothing. */
    public static <X extends Exception> void toThread(VoidCode<X> code) throws X {
        Threads.toThread(returningNull(code));
    }

    /**
     * Runs {@code code}, which may block, in the current task's own thread while the other tasks
     * and the callbacks continue: an await like any other. Inside, the task has no turn. It must
     * not touch the loop or what belongs to it, in debug mode that is an error; there is no running
     * loop, and what waits is refused. It may start other blocking code, which is just run.
     *
     * <p>The JDK parks virtual threads that block, so any number of tasks may do so at once: on a
     * lock, a queue, a socket, {@code Thread.sleep}. Native code that blocks, a read from a file or
     * a pipe included, keeps a thread that carries virtual ones. There are as many of these as
     * processors at first; after a moment others are added, up to 256.
     *
     * <p>Cancelling the task does not stop the code, see {@link #blockingInterruptibly}: the
     * cancellation comes once the code has ended, in place of its result, or of its exception,
     * which is then suppressed. A task that is cancelled already never runs it. Below a native
     * frame, where a virtual thread cannot be unmounted, the code holds the loop in carrier mode.
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
        Blocking.call(returningNull(code), false);
    }

    /**
     * As {@link #blocking(Code)}, but cancelling the task also interrupts the thread that {@code
     * code} runs in, once for each time it is cancelled.
     */
    public static <T extends @Nullable Object, X extends Exception> T blockingInterruptibly(
            Code<T, X> code) throws X {
        return Blocking.call(code, true);
    }

    /** As {@link #blockingInterruptibly(Code)}, for code that returns nothing. */
    public static <X extends Exception> void blockingInterruptibly(VoidCode<X> code) throws X {
        Blocking.call(returningNull(code), true);
    }

    /**
     * Runs {@code body} as a task of {@code loop}, from any thread. Cancelling the stage cancels
     * the task; closing the loop before the task is done cancels the stage. A thread that runs a
     * loop must not wait for the stage: it would never be done.
     *
     * @throws IllegalStateException if {@code loop} is closed
     */
    public static <T extends @Nullable Object> CompletableFuture<T> runCoroutineThreadsafe(
            Callable<T> body, EventLoop loop) {
        return Threads.runCoroutineThreadsafe(body, loop);
    }

    // Subprocesses

    /**
     * Starts a child process. Cancelled while it does, it kills the child, waits for it, and only
     * then continues the cancellation.
     *
     * @throws IOException naming the program or the directory, and errno, if it cannot be started
     * @throws IllegalStateException outside of a task, or if the child watcher is not active
     */
    public static ChildProcess createSubprocess(Command command) throws IOException {
        return ChildProcess.create(getRunningLoop(), command);
    }

    /**
     * Starts {@code program}, its streams inherited. Short for {@link #createSubprocess} with
     * {@link Command#exec(String, String...)}, which has the options.
     */
    public static ChildProcess createSubprocessExec(String program, String... arguments)
            throws IOException {
        return createSubprocess(Command.exec(program, arguments));
    }

    /**
     * Has {@code /bin/sh} run {@code commandLine}, its streams inherited. Short for {@link
     * #createSubprocess} with {@link Command#shell(String)}, which has the options.
     */
    public static ChildProcess createSubprocessShell(String commandLine) throws IOException {
        return createSubprocess(Command.shell(commandLine));
    }

    private static <X extends Exception> Code<@Nullable Void, X> returningNull(VoidCode<X> code) {
        Objects.requireNonNull(code, "code");
        return () -> {
            code.run();
            return null;
        };
    }

    private static Callable<@Nullable Void> asCallable(Action action) {
        return () -> {
            action.run();
            return null;
        };
    }
}
