package io.asyncio4j.loop;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** One thread gives the executor view of a loop some work while another one shuts it down. */
public final class SubmitStress {

    private static final String ONE = "refused, or run before the end";
    private static final String LATE = "run after the end, or never";

    private SubmitStress() {}

    private static String verdict(boolean accepted, boolean endedBefore, boolean ended, int ran) {
        boolean right = ended && ran == (accepted ? 1 : 0) && !(accepted && endedBefore);
        return right ? "right" : "wrong";
    }

    /** The view as it is. */
    @JCStressTest
    @Outcome(id = "right", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = LATE)
    @State
    public static class Real {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final ScheduledExecutorService executor = loop.asScheduledExecutor();
        private boolean accepted;
        private boolean endedBefore;
        private int ran;

        /** One thread. */
        @Actor
        public void submit() {
            try {
                executor.execute(() -> ran++);
                accepted = true;
            } catch (RejectedExecutionException e) {
                accepted = false;
            }
        }

        /** Another one. */
        @Actor
        public void shutDown() {
            executor.shutdown();
            endedBefore = executor.isTerminated();
        }

        /** The loop, later. */
        @Arbiter
        public void run(L_Result result) {
            Iterations.one(loop);
            result.r1 = verdict(accepted, endedBefore, executor.isTerminated(), ran);
        }
    }

    /** The twin that looks and adds in two steps. */
    @JCStressTest
    @Outcome(id = "right", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = LATE)
    @State
    public static class Broken {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final BrokenExecutor executor = new BrokenExecutor(loop);
        private boolean accepted;
        private boolean endedBefore;
        private int ran;

        /** One thread. */
        @Actor
        public void submit() {
            try {
                executor.execute(() -> ran++);
                accepted = true;
            } catch (RejectedExecutionException e) {
                accepted = false;
            }
        }

        /** Another one. */
        @Actor
        public void shutDown() {
            executor.shutdown();
            endedBefore = executor.isTerminated();
        }

        /** The loop, later. */
        @Arbiter
        public void run(L_Result result) {
            Iterations.one(loop);
            result.r1 = verdict(accepted, endedBefore, executor.isTerminated(), ran);
        }
    }
}
