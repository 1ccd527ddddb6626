package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.io.Serial;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The children of this process that are watched or signalled, with one {@link Child} for each, so
 * that all users agree on when it is gone. Safe from any thread.
 *
 * <p>Code that starts a child calls {@link #started} and keeps the result for as long as it may
 * send signals. Entries are weak, and are removed when the child is reaped: nothing needs to be
 * released.
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

    private static final int MANY_STRAYS = 64;

    /**
     * The unknown children that {@link #reapAny} reaped last. Its lock is held while a child is
     * noted as started, or reaped without being known.
     */
    private static final Map<Long, Child> STRAYS =
            new LinkedHashMap<>() {
                @Serial private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, Child> eldest) {
                    return size() > MANY_STRAYS;
                }
            };

    private Children() {}

    /**
     * Returns the child that was just started as {@code pid}; an earlier one with that pid is gone.
     * If a wait for any child has taken its status before this call, it is gone as well, with its
     * {@linkplain Child#end() status}.
     */
    public static Child started(long pid) {
        purge();
        synchronized (STRAYS) {
            Child stray = STRAYS.remove(pid);
            if (stray != null && !isThere(pid)) {
                return stray;
            }
            var child = new Child(pid);
            Entry stale = ENTRIES.put(pid, new Entry(child));
            Child before = stale == null ? null : stale.get();
            if (before != null) {
                before.leave();
            }
            return child;
        }
    }

    /** Returns the child that has {@code pid} now; always the same object until it is reaped. */
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
     * Reaps any child that has ended, including those of the JDK's {@code Process}, but not the
     * process of a start that is just failing: the C library reaps that.
     *
     * @param hiding called when such a process may hide other ended children, which can then be
     *     found only by checking each of them; null is returned in that case
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
                WaitStatus reaped = reapEnded(ended.pid());
                if (reaped != null) {
                    return reaped;
                }
            } catch (NoChildException e) {
                // Other code has reaped this one first; there may be more.
                continue;
            }
        }
    }

    private static @Nullable WaitStatus reapEnded(long pid) throws IOException {
        synchronized (STRAYS) {
            boolean known = isKnown(pid);
            Child child = of(pid);
            WaitStatus reaped = child.reap();
            if (!known && reaped != null) {
                // It may be one that was started and is about to be noted as such.
                STRAYS.put(pid, child);
            }
            return reaped;
        }
    }

    /**
     * Has {@code call} run, once and in any thread, when {@link #reapAny} may find more children.
     */
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

    private static boolean isThere(long pid) {
        try {
            return exists(pid);
        } catch (IOException e) {
            return true;
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
