package io.asyncio4j.subprocess;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeStrings;
import io.asyncio4j.os.Os;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Describes how to start a child process. Immutable. Values that are not set are inherited from
 * this process.
 *
 * <p>The child gets the descriptors 0, 1 and 2 and those {@linkplain #passDescriptors passed on},
 * and no others. Its signals have their default actions, and its signal mask is empty.
 *
 * <p>On Unix, arguments, environment variables and paths are bytes. A string stands for its
 * characters in the encoding of the locale (UTF-8 in the C locale), and a lone surrogate U+DC80 to
 * U+DCFF for the byte 0x80 to 0xFF, as in Python; {@link #decode(byte[])} makes such strings. The
 * arguments of {@code main}, the values of {@code System.getenv} and paths are passed on with their
 * original bytes, even where these are not text. A string that cannot be encoded is refused: one
 * with another lone surrogate, or with a character that the encoding lacks.
 *
 * @param arguments the program and its arguments. A program without a slash is looked up on the
 *     child's PATH
 * @param stdin where standard input comes from
 * @param stdout where standard output goes
 * @param stderr where standard error goes
 * @param directory the working directory, or null
 * @param environment the whole environment, or null to inherit that of this process
 * @param newSession whether the child leads a new session, without a controlling terminal
 * @param processGroup null to stay in this process's group, 0 to lead a new group, else the group
 *     to join
 * @param umask the file mode creation mask, or null
 * @param userId the user id to run as, or null
 * @param groupId the group id to run as, or null
 * @param extraGroupIds the supplementary group ids, or null
 * @param passDescriptors further descriptors that the child gets, under the same numbers
 * @param limit how many bytes a stream buffers before it stops reading; it may hold twice as many
 */
public record Command(
        List<String> arguments,
        Stdio stdin,
        Stdio stdout,
        Stdio stderr,
        @Nullable Path directory,
        @Nullable Map<String, String> environment,
        boolean newSession,
        @Nullable Integer processGroup,
        @Nullable Integer umask,
        @Nullable Integer userId,
        @Nullable Integer groupId,
        @Nullable List<Integer> extraGroupIds,
        List<Integer> passDescriptors,
        int limit) {

    /** The default of {@link #limit}: 64 KiB. */
    public static final int DEFAULT_LIMIT = 64 * 1024;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException naming the invalid value
     */
    public Command {
        arguments = List.copyOf(arguments);
        if (arguments.isEmpty() || arguments.getFirst().isEmpty()) {
            throw new IllegalArgumentException("The command is empty; name a program to run");
        }
        for (String argument : arguments) {
            requireBytes("argument", argument);
        }
        Objects.requireNonNull(stdin, "stdin");
        Objects.requireNonNull(stdout, "stdout");
        Objects.requireNonNull(stderr, "stderr");
        if (stdin.equals(Stdio.STDOUT) || stdout.equals(Stdio.STDOUT)) {
            throw new IllegalArgumentException("Only stderr can be redirected to STDOUT");
        }
        requireWholeTerminal(stdin, stdout, stderr, processGroup);
        if (environment != null) {
            environment = Map.copyOf(environment);
            environment.forEach(Command::requireEnvironmentEntry);
        }
        requireNotNegative("process group", processGroup);
        if (newSession && processGroup != null && processGroup > 0) {
            throw new IllegalArgumentException(
                    "The leader of a new session cannot join process group " + processGroup);
        }
        requireNotNegative("user", userId);
        requireNotNegative("group", groupId);
        if (umask != null && (umask < 0 || umask > 0777)) {
            throw new IllegalArgumentException(
                    "umask must be from 0 to 0777: 0" + Integer.toOctalString(umask));
        }
        if (extraGroupIds != null) {
            extraGroupIds = List.copyOf(extraGroupIds);
            extraGroupIds.forEach(id -> requireNotNegative("group", id));
        }
        passDescriptors = List.copyOf(passDescriptors);
        for (int fd : passDescriptors) {
            if (fd < 3) {
                throw new IllegalArgumentException(
                        "Cannot pass on descriptor "
                                + fd
                                + ": set 0 to 2 with stdin, stdout"
                                + " and stderr");
            }
        }
        if (limit <= 0) {
            throw new IllegalArgumentException("The stream limit must be positive: " + limit);
        }
    }

    /** Returns a command that runs {@code program} with {@code arguments}, without a shell. */
    public static Command exec(String program, String... arguments) {
        var all = new ArrayList<String>();
        all.add(program);
        all.addAll(List.of(arguments));
        return exec(all);
    }

    /** Returns a command that runs the first of {@code arguments}, and passes the others to it. */
    public static Command exec(List<String> arguments) {
        return new Command(
                arguments,
                Stdio.INHERIT,
                Stdio.INHERIT,
                Stdio.INHERIT,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                DEFAULT_LIMIT);
    }

    /**
     * Returns a command that has {@code /bin/sh} run {@code commandLine}, on Windows {@code
     * cmd.exe}.
     */
    public static Command shell(String commandLine) {
        if (commandLine.isBlank()) {
            throw new IllegalArgumentException("The command is empty; name a program to run");
        }
        if (!Os.current().isUnix()) {
            return exec(System.getenv().getOrDefault("ComSpec", "cmd.exe"), "/c", commandLine);
        }
        return exec("/bin/sh", "-c", commandLine);
    }

    /**
     * Returns the string that stands for {@code bytes} in arguments and environments, which need
     * not be text: a byte that is not part of a character becomes a lone surrogate.
     */
    public static String decode(byte[] bytes) {
        return NativeStrings.decode(bytes);
    }

    /**
     * Returns the string that stands for the bytes of {@code path}; {@link Path#toString()} may
     * lose them.
     */
    public static String decode(Path path) {
        return NativeStrings.decode(NativeStrings.encode(path));
    }

    private static void requireBytes(String what, String value) {
        String problem = NativeStrings.problem(value);
        if (problem != null) {
            throw new IllegalArgumentException(
                    "The " + what + " \"" + NativeStrings.show(value) + "\" " + problem);
        }
    }

    private static void requireEnvironmentEntry(String name, String value) {
        requireBytes("environment name", name);
        requireBytes("value of " + name, value);
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new IllegalArgumentException(
                    "Not a valid name of an environment variable: \"" + name + "\"");
        }
    }

    private static void requireWholeTerminal(
            Stdio stdin, Stdio stdout, Stdio stderr, @Nullable Integer processGroup) {
        boolean terminal = stdout instanceof Stdio.Terminal;
        if (terminal ? !stdin.equals(stdout) : stdin instanceof Stdio.Terminal) {
            throw new IllegalArgumentException(
                    "stdin and stdout must be the same pseudo-terminal: "
                            + stdin
                            + " and "
                            + stdout
                            + "; set all three streams with streams(Stdio.pty())");
        }
        if (stderr instanceof Stdio.Terminal && !stderr.equals(stdout)) {
            throw new IllegalArgumentException(
                    "stderr must be the pseudo-terminal of stdout, or none: "
                            + stderr
                            + ", "
                            + stdout);
        }
        if (terminal && processGroup != null && processGroup > 0) {
            throw new IllegalArgumentException(
                    "A child with a terminal leads a new session and cannot join process group "
                            + processGroup);
        }
    }

    private static void requireNotNegative(String what, @Nullable Integer id) {
        if (id != null && id < 0) {
            throw new IllegalArgumentException("The " + what + " id must not be negative: " + id);
        }
    }

    /** Sets where standard input comes from. */
    public Command stdin(Stdio value) {
        return with(draft -> draft.stdin = value);
    }

    /** Sets where standard output goes. */
    public Command stdout(Stdio value) {
        return with(draft -> draft.stdout = value);
    }

    /** Sets where standard error goes. */
    public Command stderr(Stdio value) {
        return with(draft -> draft.stderr = value);
    }

    /** Sets all three standard streams to {@code value}. */
    public Command streams(Stdio value) {
        return with(draft -> {
            draft.stdin = value;
            draft.stdout = value;
            draft.stderr = value;
        });
    }

    /** Returns whether the child leads a process group; the number of that group is its pid. */
    public boolean leadsGroup() {
        return newSession
                || stdout instanceof Stdio.Terminal
                || (processGroup != null && processGroup == 0);
    }

    /** Sets the working directory. */
    public Command directory(@Nullable Path value) {
        return with(draft -> draft.directory = value);
    }

    /** Replaces the environment; null inherits that of this process. */
    public Command environment(@Nullable Map<String, String> value) {
        return with(draft -> draft.environment = value);
    }

    /**
     * Adds variables to the environment set so far, or else to the inherited one, replacing those
     * of the same names. The inherited environment is read now, not when the child starts; entries
     * whose name is empty or contains {@code =} are left out.
     *
     * @throws IllegalArgumentException naming the invalid variable
     */
    public Command environmentPlus(Map<String, String> variables) {
        return environmentWith(all -> all.putAll(variables));
    }

    /** As {@link #environmentPlus(Map)}, for one variable. */
    public Command environmentPlus(String name, String value) {
        return environmentPlus(Map.of(name, value));
    }

    /**
     * Removes variables from the environment set so far, or from the inherited one as {@link
     * #environmentPlus(Map)} reads it. Names that are not set are ignored.
     *
     * @throws IllegalArgumentException for a name that no variable can have
     */
    public Command environmentWithout(String... names) {
        List<String> removed = List.of(names);
        removed.forEach(name -> requireEnvironmentEntry(name, ""));
        return environmentWith(all -> removed.forEach(all::remove));
    }

    private Command environmentWith(Consumer<Map<String, String>> change) {
        var all = new HashMap<String, String>();
        if (environment == null) {
            all.putAll(System.getenv());
            // A command accepts no such entries.
            all.keySet().removeIf(name -> name.isEmpty() || name.indexOf('=') >= 0);
        } else {
            all.putAll(environment);
        }
        change.accept(all);
        return environment(all);
    }

    /** Sets whether the child leads a new session. */
    public Command newSession(boolean value) {
        return with(draft -> draft.newSession = value);
    }

    /** Sets the process group that the child joins; 0 makes it lead a new one. */
    public Command processGroup(@Nullable Integer value) {
        return with(draft -> draft.processGroup = value);
    }

    /** Sets the file mode creation mask. */
    public Command umask(@Nullable Integer value) {
        return with(draft -> draft.umask = value);
    }

    /** Sets the user id to run as. */
    public Command userId(@Nullable Integer value) {
        return with(draft -> draft.userId = value);
    }

    /** Sets the group id to run as. */
    public Command groupId(@Nullable Integer value) {
        return with(draft -> draft.groupId = value);
    }

    /** Sets the supplementary group ids. */
    public Command extraGroupIds(@Nullable List<Integer> value) {
        return with(draft -> draft.extraGroupIds = value);
    }

    /** Sets the further descriptors that the child gets. */
    public Command passDescriptors(List<Integer> value) {
        return with(draft -> draft.passDescriptors = value);
    }

    /** Sets how many bytes a stream buffers before it stops reading. */
    public Command limit(int value) {
        return with(draft -> draft.limit = value);
    }

    private Command with(Consumer<Draft> change) {
        var draft = new Draft(this);
        change.accept(draft);
        return draft.toCommand();
    }

    /** The values of a command while one of them is replaced. */
    private static final class Draft {
        final List<String> arguments;
        Stdio stdin;
        Stdio stdout;
        Stdio stderr;
        @Nullable Path directory;
        @Nullable Map<String, String> environment;
        boolean newSession;
        @Nullable Integer processGroup;
        @Nullable Integer umask;
        @Nullable Integer userId;
        @Nullable Integer groupId;
        @Nullable List<Integer> extraGroupIds;
        List<Integer> passDescriptors;
        int limit;

        Draft(Command base) {
            arguments = base.arguments;
            stdin = base.stdin;
            stdout = base.stdout;
            stderr = base.stderr;
            directory = base.directory;
            environment = base.environment;
            newSession = base.newSession;
            processGroup = base.processGroup;
            umask = base.umask;
            userId = base.userId;
            groupId = base.groupId;
            extraGroupIds = base.extraGroupIds;
            passDescriptors = base.passDescriptors;
            limit = base.limit;
        }

        Command toCommand() {
            return new Command(
                    arguments,
                    stdin,
                    stdout,
                    stderr,
                    directory,
                    environment,
                    newSession,
                    processGroup,
                    umask,
                    userId,
                    groupId,
                    extraGroupIds,
                    passDescriptors,
                    limit);
        }
    }
}
