package io.asyncio4j.spi;

import io.asyncio4j.EventLoop;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An action for a loop to run, and another to run instead if the loop is closed first. Exactly one
 * of the two runs, once. Safe from any thread.
 */
public final class Delivery implements Runnable {
    private final EventLoop loop;
    private final Runnable inTurn;
    private final Runnable ifClosed;
    private final AtomicBoolean over = new AtomicBoolean();

    private Delivery(EventLoop loop, Runnable inTurn, Runnable ifClosed) {
        this.loop = loop;
        this.inTurn = inTurn;
        this.ifClosed = ifClosed;
    }

    /**
     * Schedules {@code inTurn} as a turn of {@code loop}. If the loop is closed first, runs {@code
     * ifClosed} instead: in the thread that closes the loop, or immediately if it is already
     * closed.
     */
    public static void send(EventLoop loop, Runnable inTurn, Runnable ifClosed) {
        var delivery = new Delivery(loop, inTurn, ifClosed);
        AtClose.call(loop, delivery);
        try {
            loop.callSoonThreadsafe(delivery);
        } catch (IllegalStateException closed) {
            delivery.run();
        }
    }

    /** Called by the loop, in a turn or when it is closed. */
    @Override
    public void run() {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        if (loop.isClosed()) {
            ifClosed.run();
        } else {
            AtClose.forget(loop, this);
            inTurn.run();
        }
    }
}
