package io.asyncio4j.os;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs actions for objects that have become unreachable: the one cleaner of this library.
 *
 * <p>Like {@link java.lang.ref.Cleaner}, but also works if its thread cannot be started. {@link
 * #start} is called when a loop is created. If the system provides no thread then, actions wait
 * until a later call gets one. Safe from any thread.
 */
public final class Unreachable {
    private static final System.Logger LOGGER = System.getLogger("io.asyncio4j");
    private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
    // What keeps the references themselves reachable.
    private static final Set<Entry> ENTRIES = ConcurrentHashMap.newKeySet();
    private static final ThreadStarter CLEANER = new ThreadStarter();

    private Unreachable() {}

    private static final class Entry extends PhantomReference<Object> {
        private final Runnable action;

        Entry(Object object, Runnable action) {
            super(object, QUEUE);
            this.action = action;
        }
    }

    /** Starts the thread of the cleaner unless it runs already. Never throws for lack of one. */
    public static void start() {
        CLEANER.start();
    }

    /**
     * Runs {@code action}, which must not refer to {@code object}, once in the cleaner's thread
     * some time after the last reference to {@code object} has gone.
     */
    public static void then(Object object, Runnable action) {
        ENTRIES.add(new Entry(object, action));
        CLEANER.start();
    }

    private static void clean() {
        while (true) {
            try {
                Reference<?> reference = QUEUE.remove();
                if (reference instanceof Entry entry && ENTRIES.remove(entry)) {
                    entry.action.run();
                }
            } catch (Throwable e) {
                // The next object must be cleaned all the same.
                LOGGER.log(System.Logger.Level.WARNING, "Cleaning up failed", e);
            }
        }
    }

    /** Starts one thread, as soon as the system gives one. */
    private static final class ThreadStarter {
        private volatile boolean started;

        void start() {
            if (!started) {
                tryStart();
            }
        }

        private synchronized void tryStart() {
            if (!started) {
                started =
                        NativeThreads.start(
                                Thread.ofPlatform()
                                        .name("asyncio4j-cleaner")
                                        .daemon()
                                        .inheritInheritableThreadLocals(false)
                                        .unstarted(Unreachable::clean));
            }
        }
    }
}
