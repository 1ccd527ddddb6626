package io.asyncio4j.sync;

import io.asyncio4j.annotation.Nullable;

/** Tasks that wait, neither woken nor cancelled yet; first in, first out. */
final class WaiterQueue {

    private @Nullable Waiter first;
    private @Nullable Waiter last;
    private int size;

    boolean isEmpty() {
        return first == null;
    }

    int size() {
        return size;
    }

    void add(Waiter waiter) {
        waiter.queue = this;
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
        size++;
    }

    /** Removes {@code waiter}, which must be in this queue. */
    void remove(Waiter waiter) {
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        waiter.queue = null;
        waiter.previous = null;
        waiter.next = null;
        size--;
    }

    /** Wakes the task that has waited longest; returns false if there is none. */
    boolean wakeFirst() {
        Waiter waiter = first;
        if (waiter == null) {
            return false;
        }
        remove(waiter);
        waiter.setResult(null);
        return true;
    }

    /** Wakes all, numbering them from 0. */
    void wakeAll() {
        int position = 0;
        for (Waiter waiter; (waiter = first) != null; ) {
            waiter.position = position++;
            wakeFirst();
        }
    }
}
