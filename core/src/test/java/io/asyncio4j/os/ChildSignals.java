package io.asyncio4j.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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

    /** Has SIGCHLD ignored: {@code signal(SIGCHLD, SIG_IGN)}. */
    public static void ignore() {
        try (Scratch s = Scratch.take()) {
            SIGNAL.call(s, SignalNames.number("CHLD"), 1);
        }
    }

    /** Whether SIGCHLD is ignored, so that ended children vanish: Linux only. */
    public static boolean areIgnored() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .anyMatch(mask -> (mask & 1L << SignalNames.number("CHLD") - 1) != 0);
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
