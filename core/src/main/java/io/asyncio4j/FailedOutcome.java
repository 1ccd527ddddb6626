package io.asyncio4j;

import io.asyncio4j.os.Unreachable;
import io.asyncio4j.spi.Delivery;
import java.lang.ref.WeakReference;

/**
 * The exception of a failed future; apart from the future, so that a cleaner can report it when the
 * future is unreachable and nobody has asked.
 */
final class FailedOutcome implements Runnable {

    private static final System.Logger LOGGER = System.getLogger("io.asyncio4j");

    final Throwable exception;
    // Weak: the loop may refer to the future, which would then never be unreachable.
    private final WeakReference<EventLoop> loop;
    private final String owner;
    private boolean retrieved;

    FailedOutcome(Throwable exception, EventLoop loop, String owner) {
        this.exception = exception;
        this.loop = new WeakReference<>(loop);
        this.owner = owner;
    }

    /** Begins to watch {@code future}, whose failure this is. */
    void watch(Future<?> future) {
        Unreachable.then(future, this);
    }

    void markRetrieved() {
        retrieved = true;
    }

    /** Called by the cleaner. */
    @Override
    public void run() {
        if (retrieved) {
            return;
        }
        var context = new ExceptionContext(owner + " exception was never retrieved", exception);
        EventLoop reporting = loop.get();
        if (reporting == null) {
            LOGGER.log(System.Logger.Level.ERROR, context.message(), exception);
            return;
        }
        Delivery.send(
                reporting,
                () -> reporting.callExceptionHandler(context),
                () -> reporting.defaultExceptionHandler(context));
    }
}
