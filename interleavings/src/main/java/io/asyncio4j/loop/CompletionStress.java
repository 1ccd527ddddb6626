package io.asyncio4j.loop;

import io.asyncio4j.Future;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Another thread completes the future that a loop runs for, while that is falling asleep. */
public final class CompletionStress {

    private static final int LOST = -1;

    private CompletionStress() {}

    private static int run(SelectorEventLoop loop, Future<Integer> future) {
        try {
            return loop.runUntilComplete(future);
        } catch (ParkingSelector.NobodyWokeUs e) {
            return LOST;
        }
    }

    /** Through {@code callSoonThreadsafe}, as it is to be done. */
    @JCStressTest
    @Outcome(id = "42", expect = Expect.ACCEPTABLE, desc = "the loop heard of it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the loop did not")
    @State
    public static class Real {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final Future<Integer> future = loop.createFuture();

        /** The loop. */
        @Actor
        public void run(I_Result result) {
            result.r1 = CompletionStress.run(loop, future);
        }

        /** Another thread. */
        @Actor
        public void complete() {
            loop.callSoonThreadsafe(() -> future.setResult(42));
        }
    }

    /** The twin that completes the future itself, in the wrong thread. */
    @JCStressTest
    @Outcome(id = "42", expect = Expect.ACCEPTABLE, desc = "the loop heard of it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the loop did not")
    @State
    public static class Broken {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.impatient());
        private final Future<Integer> future = loop.createFuture();

        /** The loop. */
        @Actor
        public void run(I_Result result) {
            result.r1 = CompletionStress.run(loop, future);
        }

        /** Another thread. */
        @Actor
        public void complete() {
            try {
                future.setResult(42);
            } catch (RuntimeException brokenByTheRace) {
                // One more way for it to go wrong.
            }
        }
    }
}
