package io.asyncio4j.loop;

/** Interrupts a thread for as long as it is in certain code, and leaves no trace after that. */
final class Interruption {

    private final Thread thread;
    private boolean came;
    private boolean ended;

    Interruption(Thread thread) {
        this.thread = thread;
    }

    /** Interrupts the code, unless it has ended. Safe from any thread. */
    synchronized void interrupt() {
        if (!ended) {
            came = true;
            thread.interrupt();
        }
    }

    /** Says that the code has ended; called by the thread. */
    synchronized void end() {
        ended = true;
        if (came) {
            boolean unused = Thread.interrupted();
        }
    }
}
