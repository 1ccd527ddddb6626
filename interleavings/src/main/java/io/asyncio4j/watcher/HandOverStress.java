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
import org.openjdk.jcstress.infra.results.II_Result;

/** A watcher hands a child over to another one, while it sees the child end. */
public final class HandOverStress {

    private static final String ONE = "told here, or handed over unreaped";
    private static final String BOTH = "both, or neither, or handed over without its status";

    private HandOverStress() {}

    /** The registry as it is. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Real {
        private int told;
        private int handedOver;
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final EndedChild child = new EndedChild();
        private final Registry registry = new Registry(child);
        private final PendingChild pending =
                registry.add(EndedChild.PID, loop, (pid, returncode) -> told++);

        /** The thread that waits for the child. */
        @Actor
        public void check() {
            registry.check(pending);
        }

        /** The one that replaces the watcher. */
        @Actor
        public void drain() {
            handedOver = registry.drain().size();
        }

        /** The loop, later. */
        @Arbiter
        public void count(II_Result result) {
            Iterations.one(loop);
            result.r1 = told + handedOver;
            result.r2 = child.reaps() + handedOver;
        }
    }

    /** The twin that looks whether the child is its own, and reaps it then. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Broken {
        private int told;
        private int handedOver;
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final EndedChild child = new EndedChild();
        private final BrokenRegistry registry = new BrokenRegistry(child);
        private final PendingChild pending =
                registry.add(EndedChild.PID, loop, (pid, returncode) -> told++);

        /** The thread that waits for the child. */
        @Actor
        public void check() {
            registry.check(pending);
        }

        /** The one that replaces the watcher. */
        @Actor
        public void drain() {
            handedOver = registry.drain().size();
        }

        /** The loop, later. */
        @Arbiter
        public void count(II_Result result) {
            Iterations.one(loop);
            result.r1 = told + handedOver;
            result.r2 = child.reaps() + handedOver;
        }
    }
}
