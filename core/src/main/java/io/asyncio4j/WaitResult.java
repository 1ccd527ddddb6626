package io.asyncio4j;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The result of {@link Asyncio#waitUntil}. Both sets are unmodifiable and in the order in which the
 * futures were given.
 *
 * @param done the futures that are done
 * @param pending the futures that are not done
 * @param <F> the kind of future
 */
public record WaitResult<F extends Future<?>>(Set<F> done, Set<F> pending) {

    public WaitResult {
        done = Collections.unmodifiableSet(new LinkedHashSet<>(done));
        pending = Collections.unmodifiableSet(new LinkedHashSet<>(pending));
    }
}
