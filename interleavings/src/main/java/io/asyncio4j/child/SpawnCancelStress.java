package io.asyncio4j.child;

import io.asyncio4j.loop.Iterations;
import io.asyncio4j.loop.ParkingSelector;
import io.asyncio4j.loop.SelectorEventLoop;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** The loop calls the start of a child off, while the turn of that comes in another thread. */
public final class SpawnCancelStress {

    private static final String ONE = "called off, or there to be taken once";
    private static final String BOTH = "both, or neither";

    private SpawnCancelStress() {}

    /** The start as it is; of a child that cannot be started, which makes it quick. */
    @JCStressTest
    @Outcome(id = "called off", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(id = "taken", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Real {
        private boolean calledOff;
        private int arrivals;
        private int disposals;
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final Spawning spawning =
                new Spawning(
                        loop, new SpawnStart(Starts.FAILING), () -> arrivals++, () -> disposals++);

        /** The thread that starts children. */
        @Actor
        public void start() {
            spawning.run();
        }

        /** The loop. */
        @Actor
        public void callOff() {
            calledOff = spawning.callOff();
        }

        /** The loop, later. */
        @Arbiter
        public void take(L_Result result) {
            Iterations.one(loop);
            int taken = (spawning.take() ? 1 : 0) + (spawning.take() ? 1 : 0);
            result.r1 = Starts.verdict(calledOff, arrivals, taken, disposals);
        }
    }

    /** The twin that looks whether it is called off, and begins then. */
    @JCStressTest
    @Outcome(id = "called off", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(id = "taken", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Broken {
        private boolean calledOff;
        private int arrivals;
        private int disposals;
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final BrokenSpawning spawning =
                new BrokenSpawning(loop, () -> arrivals++, () -> disposals++);

        /** The thread that starts children. */
        @Actor
        public void start() {
            spawning.run();
        }

        /** The loop. */
        @Actor
        public void callOff() {
            calledOff = spawning.callOff();
        }

        /** The loop, later. */
        @Arbiter
        public void take(L_Result result) {
            Iterations.one(loop);
            int taken = (spawning.take() ? 1 : 0) + (spawning.take() ? 1 : 0);
            result.r1 = Starts.verdict(calledOff, arrivals, taken, disposals);
        }
    }
}
