package io.asyncio4j.loop;

import io.asyncio4j.Future;
import io.asyncio4j.Handle;
import io.asyncio4j.Task;
import io.asyncio4j.TaskContextHook;
import io.asyncio4j.TaskFactory;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.child.Launch;
import io.asyncio4j.child.Starter;
import io.asyncio4j.io.Engine;
import io.asyncio4j.io.Pipes;
import io.asyncio4j.os.Unreachable;
import io.asyncio4j.os.VirtualThreads;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.spi.LoopScoped;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.subprocess.SubprocessTransport;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.ReceivingProtocol;
import io.asyncio4j.transport.WriteTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An event loop without I/O: callbacks, timers, tasks, signals, executors and failure reports. A
 * subclass adds how to wait for I/O ({@link #poll}), and how to end that wait ({@link #wakeUp}).
 *
 * <p>{@code Turns} decides which turn is next; {@code Trampoline} and {@code Baton} pass turns to
 * tasks. This class connects the parts and enforces the loop's rules: whether it is open, whether
 * it is running, and in which thread it is called.
 */
@SuppressWarnings("this-escape") // the parts keep the loop, and use it only once it runs
public abstract class BaseEventLoop extends ConfigurableEventLoop {

    private static final long CLOCK_ORIGIN = System.nanoTime();

    private final LoopTasks tasks = new LoopTasks(this);
    private final Trampoline trampoline = new Trampoline(this);
    private final Baton baton = new Baton();
    private final LoopExecutor executor = new LoopExecutor(this);
    private final LoopSignals signals = new LoopSignals(this);
    private final Turns turns = new Turns(this, turnTimer());
    private final CloseCallbacks closing = new CloseCallbacks(this);

    private volatile boolean closed;
    // Not null while the loop is running.
    private volatile @Nullable InterruptHook interruptHook;

    /** Creates a loop that is not running. */
    protected BaseEventLoop() {
        // What reports failures must exist before the first failure.
        Unreachable.start();
        if (LoopContext.mode() == LoopContext.TaskMode.CARRIER) {
            VirtualThreads.startPollers();
        }
    }

    // What a subclass adds

    /**
     * Waits until I/O is ready, {@link #wakeUp} is called or the timeout has passed, and schedules
     * what must run for ready I/O with {@link #enqueue}.
     *
     * @param timeoutNanos the longest wait in nanoseconds; 0 does not wait, a negative value sets
     *     no limit
     */
    protected abstract void poll(long timeoutNanos) throws IOException;

    /**
     * Returns whether {@link #poll} ends when its thread is interrupted, as waits in {@code
     * java.nio} do; false unless overridden.
     */
    protected boolean isPollInterruptible() {
        return false;
    }

    /**
     * Returns whether {@link #poll} must always be called by the thread that runs the loop; false
     * unless overridden. In hand-off mode tasks, which have threads, otherwise poll between their
     * turns.
     */
    protected boolean isPollConfined() {
        return false;
    }

    /** Ends the current or the next wait in {@link #poll}. Called from any thread. */
    protected abstract void wakeUp();

    /** Returns whether a {@link #poll} that does not wait could find anything. */
    protected abstract boolean hasIo();

    /** Releases what {@link #poll} uses. */
    protected abstract void closeIo();

    /** Schedules {@code job} at the end of the ready queue. Call it from this loop's turns only. */
    protected final void enqueue(Runnable job) {
        turns.enqueue(job);
    }

    /** Returns whether the loop has nothing to run, as far as is known inside of {@link #poll}. */
    protected final boolean isIdle() {
        return turns.isIdle();
    }

    /**
     * Returns whether work outside of this idle loop will wake it: a task that the JDK has parked
     * or that is in {@code blocking}, or a call in an executor.
     */
    protected final boolean isWorkOutside() {
        return executor.isBusy() || tasks.isAnyBlocked();
    }

    // Callbacks and timers

    @Override
    public long time() {
        return System.nanoTime() - CLOCK_ORIGIN;
    }

    @Override
    public final Handle callSoon(Runnable callback) {
        requireTurn("callSoon");
        var handle = new Handle(callback, this);
        turns.enqueue(handle);
        return handle;
    }

    @Override
    public final Handle callSoonThreadsafe(Runnable callback) {
        requireOpen();
        var handle = new Handle(callback, this);
        turns.post(handle);
        return handle;
    }

    @Override
    public final TimerHandle callLater(Duration delay, Runnable callback) {
        Objects.requireNonNull(delay, "delay");
        long now = time();
        long nanos = Durations.saturatedNanos(delay);
        long when = now + nanos;
        return callAt(nanos > 0 && when < now ? Long.MAX_VALUE : when, callback);
    }

    @Override
    public final TimerHandle callAt(long when, Runnable callback) {
        requireTurn("callAt");
        return turns.addTimer(when, callback);
    }

    // Running

    @Override
    public final void runForever() {
        requireRunnable();
        // A stack overflow during the entry or exit would leave the thread in the loop's context.
        StackReserve.require();
        if (LoopContext.mode() == LoopContext.TaskMode.CARRIER) {
            trampoline.run(LoopScoped.carry(turns::run));
            return;
        }
        InterruptHook hook = installInterruptHook();
        try {
            LoopContext.enter(this, Thread.currentThread());
            turns.run();
        } finally {
            removeInterruptHook(hook, false);
            LoopContext.leave();
        }
    }

    /** Starts to report interrupts of the current thread, which runs the loop or waits for it. */
    final InterruptHook installInterruptHook() {
        InterruptHook hook = InterruptHook.install();
        interruptHook = hook;
        return hook;
    }

    /** Removes the hook. Called in its thread; see {@link InterruptHook#remove}. */
    final void removeInterruptHook(InterruptHook hook, boolean setInside) {
        interruptHook = null;
        hook.remove(setInside);
    }

    final @Nullable InterruptHook interruptHook() {
        return interruptHook;
    }

    @Override
    public final <T extends @Nullable Object> T runUntilComplete(Future<T> future) {
        requireRunnable();
        if (future.loop() != this) {
            throw new IllegalStateException(future + " belongs to another loop than " + this);
        }
        Consumer<Future<T>> stop = done -> stop();
        future.addDoneCallback(stop);
        try {
            runForever();
        } finally {
            future.removeDoneCallback(stop);
        }
        if (!future.isDone()) {
            throw new IllegalStateException(
                    "Event loop stopped before the future was done: " + future);
        }
        return future.result();
    }

    @Override
    public final <T extends @Nullable Object> T runUntilComplete(Callable<T> main) {
        requireRunnable(); // before a task exists, which would run in any case
        return runUntilComplete(createTask(main));
    }

    @Override
    public final void stop() {
        requireTurnInDebug("stop");
        turns.stop();
    }

    @Override
    public final boolean isRunning() {
        return turns.isRunning();
    }

    @Override
    public final boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (isRunning()) {
            throw new IllegalStateException("Cannot close a running event loop: " + this);
        }
        if (closed) {
            return;
        }
        try {
            tasks.close();
        } finally {
            closeParts();
        }
    }

    /** Closes each part, even if closing another one throws. */
    private void closeParts() {
        try {
            signals.close();
        } finally {
            closed = true;
            turns.clear();
            try {
                executor.close();
            } finally {
                try {
                    // First: a child must not take the closing of its pipe for the end of its
                    // input.
                    closing.run();
                } finally {
                    closeIo();
                }
            }
        }
    }

    @Override
    public final void addCloseCallback(Runnable callback) {
        closing.add(callback);
    }

    @Override
    public final void removeCloseCallback(Runnable callback) {
        closing.remove(callback);
    }

    // Tasks

    final Turns turns() {
        return turns;
    }

    final LoopTasks tasks() {
        return tasks;
    }

    final Trampoline trampoline() {
        return trampoline;
    }

    final Baton baton() {
        return baton;
    }

    @Override
    public final <T extends @Nullable Object> Task<T> createTask(
            Callable<T> body, @Nullable String name) {
        requireOpen();
        Objects.requireNonNull(body, "body");
        TaskFactory factory = tasks.factory();
        return factory == null ? newTask(body, name) : factory.create(this, body, name);
    }

    /** Creates and schedules a built-in task. For task factories. */
    public final <T extends @Nullable Object> Task<T> newTask(
            Callable<T> body, @Nullable String name) {
        requireTurn("createTask");
        return tasks.schedule(body, name);
    }

    @Override
    public final <T extends @Nullable Object> Task<T> createEagerTask(
            Callable<T> body, @Nullable String name) {
        requireTurn("createEagerTask");
        return tasks.start(body, name);
    }

    @Override
    public final void setTaskFactory(@Nullable TaskFactory factory) {
        requireTurnInDebug("setTaskFactory");
        tasks.setFactory(factory);
    }

    @Override
    public final @Nullable TaskFactory getTaskFactory() {
        return tasks.factory();
    }

    @Override
    public final void setTaskContextHook(@Nullable TaskContextHook hook) {
        requireTurnInDebug("setTaskContextHook");
        tasks.setHook(hook);
    }

    @Override
    public final @Nullable TaskContextHook getTaskContextHook() {
        return tasks.hook();
    }

    @Override
    public final Set<Task<?>> allTasks() {
        requireTurnInDebug("allTasks");
        return tasks.snapshot();
    }

    // Executors

    @Override
    public final <T extends @Nullable Object> Future<T> runInExecutor(
            @Nullable Executor chosen, Callable<T> call) {
        requireTurn("runInExecutor");
        return executor.run(chosen, call);
    }

    @Override
    public final void setDefaultExecutor(ExecutorService newExecutor) {
        requireTurnInDebug("setDefaultExecutor");
        executor.setDefault(newExecutor);
    }

    @Override
    public final Future<@Nullable Void> shutdownDefaultExecutor(@Nullable Duration timeout) {
        requireTurnInDebug("shutdownDefaultExecutor");
        return executor.shutdown(timeout);
    }

    @Override
    public final ThreadFactory threadFactory() {
        if (LoopContext.mode() != LoopContext.TaskMode.CARRIER) {
            throw new UnsupportedOperationException(
                    "Threads can be tasks in carrier mode only: "
                            + Objects.requireNonNullElse(
                                    LoopContext.carrierModeUnavailableReason(),
                                    "asyncio4j.tasks chose hand-off mode"));
        }
        return body -> new ForkedTask(this, body).thread();
    }

    // Pipes and processes

    /** Returns the I/O engine of this loop's transports. */
    Engine engine() {
        throw new UnsupportedOperationException(
                getClass().getName() + " has no transports; extend SelectorEventLoop");
    }

    @Override
    public final Future<ReadTransport> connectReadPipe(
            Supplier<? extends ReceivingProtocol> protocolFactory, Pipe pipe) {
        return Pipes.connectRead(this, engine(), protocolFactory, pipe);
    }

    @Override
    public final Future<WriteTransport> connectWritePipe(
            Supplier<? extends BaseProtocol> protocolFactory, Pipe pipe) {
        return Pipes.connectWrite(this, engine(), protocolFactory, pipe);
    }

    /**
     * Returns how this loop starts children.
     *
     * @throws UnsupportedOperationException if it cannot, saying which loop can
     */
    Starter starter() {
        return Starter.SPAWN;
    }

    @Override
    public final Future<SubprocessTransport> subprocessExec(
            Supplier<? extends SubprocessProtocol> protocolFactory, Command command) {
        return Launch.start(this, engine(), starter(), protocolFactory, command);
    }

    // Signals

    @Override
    public final void addSignalHandler(String signal, Runnable callback) {
        requireOpen();
        requireOwnTurn("addSignalHandler");
        signals.add(signal, callback);
    }

    @Override
    public final boolean removeSignalHandler(String signal) {
        requireOwnTurn("removeSignalHandler");
        return signals.remove(signal);
    }

    /** Returns the thread that runs this loop, or the current one when it is not running. */
    final Thread owner() {
        Thread running = turns.runner();
        return running == null ? LoopContext.policyThread() : running;
    }

    // Debugging

    @Override
    public final boolean getDebug() {
        return turns.debug();
    }

    @Override
    public final void setDebug(boolean enabled) {
        turns.setDebug(enabled);
    }

    /** Throws unless scheduling is still possible. */
    protected final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Event loop is closed");
        }
    }

    private void requireRunnable() {
        requireOpen();
        if (isRunning()) {
            throw new IllegalStateException("This event loop is already running: " + this);
        }
        LoopContext.requireNone(this);
    }

    /** Throws if the loop is closed or, in debug mode, if not called from one of its turns. */
    protected final void requireTurn(String method) {
        requireOpen();
        requireTurnInDebug(method);
    }

    /** Throws in debug mode if the loop is running and this is not called from one of its turns. */
    final void requireTurnInDebug(String method) {
        if (turns.debug()) {
            requireOwnTurn(method);
        }
    }

    /**
     * Throws if the loop is running and this is not called from one of its turns, also without
     * debug mode. For methods that would corrupt the loop, and that cost more than this check.
     */
    protected final void requireOwnTurn(String method) {
        if (!isRunning()) {
            return;
        }
        LoopContext context = LoopContext.current();
        if (context == null || context.loop() != this) {
            throw new IllegalStateException(
                    method
                            + " was called from thread '"
                            + Thread.currentThread().getName()
                            + "', which does not run this loop; use callSoonThreadsafe");
        }
    }

    @Override
    public String toString() {
        return "<"
                + getClass().getSimpleName()
                + " running="
                + isRunning()
                + " closed="
                + closed
                + " debug="
                + getDebug()
                + ">";
    }
}
