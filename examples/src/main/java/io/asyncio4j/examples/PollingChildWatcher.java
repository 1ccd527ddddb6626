package io.asyncio4j.examples;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.watcher.AbstractChildWatcher;
import io.asyncio4j.watcher.AdoptingChildWatcher;
import io.asyncio4j.watcher.ChildHandler;
import io.asyncio4j.watcher.ChildRegistry;
import io.asyncio4j.watcher.ChildWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * A custom child watcher: one thread polls all children. It needs neither signals, nor pidfds, nor
 * a thread for each child, but observes an exit a little later.
 *
 * <p>A {@link ChildRegistry} does the difficult part: it reaps, reports each exit once on the loop
 * of its child, and hands children over. The watcher only decides when to look. The thread runs
 * only while there are children.
 */
public final class PollingChildWatcher extends AbstractChildWatcher
        implements AdoptingChildWatcher {
    private final ChildRegistry children = new ChildRegistry();
    private final long pauseMillis;

    /** Guarded by this; null while there are no children. */
    private @Nullable Thread poller;

    /** Creates a watcher that looks every {@code pause}, at least a millisecond. */
    public PollingChildWatcher(Duration pause) {
        pauseMillis = pause.toMillis();
        if (pauseMillis < 1) {
            throw new IllegalArgumentException("pause must be at least 1 ms: " + pause);
        }
    }

    @Override
    public void addChildHandler(long pid, ChildHandler handler) {
        adopt(pid, Asyncio.getRunningLoop(), handler);
    }

    @Override
    public void adopt(long pid, @Nullable EventLoop loop, ChildHandler handler) {
        // It may have ended already.
        if (children.add(pid, loop, handler) && !children.check(pid)) {
            poll();
        }
    }

    @Override
    public boolean isRegistered(long pid) {
        return children.contains(pid);
    }

    @Override
    public boolean removeChildHandler(long pid) {
        return children.remove(pid);
    }

    private synchronized void poll() {
        if (poller == null) {
            poller = Thread.ofPlatform().daemon().name("child-poller").start(this::run);
        }
    }

    private void run() {
        while (isNeeded()) {
            for (long pid : children.pending()) {
                try {
                    children.check(pid);
                } catch (UncheckedIOException e) {
                    System.err.println("child " + pid + " cannot be checked: " + e.getMessage());
                    children.remove(pid);
                }
            }
        }
    }

    /** Waits until the next check; returns whether there are still children. */
    private synchronized boolean isNeeded() {
        try {
            if (!children.pending().isEmpty()) {
                wait(pauseMillis);
            }
        } catch (InterruptedException e) {
            // Ignored: the thread ends with its last child.
        }
        if (children.pending().isEmpty()) {
            poller = null;
            return false;
        }
        return true;
    }

    /** A no-op: each exit is reported on the loop that its child was registered from. */
    @Override
    public void attachLoop(@Nullable EventLoop loop) {}

    @Override
    public boolean isActive() {
        return true;
    }

    @Override
    public Guard enter() {
        return Guard.NONE;
    }

    /** Unregisters the children that still run; the thread ends. */
    @Override
    public void close() {
        children.clear();
    }

    @Override
    public void handOver(@Nullable ChildWatcher successor, @Nullable EventLoop fallback) {
        children.handOver(successor, fallback);
    }

    @Override
    public void reopen() {
        children.reopen();
    }

    /** A policy that uses it. */
    static final class PollingPolicy extends DefaultEventLoopPolicy {
        @Override
        protected ChildWatcher newChildWatcher() {
            return new PollingChildWatcher(Duration.ofMillis(20));
        }
    }

    /** Runs a process whose exit the watcher observes. */
    public static void main(String[] arguments) throws IOException {
        int returncode =
                Policies.where(new PollingPolicy())
                        .call(() ->
                                Asyncio.run(() -> {
                                    try (var process =
                                            Asyncio.createSubprocess(Command.shell("exit 7"))) {
                                        return process.waitFor().returncode();
                                    }
                                }));
        System.out.println("returned " + returncode);
    }
}
