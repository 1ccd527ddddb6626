package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Starts a child from its own thread if the child must wait at a {@linkplain SpawnGate gate}, or
 * has another umask, user or group than this process. posix_spawn has no such options, but on Linux
 * they are attributes of a thread, and a child inherits those of the thread that starts it: so a
 * new thread changes its attributes, starts the child and ends.
 *
 * <p>Linux lets threads differ. POSIX, and so glibc, does not: its {@code setresuid} changes all
 * threads. Hence the direct system calls.
 *
 * <p>A thread that has become another user could let that user's programs, including the child it
 * has just started, into this process: a process that may trace one thread sees the memory of all.
 * Two rules prevent that. First, the kernel protects a process in which credentials have changed;
 * but it protects the whole process, so this must be undone, and any of several concurrent starts
 * may do so at any time. Second, it compares the tracer's credentials with the real, effective and
 * saved user (and group) of the thread: the saved ones stay those of this process. A child loses
 * the saved ones when it executes its program; the thread uses them to change back.
 */
final class SpawnThread {
    private static final int CLONE_FS = 0x200;
    private static final int PR_GET_DUMPABLE = 3;
    private static final int PR_SET_DUMPABLE = 4;

    // asm/unistd.h: x86-64, and the generic table that AArch64 and RISC-V use.
    private static final int SYS_SETGROUPS = Os.X86_64 ? 116 : 159;
    private static final int SYS_SETRESUID = Os.X86_64 ? 117 : 147;
    private static final int SYS_GETRESUID = Os.X86_64 ? 118 : 148;
    private static final int SYS_SETRESGID = Os.X86_64 ? 119 : 149;
    private static final int SYS_GETRESGID = Os.X86_64 ? 120 : 150;
    private static final int PR_CAP_AMBIENT = 47;
    private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    private static final NativeFunction SYSCALL = Libc.variadic("syscall", 1);
    private static final NativeFunction PRCTL = Libc.variadic("prctl", 1);
    private static final NativeFunction UNSHARE = Libc.function("unshare");
    private static final NativeFunction UMASK = Libc.function("umask");
    private static final NativeFunction CHDIR = Libc.function("chdir");
    private static final NativeFunction FCHOWN = Libc.function("fchown");

    /** Whether the process was dumpable before the first of these threads existed. */
    private static final int DUMPABLE = dumpable();

    private SpawnThread() {}

    private static int dumpable() {
        try (Scratch s = Scratch.take()) {
            return Os.HOST == Os.LINUX ? (int) PRCTL.call(s, PR_GET_DUMPABLE) : 0;
        }
    }

    /** What a thread changes for its child, of a {@link SpawnRequest}. On Linux only. */
    interface Options {
        /** Returns the child's file mode creation mask, or null. */
        default @Nullable Integer umask() {
            return null;
        }

        /** Returns the user id of the child, real, effective and saved, or null. */
        default @Nullable Integer user() {
            return null;
        }

        /** Returns the group id of the child, likewise, or null. */
        default @Nullable Integer group() {
            return null;
        }

        /** Returns the supplementary group ids of the child, or null. */
        default @Nullable List<Integer> extraGroups() {
            return null;
        }
    }

    /** Returns the name of an option that is given and only a thread can set, or null. */
    private static @Nullable String given(Options options) {
        if (options.umask() != null) {
            return "umask";
        }
        if (options.user() != null) {
            return "userId";
        }
        if (options.group() != null) {
            return "groupId";
        }
        return options.extraGroups() != null ? "extraGroupIds" : null;
    }

    /** Whether only a thread that has changed for it can start the child. */
    static boolean isNeeded(SpawnRequest request) {
        return given(request) != null || mustChdir(request);
    }

    private static boolean mustChdir(SpawnRequest request) {
        return request.directory() != null && !FileActions.canChdir();
    }

    static void requireSupport(SpawnRequest request) {
        if (Os.HOST == Os.LINUX || !isNeeded(request)) {
            return;
        }
        String option = given(request);
        throw new UnsupportedOperationException(
                option != null
                        ? "The option " + option + " of a subprocess exists on Linux only"
                        : "The option directory of a subprocess needs"
                                + " posix_spawn_file_actions_addchdir_np, which this C library lacks");
    }

    static long spawn(SpawnRequest request) throws IOException {
        AtomicLong pid = new AtomicLong();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        SpawnGate gate = SpawnGate.isNeeded() ? SpawnGate.take() : null;
        try {
            Thread thread =
                    Thread.ofPlatform()
                            .name("asyncio-spawn")
                            .daemon(true)
                            .unstarted(() -> {
                                try {
                                    pid.set(start(request, gate));
                                } catch (Throwable t) {
                                    failure.set(t);
                                }
                            });
            if (!NativeThreads.start(thread)) {
                throw Errno.exception(
                        "spawn(" + request.program() + ")",
                        Errno.EAGAIN,
                        Errno.describe(Errno.EAGAIN)
                                + ": cannot start the thread that sets the user, group or umask:"
                                + " raise ulimit -u, or pids.max of the cgroup");
            }
            if (gate != null) {
                gate.attend();
            }
            joinUninterruptibly(thread);
        } finally {
            if (gate != null) {
                gate.release();
            }
        }
        Throwable thrown = failure.get();
        if (thrown instanceof IOException e) {
            throw e;
        }
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        if (gate == null && SpawnGate.isNeeded()) {
            // Late, but better than never.
            SpawnGate.setLimits(pid.get());
        }
        return pid.get();
    }

