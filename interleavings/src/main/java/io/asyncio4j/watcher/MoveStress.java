package io.asyncio4j.watcher;

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

/** A child is registered anew, from another loop, while its first loop sees it end. */
public final class MoveStress {

    private static final String ONE = "moved with its status, or told before";
    private static final String BOTH = "its status is lost, or told twice";

    private MoveStress() {}

    /** As {@link PidfdChildWatcher} does it. */
    @JCStressTest
    @Outcome(id = "second 7", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(id = "first 7 second 255", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Real {
        private final SelectorEventLoop first = new SelectorEventLoop(ParkingSelector.patient());
        private final SelectorEventLoop second = new SelectorEventLoop(ParkingSelector.patient());
        private final StringBuffer told = new StringBuffer();
        private final Registry registry = new Registry(new EndedChild());
        private final PendingChild pending =
                registry.add(
                        EndedChild.PID, first, (pid, code) -> told.append(" first ").append(code));

        /** The first loop. */
        @Actor
        public void check() {
            registry.checkHere(pending, first);
        }

        /** The second one. */
        @Actor
        public void move() {
            registry.removePending(pending);
            PendingChild again =
                    registry.add(
                            EndedChild.PID,
                            second,
                            (pid, code) -> told.append(" second ").append(code));
            if (again != null) {
                registry.check(again);
            }
        }

        /** Both loops, later. */
        @Arbiter
        public void look(L_Result result) {
            Iterations.one(first);
            Iterations.one(second);
            result.r1 = told.toString().strip();
        }
    }

    /** The twin that removes what was there, whatever has become of it. */
    @JCStressTest
    @Outcome(id = "second 7", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(id = "first 7 second 255", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Broken {
        private final SelectorEventLoop first = new SelectorEventLoop(ParkingSelector.patient());
        private final SelectorEventLoop second = new SelectorEventLoop(ParkingSelector.patient());
        private final StringBuffer told = new StringBuffer();
        private final Registry registry = new Registry(new EndedChild());
        private final PendingChild pending =
                registry.add(
                        EndedChild.PID, first, (pid, code) -> told.append(" first ").append(code));

        /** The first loop. */
        @Actor
        public void check() {
            registry.checkHere(pending, first);
        }

        /** The second one. */
        @Actor
        public void move() {
            registry.remove(EndedChild.PID);
            PendingChild again =
                    registry.add(
                            EndedChild.PID,
                            second,
                            (pid, code) -> told.append(" second ").append(code));
            if (again != null) {
                registry.check(again);
            }
        }

        /** Both loops, later. */
        @Arbiter
        public void look(L_Result result) {
            Iterations.one(first);
            Iterations.one(second);
            result.r1 = told.toString().strip();
        }
    }
}
