package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The jobs that other threads schedule on the loop, and whether the loop must be woken for them.
 *
 * <p>A stack that any thread pushes to. The loop takes all of it and reverses it, so that jobs run
 * in the order in which they were pushed. Before it sleeps, the loop {@linkplain #goToSleep() sets
 * a flag} and then checks the inbox again; a thread first pushes and then reads the flag. Both
 * accesses are volatile, so that at least one side sees the other: no push goes unnoticed, and one
 * wake-up ends a sleep however many threads push.
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

    /**
     * Announces that the loop is about to sleep; returns whether it may, because the inbox is
     * empty.
     */
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
