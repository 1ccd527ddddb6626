package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.util.HashMap;
import java.util.Map;

/** Symbols and meanings of error numbers: loaded when the first error is described. */
final class ErrnoNames {
    /** Number on Linux (generic), number on macOS or 0, symbol, meaning. */
    private static final String TABLE =
            """
            1 1 EPERM Operation not permitted
            2 2 ENOENT No such file or directory
            3 3 ESRCH No such process
            4 4 EINTR Interrupted system call
            5 5 EIO Input/output error
            6 6 ENXIO No such device or address
            7 7 E2BIG Argument list too long
            8 8 ENOEXEC Exec format error
            9 9 EBADF Bad file descriptor
            10 10 ECHILD No child processes
            11 35 EAGAIN Resource temporarily unavailable
            12 12 ENOMEM Cannot allocate memory
            13 13 EACCES Permission denied
            14 14 EFAULT Bad address
            15 15 ENOTBLK Block device required
            16 16 EBUSY Device or resource busy
            17 17 EEXIST File exists
            18 18 EXDEV Invalid cross-device link
            19 19 ENODEV No such device
            20 20 ENOTDIR Not a directory
            21 21 EISDIR Is a directory
            22 22 EINVAL Invalid argument
            23 23 ENFILE Too many open files in system
            24 24 EMFILE Too many open files
            25 25 ENOTTY Inappropriate ioctl for device
            26 26 ETXTBSY Text file busy
            27 27 EFBIG File too large
            28 28 ENOSPC No space left on device
            29 29 ESPIPE Illegal seek
            30 30 EROFS Read-only file system
            31 31 EMLINK Too many links
            32 32 EPIPE Broken pipe
            33 33 EDOM Numerical argument out of domain
            34 34 ERANGE Numerical result out of range
            36 63 ENAMETOOLONG File name too long
            37 77 ENOLCK No locks available
            38 78 ENOSYS Function not implemented
            39 66 ENOTEMPTY Directory not empty
            40 62 ELOOP Too many levels of symbolic links
            71 100 EPROTO Protocol error
            75 84 EOVERFLOW Value too large for defined data type
            79 0 ELIBACC Can not access a needed shared library
            80 0 ELIBBAD Accessing a corrupted shared library
            84 92 EILSEQ Invalid or incomplete multibyte or wide character
            87 68 EUSERS Too many users
            88 38 ENOTSOCK Socket operation on non-socket
            89 39 EDESTADDRREQ Destination address required
            90 40 EMSGSIZE Message too long
            91 41 EPROTOTYPE Protocol wrong type for socket
            92 42 ENOPROTOOPT Protocol not available
            93 43 EPROTONOSUPPORT Protocol not supported
            94 44 ESOCKTNOSUPPORT Socket type not supported
            97 47 EAFNOSUPPORT Address family not supported by protocol
            98 48 EADDRINUSE Address already in use
            99 49 EADDRNOTAVAIL Cannot assign requested address
            100 50 ENETDOWN Network is down
            101 51 ENETUNREACH Network is unreachable
            102 52 ENETRESET Network dropped connection on reset
            103 53 ECONNABORTED Software caused connection abort
            104 54 ECONNRESET Connection reset by peer
            105 55 ENOBUFS No buffer space available
            106 56 EISCONN Transport endpoint is already connected
            107 57 ENOTCONN Transport endpoint is not connected
            108 58 ESHUTDOWN Cannot send after transport endpoint shutdown
            110 60 ETIMEDOUT Connection timed out
            111 61 ECONNREFUSED Connection refused
            112 64 EHOSTDOWN Host is down
            113 65 EHOSTUNREACH No route to host
            114 37 EALREADY Operation already in progress
            115 36 EINPROGRESS Operation now in progress
            116 70 ESTALE Stale file handle
            122 69 EDQUOT Disk quota exceeded
            125 89 ECANCELED Operation canceled
            """;

    private static final Map<Integer, Name> NAMES = parse();

    private ErrnoNames() {}

    record Name(String symbol, String text) {}

    static @Nullable Name find(int errno) {
        return NAMES.get(errno);
    }

    private static Map<Integer, Name> parse() {
        Map<Integer, Name> names = new HashMap<>();
        int column = Os.HOST == Os.MAC ? 1 : 0;
        TABLE.lines()
                .map(line -> line.split(" ", 4))
                .forEach(w -> names.putIfAbsent(Integer.valueOf(w[column]), new Name(w[2], w[3])));
        names.remove(0);
        return names;
    }
}
