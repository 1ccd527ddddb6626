package io.asyncio4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Files by the names that users give, whatever bytes they consist of: a {@link Path} takes only
 * those that are text in the locale, and in the C locale only ASCII.
 */
final class NamedFile {
    private static final Set<OpenOption> WRITE_ANEW =
            Set.of(
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING);

    private NamedFile() {}

    private interface Opener<T> {
        T open(Path path) throws IOException;
    }

    /**
     * Returns what a file contains.
     *
     * @throws InvalidPathException if the name cannot be one
     */
    static byte[] read(String name) throws IOException {
        return withPath(
                name,
                false,
                path -> {
                    try (InputStream in = Files.newInputStream(path)) {
                        return in.readAllBytes();
                    }
                });
    }

    /**
     * Opens a file to be written anew.
     *
     * @throws InvalidPathException if the name cannot be one
     */
    static FileChannel create(String name) throws IOException {
        return withPath(name, true, path -> FileChannel.open(path, WRITE_ANEW));
    }

    private static <T> T withPath(String name, boolean create, Opener<T> opener)
            throws IOException {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            if (Native.unavailableReason() != null || name.indexOf('\0') >= 0) {
                throw e;
            }
            int fd = Native.open(name, create);
            try {
                return opener.open(Path.of("/dev/fd", Integer.toString(fd)));
            } finally {
                Native.close(fd);
            }
        }
        return opener.open(path);
    }
}
