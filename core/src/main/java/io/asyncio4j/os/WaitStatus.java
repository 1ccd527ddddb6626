package io.asyncio4j.os;

/**
 * The kernel's report on a child that has ended, in raw form: the word of {@code wait(2)} and the
 * usage of {@code wait4(2)}. Only {@code io.asyncio4j.reap} converts it to an {@code ExitStatus}.
 *
 * @param pid the child
 * @param word the status word; {@link #signal} and {@link #exitCode} take it apart
 * @param userMicros CPU time in user mode, microseconds; -1 if the child was only observed and not
 *     reaped, as the next two
 * @param systemMicros CPU time in the kernel, microseconds
 * @param maxRssKiB peak resident memory, KiB. On Linux the count of a child that was started by
 *     {@code vfork} or {@code posix_spawn} begins with what its parent had resident at that moment,
 *     so for a small program it is the size of this JVM
 */
public record WaitStatus(long pid, int word, long userMicros, long systemMicros, long maxRssKiB) {

    private static final int NO_SIGNAL = 0;
    private static final int STOPPED = 0x7f;

    /** Set in the word if a core file was written. */
    static final int CORE_FLAG = 0x80;

    /** Returns the status of a child that was observed and not reaped. */
    static WaitStatus withoutUsage(long pid, int word) {
        return new WaitStatus(pid, word, -1, -1, -1);
    }

    /** Whether the usage is known: the child was reaped. */
    public boolean hasUsage() {
        return userMicros >= 0;
    }

    /** The number of the signal that ended the child: {@code WTERMSIG}; 0 if it exited. */
    public int signal() {
        int signal = word & 0x7f;
        return signal == STOPPED ? NO_SIGNAL : signal;
    }

    /**
     * The exit status of a child that exited: {@code WEXITSTATUS}. The word itself for one that has
     * not ended, which no call of this package asks for.
     */
    public int exitCode() {
        return (word & 0x7f) == STOPPED ? word : (word >> 8) & 0xff;
    }

    /** Whether the child left a core file: {@code WCOREDUMP}. */
    public boolean coreDumped() {
        return signal() != NO_SIGNAL && (word & CORE_FLAG) != 0;
    }
}
