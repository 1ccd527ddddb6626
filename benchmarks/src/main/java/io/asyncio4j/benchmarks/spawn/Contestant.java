package io.asyncio4j.benchmarks.spawn;

/**
 * A way of running child processes from Java, as the race sees it. {@link ContestantMain} brings
 * warm-up, clocks and the report.
 */
public interface Contestant {

    /** What the report calls it. */
    String name();

    /**
     * Runs children of {@code program}, without arguments and with the null device as standard
     * input, and returns when the last one has been reaped.
     *
     * @param total how many to run
     * @param concurrency how many at most at one time
     * @param pipe whether standard output is a pipe that is read to its end, and must give {@link
     *     ContestantMain#HELLO}; otherwise it is inherited
     * @return how many children failed or gave something else
     */
    long race(int total, int concurrency, boolean pipe, String program) throws Exception;

    /**
     * Starts {@code size} children that stay alive, plays the script, kills and reaps them all.
     *
     * @param program sleeps until it is signalled
     * @param script is called where the contestant's user would be waiting for a child: in a task,
     *     for one that has tasks
     */
    void crowd(int size, String program, CrowdScript script) throws Exception;

    /** Children that are alive at once, numbered from 0. */
    interface Crowd {

        /** Kills one child and returns when the caller has been told of its exit. */
        void killAndAwait(int index) throws Exception;

        /** Starts a child in the place of one that was killed. */
        void replace(int index) throws Exception;
    }

    /** What is done to a crowd. */
    @FunctionalInterface
    interface CrowdScript {
        void play(Crowd crowd) throws Exception;
    }
}
