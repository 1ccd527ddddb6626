package io.asyncio4j.child;

import io.asyncio4j.loop.Iterations;
import io.asyncio4j.loop.ParkingSelector;
import io.asyncio4j.loop.SelectorEventLoop;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** A loop is closed while a child of it is being started in another thread. */
public final class SpawnCloseStress {

    private static final String ONE = "taken by the loop before, or disposed of";
    private static final String NOBODY = "nobody's, or disposed of though it was taken";

    private SpawnCloseStress() {}

    /** The start as it is; of a child that cannot be started, which makes it quick. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = NOBODY)
    @State
    public static class Real {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final AtomicInteger owners = new AtomicInteger();
        private final Spawning spawning =
                new Spawning(
                        loop,
                        new SpawnStart(Starts.FAILING),
                        this::arrived,
                        owners::incrementAndGet);

        /** Sees to it that the loop's closing is heard of. */
        public Real() {
            loop.addCloseCallback(spawning::loopClosed);
        }

        private void arrived() {
            if (spawning.take()) {
                owners.incrementAndGet();
            }
        }

        /** The thread that starts children. */
        @Actor
        public void start() {
            spawning.run();
        }

        /** The loop. */
        @Actor
        public void close() {
            Iterations.one(loop);
            loop.close();
        }

        /** Later; what is disposed of may be so in a third thread. */
        @Arbiter
        public void count(I_Result result) {
            while (owners.get() == 0) {
                Thread.yield();
            }
            result.r1 = owners.get() + (spawning.take() ? 1 : 0);
        }
    }

    /** The twin that tells the loop of the child before it may be taken. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = ONE)
    @Outcome(expect = Expect.FORBIDDEN, desc = NOBODY)
    @State
    public static class Broken {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final AtomicInteger owners = new AtomicInteger();
        private final BrokenSpawning spawning =
                new BrokenSpawning(loop, this::arrived, owners::incrementAndGet);

        /** Sees to it that the loop's closing is heard of. */
        public Broken() {
            loop.addCloseCallback(spawning::loopClosed);
        }

        private void arrived() {
            if (spawning.take()) {
                owners.incrementAndGet();
            }
        }

        /** The thread that starts children. */
        @Actor
        public void start() {
            spawning.run();
        }

        /** The loop. */
        @Actor
        public void close() {
            Iterations.one(loop);
            loop.close();
        }

        /** Later. */
        @Arbiter
        public void count(I_Result result) {
            result.r1 = owners.get();
        }
    }
}
