package io.asyncio4j.os;

/** Ends this process without the JVM's shutdown sequence. */
public final class ProcessExit {
    private static final NativeFunction EXIT = Libc.function("_exit");

    private ProcessExit() {}

    /**
     * Ends the process at once: {@code _exit(2)}. No shutdown hook runs, no recording or cache of
     * the JVM is written, nothing is flushed. {@link System#exit} does all that, and then waits 300
     * ms for each thread that is inside a system call, such as those of the JDK that poll sockets.
     *
     * @param status the exit status, of which the low eight bits count
     */
    public static void atOnce(int status) {
        try (Scratch s = Scratch.take()) {
            EXIT.call(s, status);
        }
    }
}
