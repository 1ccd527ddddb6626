package io.asyncio4j.graalpy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Task;
import java.util.concurrent.CancellationException;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;

/** Python functions as the bodies of Java tasks; called by the Python package. */
public final class PythonTask {

    private static final String CANCELLED = "asyncio.exceptions.CancelledError";

    private PythonTask() {}

    /**
     * Runs {@code function} in a task of {@code loop}. What Java throws inside of it ends the task
     * as it is, and asyncio's {@code CancelledError} cancels it.
     */
    public static Task<Value> start(EventLoop loop, Value function) {
        return loop.createTask(() -> {
            try {
                return function.execute();
            } catch (PolyglotException e) {
                throw cause(e);
            }
        });
    }

    private static Exception cause(PolyglotException exception) {
        if (exception.isHostException()) {
            switch (exception.asHostException()) {
                case Error error -> throw error;
                case Exception own -> {
                    return own;
                }
                default -> {
                    return exception;
                }
            }
        }
        Value raised = exception.getGuestObject();
        if (raised != null && raised.getMetaObject().getMetaQualifiedName().equals(CANCELLED)) {
            return new CancellationException(raised.toString());
        }
        return exception;
    }
}
