package io.asyncio4j.os;

import io.asyncio4j.NoSuchProcessException;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Error numbers of the host system, their symbols, and the exceptions they become. */
public final class Errno {
    /** Operation not permitted. */
    public static final int EPERM = 1;

    /** No such file or directory. */
    public static final int ENOENT = 2;

    /** No such process. */
    public static final int ESRCH = 3;

    /** Interrupted by a signal. */
    public static final int EINTR = 4;

    /** Argument list too long. */
    public static final int E2BIG = 7;

    /** Not an executable format. */
    public static final int ENOEXEC = 8;

    /** Input or output error; from a pseudo-terminal: the other end has gone. */
    public static final int EIO = 5;

    /** Bad descriptor. */
    public static final int EBADF = 9;

    /** No child. */
    public static final int ECHILD = 10;

    /** Would block; also: no more processes allowed. */
    public static final int EAGAIN = mac(11, 35);

    /** Out of memory. */
    public static final int ENOMEM = 12;

    /** Permission denied. */
    public static final int EACCES = 13;

    /** Exists already. */
    public static final int EEXIST = 17;

    /** Not a directory. */
    public static final int ENOTDIR = 20;

    /** Invalid argument. */
    public static final int EINVAL = 22;

    /** No descriptor left in the system. */
    public static final int ENFILE = 23;

    /** No descriptor left in the process. */
    public static final int EMFILE = 24;

    /** Broken pipe. */
    public static final int EPIPE = 32;

    /** Too many symbolic links. */
    public static final int ELOOP = mac(40, 62);

    /** Name too long. */
    public static final int ENAMETOOLONG = mac(36, 63);

    /** The kernel lacks the call. */
    public static final int ENOSYS = mac(38, 78);

    /** This kind of file cannot do that. */
    public static final int EOPNOTSUPP = mac(95, 102);

    private Errno() {}

    /** The symbol of an error number, such as {@code ENOENT}; {@code errno N} if unknown. */
    public static String symbol(int errno) {
        ErrnoNames.Name name = ErrnoNames.find(errno);
        return name == null ? "errno " + errno : name.symbol();
    }

    /** Symbol and meaning: {@code ENOENT (No such file or directory)}. */
    public static String describe(int errno) {
        ErrnoNames.Name name = ErrnoNames.find(errno);
        return name == null ? "errno " + errno : name.symbol() + " (" + name.text() + ")";
    }

    /**
     * The exception for a failed system call, with the message {@code CALL(OPERAND): SYMBOL
     * (meaning)}, of the class that fits the error.
     *
     * @param call the system call's name
     * @param operand what it was applied to, a path or number
     * @param errno the error number it left
     */
    public static IOException exception(String call, Object operand, int errno) {
        return exception(call + "(" + operand + ")", errno, describe(errno));
    }

    /** The exception with the message {@code subject: detail}, of the class that fits. */
    static IOException exception(String subject, int errno, String detail) {
        String message = subject + ": " + detail;
        if (errno == ENOENT) {
            return new NoSuchFileException(subject, null, detail);
        }
        if (errno == EACCES) {
            return new AccessDeniedException(subject, null, detail);
        }
        if (errno == EEXIST) {
            return new FileAlreadyExistsException(subject, null, detail);
        }
        if (errno == ENOTDIR) {
            return new NotDirectoryException(message);
        }
        if (errno == ESRCH) {
            return new NoSuchProcessException(message);
        }
        return new Failure(message, errno);
    }

    /** The same failure, of the same class, with {@code subject} and a colon before its message. */
    static IOException within(String subject, IOException e) {
        String message = subject + ": " + e.getMessage();
        return switch (e) {
            case Failure failure -> new Failure(message, failure.errno);
            case NoSuchFileException at ->
                    new NoSuchFileException(subject + ": " + at.getFile(), null, at.getReason());
            case AccessDeniedException at ->
                    new AccessDeniedException(subject + ": " + at.getFile(), null, at.getReason());
            case NotDirectoryException at -> new NotDirectoryException(message);
            default -> new IOException(message, e);
        };
    }

    /** Whether an exception of this class tells of such an error. */
    public static boolean is(Throwable e, int errno) {
        return e instanceof Failure failure && failure.errno == errno;
    }

    /** A failure that no exception class of the JDK stands for. */
    private static final class Failure extends IOException {
        @Serial private static final long serialVersionUID = 1L;
        final int errno;

        Failure(String message, int errno) {
            super(message);
            this.errno = errno;
        }

        @Override
        public String toString() {
            return IOException.class.getName() + ": " + getMessage();
        }
    }

    private static int mac(int elsewhere, int mac) {
        return Os.HOST == Os.MAC ? mac : elsewhere;
    }
}
