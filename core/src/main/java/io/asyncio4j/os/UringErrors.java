package io.asyncio4j.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why the kernel refuses a ring, and what would help. */
final class UringErrors {
    private static final String NEEDED = ": Linux 5.11 or newer is needed";
    private static final Path SWITCH = Path.of("/proc/sys/kernel/io_uring_disabled");

    private static final String SETUP = "io_uring_setup";

    private UringErrors() {}

    static IOException tooOld() {
        return new IOException("io_uring of this kernel is too old" + NEEDED);
    }

    static IOException setupFailed(int errno) {
        String reason = reason(errno, readSwitch());
        return Errno.exception(SETUP, errno, reason.substring(SETUP.length() + 2));
    }

    /**
     * Explains a failure of {@code io_uring_setup}.
     *
     * @param disabled what {@code kernel.io_uring_disabled} says
     */
    static String reason(int errno, String disabled) {
        String call = SETUP + ": " + Errno.describe(errno);
        if (errno == Errno.ENOSYS) {
            return call + ": the kernel has no io_uring" + NEEDED;
        }
        if (errno == Errno.EPERM || errno == Errno.EACCES) {
            return disabled.equals("0")
                    ? call
                            + ": forbidden by a seccomp filter, as container runtimes have one;"
                            + " allow io_uring_setup, io_uring_enter and io_uring_register in it"
                    : call
                            + ": switched off by the sysctl kernel.io_uring_disabled="
                            + disabled
                            + "; set it to 0";
        }
        if (errno == Errno.ENOMEM) {
            return call + ": the limit on locked memory is too low; raise ulimit -l";
        }
        if (errno == Errno.EMFILE) {
            return call + ": this process has no descriptor left; raise ulimit -n";
        }
        return call;
    }

    /** Returns the switch of Linux 6.6; older kernels have none. */
    private static String readSwitch() {
        try {
            return Files.readString(SWITCH).strip();
        } catch (IOException e) {
            return "0";
        }
    }
}
