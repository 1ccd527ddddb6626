package io.asyncio4j.subprocess;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.watcher.AbstractChildWatcher;
import io.asyncio4j.watcher.ChildHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A watcher in the hand of a test: it tells of an exit while it registers a child, or when told.
 */
@SuppressWarnings("exports") // for tests of this module
public final class HandWatcher extends AbstractChildWatcher {
    private final boolean atOnce;
    private final Map<Long, ChildHandler> handlers = new LinkedHashMap<>();
    private Runnable whileRegistering = () -> {};

    private HandWatcher(boolean atOnce) {
        this.atOnce = atOnce;
    }

    /** One that waits for the child's end while it registers it, and tells of that. */
    public static HandWatcher tellingAtOnce() {
        return new HandWatcher(true);
    }

    /** One that tells in {@link #tell} only. */
    public static HandWatcher tellingWhenAsked() {
        return new HandWatcher(false);
    }

    public void whileRegistering(Runnable action) {
        whileRegistering = action;
    }

    /** Waits for the ends of all children, and tells of them. */
    public void tell() {
        handlers.forEach(HandWatcher::reapAndTell);
        handlers.clear();
    }

    private static void reapAndTell(long pid, ChildHandler handler) {
        try {
            WaitId.await(pid);
            handler.exited(pid, Reaper.reap(Children.of(pid)).returncode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void attachLoop(@Nullable EventLoop loop) {}

    @Override
    public boolean isActive() {
        return true;
    }

    @Override
    public void addChildHandler(long pid, ChildHandler handler) {
        whileRegistering.run();
        if (atOnce) {
            reapAndTell(pid, handler);
        } else {
            handlers.put(pid, handler);
        }
    }

    @Override
    public Guard enter() {
        return () -> {};
    }
}
