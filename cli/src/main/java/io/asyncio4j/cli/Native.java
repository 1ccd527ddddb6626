package io.asyncio4j.cli;

import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The one place where the tool uses what the library does not export. */
final class Native {
    private Native() {}

    /** Returns why native calls do not work and what would help, or null if they do. */
    static @Nullable String unavailableReason() {
        return NativeAccess.reason();
    }

    static boolean isTerminal(int fd) {
        return NativeAccess.available() && FdTable.isTerminal(fd);
    }

    /** Signals a process group; false if it has no member, not even a zombie. */
    static boolean signalGroup(long group, String signal) throws IOException {
        try {
            Signals.killpg(group, signal.isEmpty() ? 0 : SignalNames.number(signal));
            return true;
        } catch (NoSuchProcessException e) {
            return false;
        }
    }
}
