package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to start and with what: input of {@link Spawn}.
 *
 * @param argv the program, then its arguments. A program without a slash is searched on the PATH of
 *     the child's environment
 * @param env the child's whole environment; null for this process's own
 * @param directory the child's working directory; null for this process's own
 * @param stdin descriptor that becomes the child's 0; {@link #INHERIT} or {@link #NULL_DEVICE}
 * @param stdout descriptor that becomes the child's 1; {@link #INHERIT} or {@link #NULL_DEVICE}
 * @param stderr descriptor that becomes the child's 2; {@link #INHERIT} or {@link #NULL_DEVICE}
 * @param newSession whether it leads a new session, without a controlling terminal
 * @param processGroup -1 for this process's group, 0 for one of its own, else the group to join
 * @param passFds descriptors of 3 and above that it has under the same numbers; it gets no others
 * @param umask of the child; -1 for this process's. Linux only, as are the next three
 * @param uid of the child, real, effective and saved; -1 for this process's
 * @param gid of the child, likewise
 * @param groups supplementary groups of the child; null for this process's
 * @param terminal the pseudo-terminal to be the new session's controlling one; the streams that are
 *     to be on it are given as its {@link Pty#terminal()}. Null for none
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; copied by neither side.
public record SpawnRequest(
        List<String> argv,
        @Nullable Map<String, String> env,
        @Nullable Path directory,
        int stdin,
        int stdout,
        int stderr,
        boolean newSession,
        int processGroup,
        int[] passFds,
        int umask,
        int uid,
        int gid,
        int @Nullable [] groups,
        @Nullable Pty terminal) {
    /** Keep this process's own. */
    public static final int INHERIT = -1;

    /** In the place of a descriptor: the null device, which the child opens itself. */
    public static final int NULL_DEVICE = -2;

    private static final int[] NONE = {};

    /**
     * Checks everything that can be told without asking the system.
     *
     * @throws IllegalArgumentException if the command is empty, a string has no bytes or contains a
     *     NUL character, a variable's name is empty or contains {@code =}, or options contradict
     *     each other
     */
    public SpawnRequest {
        argv = List.copyOf(argv);
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw new IllegalArgumentException("the command is empty");
        }
        argv.forEach(argument -> checkBytes("argument", argument));
        if (env != null) {
            env = Map.copyOf(env);
            env.forEach(SpawnRequest::checkVariable);
        }
        if (newSession && processGroup > 0) {
            throw new IllegalArgumentException(
                    "the leader of a new session cannot join process group " + processGroup);
        }
        if (terminal != null && !newSession) {
            throw new IllegalArgumentException(
                    "only the leader of a new session can have the controlling terminal "
                            + terminal.name());
        }
        if (processGroup < -1) {
            throw new IllegalArgumentException("not a process group: " + processGroup);
        }
        if (umask < -1 || umask > 0777) {
            throw new IllegalArgumentException("not a umask: 0" + Integer.toOctalString(umask));
        }
        for (int fd : passFds) {
            if (fd < 3) {
                throw new IllegalArgumentException(
                        "descriptor " + fd + " cannot be passed on: 0, 1 and 2 are the streams");
            }
        }
    }

    /** A command with every option at its default. */
    public static SpawnRequest of(List<String> argv) {
        return new SpawnRequest(
                argv, null, null, -1, -1, -1, false, -1, NONE, -1, -1, -1, null, null);
    }

    /** The same with another environment; null for this process's own. */
    public SpawnRequest withEnv(@Nullable Map<String, String> newEnv) {
        return new SpawnRequest(
                argv,
                newEnv,
                directory,
                stdin,
                stdout,
                stderr,
                newSession,
                processGroup,
                passFds,
                umask,
                uid,
                gid,
                groups,
                terminal);
    }

    /** The same with another working directory; null for this process's own. */
    public SpawnRequest withDirectory(@Nullable Path newDirectory) {
        return new SpawnRequest(
                argv,
                env,
                newDirectory,
                stdin,
                stdout,
                stderr,
                newSession,
                processGroup,
                passFds,
                umask,
                uid,
                gid,
                groups,
                terminal);
    }

    /** The same with other standard streams; -1 for this process's own. */
    public SpawnRequest withStreams(int in, int out, int err) {
        return new SpawnRequest(
                argv,
                env,
                directory,
                in,
                out,
                err,
                newSession,
                processGroup,
                passFds,
                umask,
                uid,
                gid,
                groups,
                terminal);
    }

    /** The same in a new session, or not. */
    public SpawnRequest withNewSession(boolean on) {
        return new SpawnRequest(
                argv,
                env,
                directory,
                stdin,
                stdout,
                stderr,
                on,
                processGroup,
                passFds,
                umask,
                uid,
                gid,
                groups,
                terminal);
    }

    /** The same in another process group. */
    public SpawnRequest withProcessGroup(int group) {
        return new SpawnRequest(
                argv,
                env,
                directory,
                stdin,
                stdout,
                stderr,
                newSession,
                group,
                passFds,
                umask,
                uid,
                gid,
                groups,
                terminal);
    }

    /** The same with further descriptors. */
    public SpawnRequest withPassFds(int... fds) {
        return new SpawnRequest(
                argv,
                env,
                directory,
                stdin,
                stdout,
                stderr,
                newSession,
                processGroup,
                fds,
                umask,
                uid,
                gid,
                groups,
                terminal);
    }

    /** The same with another umask. */
    public SpawnRequest withUmask(int newUmask) {
        return new SpawnRequest(
                argv,
                env,
                directory,
                stdin,
                stdout,
                stderr,
                newSession,
                processGroup,
                passFds,
                newUmask,
                uid,
                gid,
                groups,
                terminal);
    }

    /** The same as another user; -1 and null for what this process is. */
    public SpawnRequest withUser(int newUid, int newGid, int @Nullable [] newGroups) {
        return new SpawnRequest(
                argv,
                env,
                directory,
                stdin,
                stdout,
                stderr,
                newSession,
                processGroup,
                passFds,
                umask,
                newUid,
                newGid,
                newGroups,
                terminal);
    }

    String program() {
        return argv.getFirst();
    }

    /** Whether posix_spawn alone cannot do it. */
    boolean needsOwnThread() {
        return umask != -1 || uid != -1 || gid != -1 || groups != null;
    }

    private static void checkVariable(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException(
                    "not a name of an environment variable: \"" + name + '"');
        }
        checkBytes("environment variable", name);
        checkBytes("environment variable " + name, value);
    }

    private static void checkBytes(String what, String string) {
        String problem = NativeStrings.problem(string);
        if (problem != null) {
            throw new IllegalArgumentException(
                    what + " \"" + NativeStrings.show(string) + "\" " + problem);
        }
    }
}
