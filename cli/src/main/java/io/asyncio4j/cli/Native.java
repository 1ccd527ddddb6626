package io.asyncio4j.cli;

import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.ProcessExit;
import io.asyncio4j.os.VirtualThreads;
import org.jspecify.annotations.Nullable;

/** The one place where the tool uses what the library does not export. */
final class Native {
    private Native() {}

    /** Returns why native calls do not work and what would help, or null if they do. */
    static @Nullable String unavailableReason() {
        return NativeAccess.reason();
    }

    /** As the library tells, but whatever its properties say. */
    static @Nullable String carrierModeUnavailableReason() {
        return VirtualThreads.unavailableReason();
    }

    /** Ends the process without the JVM's shutdown. */
    static void exitAtOnce(int status) {
        ProcessExit.atOnce(status);
    }

    static boolean isTerminal(int fd) {
        return NativeAccess.available() && FdTable.isTerminal(fd);
    }
}
