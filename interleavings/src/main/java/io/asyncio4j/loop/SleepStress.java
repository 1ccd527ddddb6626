package io.asyncio4j.loop;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A thread pushes a job while the loop goes to sleep: one of the two must notice the other. */
public final class SleepStress {

    private static final String LOST = "the loop sleeps, and nobody wakes it for the job";

    private SleepStress() {}

    /** The inbox as it is. */
    @JCStressTest
    @Outcome(id = "false, true", expect = Expect.FORBIDDEN, desc = LOST)
    @Outcome(expect = Expect.ACCEPTABLE, desc = "woken, or awake")
    @State
    public static class Real {
        private final Inbox inbox = new Inbox();

        /** Another thread. */
        @Actor
        public void push(ZZ_Result result) {
            result.r1 = inbox.push(() -> {});
        }

        /** The loop. */
        @Actor
        public void sleep(ZZ_Result result) {
            result.r2 = inbox.goToSleep();
        }
    }

    /** The twin that looks before it announces. */
    @JCStressTest
    @Outcome(id = "false, true", expect = Expect.FORBIDDEN, desc = LOST)
    @Outcome(expect = Expect.ACCEPTABLE, desc = "woken, or awake")
    @State
    public static class Broken {
        private final BrokenInbox inbox = new BrokenInbox();

        /** Another thread. */
        @Actor
        public void push(ZZ_Result result) {
            result.r1 = inbox.push(() -> {});
        }

        /** The loop. */
        @Actor
        public void sleep(ZZ_Result result) {
            result.r2 = inbox.goToSleep();
        }
    }
}
