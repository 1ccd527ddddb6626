package io.asyncio4j.graalpy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;
import java.util.concurrent.CancellationException;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;

/** Python functions as the bodies of Java tasks; called by the Python package. */
public final class PythonTask {

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
        return raised != null && isCancelledError(raised.getMetaObject())
                ? new CancellationException(message(raised.getMember("args")))
                : exception;
    }

    private static @Nullable String message(Value arguments) {
        if (arguments.getArraySize() == 0) {
            return null;
        }
        Value first = arguments.getArrayElement(0);
        return first.isString() ? first.asString() : first.toString();
    }

    private static boolean isCancelledError(Value type) {
        return type.getMetaSimpleName().equals("CancelledError")
                && type.getMember("__module__").asString().equals("asyncio.exceptions");
    }
}
