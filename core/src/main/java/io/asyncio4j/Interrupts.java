package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.MainThread;
import io.asyncio4j.os.Signals;

/**
 * Has SIGINT cancel a task while this is open, in the main thread, unless the program handles the
 * signal itself.
 *
 * <p>The second SIGINT, and one that comes after the end (when somebody has kept this handler and
 * put it back), go to what was there before.
 */
final class Interrupts implements AutoCloseable {

    private static final String SIGNAL = "INT";

    private final Task<?> task;
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
        Signals.Installation installed;
        try {
            installed = Signals.install(SIGNAL, number -> interrupt());
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            return; // a JVM started with -Xrs, or without jdk.unsupported: Ctrl-C ends it
        }
        if (Signals.replacedDefault(installed)) {
            installation = installed;
        } else {
            Signals.restore(installed);
        }
    }

    private synchronized void interrupt() {
        if (!came && !closed) {
            came = true;
            try {
                task.loop().callSoonThreadsafe(task::cancel);
                return;
            } catch (IllegalStateException e) {
                // The loop is closed: there is nothing left to cancel.
            }
        }
        Signals.Installation installed = installation;
        if (installed != null) {
            Signals.restore(installed);
            Signals.raise(SIGNAL);
        }
    }

    /** Returns whether the task was cancelled for a signal. */
    boolean came() {
        return came;
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
