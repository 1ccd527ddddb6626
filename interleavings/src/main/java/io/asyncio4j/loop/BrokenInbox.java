package io.asyncio4j.loop;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * {@link Inbox} with its two mistakes to make: looking before announcing, and pushing unguarded.
 */
final class BrokenInbox {

    private static final class Node {
        final Runnable job;
        final Node next;

        Node(Runnable job, Node next) {
            this.job = job;
            this.next = next;
        }
    }

    private volatile Node top;
    private volatile boolean asleep;

    /** The read and the write are not one step: what another thread pushes between them is lost. */
    boolean push(Runnable job) {
        top = new Node(job, top);
        return asleep;
    }

    /** Looks before it says that it sleeps: a push between the two is not noticed by anybody. */
    boolean goToSleep() {
        boolean empty = top == null;
        asleep = true;
        return empty;
    }

    void drainTo(ReadyQueue ready) {
        Deque<Runnable> oldestFirst = new ArrayDeque<>();
        for (Node node = top; node != null; node = node.next) {
            oldestFirst.addFirst(node.job);
        }
        top = null;
        oldestFirst.forEach(ready::add);
    }
}
