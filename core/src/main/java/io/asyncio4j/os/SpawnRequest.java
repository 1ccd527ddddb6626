package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Describes the program to start to {@link Spawn}: a view over the caller's data, which the caller
 * has validated. Options that are not given are inherited from this process.
 *
 * <p>The options besides program, environment and directory are declared where they are applied:
 * {@link SpawnAttributes.Options}, {@link FileActions.Options} and {@link SpawnThread.Options}.
 *
 * <p>The values are those that a {@code Command} can have: strings {@linkplain
 * NativeStrings#problem have bytes}, names of variables are valid, ids are not negative. They do
 * not change while the child is being started. Used by one thread at a time.
 */
public interface SpawnRequest
        extends SpawnAttributes.Options, FileActions.Options, SpawnThread.Options {
    /** In the place of a stream's descriptor: this process's own. */
    int INHERIT = -1;

    /** In the place of a stream's descriptor: the null device, which the child opens itself. */
    int NULL_DEVICE = -2;

    /**
     * Returns the program, then its arguments. A program without a slash is searched on the PATH of
     * the child's environment.
     */
    List<String> arguments();

    /** Returns the child's whole environment, or null. */
    default @Nullable Map<String, String> environment() {
        return null;
    }

    /** Returns the child's working directory, or null. */
    default @Nullable Path directory() {
        return null;
    }

    /** Returns the first of the {@link #arguments}. */
    default String program() {
        return arguments().getFirst();
    }
}
