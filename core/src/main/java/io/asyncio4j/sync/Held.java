package io.asyncio4j.sync;

/**
 * What a task has acquired, to be given back by try-with-resources:
 *
 * <pre>{@code
 * try (var _ = lock.acquire()) {
 *     ...
 * }
 * }</pre>
 */
public sealed interface Held extends AutoCloseable permits Lock.Hold, Semaphore.Permit {

    /** Releases it. Idempotent. */
    @Override
    void close();
}
