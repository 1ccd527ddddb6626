package io.asyncio4j.loop;

import io.asyncio4j.Future;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** A loop cancels a call in an executor, while a thread of that makes it. */
public final class CallCancelStress {

    private static final String ONE = "cancelled, or done";
    private static final String BOTH = "both, or neither";

    private CallCancelStress() {}

    private static String verdict(boolean cancelled, Future<Integer> future, int failures) {
        if (failures > 0 || !future.isDone() || future.isCancelled() != cancelled) {
            return "wrong";
        }
        return cancelled ? "cancelled" : "result " + future.result();
    }

    /** The loop's calls as they are. */
    @JCStressTest
    @Outcome(id = "cancelled", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(id = "result 42", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Real {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final Future<Integer> future;
        private Runnable work;
        private boolean cancelled;
        private int failures;

        /** Asks for the call. */
        public Real() {
            loop.setExceptionHandler((where, context) -> failures++);
            future = loop.runInExecutor(command -> work = command, () -> 42);
        }

        /** A thread of the executor. */
        @Actor
        public void call() {
            work.run();
        }

        /** The loop. */
        @Actor
        public void cancel() {
            Iterations.one(loop);
            cancelled = future.cancel();
        }

        /** The loop, later. */
        @Arbiter
        public void look(L_Result result) {
            Iterations.many(loop);
            result.r1 = loop.isWorkOutside() ? "busy" : verdict(cancelled, future, failures);
        }
    }

    /** The twin that brings a result without a look whether it is still wanted. */
    @JCStressTest
    @Outcome(id = "cancelled", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(id = "result 42", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Broken {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final Future<Integer> future = loop.createFuture();
        private boolean cancelled;
        private int failures;

        /** Counts what goes wrong on the loop. */
        public Broken() {
            loop.setExceptionHandler((where, context) -> failures++);
        }

        /** A thread of the executor. */
        @Actor
        public void call() {
            loop.callSoonThreadsafe(() -> future.setResult(42));
        }

        /** The loop. */
        @Actor
        public void cancel() {
            Iterations.one(loop);
            cancelled = future.cancel();
        }

        /** The loop, later. */
        @Arbiter
        public void look(L_Result result) {
            Iterations.many(loop);
            result.r1 = verdict(cancelled, future, failures);
        }
    }
}
