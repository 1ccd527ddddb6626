package io.asyncio4j.loop;

/** Interrupts a thread while it is in certain code, and leaves no interrupt status behind. */
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

    /** Records that the code has ended. Called by the thread. */
    synchronized void end() {
        ended = true;
        if (came) {
            boolean unused = Thread.interrupted();
        }
    }
}
