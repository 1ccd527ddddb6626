package io.asyncio4j.loop;

import io.asyncio4j.Action;
import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.interop.LoopScheduledExecutor;
import io.asyncio4j.interop.StageFollower;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.subprocess.SubprocessTransport;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** The methods of a loop that only call others of its methods. */
abstract class LoopConveniences implements EventLoop {

    @Override
    public final void execute(Runnable command) {
        callSoonThreadsafe(command);
    }

    @Override
    public final void runUntilComplete(Action main) {
        runUntilComplete(main.returningNull());
    }

    @Override
    public final <T extends @Nullable Object> Future<T> createFuture() {
        return new Future<>(this);
    }

    @Override
    public final <T extends @Nullable Object> Task<T> createTask(Callable<T> body) {
        return createTask(body, null);
    }

    @Override
    public final <T extends @Nullable Object> Task<T> createEagerTask(Callable<T> body) {
        return createEagerTask(body, null);
    }

    @Override
    public <T extends @Nullable Object> Future<T> wrapFuture(CompletionStage<T> stage) {
        return StageFollower.follow(stage, this);
    }

    @Override
    public final ScheduledExecutorService asScheduledExecutor() {
        return new LoopScheduledExecutor(this);
    }

    @Override
    public final <T extends @Nullable Object> Future<T> runInExecutor(Callable<T> call) {
        return runInExecutor(null, call);
    }

    @Override
    public final Future<SubprocessTransport> subprocessShell(
            Supplier<? extends SubprocessProtocol> protocolFactory, String command) {
        return subprocessExec(protocolFactory, Command.shell(command));
    }

    @Override
    public final void addSignalHandler(int signal, Runnable callback) {
        addSignalHandler(SignalNames.name(signal), callback);
    }

    @Override
    public final boolean removeSignalHandler(int signal) {
        return removeSignalHandler(SignalNames.name(signal));
    }
}
