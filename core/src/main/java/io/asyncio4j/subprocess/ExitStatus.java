package io.asyncio4j.subprocess;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.SignalNames;

/**
 * How a child process ended, and which resources it used. Watchers pass it to their handlers;
 * transports and {@link ChildProcess} return it.
 */
public sealed interface ExitStatus {

    /**
     * Returns the status for a return code, for watchers that know only that. The resource usage is
     * unknown, and a core file is not reported; a lost exit cannot be distinguished from exit
     * status 255.
     *
     * @param returncode the exit status, or the negative number of the signal
     */
    static ExitStatus ofReturncode(int returncode) {
        return returncode < 0
                ? new Signaled(SignalNames.describe(-returncode), -returncode, false, null)
                : new Exited(returncode, null);
    }

    /** Returns the status as one number: the exit status, or the negative number of the signal. */
    int returncode();

    /** Returns the resources that the child used, or null if they are not known. */
    @Nullable
    ResourceUsage usage();

    /** Returns whether the child exited with status 0. */
    default boolean isSuccess() {
        return returncode() == 0;
    }

    /**
     * The child exited by itself. A child of the portable proactor loop always seems to: the JDK
     * tells of a signal only by a code of 128 plus its number.
     *
     * @param code its exit status, 0 to 255 on Unix
     */
    record Exited(int code, @Nullable ResourceUsage usage) implements ExitStatus {

        @Override
        public int returncode() {
            return code;
        }

        @Override
        public String toString() {
            return "Exited(" + code + ")";
        }
    }

    /**
     * A signal ended the child.
     *
     * @param signal the name, such as {@code SIGKILL}; {@code signal N} for a number without a name
     * @param number the platform's number of that signal
     * @param coreDumped whether a core file was written
     */
    record Signaled(String signal, int number, boolean coreDumped, @Nullable ResourceUsage usage)
            implements ExitStatus {

        @Override
        public int returncode() {
            return -number;
        }

        @Override
        public String toString() {
            return "Signaled(" + signal + (coreDumped ? ", core dumped" : "") + ")";
        }
    }

    /**
     * The child is gone, but other code of this process has taken its status.
     *
     * @param reason what happened, as human-readable text
     */
    record Lost(String reason) implements ExitStatus {

        @Override
        public int returncode() {
            return 255;
        }

        @Override
        public @Nullable ResourceUsage usage() {
            return null;
        }
    }
}
