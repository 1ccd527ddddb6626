package io.asyncio4j.loop;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Another thread cancels what it has asked a loop to run, while the loop begins to run it. */
public final class CoroutineCancelStress {

    private static final String OVER = "never begun, or cancelled";
    private static final String LEFT = "the task goes on, and nobody is left who would cancel it";

    private CoroutineCancelStress() {}

    /** As {@link Asyncio#runCoroutineThreadsafe} does it. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = OVER)
    @Outcome(expect = Expect.FORBIDDEN, desc = LEFT)
    @State
    public static class Real {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final Future<String> never = loop.createFuture();
        private final CompletableFuture<String> stage =
                Asyncio.runCoroutineThreadsafe(never::await, loop);

        /** The loop. */
        @Actor
        public void run() {
            Iterations.one(loop);
        }

        /** Another thread. */
        @Actor
        public void cancel() {
            stage.cancel(false);
        }

        /** The loop, later. */
        @Arbiter
        public void count(I_Result result) {
            Iterations.many(loop);
            result.r1 = loop.allTasks().size();
        }
    }

    /**
     * The twin that cancels the task if there is one, and looks for a cancel before it makes it.
     */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = OVER)
    @Outcome(expect = Expect.FORBIDDEN, desc = LEFT)
    @State
    public static class Broken {
        private final SelectorEventLoop loop = new SelectorEventLoop(ParkingSelector.patient());
        private final Future<String> never = loop.createFuture();
        private final CompletableFuture<String> stage = new CompletableFuture<>();
        private volatile Task<String> task;

        /** Asks for the task. */
        public Broken() {
            EventLoop where = loop;
            where.callSoonThreadsafe(() -> {
                if (!stage.isDone()) {
                    task = where.createTask(never::await);
                }
            });
        }

        /** The loop. */
        @Actor
        public void run() {
            Iterations.one(loop);
        }

        /** Another thread. */
        @Actor
        public void cancel() {
            stage.cancel(false);
            Task<String> begun = task;
            if (begun != null) {
                loop.callSoonThreadsafe(begun::cancel);
            }
        }

        /** The loop, later. */
        @Arbiter
        public void count(I_Result result) {
            Iterations.many(loop);
            result.r1 = loop.allTasks().size();
        }
    }
}
