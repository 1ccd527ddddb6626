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
 * Opens files by the names that users give, whatever bytes these consist of: a {@link Path} accepts
 * only names that are text in the locale, and in the C locale only ASCII.
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
     * Returns the content of a file.
     *
     * @throws InvalidPathException if the name cannot be a file name
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
     * Creates or truncates a file, and opens it for writing.
     *
     * @throws InvalidPathException if the name cannot be a file name
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
