package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What other threads want the loop to run, and whether the loop has to be woken for it.
 *
 * <p>A stack that any thread pushes to and the loop takes whole, turning it over so that what came
 * first runs first. The loop says that it is {@link #goToSleep() about to sleep}, and looks into
 * the inbox once more after that; who pushes looks at the sleep flag afterwards. Both accesses are
 * volatile, so that at least one of the two sees the other: no push goes unnoticed, and a sleep is
 * broken by one wake-up however many push.
 */
final class Inbox {

    private static final class Node {
        final Runnable job;
        @Nullable Node next;

        Node(Runnable job) {
            this.job = job;
        }
    }

    private static final VarHandle TOP;
    private static final VarHandle ASLEEP;

    static {
        try {
            var lookup = MethodHandles.lookup();
            TOP = lookup.findVarHandle(Inbox.class, "top", Node.class);
            ASLEEP = lookup.findVarHandle(Inbox.class, "asleep", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Node top;
    private volatile boolean asleep;

    /** Adds a job, from any thread; returns whether the loop sleeps and the caller must wake it. */
    boolean push(Runnable job) {
        var node = new Node(job);
        do {
            node.next = top;
        } while (!TOP.compareAndSet(this, node.next, node));
        return asleep && (boolean) ASLEEP.compareAndSet(this, true, false);
    }

    boolean isEmpty() {
        return top == null;
    }

    /** Announces that the loop sleeps; returns whether it may, the inbox being empty. */
    boolean goToSleep() {
        asleep = true;
        return top == null;
    }

    /** Announces that the loop is awake. */
    void awake() {
        asleep = false;
    }

    void clear() {
        top = null;
    }

    /** Moves all jobs to {@code ready}, oldest first. Called by the loop. */
    void drainTo(ReadyQueue ready) {
        if (top == null) {
            return;
        }
        Node newest = (Node) TOP.getAndSet(this, (Node) null);
        Node oldest = null;
        while (newest != null) {
            Node next = newest.next;
            newest.next = oldest;
            oldest = newest;
            newest = next;
        }
        for (Node node = oldest; node != null; node = node.next) {
            ready.add(node.job);
        }
    }
}
