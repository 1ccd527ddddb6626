package io.asyncio4j.os;

/** Which thread is the main one: the one that the JVM started the program in. */
public final class MainThread {

    // The JVM numbers the thread that it starts the program in first.
    private static final long MAIN_THREAD_ID = 1;

    private MainThread() {}

    /** Returns whether {@code thread} is the main thread. */
    public static boolean is(Thread thread) {
        return thread.threadId() == MAIN_THREAD_ID;
    }
}
