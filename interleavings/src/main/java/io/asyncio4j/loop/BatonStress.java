package io.asyncio4j.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The right to run goes to another thread and back: each sees all that the other did before it gave
 * the baton, and a baton that is given while its thread is about to park wakes it.
 */
public final class BatonStress {

    private BatonStress() {}

    private static void waitFor(Spot spot) {
        while (!spot.ready) {
            Thread.onSpinWait();
        }
    }

    /** Where a thread says that it has told its baton who it is. */
    private static final class Spot {
        volatile boolean ready;
    }

    /** The baton as it is. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "each sees the other's turn")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a turn that was not seen")
    @State
    public static class Real {
        private final Baton loop = new Baton();
        private final Baton task = new Baton();
        private final Spot taskSpot = new Spot();
        private int shared;

        /** The loop's thread. */
        @Actor
        public void loop(II_Result result) {
            loop.belongTo(Thread.currentThread());
            waitFor(taskSpot);
            shared = 1;
            task.give();
            loop.await();
            result.r2 = shared;
        }

        /** The task's thread. */
        @Actor
        public void task(II_Result result) {
            task.belongTo(Thread.currentThread());
            taskSpot.ready = true;
            task.await();
            result.r1 = shared;
            shared = 2;
            loop.give();
        }
    }

    /** The twin that gives first and writes then. */
    @JCStressTest
    @Outcome(id = "1, 2", expect = Expect.ACCEPTABLE, desc = "each sees the other's turn")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a turn that was not seen")
    @State
    public static class Broken {
        private final Baton loop = new Baton();
        private final Baton task = new Baton();
        private final Spot taskSpot = new Spot();
        private int shared;

        /** The loop's thread. */
        @Actor
        public void loop(II_Result result) {
            loop.belongTo(Thread.currentThread());
            waitFor(taskSpot);
            task.give();
            shared = 1;
            loop.await();
            result.r2 = shared;
        }

        /** The task's thread. */
        @Actor
        public void task(II_Result result) {
            task.belongTo(Thread.currentThread());
            taskSpot.ready = true;
            task.await();
            result.r1 = shared;
            shared = 2;
            loop.give();
        }
    }
}
