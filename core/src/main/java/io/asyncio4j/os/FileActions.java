package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * {@code posix_spawn_file_actions_t}: the changes to directory and descriptors that a child makes
 * before it executes its program. In this order: change the directory, set up 0 to 2, keep the
 * passed descriptors, wait for limits, close the rest.
 */
final class FileActions implements AutoCloseable {
    /** More than the 80 bytes of glibc and musl; a pointer on macOS. */
    private static final int SIZE = 128;

    /** A gap between passed descriptors as wide as this is closed by what is open in it. */
    private static final int WIDE_GAP = 256;

    private static final int[] NONE = {};

    private static final NativeFunction INIT = Libc.function("posix_spawn_file_actions_init");
    private static final NativeFunction DESTROY = Libc.function("posix_spawn_file_actions_destroy");
    private static final NativeFunction ADDDUP2 = Libc.function("posix_spawn_file_actions_adddup2");
    private static final NativeFunction ADDOPEN = Libc.function("posix_spawn_file_actions_addopen");
    private static final NativeFunction ADDCLOSE =
            Libc.function("posix_spawn_file_actions_addclose");
    private static final NativeFunction ADDCLOSEFROM =
            Libc.function("posix_spawn_file_actions_addclosefrom_np");
    private static final NativeFunction ADDCHDIR =
            Libc.function("posix_spawn_file_actions_addchdir_np");

    private final Scratch s;
    private final long address;
    private final int[] duplicates = {-1, -1, -1};
    private boolean hasTerminal;

    private FileActions(Arena arena, Scratch s) throws IOException {
        this.s = s;
        address = NativeBuffer.allocate(arena, SIZE).address();
        check(INIT, INIT.call(s, address));
    }

    /** What is put in place here, of a {@link SpawnRequest}. */
    interface Options {
        /** Returns the descriptor that becomes the child's 0, or one of the two constants. */
        default int stdin() {
            return SpawnRequest.INHERIT;
        }

        /** Returns the descriptor that becomes the child's 1, or one of the two constants. */
        default int stdout() {
            return SpawnRequest.INHERIT;
        }

        /** Returns the descriptor that becomes the child's 2, or one of the two constants. */
        default int stderr() {
            return SpawnRequest.INHERIT;
        }

        /**
         * Returns the descriptors of 3 and above that the child has under the same numbers; it gets
         * no others.
         */
        default List<Integer> passDescriptors() {
            return List.of();
        }

        /**
         * Returns the pseudo-terminal that is to be the controlling one of the new session, which
         * the child then leads, or null. The streams that are to be on it are given as its {@link
         * Pty#terminal()}.
         */
        default @Nullable Pty terminal() {
            return null;
        }
    }

    /** Whether a directory can be given; glibc 2.29, musl 1.1.24, macOS 10.15. */
    static boolean canChdir() {
        return ADDCHDIR.isPresent();
    }

    /** The actions of a request, valid until closed and while arena and scratch are. */
    static FileActions of(
            SpawnRequest request,
            @Nullable Path chdir,
            @Nullable SpawnGate gate,
            Arena arena,
            Scratch s)
            throws IOException {
        FileActions actions = new FileActions(arena, s);
        try {
            actions.fill(request, chdir, gate, arena);
            return actions;
        } catch (Throwable t) {
            actions.close();
            throw t;
        }
    }

    long address() {
        return address;
    }

    @Override
    public void close() {
        DESTROY.call(s, address);
        for (int fd : duplicates) {
            FdTable.closeQuietly(fd);
        }
    }

    private void fill(
            SpawnRequest request, @Nullable Path chdir, @Nullable SpawnGate gate, Arena arena)
            throws IOException {
        if (chdir != null) {
            long name = CStrings.one(arena, chdir);
            check(ADDCHDIR, ADDCHDIR.call(s, address, name));
        }
        stream(request, 0, request.stdin(), arena);
        stream(request, 1, request.stdout(), arena);
        stream(request, 2, request.stderr(), arena);
        int[] kept = sorted(request.passDescriptors());
        for (int fd : kept) {
            checkOpen(request, fd);
            // Onto itself: this is how close-on-exec is taken away, glibc 2.29 and musl.
            check(ADDDUP2, ADDDUP2.call(s, address, fd, fd));
        }
        if (gate != null) {
            waitAt(gate, kept, arena);
        }
        if (Os.HOST != Os.MAC) {
            closeRest(kept);
        } // On macOS POSIX_SPAWN_CLOEXEC_DEFAULT closes what no action mentions.
    }

