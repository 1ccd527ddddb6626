package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.io.Serial;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts processes with {@code posix_spawn(3)}. Safe from any thread; blocks until the child has
 * executed its program, for some hundred microseconds.
 *
 * <p>A child starts with default actions for all signals and none blocked, whatever the JVM has set
 * for itself, and with the descriptors 0, 1, 2 and those passed to it, whatever else is open in the
 * JVM.
 */
public final class Spawn {
    private static final int X_OK = 1;

    /** A start copies and closes all that are open, a hundred or two nanoseconds each. */
    private static final int FEW_DESCRIPTORS = 1024;

    private static final NativeFunction POSIX_SPAWN = Libc.function("posix_spawn");
    private static final NativeFunction ACCESS = Libc.function("access");

    // A variable of the C library: the pointer to this process's own environment.
    private static final long ENVIRON = Libc.address("environ");

    private Spawn() {}

    /**
     * Checks what only the system can tell of a request, without starting anything. Looks at the
     * directory, and so may block.
     *
     * @throws IllegalArgumentException if its directory is missing or none
     * @throws UnsupportedOperationException if an option does not exist on this system
     */
    public static void validate(SpawnRequest request) {
        SpawnThread.requireSupport(request);
        JdkStart.validate(request);
    }

    /**
     * Whether a start would keep its thread for no longer than the kernel's own work takes: what
     * the request names is in memory, and so few descriptors are open that copying them for the
     * child takes no time. False if that is not known; never waits to find out.
     */
    public static boolean isImmediate(SpawnRequest request) {
        Path directory = request.directory();
        if (SpawnThread.isNeeded(request) || SpawnGate.isNeeded()) {
            return false;
        }
        boolean searched = ProgramSearch.isSearched(request.program());
        if (!searched && directory != null && !request.program().startsWith("/")) {
            return false; // relative to the child's directory
        }
        try (Arena arena = Arena.ofConfined();
                Scratch s = Scratch.take()) {
            if (directory != null && !CachedFiles.isDirectory(s, CStrings.one(arena, directory))) {
                return false;
            }
            for (long path : CStrings.each(arena, ProgramSearch.candidates(request))) {
                switch (CachedFiles.program(s, path, FEW_DESCRIPTORS)) {
                    case CACHED -> {
                        return true;
                    }
                    case UNKNOWN -> {
                        return false;
                    }
                    case ABSENT -> {}
                }
            }
            return false;
        }
    }

    /**
     * Starts a process, of a request that {@link #validate} accepts.
     *
     * @return its pid; the caller must reap it
     * @throws IOException if it could not be started, saying which program or directory is at
     *     fault, the errno, and what that means here
     */
    public static long spawn(SpawnRequest request) throws IOException {
        DumpFilter.prepare();
        if (SpawnThread.isNeeded(request) || SpawnGate.isNeeded()) {
            return SpawnThread.spawn(request);
        }
        return start(request, request.directory(), null);
    }

    /**
     * Returns a failure to open the file of a stream of {@code program}, as a failure to start it.
     */
    public static IOException streamFailure(String program, String stream, IOException cause) {
        return SpawnErrors.before(program, stream, cause);
    }

    /**
     * Starts it on this thread, as it is.
     *
     * @param chdir the directory to change to; null to stay in this thread's
     * @param gate where the child waits for its limits; null if it does not
     */
    static long start(SpawnRequest request, @Nullable Path chdir, @Nullable SpawnGate gate)
            throws IOException {
        List<byte[]> candidates = ProgramSearch.candidates(request);
        NativeBuffer attributes = SpawnAttributes.of(request);
        try (Arena arena = Arena.ofConfined();
                Scratch s = Scratch.take();
                FileActions actions = FileActions.of(request, chdir, gate, arena, s)) {
            var env = request.environment();
            Attempt attempt =
                    new Attempt(
                            actions.address(),
                            attributes.address(),
                            CStrings.argv(arena, request.arguments()),
                            env == null ? Libc.peekLong(ENVIRON) : CStrings.env(arena, env));
            long[] paths = CStrings.each(arena, candidates);
            if (ProgramSearch.isSearched(request.program())) {
                return search(request, chdir, candidates, paths, attempt, s);
            }
            int errno = attempt.start(s, paths[0]);
            if (errno != 0) {
                throw SpawnErrors.explain(request, chdir, candidates.getFirst(), errno);
            }
            return attempt.pid(s);
        } catch (ActionException e) {
            throw SpawnErrors.explain(request, chdir, candidates.getFirst(), e.errno);
        } finally {
            Reference.reachabilityFence(attributes);
        }
    }

    private static long search(
            SpawnRequest request,
            @Nullable Path chdir,
            List<byte[]> candidates,
            long[] paths,
            Attempt attempt,
            Scratch s)
            throws IOException {
        int errno = Errno.ENOENT;
        int culprit = 0;
        for (int i = 0; i < paths.length; i++) {
            // Looking first: a failed posix_spawn costs a process.
            boolean looksGood = (int) ACCESS.call(s, paths[i], X_OK) == 0;
            int failure = looksGood ? attempt.start(s, paths[i]) : s.errno();
            if (failure == 0) {
                return attempt.pid(s);
            }
            if (!ProgramSearch.goesOn(failure)) {
                throw SpawnErrors.explain(request, chdir, candidates.get(i), failure);
            }
            // As in execvp, "found but not executable" is reported rather than "not found"; so is a
            // script whose interpreter is missing.
            if (errno == Errno.ENOENT && (looksGood || failure == Errno.EACCES)) {
                errno = failure;
                culprit = i;
            }
        }
        throw SpawnErrors.explain(request, chdir, candidates.get(culprit), errno);
    }

    /** The addresses that every try of one request shares. */
    private record Attempt(long actions, long attributes, long argv, long envp) {
        /** Zero, or the errno that posix_spawn returns. */
        int start(Scratch s, long path) {
            long start = Starts.begin();
            DumpFilter.begin(s);
            try {
                return (int) POSIX_SPAWN.call(s, s.address, path, actions, attributes, argv, envp);
            } finally {
                DumpFilter.end(s);
                Starts.end(start);
            }
        }

        long pid(Scratch s) {
            return s.bytes.getInt(0);
        }
    }

    /** A file action was refused: EBADF or ENOMEM. */
    static final class ActionException extends IOException {
        @Serial private static final long serialVersionUID = 1L;
        final int errno;

        ActionException(String call, int errno) {
            super(call + ": " + Errno.describe(errno));
            this.errno = errno;
        }
    }
}
