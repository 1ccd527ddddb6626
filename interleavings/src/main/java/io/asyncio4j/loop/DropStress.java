package io.asyncio4j.loop;

import java.util.concurrent.ScheduledExecutorService;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Another thread drops the work of a loop's executor view, while the loop comes to do it. */
public final class DropStress {

    private static final String ONE = "run, or dropped";
    private static final String BOTH = "both, or neither";

    private DropStress() {}

    /** The view as it is. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Real {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final ScheduledExecutorService executor = loop.asScheduledExecutor();
        private int ran;
        private int dropped;

        /** Gives it the work. */
        public Real() {
            executor.execute(() -> ran++);
        }

        /** The loop. */
        @Actor
        public void run() {
            Iterations.one(loop);
        }

        /** Another thread. */
        @Actor
        public void drop() {
            dropped = executor.shutdownNow().size();
        }

        /** The loop, later. */
        @Arbiter
        public void count(I_Result result) {
            Iterations.one(loop);
            result.r1 = ran + dropped;
        }
    }

    /** The twin that drops also what has begun. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Broken {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final BrokenExecutor executor = new BrokenExecutor(loop);
        private int ran;
        private int dropped;

        /** Gives it the work. */
        public Broken() {
            executor.execute(() -> ran++);
        }

        /** The loop. */
        @Actor
        public void run() {
            Iterations.one(loop);
        }

        /** Another thread. */
        @Actor
        public void drop() {
            dropped = executor.shutdownNow().size();
        }

        /** The loop, later. */
        @Arbiter
        public void count(I_Result result) {
            Iterations.one(loop);
            result.r1 = ran + dropped;
        }
    }
}