    // Without a stream, whose pipeline each start would build for a list that is mostly empty.
    private static int[] sorted(List<Integer> descriptors) {
        if (descriptors.isEmpty()) {
            return NONE;
        }
        int[] sorted = new int[descriptors.size()];
        Arrays.setAll(sorted, descriptors::get);
        Arrays.sort(sorted);
        return sorted;
    }

    /** Puts a descriptor in the place of a standard stream. */
    private void stream(SpawnRequest request, int target, int fd, Arena arena) throws IOException {
        if (fd == SpawnRequest.NULL_DEVICE) {
            long name = CStrings.one(arena, "/dev/null");
            check(ADDOPEN, ADDOPEN.call(s, address, target, name, FdTable.O_RDWR, 0));
            return;
        }
        int source = fd;
        if (source >= 0) {
            checkOpen(request, source);
        }
        if (source >= 0 && source <= 2 && source != target) {
            // By the time of this action it may have been replaced: take it from elsewhere.
            source = FdTable.duplicate(source);
            duplicates[target] = source;
        }
        Pty terminal = request.terminal();
        if (terminal != null && source == terminal.terminal() && !hasTerminal) {
            // Opened by the leader of a session without one, it becomes the controlling terminal.
            hasTerminal = true;
            long name = CStrings.one(arena, terminal.name());
            check(ADDOPEN, ADDOPEN.call(s, address, target, name, FdTable.O_RDWR, 0));
        } else if (source >= 0) {
            check(ADDDUP2, ADDDUP2.call(s, address, source, target));
        } else if (Os.HOST == Os.MAC && FdTable.isOpen(target)) {
            check(ADDDUP2, ADDDUP2.call(s, address, target, target));
        }
    }

    /** Has the child wait, on a descriptor that it does not need. */
    private void waitAt(SpawnGate gate, int[] kept, Arena arena) throws IOException {
        int fd = 3;
        while (gate.uses(fd) || Arrays.binarySearch(kept, fd) >= 0) {
            fd++;
        }
        long here = CStrings.one(arena, gate.here());
        long go = CStrings.one(arena, gate.go());
        check(ADDOPEN, ADDOPEN.call(s, address, fd, here, FdTable.O_WRONLY, 0));
        check(ADDOPEN, ADDOPEN.call(s, address, fd, go, FdTable.O_RDONLY, 0));
        check(ADDCLOSE, ADDCLOSE.call(s, address, fd));
    }

    private void closeRest(int[] kept) throws IOException {
        int next = 3;
        for (int fd : kept) {
            closeGap(next, fd);
            next = Math.max(next, fd + 1);
        }
        if (ADDCLOSEFROM.isPresent()) {
            check(ADDCLOSEFROM, ADDCLOSEFROM.call(s, address, next));
        } else {
            closeListed(next, Integer.MAX_VALUE);
        }
    }

    private void closeGap(int from, int to) throws IOException {
        if (to - from >= WIDE_GAP) {
            closeListed(from, to);
            return;
        }
        for (int fd = from; fd < to; fd++) {
            check(ADDCLOSE, ADDCLOSE.call(s, address, fd));
        }
    }

    /**
     * Closes what is open now. A descriptor that another thread opens between this and the start
     * slips through unless it is close-on-exec, as nearly everything is but the JDK's sockets:
     * without closefrom that cannot be helped.
     */
    private void closeListed(int from, int to) throws IOException {
        for (int fd : FdTable.list(from)) {
            if (fd < to) {
                check(ADDCLOSE, ADDCLOSE.call(s, address, fd));
            }
        }
    }

    private static void checkOpen(SpawnRequest request, int fd) throws IOException {
        if (!FdTable.isOpen(fd)) {
            throw Errno.exception(
                    "spawn(" + request.program() + ")",
                    Errno.EBADF,
                    Errno.describe(Errno.EBADF) + ": descriptor " + fd + " is not open");
        }
    }

    private static void check(NativeFunction function, long error) throws IOException {
        if ((int) error != 0) {
            throw new Spawn.ActionException(function.name(), (int) error);
        }
    }
}
