package io.asyncio4j.child;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.SpawnRequest;
import io.asyncio4j.policy.EventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.Stdio;
import io.asyncio4j.watcher.ChildHandler;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.WatcherReplacedException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A start with {@code posix_spawn}. The watcher's guard is open from before the start until the
 * exit is watched.
 */
final class SpawnStart implements ChildStart {
    private final Command command;
    private final StdioPlan plan;
    private final SpawnRequest request;
    private @Nullable EventLoopPolicy policy;
    private @Nullable ChildWatcher watcher;
    private ChildWatcher.@Nullable Guard guard;
    // Written by the thread that starts it, before the loop is told.
    private @Nullable Child child;

    SpawnStart(Command command) {
        StdioPlan.check(command);
        this.command = command;
        this.plan = new StdioPlan(command);
        this.request = new CommandRequest(command, plan);
    }

    @Override
    public void begin() {
        // Before any class that needs native calls is loaded.
        NativeAccess.require("a subprocess on another loop than ProactorEventLoop.portable()");
        EventLoopPolicy current = Policies.get();
        ChildWatcher chosen = current.childWatcher();
        ChildWatcher.Guard opened = chosen.enter();
        try {
            if (!chosen.isActive()) {
                throw new IllegalStateException(
                        chosen
                                + " is not active, so the child's exit would not be reported;"
                                + " attach it to a loop");
            }
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
        policy = current;
        watcher = chosen;
        guard = opened;
    }

    @Override
    public void end() {
        Objects.requireNonNull(guard, "guard").close();
    }

    @Override
    public boolean isImmediate() {
        for (Stdio stream : List.of(command.stdin(), command.stdout(), command.stderr())) {
            if (stream instanceof Stdio.ToFile || stream instanceof Stdio.Terminal) {
                return false;
            }
        }
        return Spawn.isImmediate(request);
    }

    @Override
    public boolean mayHang() {
        return StdioPlan.mayHang(command);
    }

    @Override
    public StartedChild start() throws Exception {
        // First, so that a start that must fail does not truncate a file.
        Spawn.validate(request);
        try {
            plan.open();
            Child started = Children.started(Spawn.spawn(request));
            child = started;
            // Now, and not when the loop takes the result, which may be after many more starts.
            plan.closeChilds();
            return new SpawnedChild(started, plan, command.leadsGroup());
        } catch (Throwable t) {
            plan.close();
            throw t;
        }
    }

    /** Registers the child with the policy's watcher, which may be replaced at any time. */
    @Override
    public void watch(Consumer<ExitStatus> exited) {
        Child started = Objects.requireNonNull(child, "child");
        EventLoopPolicy policy = Objects.requireNonNull(this.policy);
        ChildWatcher present = policy.childWatcher();
        while (true) {
            try {
                register(present, started, exited);
                return;
            } catch (WatcherReplacedException e) {
                ChildWatcher next = policy.childWatcher();
                if (next == present) {
                    throw e;
                }
                present = next;
            }
        }
    }

    private void register(ChildWatcher present, Child started, Consumer<ExitStatus> exited) {
        var handler = new Handler(started, exited);
        if (present == watcher) {
            present.addChildHandler(started.pid(), handler);
        } else if (started.isGone()) {
            // The watcher was replaced meanwhile, and a FastChildWatcher, the former or the present
            // one, has reaped a child that only the former expected.
            exited.accept(Reaper.recall(started));
        } else {
            // The watcher was replaced meanwhile; the open guard belongs to the former one.
            try (var its = present.enter()) {
                Objects.requireNonNull(its, "guard");
                present.addChildHandler(started.pid(), handler);
            }
        }
    }

    /** What the watcher calls. */
    private record Handler(Child child, Consumer<ExitStatus> told) implements ChildHandler {
        @Override
        public void exited(long pid, int returncode) {
            told.accept(Reaper.reported(child, returncode));
        }

        @Override
        public void reaped(long pid, ExitStatus status) {
            told.accept(status);
        }
    }
}
