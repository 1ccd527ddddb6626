package io.asyncio4j;

import io.asyncio4j.os.Unreachable;
import io.asyncio4j.spi.Delivery;
import java.lang.ref.WeakReference;

/**
 * The exception of a failed future, held separately so that a cleaner can report it if the future
 * becomes unreachable before the exception is retrieved.
 */
final class FailedOutcome implements Runnable {

    private static final System.Logger LOGGER = System.getLogger("io.asyncio4j");

    final Throwable exception;
    // Weak: the loop may refer to the future, which would then never become unreachable.
    private final WeakReference<EventLoop> loop;
    private final String owner;
    private boolean retrieved;

    FailedOutcome(Throwable exception, EventLoop loop, String owner) {
        this.exception = exception;
        this.loop = new WeakReference<>(loop);
        this.owner = owner;
    }

    /** Starts watching {@code future}, which failed with this exception. */
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
