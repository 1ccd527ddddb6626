package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists the files that a program name may stand for, as {@code execvp(3)} does, but on the child's
 * PATH.
 */
final class ProgramSearch {
    /** What is searched where no PATH is set: {@code confstr(_CS_PATH)}. */
    private static final String DEFAULT_PATH = "/bin:/usr/bin";

    private static final String PATH = "PATH";

    private static final int ESTALE = Os.HOST == Os.MAC ? 70 : 116;
    private static final int ENODEV = 19;

    private ProgramSearch() {}

    /** Whether the PATH is searched for a program. */
    static boolean isSearched(String program) {
        return program.indexOf('/') < 0;
    }

    /** The PATH that is searched for a request's program. */
    static String path(SpawnRequest request) {
        var env = request.environment();
        String path = env == null ? System.getenv(PATH) : env.get(PATH);
        return path == null ? DEFAULT_PATH : NativeStrings.exactVariable(PATH, path);
    }

    /** The encoded names to try, in order; never none. */
    static List<byte[]> candidates(SpawnRequest request) {
        String program = request.program();
        if (!isSearched(program)) {
            return List.of(NativeStrings.encode(program));
        }
        program = NativeStrings.exact(program);
        List<byte[]> candidates = new ArrayList<>();
        for (String entry : path(request).split(":", -1)) {
            candidates.add(NativeStrings.encode(inDirectory(entry, program, request.directory())));
        }
        return candidates;
    }

    /** Whether the search goes on after an error, as execvp's does. */
    static boolean goesOn(int errno) {
        return errno == Errno.ENOENT
                || errno == Errno.ENOTDIR
                || errno == Errno.EACCES
                || errno == Errno.ENAMETOOLONG
                || errno == Errno.ELOOP
                || errno == ESTALE
                || errno == ENODEV;
    }

    private static String inDirectory(String entry, String program, @Nullable Path directory) {
        // An empty entry is the current directory; the child's, which is looked at from here.
        String prefix = entry.isEmpty() ? "." : entry;
        if (prefix.startsWith("/") || directory == null) {
            return prefix + '/' + program;
        }
        String base = NativeStrings.decode(NativeStrings.encode(directory.toAbsolutePath()));
        return base + '/' + prefix + '/' + program;
    }
}
