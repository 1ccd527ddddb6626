package io.asyncio4j.spi;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.CarrierLocal;
import io.asyncio4j.os.VirtualThreads;
import java.util.Locale;

/**
 * The event loop that the current thread runs, and the task whose step is running.
 *
 * <p>For authors of event loops: {@link #enter} when a thread begins to run a loop, {@link #leave}
 * when it ends, and {@link #setTask} around each step of a task. Programs use {@link Asyncio}
 * instead. An instance belongs to one thread; in carrier mode all virtual threads that this thread
 * carries share it.
 */
public final class LoopContext {

    /** How tasks get their turns. The whole process has one mode. */
    public enum TaskMode {
        /** The loop's thread carries its tasks' virtual threads. */
        CARRIER,
        /** Tasks are ordinary virtual threads that take turns with the loop's thread. */
        HANDOFF
    }

    private static final TaskMode MODE = chooseMode();
    private static final CarrierLocal<LoopContext> CURRENT =
            new CarrierLocal<>(MODE == TaskMode.CARRIER);

    private final EventLoop loop;
    private final Thread thread;
    private @Nullable Task<?> task;

    private LoopContext(EventLoop loop, Thread thread) {
        this.loop = loop;
        this.thread = thread;
    }

    /** Returns the task mode of this process, from the property {@code asyncio4j.tasks}. */
    public static TaskMode mode() {
        return MODE;
    }

    /** Returns why carrier mode cannot be used here, or null if it can. */
    public static @Nullable String carrierModeUnavailableReason() {
        return VirtualThreads.unavailableReason();
    }

    /** Returns the context of the current thread, or null if it runs no loop. */
    public static @Nullable LoopContext current() {
        return CURRENT.get();
    }

    /**
     * Returns the loop that runs the current callback or task.
     *
     * @throws IllegalStateException outside of one
     */
    public static EventLoop runningLoop() {
        LoopContext context = CURRENT.get();
        if (context == null) {
            throw new IllegalStateException(
                    "no running event loop; call this from a callback or task of one");
        }
        return context.loop;
    }

    /**
     * Marks the current thread as running {@code loop} on behalf of {@code thread}, the thread that
     * started the run and whose loop it is for a policy.
     *
     * @throws IllegalStateException if the current thread runs a loop already
     */
    public static LoopContext enter(EventLoop loop, Thread thread) {
        requireNone(loop);
        var context = new LoopContext(loop, thread);
        CURRENT.set(context);
        return context;
    }

    /**
     * Checks that {@code loop} may be run here.
     *
     * @throws IllegalStateException if the current thread runs a loop already
     */
    public static void requireNone(EventLoop loop) {
        LoopContext running = CURRENT.get();
        if (running != null) {
            throw new IllegalStateException(
                    "Cannot run "
                            + loop
                            + " while "
                            + running.loop
                            + " is running in this thread; use await inside of a task, or another"
                            + " thread");
        }
    }

    /** Lets a second thread, such as that of a task in hand-off mode, share {@code context}. */
    public static void join(LoopContext context) {
        CURRENT.set(context);
    }

    /**
     * The action that a loop calls, in any thread, when another thread interrupts the thread that
     * runs the loop. Bound in that thread before it runs the loop; unbound for no action.
     */
    public static final ScopedValue<Runnable> INTERRUPT_LISTENER = ScopedValue.newInstance();

    /** Returns the {@link #INTERRUPT_LISTENER}, or null. */
    public static @Nullable Runnable interruptListener() {
        return INTERRUPT_LISTENER.isBound() ? INTERRUPT_LISTENER.get() : null;
    }

    /** Marks the current thread as running no loop. */
    public static void leave() {
        CURRENT.set(null);
    }

    /**
     * Returns the thread that is the context for a policy: from a callback or task, the thread that
     * runs the loop; else the current thread.
     */
    public static Thread policyThread() {
        LoopContext context = CURRENT.get();
        return context == null ? Thread.currentThread() : context.thread;
    }

    /** Returns the loop that this context runs. */
    public EventLoop loop() {
        return loop;
    }

    /** Returns the thread that started the run of the loop. */
    public Thread thread() {
        return thread;
    }

    /** Returns the task whose step is running, or null inside of a callback. */
    public @Nullable Task<?> task() {
        return task;
    }

    /** Sets the task whose step is about to run, or null after the step. */
    public void setTask(@Nullable Task<?> newTask) {
        task = newTask;
    }

    private static TaskMode chooseMode() {
        String wanted = System.getProperty("asyncio4j.tasks", "auto").toLowerCase(Locale.ROOT);
        String reason = VirtualThreads.unavailableReason();
        switch (wanted) {
            case "handoff" -> {
                return TaskMode.HANDOFF;
            }
            case "carrier" -> {
                if (reason != null) {
                    throw new IllegalStateException(
                            "asyncio4j.tasks=carrier is not possible: " + reason);
                }
                return TaskMode.CARRIER;
            }
            case "auto" -> {
                if (reason == null) {
                    return TaskMode.CARRIER;
                }
                System.getLogger("io.asyncio4j")
                        .log(
                                System.Logger.Level.INFO,
                                "Tasks run in hand-off mode, which is slower: " + reason);
                return TaskMode.HANDOFF;
            }
            default ->
                    throw new IllegalArgumentException(
                            "asyncio4j.tasks="
                                    + wanted
                                    + " is invalid; choose auto, carrier or handoff");
        }
    }
}
