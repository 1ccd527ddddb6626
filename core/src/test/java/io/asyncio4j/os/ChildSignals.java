package io.asyncio4j.os;

/** What native code might do to SIGCHLD behind the JVM's back, for tests. */
public final class ChildSignals {
    private static final NativeFunction SIGNAL = Libc.function("signal");

    private ChildSignals() {}

    /** Gives SIGCHLD its default action: {@code signal(SIGCHLD, SIG_DFL)}. */
    public static void reset() {
        try (Scratch s = Scratch.take()) {
            SIGNAL.call(s, SignalNames.number("CHLD"), 0);
        }
    }

    /** Has SIGCHLD handled by what {@link #current} returned. */
    public static void set(Object handler) {
        SunSignals.handle("CHLD", handler);
    }

    /** The Java handler that SIGCHLD has now. */
    public static Object current() {
        Object found = SunSignals.handle("CHLD", SunSignals.byDefault());
        SunSignals.handle("CHLD", found);
        return found;
    }
}
