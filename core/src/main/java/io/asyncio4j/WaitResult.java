package io.asyncio4j;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What {@link Asyncio#waitUntil} found. Both sets are unmodifiable and keep the order in which the
 * futures were given.
 *
 * @param done the futures that are done
 * @param pending those that are not
 * @param <F> the kind of future
 */
public record WaitResult<F extends Future<?>>(Set<F> done, Set<F> pending) {

    public WaitResult {
        done = Collections.unmodifiableSet(new LinkedHashSet<>(done));
        pending = Collections.unmodifiableSet(new LinkedHashSet<>(pending));
    }
}
