package io.asyncio4j;

import io.asyncio4j.os.Unreachable;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The exception of a failed future; apart from the future, so that a cleaner can report it when the
 * future is unreachable and nobody has asked.
 */
final class Failure implements Runnable {

    final Throwable exception;
    private final EventLoop loop;
    private final String owner;
    private boolean retrieved;

    Failure(Throwable exception, EventLoop loop, String owner) {
        this.exception = exception;
        this.loop = loop;
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
        if (!retrieved) {
            new Report(
                            loop,
                            new ExceptionContext(
                                    owner + " exception was never retrieved", exception))
                    .send();
        }
    }

    /** Tells the loop, or its log if it is closed before it has heard. */
    private static final class Report implements Runnable {
        private final EventLoop loop;
        private final ExceptionContext context;
        private final AtomicBoolean told = new AtomicBoolean();
        private boolean registered;

        Report(EventLoop loop, ExceptionContext context) {
            this.loop = loop;
            this.context = context;
        }

        void send() {
            try {
                registered = register();
                loop.callSoonThreadsafe(this);
            } catch (IllegalStateException closed) {
                run();
            }
        }

        private boolean register() {
            try {
                loop.addCloseCallback(this);
                return true;
            } catch (UnsupportedOperationException e) {
                return false; // a loop of somebody's own, which closes without telling
            }
        }

        /** Called by the loop: in its turn, or at its end. */
        @Override
        public void run() {
            if (!told.compareAndSet(false, true)) {
                return;
            }
            if (loop.isClosed()) {
                loop.defaultExceptionHandler(context);
            } else {
                if (registered) {
                    loop.removeCloseCallback(this);
                }
                loop.callExceptionHandler(context);
            }
        }
    }
}
