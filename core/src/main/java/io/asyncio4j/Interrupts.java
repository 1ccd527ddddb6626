package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.MainThread;
import io.asyncio4j.os.Signals;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * Cancels a task on SIGINT, or on an interrupt of the thread that runs the loop, while this is
 * open.
 *
 * <p>SIGINT is handled in the main thread only, and not if the program handles or ignores the
 * signal, which includes a program started with SIGINT ignored. A second SIGINT goes to the
 * previous handler. So does one that arrives after the end, when other code has saved this handler
 * and installed it again.
 */
final class Interrupts implements IntConsumer, AutoCloseable {

    private static final String SIGNAL = "INT";

    private final Task<?> task;
    // How often this has cancelled the task. Used in turns of the loop, and after its run.
    private int cancellations;
    private final AtomicBoolean threadInterrupted = new AtomicBoolean();
    private Signals.@Nullable Installation installation;
    // Set by the JVM's signal threads, and by the thread that closes.
    private volatile boolean came;
    private volatile boolean closed;

    private Interrupts(Task<?> task) {
        this.task = task;
    }

    static Interrupts cancelling(Task<?> task) {
        var interrupts = new Interrupts(task);
        if (MainThread.is(Thread.currentThread())) {
            interrupts.install();
        }
        return interrupts;
    }

    private synchronized void install() {
        if (Signals.isIgnored(SIGNAL)) {
            return;
        }
        Signals.Installation installed;
        try {
            installed = Signals.install(SIGNAL, this);
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            return; // a JVM started with -Xrs, or without jdk.unsupported: Ctrl-C ends it
        }
        if (Signals.replaced(installed) instanceof Interrupts former && former.closed) {
            // Installed again by a handler of the loop, which outlived that run.
            Signals.Installation leftOver = former.installation;
            installed = leftOver == null ? installed : installed.inPlaceOf(leftOver);
        }
        if (Signals.replacedDefault(installed)) {
            installation = installed;
        } else {
            Signals.restore(installed);
        }
    }

    /** Called by a thread of the JVM for each SIGINT. */
    @Override
    public synchronized void accept(int number) {
        if (!came && !closed) {
            came = true;
            if (cancelSoon()) {
                return;
            }
        }
        Signals.Installation installed = installation;
        if (installed != null) {
            Signals.restore(installed);
            Signals.raise(SIGNAL);
        }
    }

    /**
     * Called in any thread when the thread that runs the loop was interrupted. Only the first call
     * has an effect: one interrupt may be reported twice, and the second report must not disturb
     * the clean-up.
     */
    void threadInterrupted() {
        if (!closed && threadInterrupted.compareAndSet(false, true)) {
            var _ = cancelSoon();
        }
    }

    /** Schedules the cancellation; returns false if the loop is closed. */
    private boolean cancelSoon() {
        try {
            task.loop()
                    .callSoonThreadsafe(() -> {
                        if (task.cancel()) {
                            cancellations++;
                        }
                    });
            return true;
        } catch (IllegalStateException closedLoop) {
            return false;
        }
    }

    /** Wraps {@code main} to record the interrupt status that it leaves behind. */
    static <T extends @Nullable Object, X extends Exception> Code<T, X> noting(
            Code<T, X> main, AtomicBoolean status) {
        return () -> {
            try {
                return main.call();
            } finally {
                status.set(Thread.currentThread().isInterrupted());
            }
        };
    }

    /**
     * Takes back the cancellations that this requested, after the task has ended cancelled. Returns
     * whether there were no others.
     */
    boolean takeBack() {
        boolean only = false;
        for (; cancellations > 0; cancellations--) {
            only = task.uncancel() == 0;
        }
        return only;
    }

    @Override
    public synchronized void close() {
        closed = true;
        Signals.Installation installed = installation;
        if (installed != null) {
            Signals.restoreIfCurrent(installed);
        }
    }
}
