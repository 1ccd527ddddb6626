package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopContext;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;

/**
 * Notices that another thread interrupts the one that runs a loop, and reports it at once.
 *
 * <p>A thread in a native wait does not notice an interrupt, and in carrier mode mounting a virtual
 * thread clears the interrupt status of its carrier. What remains is the place that the JDK calls
 * for a thread that waits in {@code java.nio}, of which {@link AbstractSelector} is the way in.
 * That place is called for an interrupt by another thread only; the status that a thread sets for
 * itself is no report. It holds one hook: blocking {@code java.nio} calls of the same thread take
 * this one away, hence {@link #beforeWait}.
 *
 * <p>A selector in name only.
 */
final class InterruptHook extends AbstractSelector {

    private final Thread thread;
    private final @Nullable Runnable listener;
    private final boolean statusBefore;
    private volatile boolean reported;
    // The thread's: the interrupt status after the last wait, and whether it is another by now.
    private boolean statusKept;
    private boolean statusIsNew;

    private InterruptHook() {
        super(null);
        this.thread = Thread.currentThread();
        this.listener = LoopContext.interruptListener();
        // One that was set before does not interrupt this run.
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
     * Removes the hook, in its thread, whose interrupt status is then set if it was before or was
     * meant to be meanwhile.
     *
     * @param setInside whether the code of the loop has set the status of the thread it ran in
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
     * @param status what it was before it was cleared for the wait
     */
    void beforeWait(boolean status) {
        if (Thread.currentThread() == thread) {
            statusIsNew = status && !statusKept;
            begin();
        }
    }

    /**
     * Called after a wait in {@code java.nio}, which has kept an interrupt to itself, and has taken
     * the hook away. An interrupt whose status was cleared before the wait, and which reached the
     * thread only in it, is known by a wait that ended for nothing.
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

    /** Called after any wait, with the status that is set again. */
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
