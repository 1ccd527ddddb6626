package io.asyncio4j.cli;

import java.util.PriorityQueue;

/** The numbers of the jobs that have not been started yet, in order. Used on the loop only. */
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

    /** Removes and returns the first. */
    int take() {
        Integer again = returned.poll();
        return again == null ? next++ : again;
    }

    /** Puts back a job that could not be started yet; it comes before those never tried. */
    void giveBack(int job) {
        returned.add(job);
    }
}
