package io.asyncio4j.loop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.annotation.Nullable;
import java.util.Arrays;

/**
 * Timers in the order of their deadlines; equal deadlines in the order of scheduling. A heap with
 * four children for each node; each timer stores its index, so that cancelling it removes it
 * immediately. Used by the loop's thread only.
 */
final class TimerQueue {

    /** A timer and its place in the heap. */
    private static final class Timer extends TimerHandle {
        private final TimerQueue queue;
        private final long sequence;
        private int index = -1;

        Timer(TimerQueue queue, long when, long sequence, Runnable callback, EventLoop loop) {
            super(when, callback, loop);
            this.queue = queue;
            this.sequence = sequence;
        }

        @Override
        public void cancel() {
            if (index >= 0 && loop() instanceof BaseEventLoop loop) {
                loop.requireTurnInDebug("cancelling a timer");
            }
            super.cancel();
            if (index >= 0) {
                queue.removeAt(index);
            }
        }

        boolean before(Timer other) {
            return when() < other.when() || (when() == other.when() && sequence < other.sequence);
        }
    }

    private Timer[] heap = new Timer[16];
    private int size;
    private long nextSequence;

    boolean isEmpty() {
        return size == 0;
    }

    /** Returns the earliest deadline; the queue must not be empty. */
    long nextDeadline() {
        return heap[0].when();
    }

    TimerHandle add(long when, Runnable callback, EventLoop loop) {
        var timer = new Timer(this, when, nextSequence++, callback, loop);
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        siftUp(size++, timer);
        return timer;
    }

    /** Removes and returns the earliest timer if its deadline is not after {@code now}. */
    @Nullable
    TimerHandle pollDue(long now) {
        if (size == 0 || heap[0].when() > now) {
            return null;
        }
        Timer first = heap[0];
        removeAt(0);
        return first;
    }

    @SuppressWarnings("NullAway") // places beyond size are empty
    void clear() {
        for (int i = 0; i < size; i++) {
            heap[i].index = -1; // it may still be cancelled
        }
        Arrays.fill(heap, 0, size, null);
        size = 0;
    }

    @SuppressWarnings("NullAway") // as above
    private void removeAt(int index) {
        heap[index].index = -1;
        Timer last = heap[--size];
        heap[size] = null;
        if (index < size) {
            siftDown(index, last);
            if (heap[index] == last) {
                siftUp(index, last);
            }
        }
    }

    private void siftUp(int index, Timer timer) {
        int at = index;
        while (at > 0) {
            int parent = (at - 1) >>> 2;
            if (!timer.before(heap[parent])) {
                break;
            }
            place(at, heap[parent]);
            at = parent;
        }
        place(at, timer);
    }

    private void siftDown(int index, Timer timer) {
        int at = index;
        while (true) {
            int least = (at << 2) + 1;
            if (least >= size) {
                break;
            }
            int end = Math.min(least + 4, size);
            for (int child = least + 1; child < end; child++) {
                if (heap[child].before(heap[least])) {
                    least = child;
                }
            }
            if (!heap[least].before(timer)) {
                break;
            }
            place(at, heap[least]);
            at = least;
        }
        place(at, timer);
    }

    private void place(int at, Timer timer) {
        heap[at] = timer;
        timer.index = at;
    }
}
