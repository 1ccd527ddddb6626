package io.asyncio4j.graalpy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.policy.EventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.Stdio;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.subprocess.SubprocessTransport;
import io.asyncio4j.transport.BaseTransport;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.graalvm.polyglot.Value;

/** Reports what happens to a child to the Python object that stands for its transport. */
public final class ChildEvents implements SubprocessProtocol {
    private final Value target;
    private @Nullable SubprocessTransport transport;

    private ChildEvents(Value target) {
        this.target = target;
    }

    /**
     * Starts a child, in a turn of {@code loop}, which the watcher of {@code policy} watches.
     *
     * @throws IllegalArgumentException if the command cannot be one
     */
    public static Future<SubprocessTransport> start(
            EventLoop loop, EventLoopPolicy policy, Command command, Value target) {
        var events = new ChildEvents(target);
        return Policies.where(policy).call(() -> loop.subprocessExec(() -> events, command));
    }

    /**
     * Returns the command of what {@code subprocess.Popen} takes.
     *
     * @param arguments in bytes, as {@link Latin1} has them; paths and variables as well
     * @param stdin a descriptor, or one of Popen's constants; -4 to inherit
     * @param environment names and values by turns, or null
     */
    public static Command command(
            List<String> arguments,
            int stdin,
            int stdout,
            int stderr,
            @Nullable String directory,
            @Nullable List<String> environment,
            boolean newSession,
            @Nullable Integer processGroup,
            @Nullable Integer umask,
            @Nullable Integer user,
            @Nullable Integer group,
            @Nullable List<Integer> extraGroups,
            List<Integer> passDescriptors) {
        return new Command(
                arguments.stream().map(Latin1::argument).toList(),
                stdio(stdin),
                stdio(stdout),
                stdio(stderr),
                directory == null ? null : Latin1.path(directory),
                environment == null ? null : variables(environment),
                newSession,
                processGroup,
                umask,
                user,
                group,
                extraGroups,
                passDescriptors,
                Command.DEFAULT_LIMIT);
    }

    private static Stdio stdio(int stream) {
        return switch (stream) {
            case -1 -> Stdio.PIPE;
            case -2 -> Stdio.STDOUT;
            case -3 -> Stdio.DEVNULL;
            case -4 -> Stdio.INHERIT;
            default -> Stdio.descriptor(stream);
        };
    }

    private static Map<String, String> variables(List<String> namesAndValues) {
        var variables = new HashMap<String, String>();
        var parts = namesAndValues.iterator();
        while (parts.hasNext()) {
            variables.put(Latin1.argument(parts.next()), Latin1.argument(parts.next()));
        }
        return variables;
    }

    @Override
    public void connectionMade(BaseTransport made) {
        var child = (SubprocessTransport) made;
        transport = child;
        target.invokeMember(
                "_connected",
                child,
                child.getPid(),
                child.getStdin(),
                child.getStdout(),
                child.getStderr());
    }

    @Override
    public void pipeDataReceived(int fd, ByteBuffer data) {
        target.invokeMember("_received", fd, Latin1.of(data));
    }

    @Override
    public void pipeConnectionLost(int fd, @Nullable Exception cause) {
        target.invokeMember("_pipe_lost", fd, cause);
    }

    @Override
    public void processExited() {
        if (transport != null) {
            target.invokeMember("_exited", transport.getReturncode());
        }
    }

    @Override
    public void connectionLost(@Nullable Exception cause) {
        target.invokeMember("_lost");
    }

    @Override
    public void pauseWriting() {
        target.invokeMember("_pause_writing");
    }

    @Override
    public void resumeWriting() {
        target.invokeMember("_resume_writing");
    }
}