    private static long start(SpawnRequest request, @Nullable SpawnGate gate) throws IOException {
        if (gate == null) {
            return startChanged(request, null);
        }
        gate.enter();
        try {
            return startChanged(request, gate);
        } finally {
            gate.leave();
        }
    }

    private static long startChanged(SpawnRequest request, @Nullable SpawnGate gate)
            throws IOException {
        if (!isNeeded(request)) {
            return Spawn.start(request, request.directory(), gate);
        }
        boolean chdirHere = mustChdir(request);
        try (Scratch s = Scratch.take()) {
            Ids own = Ids.current(s);
            try {
                try {
                    prepare(s, request, own, chdirHere);
                } catch (IOException e) {
                    throw SpawnErrors.before(request.program(), "", e);
                }
                return Spawn.start(request, chdirHere ? null : request.directory(), gate);
            } finally {
                // At once: the other user may send signals to a thread whose real user it is.
                own.resume(s);
                restoreDumpable(s);
            }
        }
    }

    /** The credentials of a thread: real, effective and saved ids. */
    private record Ids(int uid, int euid, int suid, int gid, int egid, int sgid) {
        static Ids current(Scratch s) {
            ByteBuffer ids = s.bytes;
            long at = s.address;
            SYSCALL.call(s, SYS_GETRESUID, at, at + 4, at + 8);
            SYSCALL.call(s, SYS_GETRESGID, at + 12, at + 16, at + 20);
            return new Ids(
                    ids.getInt(0),
                    ids.getInt(4),
                    ids.getInt(8),
                    ids.getInt(12),
                    ids.getInt(16),
                    ids.getInt(20));
        }

        void becomeGroup(Scratch s, int group) throws IOException {
            check(s, "setresgid", group, SYSCALL.call(s, SYS_SETRESGID, group, group, egid));
        }

        void becomeUser(Scratch s, int user) throws IOException {
            // With a saved user like this, ambient capabilities would stay and be the program's.
            PRCTL.call(s, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
            check(s, "setresuid", user, SYSCALL.call(s, SYS_SETRESUID, user, user, euid));
        }

        void resume(Scratch s) {
            SYSCALL.call(s, SYS_SETRESUID, uid, euid, suid);
            SYSCALL.call(s, SYS_SETRESGID, gid, egid, sgid);
        }
    }

    private static void prepare(Scratch s, SpawnRequest request, Ids own, boolean chdirHere)
            throws IOException {
        Integer umask = request.umask();
        if (umask != null || chdirHere) {
            // Umask and working directory are shared by all threads until one asks otherwise.
            check(s, "unshare", "CLONE_FS", UNSHARE.call(s, CLONE_FS));
        }
        if (umask != null) {
            UMASK.call(s, umask);
        }
        Pty terminal = request.terminal();
        Integer user = request.user();
        if (terminal != null && user != null) {
            // The child opens it by its name, which only the owner may.
            long result = FCHOWN.call(s, terminal.terminal(), user, -1);
            check(s, "fchown", terminal.name(), result);
        }
        become(s, request, own);
        if (chdirHere) {
            Path directory = Objects.requireNonNull(request.directory());
            try (Arena arena = Arena.ofConfined()) {
                check(s, "chdir", directory, CHDIR.call(s, CStrings.one(arena, directory)));
            }
        }
    }

    /**
     * A change of credentials makes the kernel protect the whole process's /proc files and refuse
     * debuggers, although no other thread has changed.
     */
    private static void restoreDumpable(Scratch s) {
        if (DUMPABLE == 1) {
            PRCTL.call(s, PR_SET_DUMPABLE, 1);
        }
    }

    /** Changes this thread's credentials; the user last, who may then change nothing more. */
    private static void become(Scratch s, Options options, Ids own) throws IOException {
        List<Integer> groups = options.extraGroups();
        if (groups != null) {
            int count = groups.size();
            try (Arena arena = Arena.ofConfined()) {
                NativeBuffer list = NativeBuffer.allocate(arena, count * 4L + 4);
                for (int i = 0; i < count; i++) {
                    list.bytes().putInt(i * Integer.BYTES, groups.get(i));
                }
                long result = SYSCALL.call(s, SYS_SETGROUPS, count, list.address());
                check(s, "setgroups", count + " groups", result);
            }
        }
        Integer group = options.group();
        if (group != null) {
            own.becomeGroup(s, group);
        }
        Integer user = options.user();
        if (user != null) {
            own.becomeUser(s, user);
        }
    }

    private static void check(Scratch s, String call, Object operand, long result)
            throws IOException {
        if ((int) result < 0) {
            throw Errno.exception(call, operand, s.errno());
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        for (; ; ) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
