package io.asyncio4j.loop;

import io.asyncio4j.Action;
import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.ExceptionHandler;
import io.asyncio4j.Future;
import io.asyncio4j.Handle;
import io.asyncio4j.Task;
import io.asyncio4j.TaskContextHook;
import io.asyncio4j.TaskFactory;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.subprocess.SubprocessTransport;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.ReceivingProtocol;
import io.asyncio4j.transport.WriteTransport;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;

/**
 * The base class of a custom event loop: each method throws {@link UnsupportedOperationException},
 * which names the method and the class, until it is overridden.
 *
 * <p>To change only how a loop waits for I/O, extend {@link BaseEventLoop}.
 */
public abstract class AbstractEventLoop implements EventLoop {

    /** Creates a loop; for subclasses. */
    protected AbstractEventLoop() {}

    @Override
    public Handle callSoon(Runnable callback) {
        throw unsupported("callSoon");
    }

    @Override
    public Handle callSoonThreadsafe(Runnable callback) {
        throw unsupported("callSoonThreadsafe");
    }

    @Override
    public TimerHandle callLater(Duration delay, Runnable callback) {
        throw unsupported("callLater");
    }

    @Override
    public TimerHandle callAt(long when, Runnable callback) {
        throw unsupported("callAt");
    }

    @Override
    public long time() {
        throw unsupported("time");
    }

    @Override
    public void execute(Runnable command) {
        throw unsupported("execute");
    }

    @Override
    public void runForever() {
        throw unsupported("runForever");
    }

    @Override
    public <T extends @Nullable Object> T runUntilComplete(Future<T> future) {
        throw unsupported("runUntilComplete");
    }

    @Override
    public <T extends @Nullable Object> T runUntilComplete(Callable<T> main) {
        throw unsupported("runUntilComplete");
    }

    @Override
    public void runUntilComplete(Action main) {
        throw unsupported("runUntilComplete");
    }

    @Override
    public void stop() {
        throw unsupported("stop");
    }

    @Override
    public boolean isRunning() {
        throw unsupported("isRunning");
    }

    @Override
    public void addCloseCallback(Runnable callback) {
        throw unsupported("addCloseCallback");
    }

    @Override
    public void removeCloseCallback(Runnable callback) {
        throw unsupported("removeCloseCallback");
    }

    @Override
    public boolean isClosed() {
        throw unsupported("isClosed");
    }

    @Override
    public void close() {
        throw unsupported("close");
    }

    @Override
    public <T extends @Nullable Object> Future<T> createFuture() {
        throw unsupported("createFuture");
    }

    @Override
    public <T extends @Nullable Object> Task<T> createTask(Callable<T> body) {
        throw unsupported("createTask");
    }

    @Override
    public <T extends @Nullable Object> Task<T> createTask(
            Callable<T> body, @Nullable String name) {
        throw unsupported("createTask");
    }

    @Override
    public <T extends @Nullable Object> Task<T> createEagerTask(
            Callable<T> body, @Nullable String name) {
        throw unsupported("createEagerTask");
    }

    @Override
    public <T extends @Nullable Object> Task<T> createEagerTask(Callable<T> body) {
        throw unsupported("createEagerTask");
    }

    @Override
    public ScheduledExecutorService asScheduledExecutor() {
        throw unsupported("asScheduledExecutor");
    }

    @Override
    public ThreadFactory threadFactory() {
        throw unsupported("threadFactory");
    }

    @Override
    public void setTaskContextHook(@Nullable TaskContextHook hook) {
        throw unsupported("setTaskContextHook");
    }

    @Override
    public @Nullable TaskContextHook getTaskContextHook() {
        throw unsupported("getTaskContextHook");
    }

    @Override
    public void setTaskFactory(@Nullable TaskFactory factory) {
        throw unsupported("setTaskFactory");
    }

    @Override
    public @Nullable TaskFactory getTaskFactory() {
        throw unsupported("getTaskFactory");
    }

    @Override
    public Set<Task<?>> allTasks() {
        throw unsupported("allTasks");
    }

    @Override
    public <T extends @Nullable Object> Future<T> wrapFuture(CompletionStage<T> stage) {
        throw unsupported("wrapFuture");
    }

