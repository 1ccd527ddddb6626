package io.asyncio4j.child;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Future;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.io.Engine;
import io.asyncio4j.os.CallerPlace;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.subprocess.SubprocessTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The start of one child, from the command to the connected transport. Runs in turns of the loop.
 * Its middle part, the {@link Spawning}, runs in another thread if it may have to wait, so that the
 * loop continues meanwhile; otherwise everything happens in one turn. How the child is started, and
 * its exit watched, is a {@link ChildStart}'s, which is {@linkplain ChildStart#begin begun} from
 * before the start until the exit is watched.
 *
 * <pre>
 *   loop     begin                                     arrive: exit watched, end --> connected
 *                      \                           ^                                        |
 *   spawner             +--> files opened, spawned +                                        v
 *                                                                                        result
 *   failed, cancelled, loop closed: killed, reaped --> settled
 * </pre>
 */
public final class Launch {
    /** How long a start stays in the queue before it gets its own thread. */
    private static final Duration PATIENCE = Duration.ofMillis(250);

    /** Bound while a child arrives inside the call that starts it. */
    private static final ScopedValue<Launch> ARRIVING = ScopedValue.newInstance();

    private final EventLoop loop;
    private final Engine engine;
    private final Supplier<? extends SubprocessProtocol> factory;
    private final Command command;
    private final Result result;
    private final ChildStart start;
    private final Spawning spawning;
    private final Runnable atClose;

    private boolean begun;
    private @Nullable String place;
    private @Nullable SubprocessProtocol protocol;
    private @Nullable TimerHandle relief;

    private Launch(
            EventLoop loop,
            Engine engine,
            Supplier<? extends SubprocessProtocol> factory,
            Command command,
            ChildStart start) {
        this.loop = loop;
        this.engine = engine;
        this.factory = Objects.requireNonNull(factory, "factory");
        this.command = command;
        this.result = new Result(loop);
        this.start = start;
        this.spawning = new Spawning(loop, start, this::arrived, start::end);
        this.atClose = spawning::loopClosed;
    }

    /**
     * Starts a child: now if called in a turn of {@code loop}, else when the loop runs. If the
     * kernel has everything in memory, the child is started and connected in that turn, so that the
     * future may be done when this returns. Otherwise files are opened and the program is executed
     * in another thread, while the loop continues; the files that the command names must not change
     * until the future is done. Cancelling the future prevents the start, or kills the child: then
     * the future becomes cancelled when the child is gone.
     *
     * @param starter how children of the loop are started
     * @throws IllegalArgumentException if the command names a descriptor that is not open
     * @throws UnsupportedOperationException if {@code starter} does not support an option of the
     *     command
     * @throws IllegalStateException if {@code loop} is running in another thread
     */
    public static Future<SubprocessTransport> start(
            EventLoop loop,
            Engine engine,
            Starter starter,
            Supplier<? extends SubprocessProtocol> factory,
            Command command) {
        LoopContext context = LoopContext.current();
        boolean here = context != null && context.loop() == loop;
        if (!here && loop.isRunning()) {
            throw new IllegalStateException(
                    "A child of "
                            + loop
                            + " cannot be started from thread '"
                            + Thread.currentThread().getName()
                            + "', which does not run this loop; use callSoonThreadsafe or"
                            + " runCoroutineThreadsafe");
        }
        var launch = new Launch(loop, engine, factory, command, starter.prepare(command));
        if (here) {
            launch.run();
        } else {
            loop.callSoon(launch::run);
        }
        return launch.result;
    }

    /** Starts the child, in a turn of the loop. */
    private void run() {
        if (result.isDone()) {
            return;
        }
        boolean startedHere;
        try {
            startedHere = begin();
        } catch (Throwable e) {
            result.failOrCancel(e);
            throwIfFatal(e);
            return;
        }
        if (startedHere) {
            arriveHere();
        }
    }

    /** The future has received {@code e}; a fatal error must end the loop as well. */
    private static void throwIfFatal(Throwable e) {
        if (ExceptionContext.mustPropagate(e)) {
            throw (Error) e;
        }
    }

    /** Begins the start; returns whether it was completed, successfully or not, in this turn. */
    private boolean begin() {
        start.begin();
        boolean immediate;
        try {
            protocol =
                    Objects.requireNonNull(
                            factory.get(), "the protocol that the factory of the call returned");
            immediate = start.isImmediate();
            place = loop.getDebug() ? CallerPlace.find() : null;
            loop.addCloseCallback(atClose);
        } catch (Throwable e) {
            start.end();
            throw e;
        }
        begun = true;
        if (immediate) {
            // Handing it to another thread and back would take longer than the start itself.
            return spawning.runHere();
        }
        relief = loop.callLater(PATIENCE, this::relieve);
        return !Spawner.offer(spawning) && startWithoutThread();
    }

