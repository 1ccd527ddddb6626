package io.asyncio4j.child;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.JdkStart;
import io.asyncio4j.os.SpawnRequest;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.Stdio;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A start with {@code java.lang.ProcessBuilder}, which makes no native calls of this library. The
 * JDK reports the exit: no child watcher is asked.
 */
final class ProcessStart implements ChildStart {
    /** The way out of what such children cannot do; the end of a sentence. */
    static final String OTHER_LOOPS =
            "run the child on a loop that starts children itself: on Linux and macOS a"
                    + " SelectorEventLoop, on Linux also a ProactorEventLoop over io_uring";

    private final Command command;
    private final SpawnRequest request;
    // Written by the thread that starts it, before the loop is told.
    private @Nullable ProcessChild child;

    ProcessStart(Command command) {
        refuseOptions(command);
        this.command = command;
        this.request = new CommandRequest(command, new StdioPlan(command));
    }

    private static void refuseOptions(Command command) {
        refuseStream("stdin", command.stdin());
        refuseStream("stdout", command.stdout());
        refuseStream("stderr", command.stderr());
        refuse("newSession", command.newSession() ? true : null);
        refuse("processGroup", command.processGroup());
        refuse("umask", command.umask());
        refuse("userId", command.userId());
        refuse("groupId", command.groupId());
        refuse("extraGroupIds", command.extraGroupIds());
        refuse("passDescriptors", emptyToNull(command.passDescriptors()));
        Path directory = command.directory();
        if (directory != null) {
            file("directory", directory);
        }
        command.arguments().forEach(argument -> refuseBytes("argument", argument));
        Map<String, String> environment = command.environment();
        if (environment != null) {
            environment.forEach((name, value) -> {
                refuseBytes("environment variable", name);
                refuseBytes("value of the environment variable " + name, value);
            });
        }
    }

    private static void refuseStream(String name, Stdio stream) {
        switch (stream) {
            case Stdio.Simple _ -> {}
            case Stdio.ToFile(Path path, boolean _) -> file(name, path);
            case Stdio.Terminal _, Stdio.Descriptor _ -> refuse(name, stream);
        }
    }

    private static @Nullable Object emptyToNull(List<?> list) {
        return list.isEmpty() ? null : list;
    }

    private static void refuse(String option, @Nullable Object value) {
        if (value != null) {
            throw new UnsupportedOperationException(
                    "The option "
                            + option
                            + " = "
                            + value
                            + " does not exist for a child of this loop, which"
                            + " java.lang.ProcessBuilder starts: leave it out, or "
                            + OTHER_LOOPS);
        }
    }

    private static void refuseBytes(String what, String value) {
        if (!JdkStart.passesOn(value)) {
            refuse(what, '"' + JdkStart.show(value) + "\", whose bytes are not text,");
        }
    }

    private static File file(String option, Path path) {
        try {
            File file = path.toFile();
            if (file.toPath().equals(path)) {
                return file;
            }
        } catch (UnsupportedOperationException otherFileSystem) {
            // Refused below.
        }
        refuse(option, path + ", which no java.io.File stands for,");
        throw new IllegalStateException("unreachable");
    }

    // No watcher: nothing to open or close.

    @Override
    public void begin() {}

    @Override
    public void end() {}

    @Override
    public boolean isImmediate() {
        return false;
    }

    @Override
    public boolean mayHang() {
        return StdioPlan.mayHang(command);
    }

    @Override
    public StartedChild start() throws IOException {
        JdkStart.validate(request);
        var arguments = new ArrayList<>(command.arguments());
        arguments.set(0, JdkStart.program(request));
        var builder = new ProcessBuilder(arguments);
        Path directory = command.directory();
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        Map<String, String> environment = command.environment();
        if (environment != null) {
            builder.environment().clear();
            builder.environment().putAll(environment);
        }
        builder.redirectInput(redirect(0, command.stdin()));
        builder.redirectOutput(redirect(1, command.stdout()));
        if (command.stderr() == Stdio.STDOUT) {
            builder.redirectErrorStream(true);
        } else {
            builder.redirectError(redirect(2, command.stderr()));
        }
        try {
            var started = new ProcessChild(builder.start(), command);
            child = started;
            return started;
        } catch (IOException e) {
            throw explain(e);
        }
    }

    private static Redirect redirect(int stream, Stdio target) {
        return switch (target) {
            case Stdio.Simple simple ->
                    switch (simple) {
                        case PIPE -> Redirect.PIPE;
                        case INHERIT -> Redirect.INHERIT;
                        case DEVNULL ->
                                stream == 0
                                        ? Redirect.from(
                                                Objects.requireNonNull(Redirect.DISCARD.file()))
                                        : Redirect.DISCARD;
                        case STDOUT -> throw new IllegalArgumentException("only of stderr");
                    };
            case Stdio.ToFile(Path path, boolean append) -> {
                File file = path.toFile();
                yield stream == 0
                        ? Redirect.from(file)
                        : append ? Redirect.appendTo(file) : Redirect.to(file);
            }
            case Stdio.Terminal _, Stdio.Descriptor _ ->
                    throw new IllegalArgumentException("refused before: " + target);
        };
    }

    /** Tells what the JDK reports as a start of this library does. */
    private IOException explain(IOException e) {
        if (e.getCause() instanceof FileNotFoundException notOpened) {
            String message = Objects.requireNonNullElse(notOpened.getMessage(), "");
            String[] names = {"stdin", "stdout", "stderr"};
            List<Stdio> streams = List.of(command.stdin(), command.stdout(), command.stderr());
            for (int i = 0; i < 3; i++) {
                if (streams.get(i) instanceof Stdio.ToFile(Path path, boolean _)
                        && message.startsWith(path.toFile().getPath() + " (")) {
                    return JdkStart.explainStream(request, names[i], path, notOpened);
                }
            }
        }
        return JdkStart.explain(request, e);
    }

    @Override
    public void watch(Consumer<ExitStatus> exited) {
        Objects.requireNonNull(child, "child").watch(exited);
    }
}
