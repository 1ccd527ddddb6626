package io.asyncio4j.os;

import java.util.Arrays;
import java.util.Comparator;

/** Identifies the main thread: the one in which the JVM started the program. */
public final class MainThread {

    // There is no API for this, and the thread's number differs between JDKs (1 or 3). It is the
    // oldest thread of the group that has its name. 0, which no thread has, if it has ended by now.
    private static final long ID = find();

    private MainThread() {}

    /** Returns whether {@code thread} is the main thread. */
    public static boolean is(Thread thread) {
        return thread.threadId() == ID;
    }

    private static long find() {
        ThreadGroup system = Thread.currentThread().getThreadGroup();
        while (system.getParent() != null) {
            system = system.getParent();
        }
        Thread[] threads = new Thread[system.activeCount() + 16];
        int count = system.enumerate(threads, true);
        while (count == threads.length) {
            threads = new Thread[threads.length * 2];
            count = system.enumerate(threads, true);
        }
        return Arrays.stream(threads, 0, count)
                .filter(MainThread::isNamedMain)
                .min(Comparator.comparingLong(Thread::threadId))
                .map(Thread::threadId)
                .orElse(0L);
    }

    private static boolean isNamedMain(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        return group != null && group.getName().equals("main") && thread.getName().equals("main");
    }
}
