package io.asyncio4j.subprocess;

import io.asyncio4j.DeprecationWarning;
import io.asyncio4j.EventLoop;
import io.asyncio4j.EventLoopPolicy;
import io.asyncio4j.Future;
import io.asyncio4j.Policies;
import io.asyncio4j.Warnings;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.SpawnRequest;
import io.asyncio4j.watcher.ChildWatcher;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The start of one child, from the command to the connected transport.
 *
 * <pre>
 *   descriptors opened --> guard { spawned --> exit watched } --> pipes connected --> result
 *            \--failed-----------\---failed: killed, reaped ---------\--> result fails
 * </pre>
 */
final class Launch {
    private final EventLoop loop;
    private final Supplier<? extends SubprocessProtocol> factory;
    private final Command command;
    private final Future<SubprocessTransport> result;

    Launch(EventLoop loop, Supplier<? extends SubprocessProtocol> factory, Command command) {
        this.loop = loop;
        this.factory = Objects.requireNonNull(factory, "factory");
        this.command = command;
        this.result = loop.createFuture();
    }

    Future<SubprocessTransport> result() {
        return result;
    }

    /** Starts the child, in a turn of the loop. */
    void run() {
        if (result.isDone()) {
            return;
        }
        try {
            start();
        } catch (IOException | RuntimeException e) {
            result.setException(e);
        }
    }

    private void start() throws IOException {
        ChildWatcher watcher = watcher();
        SubprocessProtocol protocol = factory.get();
        ChildTransport transport;
        try (var plan = StdioPlan.open(command)) {
            try (var guard = watcher.enter()) {
                // Unused but for its end.
                Objects.requireNonNull(guard, "guard");
                if (!watcher.isActive()) {
                    throw new IllegalStateException(
                            watcher
                                    + " is not active, nobody would hear of the child's exit; attach"
                                    + " it to a loop");
                }
                Child child = Children.started(spawn(plan));
                transport = new ChildTransport(loop, protocol, child);
                try {
                    watcher.addChildHandler(child.pid(), transport);
                } catch (RuntimeException | Error e) {
                    Orphan.killAndReap(loop, child);
                    throw e;
                }
            }
            try {
                transport.connect(plan);
            } catch (IOException | RuntimeException e) {
                abandon(transport, e);
                return;
            }
        }
        result.setResult(transport);
    }

    /** Kills the child; the result fails once it is gone. */
    private void abandon(ChildTransport transport, Exception cause) {
        transport.close();
        transport.onExit(() -> {
            if (!result.isDone()) {
                result.setException(cause);
            }
        });
    }

    /** Blocks the loop until the child executes its program. */
    private long spawn(StdioPlan plan) throws IOException {
        return Spawn.spawn(request(plan));
    }

    private SpawnRequest request(StdioPlan plan) {
        return new SpawnRequest(
                command.arguments(),
                command.environment(),
                command.directory(),
                plan.childs(0),
                plan.childs(1),
                plan.childs(2),
                command.newSession(),
                orNone(command.processGroup()),
                ints(command.passDescriptors()),
                orNone(command.umask()),
                orNone(command.user()),
                orNone(command.group()),
                command.extraGroups() == null ? null : ints(command.extraGroups()));
    }

    private static int orNone(@Nullable Integer value) {
        return value == null ? -1 : value;
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The deprecation is meant for users. */
    @SuppressWarnings("deprecation")
    private static ChildWatcher watcher() {
        EventLoopPolicy policy = Policies.get();
        return Warnings.ignoring(DeprecationWarning.class, policy::getChildWatcher);
    }
}
