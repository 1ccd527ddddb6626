package io.asyncio4j.subprocess;

import java.nio.file.Path;
import java.util.Objects;

/** What one of a child's standard streams is connected to. */
public sealed interface Stdio {

    /** A pipe to this process. */
    Stdio PIPE = Simple.PIPE;

    /** The stream of this process with the same number. */
    Stdio INHERIT = Simple.INHERIT;

    /** The null device. */
    Stdio DEVNULL = Simple.DEVNULL;

    /** For standard error only: the same as standard output. */
    Stdio STDOUT = Simple.STDOUT;

    /** Reads {@code path} for standard input; truncates or creates it for an output. */
    static Stdio file(Path path) {
        return new ToFile(path, false);
    }

    /** Appends to {@code path}, creating it if it is missing. */
    static Stdio append(Path path) {
        return new ToFile(path, true);
    }

    /**
     * As {@link #pty(int, int)}, with 24 rows and 80 columns.
     *
     * <pre>{@code
     * try (var top = createSubprocess(Command.exec("top").streams(Stdio.pty()))) { ...
     * }</pre>
     */
    static Stdio pty() {
        return pty(24, 80);
    }

    /**
     * A new pseudo-terminal, on which programs behave as they do for a person. Writing to {@code
     * stdin} types at the terminal. Reading from {@code stdout} returns what the terminal shows,
     * including its echo of the input, with lines that end in {@code \r\n}.
     *
     * <p>Standard input and output must use it together; standard error may be separate. {@link
     * Command#streams} sets all three. It is the controlling terminal of the child, which leads a
     * new session: writing Ctrl-C (character 3) interrupts its foreground programs.
     *
     * <p>Closing {@code stdin} types the end of the input (Ctrl-D); the output ends when no process
     * has the terminal open. Closing the process hangs up the terminal. Unless the program changes
     * the terminal's mode, lines of input can have up to 4,095 bytes.
     */
    static Stdio pty(int rows, int columns) {
        return new Terminal(rows, columns);
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
     * A pseudo-terminal, made when the child is started.
     *
     * @param rows the height of its window in characters
     * @param columns its width
     */
    record Terminal(int rows, int columns) implements Stdio {
        private static final int LARGEST = 0xffff;

        public Terminal {
            if (rows <= 0 || rows > LARGEST || columns <= 0 || columns > LARGEST) {
                throw new IllegalArgumentException(
                        "A window size must be from 1 to "
                                + LARGEST
                                + ": "
                                + rows
                                + " rows, "
                                + columns
                                + " columns");
            }
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
                throw new IllegalArgumentException("A file descriptor must not be negative: " + fd);
            }
        }
    }
}
