package io.asyncio4j.os;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The starts that are under way in this process. Safe from any thread; nothing blocks.
 *
 * <p>{@code posix_spawn} creates a process before it knows whether the program can be executed. If
 * not, that process exits with 127 and the C library reaps it, in the calling thread. Meanwhile a
 * wait for any child sees it, possibly for long if that thread waits for a processor, and must
 * leave it alone: nothing waits for it, and its pid will never be known here.
 *
 * <pre>
 *   begin --> posix_spawn --(fork, failed exec, exit 127, reaped)--> end --> those that wait
 *                              \___________________/
 *                               mayBelongToOne(pid)
 * </pre>
 */
final class Starts {
    /** Exit status of a process that could not execute its program, in every C library. */
    private static final int CANNOT_EXECUTE = 127;

    private static final Deque<Long> UNDER_WAY = new ArrayDeque<>();
    private static final List<Runnable> WAITING = new ArrayList<>();
    private static long next;

    // What has ended and may belong to a start: seen first when `next` was what is kept here.
    private static long suspect;
    private static long suspectSince;

    private Starts() {}

    /** Notes that a start begins; {@link #end} must follow. */
    static long begin() {
        synchronized (UNDER_WAY) {
            long start = next++;
            UNDER_WAY.addLast(start);
            return start;
        }
    }

    /** Notes that a start has ended, and calls those that wait for that. */
    static void end(long start) {
        List<Runnable> told;
        synchronized (UNDER_WAY) {
            UNDER_WAY.removeFirstOccurrence(start);
            if (WAITING.isEmpty()) {
                return;
            }
            told = List.copyOf(WAITING);
            WAITING.clear();
        }
        told.forEach(Runnable::run);
    }

    /**
     * Returns whether an unknown child that has ended may belong to a start that is just failing.
     * False once every start that was under way when it was first seen has ended.
     */
    static boolean mayBelongToOne(WaitStatus ended) {
        if (ended.signal() != 0 || ended.exitCode() != CANNOT_EXECUTE) {
            return false;
        }
        synchronized (UNDER_WAY) {
            if (suspect != ended.pid()) {
                suspect = ended.pid();
                suspectSince = next;
            }
            Long oldest = UNDER_WAY.peekFirst();
            if (oldest != null && oldest < suspectSince) {
                return true;
            }
            suspect = 0;
            return false;
        }
    }

    /** Has {@code call} run once, by the thread whose start ends next; at once if there is none. */
    static void whenOneEnds(Runnable call) {
        synchronized (UNDER_WAY) {
            if (!UNDER_WAY.isEmpty()) {
                WAITING.add(call);
                return;
            }
        }
        call.run();
    }
}
