package io.asyncio4j.os;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A pseudo-terminal: {@code pty(7)}.
 *
 * @param controller the end that acts as the person at the terminal
 * @param terminal the end that is the program's terminal
 * @param name the terminal's device file
 */
public record Pty(int controller, int terminal, String name) {
    private static final long TIOCSWINSZ = Os.HOST == Os.MAC ? 0x8008_7467L : 0x5414L;

    private static final NativeFunction POSIX_OPENPT = Libc.function("posix_openpt");
    private static final NativeFunction GRANTPT = Libc.function("grantpt");
    private static final NativeFunction UNLOCKPT = Libc.function("unlockpt");
    private static final NativeFunction PTSNAME_R = Libc.function("ptsname_r");
    private static final NativeFunction IOCTL = Libc.variadic("ioctl", 2);

    /**
     * Opens one; neither end becomes this process's controlling terminal, both are close-on-exec.
     *
     * @param nonBlocking whether the controller is non-blocking
     */
    public static Pty open(boolean nonBlocking) throws IOException {
        int controller = -1;
        try (Scratch s = Scratch.take()) {
            int fd = (int) POSIX_OPENPT.call(s, FdTable.O_RDWR | FdTable.O_NOCTTY);
            if (fd < 0) {
                throw Errno.exception("posix_openpt", "", s.errno());
            }
            controller = FdTable.aboveStandard(fd);
            FdTable.setCloseOnExec(controller, true);
            check(s, "grantpt", controller, GRANTPT.call(s, controller));
            check(s, "unlockpt", controller, UNLOCKPT.call(s, controller));
            int errno = (int) PTSNAME_R.call(s, controller, s.address, Scratch.SIZE);
            if (errno != 0) {
                throw Errno.exception("ptsname_r", controller, errno < 0 ? s.errno() : errno);
            }
            String name = string(s.bytes);
            FdTable.setNonBlocking(controller, nonBlocking);
            int terminal = FdTable.open(name, FdTable.O_RDWR | FdTable.O_NOCTTY, 0);
            return new Pty(controller, terminal, name);
        } catch (IOException e) {
            FdTable.closeQuietly(controller);
            throw e;
        }
    }

    /** Sets the size that programs see, in characters. */
    public void resize(int rows, int columns) throws IOException {
        try (Scratch s = Scratch.take()) {
            s.bytes.putShort(0, (short) rows).putShort(2, (short) columns).putInt(4, 0);
            check(s, "ioctl", controller, IOCTL.call(s, controller, TIOCSWINSZ, s.address));
        }
    }

    private static void check(Scratch s, String call, int fd, long result) throws IOException {
        if ((int) result < 0) {
            throw Errno.exception(call, fd, s.errno());
        }
    }

    private static String string(ByteBuffer memory) {
        int end = 0;
        while (memory.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end];
        memory.get(0, bytes);
        return new String(bytes, NativeStrings.CHARSET);
    }
}
