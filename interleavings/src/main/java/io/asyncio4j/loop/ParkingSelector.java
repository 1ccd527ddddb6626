package io.asyncio4j.loop;

import io.asyncio4j.selector.Selector;
import java.util.concurrent.locks.LockSupport;

/** Waits by parking, which is a system call less than descriptors need. */
public final class ParkingSelector implements Selector {

    /** Thrown by an impatient selector in place of waiting on. */
    static final class NobodyWokeUs extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final long PATIENCE = 20_000_000;

    private final boolean patient;
    private volatile Thread waiting;
    private volatile boolean woken;

    private ParkingSelector(boolean patient) {
        this.patient = patient;
    }

    /** Waits for as long as it takes, so that a lost wake-up shows as a test that does not end. */
    public static ParkingSelector patient() {
        return new ParkingSelector(true);
    }

    /** For what is known to be broken. */
    public static ParkingSelector impatient() {
        return new ParkingSelector(false);
    }

    @Override
    public String name() {
        return "parking";
    }

    @Override
    public int select(long timeoutNanos) {
        if (timeoutNanos == 0) {
            return 0;
        }
        waiting = Thread.currentThread();
        long begin = System.nanoTime();
        while (!woken) {
            if (patient) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, PATIENCE);
                if (System.nanoTime() - begin > PATIENCE) {
                    throw new NobodyWokeUs();
                }
            }
        }
        woken = false;
        return 0;
    }

    @Override
    public void wakeup() {
        woken = true;
        LockSupport.unpark(waiting);
    }

    @Override
    public void close() {}
}
