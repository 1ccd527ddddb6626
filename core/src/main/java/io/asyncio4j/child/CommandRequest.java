package io.asyncio4j.child;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Pty;
import io.asyncio4j.os.SpawnRequest;
import io.asyncio4j.subprocess.Command;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The request that {@code os} starts for a command: a view over the command, which has validated
 * its values, and over its streams, once they are open.
 */
record CommandRequest(Command command, StdioPlan streams) implements SpawnRequest {

    @Override
    public List<String> arguments() {
        return command.arguments();
    }

    @Override
    public @Nullable Map<String, String> environment() {
        return command.environment();
    }

    @Override
    public @Nullable Path directory() {
        return command.directory();
    }

    // Where it leads: session and group

    @Override
    public boolean newSession() {
        // A terminal becomes the controlling one of its leader only.
        return command.newSession() || terminal() != null;
    }

    @Override
    public @Nullable Integer processGroup() {
        return command.processGroup();
    }

    // Descriptors

    @Override
    public int stdin() {
        return streams.childs(0);
    }

    @Override
    public int stdout() {
        return streams.childs(1);
    }

    @Override
    public int stderr() {
        return streams.childs(2);
    }

    @Override
    public @Nullable Pty terminal() {
        return streams.terminal();
    }

    @Override
    public List<Integer> passDescriptors() {
        return command.passDescriptors();
    }

    // Set on the thread that starts the child

    @Override
    public @Nullable Integer umask() {
        return command.umask();
    }

    @Override
    public @Nullable Integer user() {
        return command.userId();
    }

    @Override
    public @Nullable Integer group() {
        return command.groupId();
    }

    @Override
    public @Nullable List<Integer> extraGroups() {
        return command.extraGroupIds();
    }
}
