package io.asyncio4j.watcher;

import io.asyncio4j.annotation.Nullable;

/**
 * What a watcher knows about the exit of a child.
 *
 * @param pid the child
 * @param returncode as in {@link ChildHandler#exited}
 * @param coreDumped whether the signal that ended it left a core file
 * @param lost why the status is not known, or null if it is
 * @param usage what the child has used, or null if that is not known
 */
public record ChildExit(
        long pid,
        int returncode,
        boolean coreDumped,
        @Nullable String lost,
        @Nullable ResourceUsage usage) {}
