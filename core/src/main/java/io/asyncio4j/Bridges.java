package io.asyncio4j;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** From other threads to a loop's tasks, and from tasks to other threads. */
final class Bridges {

    private Bridges() {}

    static <T extends @Nullable Object> CompletableFuture<T> runCoroutineThreadsafe(
            Callable<T> body, EventLoop loop) {
        Objects.requireNonNull(body, "body");
        var stage = new CompletableFuture<T>();
        // Whoever waits for it must not do so for good.
        Runnable loopClosed = () -> stage.cancel(false);
        loop.addCloseCallback(loopClosed);
        var _ = stage.whenComplete((value, exception) -> loop.removeCloseCallback(loopClosed));
        try {
            loop.callSoonThreadsafe(() -> begin(body, loop, stage));
        } catch (IllegalStateException closed) {
            stage.cancel(false);
            throw closed;
        }
        return stage;
    }

    private static <T extends @Nullable Object> void begin(
            Callable<T> body, EventLoop loop, CompletableFuture<T> stage) {
        if (stage.isDone()) {
            return;
        }
        try {
            loop.createTask(body).completeInto(stage);
        } catch (Throwable e) {
            stage.completeExceptionally(e);
            throw e;
        }
    }

    static <T extends @Nullable Object> T toThread(Callable<T> call) throws Exception {
        Objects.requireNonNull(call, "call");
        EventLoop loop = Task.requireCurrent("toThread").loop();
        TaskContextHook hook = loop.getTaskContextHook();
        TaskContextHook.Carried carried = hook == null ? null : hook.capture();
        Callable<T> work = carried == null ? call : () -> callWith(carried, call);
        try {
            return loop.runInExecutor(work).await();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static <T extends @Nullable Object> T callWith(
            TaskContextHook.Carried carried, Callable<T> call) throws Exception {
        carried.resume();
        try {
            return call.call();
        } finally {
            carried.suspend();
        }
    }
}