    @Override
    public <T extends @Nullable Object> Future<T> runInExecutor(Callable<T> call) {
        throw unsupported("runInExecutor");
    }

    @Override
    public <T extends @Nullable Object> Future<T> runInExecutor(
            @Nullable Executor executor, Callable<T> call) {
        throw unsupported("runInExecutor");
    }

    @Override
    public void setDefaultExecutor(ExecutorService executor) {
        throw unsupported("setDefaultExecutor");
    }

    @Override
    public Future<@Nullable Void> shutdownDefaultExecutor(@Nullable Duration timeout) {
        throw unsupported("shutdownDefaultExecutor");
    }

    @Override
    public void addReader(int fd, Runnable callback) {
        throw unsupported("addReader");
    }

    @Override
    public boolean removeReader(int fd) {
        throw unsupported("removeReader");
    }

    @Override
    public void addWriter(int fd, Runnable callback) {
        throw unsupported("addWriter");
    }

    @Override
    public boolean removeWriter(int fd) {
        throw unsupported("removeWriter");
    }

    @Override
    public void addReader(SelectableChannel channel, Runnable callback) {
        throw unsupported("addReader");
    }

    @Override
    public boolean removeReader(SelectableChannel channel) {
        throw unsupported("removeReader");
    }

    @Override
    public void addWriter(SelectableChannel channel, Runnable callback) {
        throw unsupported("addWriter");
    }

    @Override
    public boolean removeWriter(SelectableChannel channel) {
        throw unsupported("removeWriter");
    }

    @Override
    public Future<ReadTransport> connectReadPipe(
            Supplier<? extends ReceivingProtocol> protocolFactory, Pipe pipe) {
        throw unsupported("connectReadPipe");
    }

    @Override
    public Future<WriteTransport> connectWritePipe(
            Supplier<? extends BaseProtocol> protocolFactory, Pipe pipe) {
        throw unsupported("connectWritePipe");
    }

    @Override
    public Future<SubprocessTransport> subprocessExec(
            Supplier<? extends SubprocessProtocol> protocolFactory, Command command) {
        throw unsupported("subprocessExec");
    }

    @Override
    public Future<SubprocessTransport> subprocessShell(
            Supplier<? extends SubprocessProtocol> protocolFactory, String command) {
        throw unsupported("subprocessShell");
    }

    @Override
    public void addSignalHandler(String signal, Runnable callback) {
        throw unsupported("addSignalHandler");
    }

    @Override
    public void addSignalHandler(int signal, Runnable callback) {
        throw unsupported("addSignalHandler");
    }

    @Override
    public boolean removeSignalHandler(String signal) {
        throw unsupported("removeSignalHandler");
    }

    @Override
    public boolean removeSignalHandler(int signal) {
        throw unsupported("removeSignalHandler");
    }

    @Override
    public void setExceptionHandler(@Nullable ExceptionHandler handler) {
        throw unsupported("setExceptionHandler");
    }

    @Override
    public @Nullable ExceptionHandler getExceptionHandler() {
        throw unsupported("getExceptionHandler");
    }

    @Override
    public void defaultExceptionHandler(ExceptionContext context) {
        throw unsupported("defaultExceptionHandler");
    }

    @Override
    public void callExceptionHandler(ExceptionContext context) {
        throw unsupported("callExceptionHandler");
    }

    @Override
    public boolean getDebug() {
        throw unsupported("getDebug");
    }

    @Override
    public void setDebug(boolean enabled) {
        throw unsupported("setDebug");
    }

    @Override
    public Duration getSlowCallbackDuration() {
        throw unsupported("getSlowCallbackDuration");
    }

    @Override
    public void setSlowCallbackDuration(Duration duration) {
        throw unsupported("setSlowCallbackDuration");
    }

    @Override
    public Duration getBlockingGrace() {
        throw unsupported("getBlockingGrace");
    }

    @Override
    public void setBlockingGrace(Duration grace) {
        throw unsupported("setBlockingGrace");
    }

    private UnsupportedOperationException unsupported(String method) {
        return new UnsupportedOperationException(
                method + " is not supported by " + getClass().getName());
    }
}
