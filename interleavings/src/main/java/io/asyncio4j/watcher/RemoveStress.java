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
import org.openjdk.jcstress.infra.results.I_Result;

/** A loop calls the handler of a child off, while another thread sees the child end. */
public final class RemoveStress {

    private static final String ONE = "told, or called off";
    private static final String BOTH = "both, or neither";

    private RemoveStress() {}

    /** The registry as it is. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Real {
        private int told;
        private int removed;
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final Registry registry = new Registry(new EndedChild());
        private final PendingChild pending =
                registry.add(EndedChild.PID, loop, (pid, returncode) -> told++);

        /** The thread that waits for the child. */
        @Actor
        public void check() {
            registry.check(pending);
        }

        /** The loop. */
        @Actor
        public void remove() {
            Iterations.one(loop);
            removed = registry.remove(EndedChild.PID) == null ? 0 : 1;
        }

        /** The loop, later. */
        @Arbiter
        public void count(I_Result result) {
            Iterations.one(loop);
            result.r1 = told + removed;
        }
    }

    /** The twin whose handler is chosen when the child is reaped. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = BOTH)
    @State
    public static class Broken {
        private int told;
        private int removed;
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final BrokenRegistry registry = new BrokenRegistry(new EndedChild());
        private final PendingChild pending =
                registry.add(EndedChild.PID, loop, (pid, returncode) -> told++);

        /** The thread that waits for the child. */
        @Actor
        public void check() {
            registry.check(pending);
        }

        /** The loop. */
        @Actor
        public void remove() {
            Iterations.one(loop);
            removed = registry.remove(EndedChild.PID) == null ? 0 : 1;
        }

        /** The loop, later. */
        @Arbiter
        public void count(I_Result result) {
            Iterations.one(loop);
            result.r1 = told + removed;
        }
    }
}
