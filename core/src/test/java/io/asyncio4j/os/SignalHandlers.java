package io.asyncio4j.os;

/** Handlers of signals that were installed through the JVM. */
public final class SignalHandlers {
    private SignalHandlers() {}

    /** Has the handler of a signal run in the calling thread, as if the signal had come. */
    public static void call(String name) {
        Object current = SunSignals.handle(name, SunSignals.byDefault());
        SunSignals.handle(name, current);
        SunSignals.call(current, name);
    }
}
