package io.asyncio4j.subprocess;

import io.asyncio4j.annotation.Nullable;
import java.nio.charset.StandardCharsets;

/**
 * What {@link ChildProcess#communicate} has collected.
 *
 * @param stdout what the child wrote to standard output; empty if that is not a pipe
 * @param stderr what it wrote to standard error; empty if that is not a pipe
 * @param timedOut whether the deadline passed before the outputs ended and the child exited
 * @param status how the child ended, or null if it still runs, which is possible only after a
 *     timeout
 */
@SuppressWarnings("ArrayRecordComponent") // owned by the caller, and never compared
public record Output(byte[] stdout, byte[] stderr, boolean timedOut, @Nullable ExitStatus status) {

    /** Returns standard output as UTF-8 text. */
    public String stdoutText() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** Returns standard error as UTF-8 text. */
    public String stderrText() {
        return new String(stderr, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Output["
                + stdout.length
                + " bytes of stdout, "
                + stderr.length
                + " bytes of stderr, "
                + (timedOut ? "timed out, " : "")
                + (status == null ? "still running" : status)
                + "]";
    }
}
