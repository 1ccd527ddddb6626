package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Reads and writes bytes through file descriptors. Safe from any thread, as the system calls are;
 * the caller must ensure that a number still denotes the intended descriptor. {@link FdTable}
 * makes, marks and closes descriptors.
 *
 * <p>A call on a blocking descriptor blocks the platform thread that runs it, so all descriptors of
 * a loop are non-blocking, or written without waiting.
 */
public final class Fds {
    /** What a read returns at the end of the stream. */
    public static final int EOF = -1;

    /** What a read or write returns that would have to wait. */
    public static final int WOULD_BLOCK = -2;

    /** Up to so many bytes of an unknown direct buffer, a copy is cheaper than its address. */
    private static final int COPIED = 4 * 1024;

    private static final NativeFunction READ = Libc.function("read");
    private static final NativeFunction WRITE = Libc.function("write");
    private static final NativeFunction PWRITEV2 = Libc.function("pwritev2");
    private static final int RWF_NOWAIT = 8;
    private static final int AT_POSITION = -1;

    private Fds() {}

    /**
     * Reads into a buffer's remaining bytes and advances its position: {@code read(2)}. A direct
     * buffer is read into in place, others through a copy of at most 64 KiB.
     *
     * @return how many bytes, 0 if none remain; {@link #EOF}, or {@link #WOULD_BLOCK}
     * @throws IOException for every other error
     */
    public static int read(int fd, ByteBuffer dst) throws IOException {
        return read(fd, dst, null);
    }

    /**
     * As {@link #read(int, ByteBuffer)}, allocating nothing if {@code dst} is direct and the one
     * that {@code known} was used with before, or not direct.
     *
     * @throws IOException for every other error
     */
    public static int read(int fd, ByteBuffer dst, @Nullable BufferAddress known)
            throws IOException {
        int length = dst.remaining();
        if (length == 0) {
            return 0;
        }
        if (dst.isReadOnly()) {
            throw new IllegalArgumentException("cannot read into a read-only buffer: " + dst);
        }
        int position = dst.position();
        try (Scratch s = Scratch.take()) {
            if (dst.isDirect()) {
                int n = read(s, fd, address(dst, known), length);
                if (n > 0) {
                    dst.position(position + n);
                }
                return n == 0 ? EOF : n;
            }
            NativeBuffer bounce = s.bounce();
            int n = read(s, fd, bounce.address(), Math.min(length, bounce.size()));
            if (n > 0) {
                dst.put(position, bounce.bytes(), 0, n).position(position + n);
            }
            return n == 0 ? EOF : n;
        } finally {
            Reference.reachabilityFence(dst);
        }
    }

