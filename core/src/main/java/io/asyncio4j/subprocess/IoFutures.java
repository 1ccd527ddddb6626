package io.asyncio4j.subprocess;

import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.util.concurrent.CompletionException;

/** Ways of waiting that this package needs. */
final class IoFutures {
    private IoFutures() {}

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
