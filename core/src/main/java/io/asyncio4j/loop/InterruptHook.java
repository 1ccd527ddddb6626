package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopContext;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;

/**
 * Reports immediately when another thread interrupts the thread that runs a loop.
 *
 * <p>A thread in a native wait does not notice an interrupt, and in carrier mode mounting a virtual
 * thread clears the interrupt status of its carrier. So this uses the hook that the JDK calls for a
 * thread that waits in {@code java.nio}, which {@link AbstractSelector} gives access to. The JDK
 * calls the hook only for an interrupt by another thread, not when a thread sets its own status. A
 * thread has one hook: a blocking {@code java.nio} call of the same thread removes this one, hence
 * {@link #beforeWait}.
 *
 * <p>It is not used as a selector.
 */
final class InterruptHook extends AbstractSelector {

    private final Thread thread;
    private final @Nullable Runnable listener;
    private final boolean statusBefore;
    private volatile boolean reported;
    // Used by the thread only: the interrupt status after the last wait, and whether it was set
    // since.
    private boolean statusKept;
    private boolean statusIsNew;

    private InterruptHook() {
        super(null);
        this.thread = Thread.currentThread();
        this.listener = LoopContext.interruptListener();
        // A status that was set before does not interrupt this run.
        this.statusBefore = Thread.interrupted();
        this.statusKept = statusBefore;
    }

    /** Installs a hook for the current thread. */
    static InterruptHook install() {
        var hook = new InterruptHook();
        hook.begin();
        if (hook.statusBefore) {
            hook.thread.interrupt();
        }
        return hook;
    }

    /**
     * Removes the hook. Called in its thread, whose interrupt status is then set if it was set
     * before or should have been set since.
     *
     * @param setInside whether code of the loop has set the interrupt status of the thread it ran
     *     in
     */
    void remove(boolean setInside) {
        end();
        if (statusBefore || reported || setInside) {
            thread.interrupt();
        }
    }

    /**
     * Called before a wait for I/O, while the interrupt status of the current thread is clear.
     *
     * @param status the interrupt status before it was cleared for the wait
     */
    void beforeWait(boolean status) {
        if (Thread.currentThread() == thread) {
            statusIsNew = status && !statusKept;
            begin();
        }
    }

    /**
     * Called after a wait in {@code java.nio}, which hides an interrupt and has removed the hook.
     * An interrupt whose status was cleared before the wait, but which reached the thread only
     * during it, shows as a wait that ended without a reason.
     */
    void afterInterruptibleWait(boolean endedForNothing) {
        if (Thread.currentThread() != thread) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        if (interrupted || (statusIsNew && endedForNothing)) {
            wakeup();
        }
        begin();
        if (interrupted) {
            thread.interrupt();
        }
    }

    /** Called after any wait, with the interrupt status that is set again. */
    void afterWait(boolean status) {
        if (Thread.currentThread() == thread) {
            statusKept = status;
        }
    }

    @Override
    public Selector wakeup() {
        reported = true;
        if (listener != null) {
            listener.run();
        }
        return this;
    }

    @Override
    protected void implCloseSelector() {}

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SelectionKey> keys() {
        return Set.of();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        return Set.of();
    }

    @Override
    public int selectNow() {
        return 0;
    }

    @Override
    public int select(long timeout) {
        return 0;
    }

    @Override
    public int select() {
        return 0;
    }
}
