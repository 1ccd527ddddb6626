package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The children of this process that somebody watches or signals, one {@link Child} for each, so
 * that all agree on when it is gone. Safe from any thread.
 *
 * <p>Who starts a child calls {@link #started} and keeps the result for as long as it may signal.
 * Entries are weak, and are dropped when the child is reaped: nothing needs to be released.
 */
public final class Children {

    private static final class Entry extends WeakReference<Child> {
        final long pid;

        Entry(Child child) {
            super(child, UNREACHABLE);
            this.pid = child.pid();
        }
    }

    private static final ReferenceQueue<Child> UNREACHABLE = new ReferenceQueue<>();
    private static final ConcurrentHashMap<Long, Entry> ENTRIES = new ConcurrentHashMap<>();

    private Children() {}

    /** The child that was just started as {@code pid}; one of that pid before is gone. */
    public static Child started(long pid) {
        purge();
        var child = new Child(pid);
        Entry stale = ENTRIES.put(pid, new Entry(child));
        Child before = stale == null ? null : stale.get();
        if (before != null) {
            before.leave();
        }
        return child;
    }

    /** The child that has {@code pid} now; the same for all who ask until it is reaped. */
    public static Child of(long pid) {
        Entry known = ENTRIES.get(pid);
        Child child = known == null ? null : known.get();
        if (child != null && !child.isGone()) {
            return child;
        }
        purge();
        var fresh = new Child(pid);
        var entry = new Entry(fresh);
        for (; ; ) {
            Entry other = ENTRIES.putIfAbsent(pid, entry);
            if (other == null) {
                return fresh;
            }
            child = other.get();
            if (child != null && !child.isGone()) {
                return child;
            }
            ENTRIES.remove(pid, other);
        }
    }

    /**
     * Sends a signal to the child that has {@code pid} now.
     *
     * @throws io.asyncio4j.NoSuchProcessException if there is no such child
     */
    public static void signal(long pid, int signal) throws IOException {
        of(pid).signal(signal);
    }

    /**
     * Reaps any child that has ended, those of the JDK's {@code Process} included, but not what a
     * start has left that is just failing: the C library reaps that.
     *
     * @param hiding called when such a one may hide others that have ended, which only a look at
     *     each of them finds; null is returned then
     * @return how it ended; null if there are children and all still run
     * @throws NoChildException if there is no child at all
     */
    public static @Nullable WaitStatus reapAny(Runnable hiding) throws IOException {
        for (; ; ) {
            WaitStatus ended = WaitId.peekAny();
            if (ended == null) {
                return null;
            }
            if (!isKnown(ended.pid()) && Starts.mayBelongToOne(ended)) {
                hiding.run();
                return null;
            }
            try {
                WaitStatus reaped = of(ended.pid()).reap();
                if (reaped != null) {
                    return reaped;
                }
            } catch (NoChildException e) {
                // Somebody else was faster with this one; there may be more.
                continue;
            }
        }
    }

    /** Has {@code call} run, once and in whatever thread, when it is worth to reap any again. */
    public static void whenHidingMayBeOver(Runnable call) {
        Starts.whenOneEnds(call);
    }

    private static boolean isKnown(long pid) {
        Entry entry = ENTRIES.get(pid);
        Child child = entry == null ? null : entry.get();
        return child != null && !child.isGone();
    }

    /** Whether {@code pid} is a child of this process, running or not yet reaped. */
    public static boolean exists(long pid) throws IOException {
        try {
            WaitId.peek(pid);
            return true;
        } catch (NoChildException e) {
            return false;
        }
    }

    static void forget(Child child) {
        ENTRIES.computeIfPresent(child.pid(), (pid, entry) -> entry.refersTo(child) ? null : entry);
    }

    /** How many entries there are, for tests. */
    static int size() {
        purge();
        return ENTRIES.size();
    }

    private static void purge() {
        for (Object entry; (entry = UNREACHABLE.poll()) != null; ) {
            ENTRIES.remove(((Entry) entry).pid, entry);
        }
    }
}
