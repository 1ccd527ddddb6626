package io.asyncio4j.sync;

/**
 * An acquired lock or permit, to be released by try-with-resources:
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
