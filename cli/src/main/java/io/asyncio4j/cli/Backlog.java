package io.asyncio4j.cli;

import java.util.PriorityQueue;

/** The numbers of the jobs that are still to be started, in order. Belongs to the loop. */
final class Backlog {
    private final int last;
    private final PriorityQueue<Integer> returned = new PriorityQueue<>();
    private int next = 1;

    /** Creates a backlog of the jobs from 1 to {@code last}. */
    Backlog(int last) {
        this.last = last;
    }

    boolean isEmpty() {
        return returned.isEmpty() && next > last;
    }

    /** Removes the first. */
    int take() {
        Integer again = returned.poll();
        return again == null ? next++ : again;
    }

    /** Takes a job back that could not be started yet; it comes before those that never were. */
    void giveBack(int job) {
        returned.add(job);
    }
}
