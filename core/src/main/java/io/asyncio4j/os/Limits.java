package io.asyncio4j.os;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How many descriptors this process may have: {@code getrlimit(RLIMIT_NOFILE)}. */
public final class Limits {
    private static final int RLIMIT_NOFILE = Os.HOST == Os.MAC ? 8 : 7;
    private static final NativeFunction GETRLIMIT = Libc.function("getrlimit");
    private static final NativeFunction SETRLIMIT = Libc.function("setrlimit");

    private Limits() {}

    /**
     * A limit. {@link Long#MAX_VALUE} stands for none.
     *
     * @param soft what is enforced
     * @param hard what the soft limit may be raised to
     */
    public record Limit(long soft, long hard) {}

    /** The limit on open files; a JVM raises the soft one to the hard one when it starts. */
    public static Limit openFiles() {
        try (Scratch s = Scratch.take()) {
            if ((int) GETRLIMIT.call(s, RLIMIT_NOFILE, s.address) < 0) {
                throw new IllegalStateException("getrlimit: " + Errno.describe(s.errno()));
            }
            return new Limit(finite(s.bytes.getLong(0)), finite(s.bytes.getLong(8)));
        }
    }

    /** Sets the limit on open files, for this process and the children it starts from now on. */
    public static void setOpenFiles(Limit limit) throws IOException {
        try (Scratch s = Scratch.take()) {
            ByteBuffer memory = s.bytes;
            memory.putLong(0, raw(limit.soft())).putLong(8, raw(limit.hard()));
            if ((int) SETRLIMIT.call(s, RLIMIT_NOFILE, s.address) < 0) {
                throw Errno.exception("setrlimit", limit, s.errno());
            }
        }
    }

    private static long finite(long raw) {
        return raw < 0 ? Long.MAX_VALUE : raw;
    }

    static long raw(long limit) {
        return limit == Long.MAX_VALUE && Os.HOST == Os.LINUX ? -1 : limit;
    }
}
