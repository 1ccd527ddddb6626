package io.asyncio4j.graalpy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;

/**
 * The outcome of a Python awaitable, for Java. It is done when Python's future is, and cancelling
 * it asks Python's future to be cancelled.
 */
final class PythonFuture extends Future<Value> {

    private final Value cancel;
    // Null until Python has started it.
    private @Nullable Value source;

    private PythonFuture(EventLoop loop, Value cancel) {
        super(loop);
        this.cancel = cancel;
    }

    /** Starts {@code awaitable} on {@code loop}, in a turn of that. */
    static PythonFuture start(EventLoop loop, Value awaitable) {
        Value interop = Python.interop(awaitable.getContext());
        var future = new PythonFuture(loop, interop.getMember("_cancel"));
        future.source = interop.invokeMember("_begin", loop, awaitable, new Target(future));
        return future;
    }

    @Override
    public boolean cancel(@Nullable String message) {
        if (isDone() || source == null) {
            return super.cancel(message);
        }
        try {
            return cancel.execute(loop(), source, message).asBoolean();
        } catch (IllegalStateException | PolyglotException e) {
            if (e instanceof PolyglotException other && !other.isCancelled()) {
                throw e;
            }
            // Nothing else would ever end it.
            fail(Python.closed(e));
            return true;
        }
    }

    /** What Python reports the outcome to, in a turn of the loop. */
    public static final class Target {
        private final PythonFuture future;

        private Target(PythonFuture future) {
            this.future = future;
        }

        /** Takes over a result. */
        @HostAccess.Export
        public void succeeded(Value result) {
            if (!future.isDone()) {
                future.finish(result);
            }
        }

        /** Takes over the exception that {@code raise} raises; {@code cause} is Java's, or null. */
        @HostAccess.Export
        public void failed(Value raise, @Nullable Throwable cause) {
            if (future.isDone()) {
                return;
            }
            try {
                raise.executeVoid();
            } catch (PolyglotException e) {
                if (cause != null && e.getCause() == null) {
                    e.initCause(cause);
                }
                future.fail(e.isHostException() ? e.asHostException() : e);
            }
        }

        /** Takes over a cancellation. */
        @HostAccess.Export
        public void cancelled(@Nullable String message) {
            if (!future.isDone()) {
                future.finishCancelled(message);
            }
        }
    }
}
