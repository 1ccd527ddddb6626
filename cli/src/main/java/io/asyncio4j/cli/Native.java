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

/** The only class of the tool that uses packages that the library does not export. */
final class Native {
    private static final int CREATE_MODE = 0666;
    private static final int[] SHORTAGES = {Errno.EMFILE, Errno.ENFILE, Errno.EAGAIN, Errno.ENOMEM};

    private Native() {}

    /** Returns why native calls do not work and what would help, or null if they do. */
    static @Nullable String unavailableReason() {
        return NativeAccess.reason();
    }

    /**
     * Returns why carrier mode does not work here, whatever the system properties select, or null.
     */
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

    /** Returns the string that the library passes on as exactly these bytes. */
    static String text(byte[] bytes) {
        // U+FFFD is written as its bytes in UTF-8: in a string it may be the JDK's replacement, and
        // the library would look for the original bytes.
        return NativeStrings.decode(bytes).replace("\ufffd", "\udcef\udcbf\udcbd");
    }

    /** Returns the bytes that the library passes on for a string. */
    static byte[] bytes(String text) {
        return NativeStrings.encode(text);
    }

    /** Returns a string for the user to read: bytes that are not text are escaped. */
    static String show(String text) {
        return NativeStrings.show(text);
    }

    /** Opens a file for reading, or, if {@code create}, for writing, creating it if necessary. */
    static int open(String name, boolean create) throws IOException {
        int flags = create ? FdTable.O_WRONLY | FdTable.O_CREAT : FdTable.O_RDONLY;
        return FdTable.open(name, flags, CREATE_MODE);
    }

    static void close(int fd) {
        FdTable.closeQuietly(fd);
    }

    /**
     * Returns whether a start failed for lack of descriptors, threads, processes or memory for
     * them: it may succeed once other jobs have ended.
     */
    static boolean isShortage(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof OutOfMemoryError) {
            // Otherwise the heap is full, and stays full when other jobs have ended.
            return message.contains("native thread");
        }
        // A failure after the start has another message: the job has run then, if only for a
        // moment, and must not be run again.
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

    /** An installed signal handler, until it is closed. */
    interface Handled extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Calls {@code handler} for each signal of that name, in a thread that the JVM creates for it:
     * unlike a handler of the loop, even while the loop is busy.
     */
    static Handled onSignal(String name, Runnable handler) {
        Signals.Installation installation = Signals.install(name, number -> handler.run());
        return () -> Signals.restoreIfCurrent(installation);
    }

    /**
     * Sends SIGKILL to the group that a child leads, from any thread; a no-op once the child was
     * reaped, because the number may belong to another group.
     */
    static void killGroup(long child) {
        try {
            Children.of(child).signalGroup(SignalNames.number("KILL"));
        } catch (IOException e) {
            // It has ended, or only members of another user are left (EPERM), which cannot be
            // signalled.
        }
    }
}
