package io.asyncio4j.graalpy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.ExceptionHandler;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.selector.Selectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;

/**
 * Ties a Java loop to the Python context that it runs callbacks of; called by the Python package.
 * What fails in the Java loop goes to the exception handler of the Python one.
 */
public final class LoopBinding implements ExceptionHandler {

    private final Context context;
    private final Value report;
    private final @Nullable ExceptionHandler former;

    private LoopBinding(Context context, Value report, @Nullable ExceptionHandler former) {
        this.context = context;
        this.report = report;
        this.former = former;
    }

    /**
     * Opens a loop that can watch Python's descriptors.
     *
     * @param selector the name of one, or null for the best that works here
     * @throws IllegalArgumentException if there is no such selector
     * @throws IllegalStateException if it cannot watch descriptors, or cannot be used here
     */
    public static EventLoop open(@Nullable String selector) {
        String name = selector == null ? Selectors.defaultName() : selector;
        String reason =
                name.equals("nio")
                        ? Objects.requireNonNullElse(
                                Selectors.unavailableReason("poll"),
                                "it watches Java's channels only")
                        : Selectors.NAMES.contains(name) ? Selectors.unavailableReason(name) : null;
        if (reason != null) {
            throw new IllegalStateException(
                    "Python's descriptors cannot be watched with \"" + name + "\": " + reason);
        }
        return new SelectorEventLoop(Selectors.open(name));
    }

    /**
     * Opens a loop over io_uring.
     *
     * @throws UncheckedIOException if that cannot be used here, saying why
     */
    public static EventLoop openProactor() {
        String reason = ProactorEventLoop.unavailableReason();
        if (reason != null) {
            throw new UncheckedIOException(
                    new IOException(
                            "ProactorEventLoop does not work here: "
                                    + reason
                                    + "; or use EventLoop"));
        }
        return new ProactorEventLoop();
    }

    /**
     * Makes {@code loop} that of the current context.
     *
     * @param report called with a message and an exception, or None, when something fails; None
     *     leaves that to the handler that the loop has
     * @throws IllegalStateException if another context has it
     */
    public static void bind(EventLoop loop, Value report) {
        Context current = Context.getCurrent();
        ExceptionHandler former = loop.getExceptionHandler();
        if (former instanceof LoopBinding binding && !binding.context.equals(current)) {
            throw new IllegalStateException(
                    "This event loop belongs to another Python context: "
                            + loop
                            + "; create one in each context");
        }
        // The interpreter's lock may keep a callback waiting for longer than the grace of any.
        loop.setBlockingGrace(ChronoUnit.FOREVER.getDuration());
        loop.setExceptionHandler(new LoopBinding(current, report, former));
    }

    @Override
    public void handle(EventLoop loop, ExceptionContext failure) {
        if (!report.isNull()) {
            report.executeVoid(failure.message(), failure.exception());
        } else if (former != null) {
            former.handle(loop, failure);
        } else {
            loop.defaultExceptionHandler(failure);
        }
    }
}