    /**
     * Reads to a place in native memory, allocating nothing.
     *
     * @return how many bytes; {@link #EOF}, or {@link #WOULD_BLOCK}
     * @throws IOException for every other error
     */
    public static int read(int fd, NativeBuffer dst, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, dst.size());
        if (length == 0) {
            return 0;
        }
        try (Scratch s = Scratch.take()) {
            int n = read(s, fd, dst.address() + offset, length);
            return n == 0 ? EOF : n;
        } finally {
            Reference.reachabilityFence(dst);
        }
    }

    /**
     * Writes a buffer's remaining bytes and advances its position: {@code write(2)}. Many bytes of
     * a direct buffer are written in place, others through a copy of at most 64 KiB.
     *
     * @return how many bytes went, perhaps not all; or {@link #WOULD_BLOCK}
     * @throws IOException for every other error; EPIPE is one, no signal is raised in a JVM
     */
    public static int write(int fd, ByteBuffer src) throws IOException {
        return write(fd, src, null);
    }

    /**
     * As {@link #write(int, ByteBuffer)}, allocating nothing unless {@code src} is direct, has more
     * than 4 KiB and is not the one that {@code known} was used with before.
     *
     * @throws IOException for every other error; EPIPE is one, no signal is raised in a JVM
     */
    public static int write(int fd, ByteBuffer src, @Nullable BufferAddress known)
            throws IOException {
        return write(fd, src, known, false);
    }

    /**
     * As {@link #write(int, ByteBuffer, BufferAddress)}.
     *
     * @param now whether not to wait although the descriptor is blocking: {@code pwritev2(2)} with
     *     {@code RWF_NOWAIT}
     * @throws IOException for every other error; EOPNOTSUPP if that cannot be done to this kind of
     *     file, such as to a pipe before Linux 6.4
     */
    public static int write(int fd, ByteBuffer src, @Nullable BufferAddress known, boolean now)
            throws IOException {
        int length = src.remaining();
        if (length == 0) {
            return 0;
        }
        int position = src.position();
        try (Scratch s = Scratch.take()) {
            int n;
            if (src.isDirect() && length > COPIED) {
                n = write(s, fd, address(src, known), length, now);
            } else {
                NativeBuffer bounce = s.bounce();
                int chunk = Math.min(length, bounce.size());
                bounce.bytes().put(0, src, position, chunk);
                n = write(s, fd, bounce.address(), chunk, now);
            }
            if (n > 0) {
                src.position(position + n);
            }
            return n;
        } finally {
            Reference.reachabilityFence(src);
        }
    }

    /**
     * Writes from a place in native memory, allocating nothing.
     *
     * @return how many bytes went, perhaps not all; or {@link #WOULD_BLOCK}
     * @throws IOException for every other error
     */
    public static int write(int fd, NativeBuffer src, int offset, int length) throws IOException {
        return write(fd, src, offset, length, false);
    }

    /**
     * As {@link #write(int, NativeBuffer, int, int)}, and {@code now} as in {@link #write(int,
     * ByteBuffer, BufferAddress, boolean)}.
     *
     * @throws IOException for every other error
     */
    public static int write(int fd, NativeBuffer src, int offset, int length, boolean now)
            throws IOException {
        Objects.checkFromIndexSize(offset, length, src.size());
        if (length == 0) {
            return 0;
        }
        try (Scratch s = Scratch.take()) {
            return write(s, fd, src.address() + offset, length, now);
        } finally {
            Reference.reachabilityFence(src);
        }
    }

    private static long address(ByteBuffer direct, @Nullable BufferAddress known) {
        return known == null ? NativeBuffer.addressOf(direct) : known.of(direct);
    }

    // A function for each, not one that is given the function: the JIT has to know which it is, or
    // each call allocates.

    private static int read(Scratch s, int fd, long address, int length) throws IOException {
        int n;
        do {
            n = (int) READ.call(s, fd, address, length);
        } while (n < 0 && isInterrupted(READ, s, fd));
        return n < 0 ? WOULD_BLOCK : n;
    }

    private static int write(Scratch s, int fd, long address, int length, boolean now)
            throws IOException {
        return now ? writeNow(s, fd, address, length) : write(s, fd, address, length);
    }

    private static int write(Scratch s, int fd, long address, int length) throws IOException {
        int n;
        do {
            n = (int) WRITE.call(s, fd, address, length);
        } while (n < 0 && isInterrupted(WRITE, s, fd));
        return n < 0 ? WOULD_BLOCK : n;
    }

    private static int writeNow(Scratch s, int fd, long address, int length) throws IOException {
        if (!PWRITEV2.isPresent()) {
            throw Errno.exception(WRITE.name(), fd, Errno.EOPNOTSUPP);
        }
        s.bytes.putLong(0, address); // struct iovec
        s.bytes.putLong(Long.BYTES, length);
        int n;
        do {
            n = (int) PWRITEV2.call(s, fd, s.address, 1, AT_POSITION, RWF_NOWAIT);
        } while (n < 0 && isInterrupted(WRITE, s, fd));
        return n < 0 ? WOULD_BLOCK : n;
    }

    /** Whether a call that failed is to be repeated; false if it would have had to wait. */
    private static boolean isInterrupted(NativeFunction call, Scratch s, int fd)
            throws IOException {
        int errno = s.errno();
        if (errno == Errno.EINTR || errno == Errno.EAGAIN) {
            return errno == Errno.EINTR;
        }
        throw Errno.exception(call.name(), fd, errno);
    }
}
