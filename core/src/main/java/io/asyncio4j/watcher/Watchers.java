package io.asyncio4j.watcher;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.Os;
import io.asyncio4j.os.Pidfd;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The child watchers by name, and which of them work here. */
public final class Watchers {

    /**
     * Whether a watcher works on this machine, in this process.
     *
     * @param name what {@link #create} knows it by
     * @param reason why it does not work and what would help; null if it does
     */
    public record Availability(String name, @Nullable String reason) {
        /** Whether it works. */
        public boolean works() {
            return reason == null;
        }
    }

    @SuppressWarnings("deprecation") // deprecated or not, they can be asked for
    private enum Kind {
        THREADED(ThreadedChildWatcher::new),
        PIDFD(PidfdChildWatcher::new),
        MULTILOOP(MultiLoopChildWatcher::new),
        SAFE(SafeChildWatcher::new),
        FAST(FastChildWatcher::new);

        final Supplier<ChildWatcher> create;

        Kind(Supplier<ChildWatcher> create) {
            this.create = create;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        @Nullable
        String unavailableReason() {
            if (!Os.current().isUnix()) {
                return "there are no child watchers on Windows";
            }
            return this == PIDFD ? Pidfd.unavailableReason() : NativeAccess.reason();
        }
    }

    private Watchers() {}

    /** Returns all watchers, the default one first. */
    public static List<Availability> available() {
        return Arrays.stream(Kind.values())
                .map(kind -> new Availability(kind.word(), kind.unavailableReason()))
                .toList();
    }

    /** Returns the names that {@link #create} takes. */
    public static List<String> names() {
        return List.of("default", "auto", "threaded", "pidfd", "multiloop", "safe", "fast");
    }

    /**
     * Creates a watcher.
     *
     * @param name one of {@link #names()}: {@code auto} is the best that works, {@code default} the
     *     one that a policy makes
     * @throws IllegalArgumentException if there is none of that name
     * @throws UnsupportedOperationException if it does not work here, saying why
     */
    public static ChildWatcher create(String name) {
        Kind kind =
                switch (name) {
                    case "default" -> Kind.THREADED;
                    case "auto" ->
                            Kind.PIDFD.unavailableReason() == null ? Kind.PIDFD : Kind.THREADED;
                    default ->
                            Arrays.stream(Kind.values())
                                    .filter(each -> each.word().equals(name))
                                    .findFirst()
                                    .orElseThrow(() -> unknown(name));
                };
        String reason = kind.unavailableReason();
        if (reason != null) {
            throw new UnsupportedOperationException(
                    "child watcher " + kind.word() + " does not work here: " + reason);
        }
        return kind.create.get();
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "no child watcher \""
                        + name
                        + "\"; choose "
                        + names().stream().collect(Collectors.joining(", ")));
    }
}
