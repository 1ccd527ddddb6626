package io.asyncio4j.loop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.ExceptionHandler;
import io.asyncio4j.annotation.Nullable;
import java.util.Locale;

/** Reports a loop's unhandled failures. */
final class ExceptionReports {

    private static final System.Logger LOGGER = System.getLogger("io.asyncio4j");

    private final EventLoop loop;
    private @Nullable ExceptionHandler handler;

    ExceptionReports(EventLoop loop) {
        this.loop = loop;
    }

    void setHandler(@Nullable ExceptionHandler newHandler) {
        handler = newHandler;
    }

    @Nullable
    ExceptionHandler handler() {
        return handler;
    }

    /** Calls the handler. If it throws, both failures are logged and the loop continues. */
    void report(ExceptionContext context) {
        ExceptionHandler chosen = handler;
        try {
            if (chosen == null) {
                loop.defaultExceptionHandler(context);
            } else {
                chosen.handle(loop, context);
            }
        } catch (Throwable e) {
            if (ExceptionContext.mustPropagate(e)) {
                throw e;
            }
            if (context.exception() != null && context.exception() != e) {
                e.addSuppressed(context.exception());
            }
            var both =
                    new ExceptionContext(
                                    "Exception in the exception handler while it handled: "
                                            + context.message(),
                                    e)
                            .with("context", context);
            if (chosen == null) {
                log(both);
                return;
            }
            try {
                loop.defaultExceptionHandler(both);
            } catch (RuntimeException again) {
                again.addSuppressed(e);
                log(new ExceptionContext("Exception in the default exception handler", again));
            }
        }
    }

    static void log(ExceptionContext context) {
        var text = new StringBuilder(context.message());
        context.details()
                .forEach((kind, value) ->
                        text.append("\n  ").append(kind).append(": ").append(value));
        Throwable exception = context.exception();
        if (exception == null) {
            LOGGER.log(System.Logger.Level.ERROR, text.toString());
        } else {
            LOGGER.log(System.Logger.Level.ERROR, text.toString(), exception);
        }
    }

    /** Logs that a job has been running for too long. Called by the watchdog's thread. */
    void reportHolding(
            Runnable job, long nanos, StackTraceElement[] stack, @Nullable String blockedOn) {
        var where = new Throwable("where it is now");
        where.setStackTrace(stack);
        LOGGER.log(
                System.Logger.Level.WARNING,
                String.format(
                        Locale.ROOT,
                        "%s has held %s for %.3f seconds%s",
                        job,
                        loop,
                        nanos / 1e9,
                        blockedOn == null ? "" : ", waiting for " + blockedOn),
                where);
    }

    /** Logs that code is blocked. Called by any thread. */
    static void logBlocked(String text, StackTraceElement[] stack) {
        var where = new Throwable("where it is blocked");
        where.setStackTrace(stack);
        LOGGER.log(System.Logger.Level.WARNING, text, where);
    }

    void reportSlow(Runnable job, long nanos) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                String.format(Locale.ROOT, "Executing %s took %.3f seconds", job, nanos / 1e9));
    }
}
