package io.asyncio4j.subprocess;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.util.concurrent.CompletionException;

/** Ways of waiting that this package needs. */
final class IoFutures {
    private IoFutures() {}

    /** Lets the current task, of {@code loop}, wait until its next turn. */
    static void awaitNextTurn(EventLoop loop) {
        Future<@Nullable Void> turn = loop.createFuture();
        loop.callSoon(() -> {
            if (!turn.isDone()) {
                turn.setResult(null);
            }
        });
        turn.await();
    }

    /** Awaits {@code future}, whose checked exceptions are {@link IOException}. */
    static <T extends @Nullable Object> T await(Future<T> future) throws IOException {
        try {
            return future.await();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw e;
        }
    }
}
