package io.asyncio4j.loop;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * Two threads push, and one takes: each job arrives once, those of one thread in their order. Two
 * actors, so that a machine of two cores can run it.
 */
public final class PushStress {

    private PushStress() {}

    private record Job(String name) implements Runnable {
        @Override
        public void run() {}
    }

    private static final Job A1 = new Job("a1");
    private static final Job A2 = new Job("a2");
    private static final Job B1 = new Job("b1");
    private static final Job B2 = new Job("b2");

    private static String verdict(ReadyQueue ready) {
        List<Object> all = new ArrayList<>();
        while (!ready.isEmpty()) {
            all.add(ready.remove());
        }
        boolean each = all.size() == 4 && all.containsAll(List.of(A1, A2, B1, B2));
        boolean inOrder = all.indexOf(A1) < all.indexOf(A2) && all.indexOf(B1) < all.indexOf(B2);
        return each && inOrder ? "right" : "wrong";
    }

    /** The inbox as it is. */
    @JCStressTest
    @Outcome(id = "right", expect = Expect.ACCEPTABLE, desc = "each once, in order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled, or out of order")
    @State
    public static class Real {
        private final Inbox inbox = new Inbox();
        private final ReadyQueue ready = new ReadyQueue();

        /** One thread. */
        @Actor
        public void pushA() {
            inbox.push(A1);
            inbox.push(A2);
        }

        /** The loop, which pushes as well, and takes in between. */
        @Actor
        public void pushBAndTake() {
            inbox.push(B1);
            inbox.drainTo(ready);
            inbox.push(B2);
        }

        /** The loop, later. */
        @Arbiter
        public void takeRest(L_Result result) {
            inbox.drainTo(ready);
            result.r1 = verdict(ready);
        }
    }

    /** The twin whose push is two steps. */
    @JCStressTest
    @Outcome(id = "right", expect = Expect.ACCEPTABLE, desc = "each once, in order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, doubled, or out of order")
    @State
    public static class Broken {
        private final BrokenInbox inbox = new BrokenInbox();
        private final ReadyQueue ready = new ReadyQueue();

        /** One thread. */
        @Actor
        public void pushA() {
            inbox.push(A1);
            inbox.push(A2);
        }

        /** The loop, which pushes as well, and takes in between. */
        @Actor
        public void pushBAndTake() {
            inbox.push(B1);
            inbox.drainTo(ready);
            inbox.push(B2);
        }

        /** The loop, later. */
        @Arbiter
        public void takeRest(L_Result result) {
            inbox.drainTo(ready);
            result.r1 = verdict(ready);
        }
    }
}
