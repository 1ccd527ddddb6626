package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.Errno;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.NativeStrings;
import io.asyncio4j.os.ProcessExit;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import io.asyncio4j.os.VirtualThreads;
import java.io.IOException;

/** The one place where the tool uses what the library does not export. */
final class Native {
    private static final int CREATE_MODE = 0666;
    private static final int[] SHORTAGES = {Errno.EMFILE, Errno.ENFILE, Errno.EAGAIN, Errno.ENOMEM};

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

    /** Returns the string that the library hands on as these very bytes. */
    static String text(byte[] bytes) {
        // U+FFFD as the bytes that it is in UTF-8: in a string it may be of the JDK's making, and
        // the library would look for what was there before.
        return NativeStrings.decode(bytes).replace("\ufffd", "\udcef\udcbf\udcbd");
    }

    /** Returns the bytes that the library hands on for a string. */
    static byte[] bytes(String text) {
        return NativeStrings.encode(text);
    }

    /** Returns a string for the user to read: bytes that are no text are escaped. */
    static String show(String text) {
        return NativeStrings.show(text);
    }

    /** Opens a file to be read, or one that need not exist to be written. */
    static int open(String name, boolean create) throws IOException {
        int flags = create ? FdTable.O_WRONLY | FdTable.O_CREAT : FdTable.O_RDONLY;
        return FdTable.open(name, flags, CREATE_MODE);
    }

    static void close(int fd) {
        FdTable.closeQuietly(fd);
    }

    /**
     * Returns whether nothing was started for a lack of descriptors, threads, processes or memory
     * for them: it may work once others have ended.
     */
    static boolean isShortage(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof OutOfMemoryError) {
            // Else the heap is full, and is so when others have ended.
            return message.contains("native thread");
        }
        // What fails after the start is named otherwise: there the job has run, if only for a
        // moment, and may not be run again.
        if (!message.startsWith("spawn(")) {
            return false;
        }
        for (int errno : SHORTAGES) {
            if (Errno.is(failure, errno)) {
                return true;
            }
        }
        return false;
    }

    /** A signal's handler, until it is closed. */
    interface Handled extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Calls {@code handler} for each signal of that name, in a thread that the JVM makes for it:
     * unlike a handler of the loop, even while the loop is busy.
     */
    static Handled onSignal(String name, Runnable handler) {
        Signals.Installation installation = Signals.install(name, number -> handler.run());
        return () -> Signals.restoreIfCurrent(installation);
    }

    /**
     * Sends SIGKILL to the group that a child leads, from any thread; no-op once the child was
     * reaped, since the number may be another's.
     */
    static void killGroup(long child) {
        try {
            Children.of(child).signalGroup(SignalNames.number("KILL"));
        } catch (IOException e) {
            // It has gone, or only members of another user are left (EPERM): out of reach.
        }
    }
}
