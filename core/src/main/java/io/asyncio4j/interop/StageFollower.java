package io.asyncio4j.interop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.AtClose;
import io.asyncio4j.spi.Delivery;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/**
 * Passes the outcome of a stage, which may complete in any thread, to a future. If the stage
 * outlives the loop, it refers only to this object, and a late outcome is logged.
 */
public final class StageFollower<T extends @Nullable Object>
        implements BiConsumer<T, @Nullable Throwable> {

    private static final System.Logger LOGGER = System.getLogger("io.asyncio4j");

    // Null once the loop is closed.
    private volatile @Nullable Future<T> future;

    private StageFollower(Future<T> future) {
        this.future = future;
    }

    /**
     * Returns a future of {@code loop} that takes over the outcome of {@code stage}. For authors of
     * event loops, to implement {@link EventLoop#wrapFuture}.
     */
    public static <T extends @Nullable Object> Future<T> follow(
            CompletionStage<T> stage, EventLoop loop) {
        Objects.requireNonNull(stage, "stage");
        var future =
                new Future<T>(loop) {
                    @Override
                    protected boolean cancelAtDeadline() {
                        // Its outcome is already on the way to the loop.
                        boolean aboutToBeDone =
                                stage instanceof CompletableFuture<?> each && each.isDone();
                        return !aboutToBeDone && super.cancelAtDeadline();
                    }
                };
        var follower = new StageFollower<T>(future);
        Runnable loopClosed = () -> follower.future = null;
        AtClose.call(loop, loopClosed);
        future.addDoneCallback(done -> {
            AtClose.forget(loop, loopClosed);
            if (done.isCancelled()) {
                stage.toCompletableFuture().cancel(false);
            }
        });
        var _ = stage.whenComplete(follower);
        return future;
    }

    @Override
    public void accept(T value, @Nullable Throwable exception) {
        Future<T> target = future;
        if (target == null) {
            report(exception);
            return;
        }
        Delivery.send(
                target.loop(),
                () -> takeOver(target, value, cause(exception)),
                () -> report(exception));
    }

    private static <T extends @Nullable Object> void takeOver(
            Future<T> future, T value, @Nullable Throwable cause) {
        if (future.isDone()) {
            return;
        }
        if (cause == null) {
            future.setResult(value);
        } else if (cause instanceof CancellationException) {
            future.cancel(cause.getMessage());
        } else {
            future.setException(cause);
        }
    }

    private static void report(@Nullable Throwable exception) {
        Throwable cause = cause(exception);
        if (!(cause instanceof CancellationException)) {
            LOGGER.log(
                    System.Logger.Level.WARNING,
                    "A stage was completed after the loop of the future that follows it was"
                            + " closed; its outcome is dropped",
                    cause);
        }
    }

    private static @Nullable Throwable cause(@Nullable Throwable exception) {
        return exception instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : exception;
    }
}