    private void relieve() {
        if (!Spawner.relieve(spawning)) {
            relief = loop.callLater(PATIENCE, this::relieve);
        }
    }

    private boolean startWithoutThread() {
        if (!start.mayHang()) {
            return spawning.runHere();
        }
        if (spawning.callOff()) {
            leaveSpawning();
            start.end();
            result.failOrCancel(
                    new IOException(
                            "Cannot start a thread to open the files of "
                                    + command
                                    + "; one is not a regular file, and opening it might block the"
                                    + " loop: raise ulimit -u or pids.max of the cgroup"));
        }
        return false;
    }

    /**
     * The result of the start. Once cancelled, it stays pending until the child being started is
     * gone.
     */
    private final class Result extends Future<SubprocessTransport> {
        private boolean cancelling;
        private @Nullable String message;

        Result(EventLoop loop) {
            super(loop);
        }

        @Override
        public boolean cancel(@Nullable String newMessage) {
            if (isDone()) {
                return false;
            }
            cancelling = true;
            message = newMessage;
            if (!begun) {
                finishCancelled(message);
            } else if (spawning.callOff()) {
                leaveSpawning();
                start.end();
                finishCancelled(message);
            }
            return true;
        }

        /** Fails with {@code cause}, or becomes cancelled if that was asked for. */
        void failOrCancel(@Nullable Throwable cause) {
            if (isDone()) {
                return;
            }
            if (cancelling || cause == null) {
                finishCancelled(message);
            } else {
                setException(cause);
            }
        }
    }

    private void leaveSpawning() {
        loop.removeCloseCallback(atClose);
        if (relief != null) {
            relief.cancel();
        }
    }

    /**
     * Continues in the caller's turn. Failures of the protocol or the watcher are not the caller's,
     * and go to the loop's exception handler.
     */
    private void arriveHere() {
        if (ARRIVING.isBound()) {
            // This start was requested in connectionMade: a chain of such starts must not deepen
            // the stack.
            loop.callSoon(this::arrived);
            return;
        }
        try {
            ScopedValue.where(ARRIVING, this).run(this::arrived);
        } catch (Throwable e) {
            throwIfFatal(e);
            loop.callExceptionHandler(
                    new ExceptionContext("The start of " + command + " failed", e));
        }
    }

    /** Continues when the child was started or the start has failed. */
    private void arrived() {
        if (!spawning.take()) {
            return;
        }
        leaveSpawning();
        Throwable failure = spawning.failure();
        if (failure != null) {
            try {
                start.end();
            } finally {
                result.failOrCancel(failure);
            }
            throwIfFatal(failure);
            return;
        }
        StartedChild child = spawning.child();
        var transport = new ChildTransport(loop, Objects.requireNonNull(protocol), child);
        try {
            try {
                start.watch(transport::exited);
            } catch (Throwable e) {
                endOrphan(child, e);
                start.end();
                throwIfFatal(e);
                return;
            }
            if (result.cancelling) {
                end(transport, null);
                start.end();
                return;
            }
            try {
                start.end();
                transport.connect(engine);
            } catch (Throwable e) {
                end(transport, e);
                throwIfFatal(e);
                return;
            }
        } finally {
            child.closePipes();
        }
        if (place != null) {
            transport.reportUnclosedFrom(place);
        }
        if (result.cancelling) {
            // The protocol has cancelled the start in connectionMade.
            end(transport, null);
        } else {
            result.setResult(transport);
        }
    }

    /**
     * Kills the child. Once it is gone, the result fails, or becomes cancelled if that was
     * requested.
     */
    private void end(ChildTransport transport, @Nullable Throwable cause) {
        transport.close();
        transport.onExit(() -> result.failOrCancel(cause));
    }

    private void endOrphan(StartedChild child, Throwable cause) {
        // Killed here already, because its input is about to end.
        child.kill();
        Spawner.execute(() -> {
            child.killAndReap();
            try {
                loop.callSoonThreadsafe(() -> result.failOrCancel(cause));
            } catch (IllegalStateException loopIsClosed) {
                // Nothing waits for the result.
            }
        });
    }
}
