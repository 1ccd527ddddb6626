package io.asyncio4j.subprocess;

import java.nio.file.Path;
import java.util.Objects;

/** What one of a child's standard streams is connected to. */
public sealed interface Stdio {

    /** A pipe to this process. */
    Stdio PIPE = Simple.PIPE;

    /** The stream of the same number of this process. */
    Stdio INHERIT = Simple.INHERIT;

    /** The null device. */
    Stdio DEVNULL = Simple.DEVNULL;

    /** For standard error: where standard output goes. */
    Stdio STDOUT = Simple.STDOUT;

    /** Reads {@code path} for standard input; truncates or creates it for an output. */
    static Stdio file(Path path) {
        return new ToFile(path, false);
    }

    /** Appends to {@code path}, creating it where it is missing. */
    static Stdio append(Path path) {
        return new ToFile(path, true);
    }

    /** An open descriptor of this process, which stays open here. */
    static Stdio descriptor(int fd) {
        return new Descriptor(fd);
    }

    /** The connections without a parameter. */
    enum Simple implements Stdio {
        PIPE,
        INHERIT,
        DEVNULL,
        STDOUT
    }

    /**
     * A file, opened when the child is started.
     *
     * @param path relative to this process's directory, not the child's
     * @param append whether to write at the end
     */
    record ToFile(Path path, boolean append) implements Stdio {
        public ToFile {
            Objects.requireNonNull(path, "path");
        }
    }

    /**
     * A descriptor that is open in this process.
     *
     * @param fd its number
     */
    record Descriptor(int fd) implements Stdio {
        public Descriptor {
            if (fd < 0) {
                throw new IllegalArgumentException("Not a file descriptor: " + fd);
            }
        }
    }
}
