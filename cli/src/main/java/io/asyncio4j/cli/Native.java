package io.asyncio4j.cli;

import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import io.asyncio4j.os.VirtualThreads;
import java.io.IOException;
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

    static boolean isTerminal(int fd) {
        return NativeAccess.available() && FdTable.isTerminal(fd);
    }

    /**
     * Signals the process group that a child leads.
     *
     * @throws NoSuchProcessException if the child was reaped, so that the group may be another's
     */
    static void signalGroupOf(long child, String signal) throws IOException {
        Children.of(child).signalGroup(SignalNames.number(signal));
    }

    /**
     * Signals the process group that a child has led which was reaped; false if nobody is left in
     * it. A process of that number means that the group has ended and the number was given away
     * again: a group that goes on keeps it from being a process's.
     */
    static boolean signalRestOfGroup(long child, String signal) throws IOException {
        if (answers(() -> Signals.kill(child, 0))) {
            return false;
        }
        int number = signal.isEmpty() ? 0 : SignalNames.number(signal);
        return answers(() -> Signals.killpg(child, number));
    }

    private interface Call {
        void run() throws IOException;
    }

    private static boolean answers(Call call) throws IOException {
        try {
            call.run();
            return true;
        } catch (NoSuchProcessException e) {
            return false;
        }
    }
}
