package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.Delivery;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Runs tasks of a loop from other threads, and calls of tasks in other threads. */
final class Threads {

    private Threads() {}

    static <T extends @Nullable Object> CompletableFuture<T> runCoroutineThreadsafe(
            Callable<T> body, EventLoop loop) {
        Objects.requireNonNull(body, "body");
        var stage = new CompletableFuture<T>();
        // Otherwise a thread that waits for the stage would wait for ever.
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

    static <T extends @Nullable Object, X extends Exception> T toThread(Code<T, X> code) throws X {
        Objects.requireNonNull(code, "code");
        EventLoop loop = CurrentTask.require("toThread").loop();
        TaskContextHook.Carried carried = capture(loop);
        Checked<T, X> call =
                Checked.of(carried == null ? code : () -> callWith(carried, code, loop));
        Future<T> future = loop.runInExecutor(call);
        try {
            return future.await();
        } catch (CompletionException e) {
            throw call.unwrap(future, e);
        }
    }

    private static TaskContextHook.@Nullable Carried capture(EventLoop loop) {
        TaskContextHook hook = loop.getTaskContextHook();
        if (hook == null) {
            return null;
        }
        try {
            return hook.capture();
        } catch (Throwable e) {
            report(loop, e);
            return null;
        }
    }

    private static <T extends @Nullable Object, X extends Exception> T callWith(
            TaskContextHook.Carried carried, Code<T, X> code, EventLoop loop) throws X {
        guard(loop, carried::resume);
        try {
            return code.call();
        } finally {
            guard(loop, carried::suspend);
        }
    }

    private static void guard(EventLoop loop, Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            report(loop, e);
        }
    }

    /**
     * Reports a context that failed to the loop, from any thread; the call continues without it.
     */
    private static void report(EventLoop loop, Throwable e) {
        var context = new ExceptionContext("Exception in the context of a call in a thread", e);
        Delivery.send(
                loop,
                () -> loop.callExceptionHandler(context),
                () -> loop.defaultExceptionHandler(context));
    }
}
