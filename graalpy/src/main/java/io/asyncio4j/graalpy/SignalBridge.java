package io.asyncio4j.graalpy;

import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import org.graalvm.polyglot.Value;

/** Tells a Python loop at once of a signal, also while Python's main thread waits in Java. */
public final class SignalBridge {

    private final Signals.Installation installation;

    /**
     * Handles a signal until {@link #close}.
     *
     * @param callback called with its number, in a thread of the JVM
     * @throws IllegalArgumentException if it cannot be caught, or belongs to the JVM
     */
    public SignalBridge(int number, Value callback) {
        installation = Signals.install(SignalNames.name(number), callback::executeVoid);
    }

    /** Puts back what the handler has replaced, unless other code has replaced it since. */
    public void close() {
        Signals.restoreIfCurrent(installation);
    }
}
