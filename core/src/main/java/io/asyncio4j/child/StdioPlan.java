package io.asyncio4j.child;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Pty;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.SpawnRequest;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.Stdio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The descriptors for a new child: for each standard stream the one that the child gets, and for a
 * pipe the one that stays here. {@link #close()} closes those that were opened and not taken.
 */
final class StdioPlan implements AutoCloseable {
    private static final int NONE = SpawnRequest.INHERIT;
    private static final int CREATE_MODE = 0666;

    private final Command command;
    private final int[] childs = {NONE, NONE, NONE};
    private final int[] ours = {NONE, NONE, NONE};
    private final boolean[] opened = new boolean[3];

    private @Nullable Pty terminal;

    /** Plans the streams of {@code command}; nothing is open before {@link #open}. */
    StdioPlan(Command command) {
        this.command = command;
    }

    /**
     * Checks that the descriptors a command names are open.
     *
     * @throws IllegalArgumentException naming the one that is not open
     */
    static void check(Command command) {
        checkOpen("stdin", command.stdin());
        checkOpen("stdout", command.stdout());
        checkOpen("stderr", command.stderr());
        for (int fd : command.passDescriptors()) {
            requireOpen("to be passed on", fd);
        }
    }

    private static void checkOpen(String name, Stdio stream) {
        if (stream instanceof Stdio.Descriptor(int fd)) {
            requireOpen("for " + name, fd);
        }
    }

    private static void requireOpen(String purpose, int fd) {
        if (!FdTable.isOpen(fd)) {
            throw new IllegalArgumentException(
                    "Descriptor " + fd + " " + purpose + " is not open in this process");
        }
    }

    /** Returns whether opening what a command names may block until another process acts. */
    static boolean mayHang(Command command) {
        for (Stdio stream : List.of(command.stdin(), command.stdout(), command.stderr())) {
            if (stream instanceof Stdio.ToFile(Path path, boolean _)
                    && Files.exists(path)
                    && !Files.isRegularFile(path)) {
                return true;
            }
        }
        return false;
    }

    /** Opens what the streams need; may block. After a failure the plan must be closed. */
    void open() throws IOException {
        add(0, "stdin", command.stdin());
        add(1, "stdout", command.stdout());
        add(2, "stderr", command.stderr());
    }

    /** Returns what the child gets as {@code stream}, in the terms of {@link SpawnRequest}. */
    int childs(int stream) {
        return childs[stream];
    }

    /** Returns the child's controlling terminal, or null if it gets none. */
    @Nullable
    Pty terminal() {
        return terminal;
    }

    /** Returns the end of a pipe that stays here, or -1 if there is none. */
    int ours(int stream) {
        return ours[stream];
    }

    /** Gives up the end of a pipe that stays here, and returns it; -1 if there is none. */
    int takeOurs(int stream) {
        int fd = ours[stream];
        ours[stream] = NONE;
        return fd;
    }

    /** Closes the descriptors that were opened for the child only, which has them now. */
    void closeChilds() {
        for (int i = 0; i < 3; i++) {
            if (opened[i]) {
                opened[i] = false;
                FdTable.closeQuietly(childs[i]);
            }
        }
    }

    @Override
    public void close() {
        closeChilds();
        for (int i = 0; i < 3; i++) {
            FdTable.closeQuietly(takeOurs(i));
        }
    }

    private void add(int i, String name, Stdio stream) throws IOException {
        try {
            add(i, stream);
        } catch (IOException e) {
            throw Spawn.streamFailure(command.arguments().getFirst(), name, e);
        }
    }

    private void add(int i, Stdio stream) throws IOException {
        switch (stream) {
            // The constants are separate: the first switch over constants and types costs 20 ms at
            // run time.
            case Stdio.Simple simple -> addSimple(i, simple);
            case Stdio.ToFile(Path path, boolean append) ->
                    use(i, FdTable.open(path, flags(i, append), CREATE_MODE));
            case Stdio.Descriptor(int fd) -> childs[i] = fd;
            case Stdio.Terminal size -> addTerminal(i, size);
        }
    }

    private void addSimple(int i, Stdio.Simple stream) throws IOException {
        switch (stream) {
            case PIPE -> addPipe(i);
            case INHERIT -> {}
            case DEVNULL -> childs[i] = SpawnRequest.NULL_DEVICE;
            // Inherited standard output is this process's own.
            case STDOUT -> childs[i] = childs[1] == NONE ? 1 : childs[1];
        }
    }

    private void addPipe(int i) throws IOException {
        if (i == 0) {
            FdPair pipe = FdTable.pipe(false, true);
            ours[i] = pipe.writeEnd();
            use(i, pipe.readEnd());
        } else {
            FdPair pipe = FdTable.pipe(true, false);
            ours[i] = pipe.readEnd();
            use(i, pipe.writeEnd());
        }
    }

    private void addTerminal(int i, Stdio.Terminal size) throws IOException {
        Pty made = terminal;
        if (made != null) {
            childs[i] = made.terminal();
            return;
        }
        made = Pty.open(true);
        terminal = made;
        use(i, made.terminal());
        ours[1] = made.controller();
        made.resize(size.rows(), size.columns());
        // One descriptor for reading and one for writing, so that each can be closed alone.
        ours[0] = FdTable.duplicate(made.controller());
    }

    private void use(int i, int fd) {
        childs[i] = fd;
        opened[i] = true;
    }

    private static int flags(int i, boolean append) {
        if (i == 0) {
            return FdTable.O_RDONLY;
        }
        return FdTable.O_WRONLY | FdTable.O_CREAT | (append ? FdTable.O_APPEND : FdTable.O_TRUNC);
    }
}
