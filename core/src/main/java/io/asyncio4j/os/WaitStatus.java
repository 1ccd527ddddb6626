package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;

/**
 * How a child ended.
 *
 * @param pid the child
 * @param rawStatus as {@code wait(2)} gives it; {@link WaitId#returnCode} decodes it
 * @param rusage what it used, known once it was reaped
 */
public record WaitStatus(long pid, int rawStatus, @Nullable Rusage rusage) {
    /** The exit status, or the negative number of the signal. */
    public int returnCode() {
        return WaitId.returnCode(rawStatus);
    }

    /** Whether it left a core dump. */
    public boolean coreDumped() {
        return WaitId.coreDumped(rawStatus);
    }
}
