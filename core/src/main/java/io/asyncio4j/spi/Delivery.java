package io.asyncio4j.spi;

import io.asyncio4j.EventLoop;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Something for a loop to run, from any thread, and what to do instead if the loop is closed before
 * its turn comes: one of the two runs, once.
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
     * Has {@code loop} run {@code inTurn} in a turn of its own; {@code ifClosed} runs instead if it
     * is closed first: in the thread that closes it, or at once if it is closed already.
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

    /** Called by the loop: in its turn, or at its end. */
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
