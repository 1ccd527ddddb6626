package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A request as tests make it: a value, whose changes make another one. */
public final class TestRequest implements SpawnRequest, Cloneable {
    private final List<String> arguments;
    private @Nullable Map<String, String> environment;
    private @Nullable Path directory;
    private int stdin = INHERIT;
    private int stdout = INHERIT;
    private int stderr = INHERIT;
    private boolean newSession;
    private @Nullable Integer processGroup;
    private List<Integer> passDescriptors = List.of();
    private @Nullable Integer umask;
    private @Nullable Integer user;
    private @Nullable Integer group;
    private @Nullable List<Integer> extraGroups;

    private TestRequest(List<String> arguments) {
        this.arguments = arguments;
    }

    public static TestRequest of(List<String> arguments) {
        return new TestRequest(arguments);
    }

    public static TestRequest of(String... arguments) {
        return of(List.of(arguments));
    }

    public TestRequest withEnvironment(Map<String, String> value) {
        return with(copy -> copy.environment = value);
    }

    public TestRequest withDirectory(Path value) {
        return with(copy -> copy.directory = value);
    }

    public TestRequest withStreams(int in, int out, int err) {
        return with(copy -> {
            copy.stdin = in;
            copy.stdout = out;
            copy.stderr = err;
        });
    }

    public TestRequest withNewSession() {
        return with(copy -> copy.newSession = true);
    }

    public TestRequest withProcessGroup(int value) {
        return with(copy -> copy.processGroup = value);
    }

    public TestRequest withPassDescriptors(Integer... value) {
        return with(copy -> copy.passDescriptors = List.of(value));
    }

    public TestRequest withUmask(int value) {
        return with(copy -> copy.umask = value);
    }

    public TestRequest withUser(int newUser, int newGroup, @Nullable List<Integer> newGroups) {
        return with(copy -> {
            copy.user = newUser;
            copy.group = newGroup;
            copy.extraGroups = newGroups;
        });
    }

    private TestRequest with(Consumer<TestRequest> change) {
        try {
            var copy = (TestRequest) clone();
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public List<String> arguments() {
        return arguments;
    }

    @Override
    public @Nullable Map<String, String> environment() {
        return environment;
    }

    @Override
    public @Nullable Path directory() {
        return directory;
    }

    @Override
    public int stdin() {
        return stdin;
    }

    @Override
    public int stdout() {
        return stdout;
    }

    @Override
    public int stderr() {
        return stderr;
    }

    @Override
    public boolean newSession() {
        return newSession;
    }

    @Override
    public @Nullable Integer processGroup() {
        return processGroup;
    }

    @Override
    public List<Integer> passDescriptors() {
        return passDescriptors;
    }

    @Override
    public @Nullable Integer umask() {
        return umask;
    }

    @Override
    public @Nullable Integer user() {
        return user;
    }

    @Override
    public @Nullable Integer group() {
        return group;
    }

    @Override
    public @Nullable List<Integer> extraGroups() {
        return extraGroups;
    }
}
