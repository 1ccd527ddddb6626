package io.asyncio4j.loop;

import io.asyncio4j.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** A loop as an executor whose steps are each safe for threads, and not together. */
final class BrokenExecutor implements Executor {

    private final EventLoop loop;
    private final Set<Runnable> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean shutdown;
    private volatile boolean terminated;

    BrokenExecutor(EventLoop loop) {
        this.loop = loop;
    }

    /** Looks first and adds then: a shutdown between the two does not see it. */
    @Override
    public void execute(Runnable command) {
        if (shutdown) {
            throw new RejectedExecutionException();
        }
        Runnable work =
                new Runnable() {
                    @Override
                    public void run() {
                        if (pending.contains(this)) {
                            command.run();
                            pending.remove(this);
                            terminateIfDone();
                        }
                    }
                };
        pending.add(work);
        loop.callSoonThreadsafe(work);
    }

    private void terminateIfDone() {
        if (shutdown && pending.isEmpty()) {
            terminated = true;
        }
    }

    void shutdown() {
        shutdown = true;
        terminateIfDone();
    }

    /** Drops also what has begun. */
    List<Runnable> shutdownNow() {
        shutdown = true;
        var dropped = new ArrayList<>(pending);
        pending.clear();
        terminateIfDone();
        return dropped;
    }

    boolean isTerminated() {
        return terminated;
    }
}
