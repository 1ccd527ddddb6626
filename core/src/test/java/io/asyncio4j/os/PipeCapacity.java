package io.asyncio4j.os;

import java.io.IOException;

/** How much a pipe holds: {@code fcntl(2)}, Linux only. */
public final class PipeCapacity {
    private static final int F_SETPIPE_SZ = 1031;

    private static final NativeFunction FCNTL = Libc.variadic("fcntl", 2);

    private PipeCapacity() {}

    /** Has the pipe hold so many bytes, a power of two of up to 1 MiB. */
    public static void set(int fd, int bytes) throws IOException {
        try (Scratch s = Scratch.take()) {
            if ((int) FCNTL.call(s, fd, F_SETPIPE_SZ, bytes) < 0) {
                throw Errno.exception("fcntl", fd, s.errno());
            }
        }
    }
}
