package io.asyncio4j.watcher;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.Os;
import io.asyncio4j.os.Pidfd;
import io.asyncio4j.os.UringFeatures;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The child watchers by name, and which of them work here. Everything that lists watchers uses this
 * list: the tool's help, {@code doctor}, the tests. Safe from any thread.
 */
public final class Watchers {

    /** The name of the watcher that a policy creates; not a watcher itself. */
    private static final String DEFAULT = "default";

    /** The name of the best watcher that works; not a watcher itself. */
    private static final String AUTO = "auto";

    /**
     * Whether a watcher works on this machine, in this process.
     *
     * @param name the name that {@link #create} takes
     * @param deprecated whether new code should choose another
     * @param reason why it does not work and how to remedy that; null if it works
     */
    public record Availability(String name, boolean deprecated, @Nullable String reason) {
        /** Whether it works. */
        public boolean works() {
            return reason == null;
        }
    }

    /** The one list, the default watcher first. */
    enum Kind {
        THREADED(false),
        PIDFD(false),
        URING(false),
        MULTILOOP(true),
        SAFE(true),
        FAST(true);

        private final boolean deprecated;

        Kind(boolean deprecated) {
            this.deprecated = deprecated;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        // Switches, since a lambda for each constant would be linked at the start of each program.

        @SuppressWarnings("deprecation") // deprecated watchers can be chosen, too
        ChildWatcher create() {
            return switch (this) {
                case THREADED -> new ThreadedChildWatcher();
                case PIDFD -> new PidfdChildWatcher();
                case URING -> new UringChildWatcher();
                case MULTILOOP -> new MultiLoopChildWatcher();
                case SAFE -> new SafeChildWatcher();
                case FAST -> new FastChildWatcher();
            };
        }

        /**
         * Returns why it does not work here, or null if it does: the one place that decides this.
         */
        @Nullable
        String unavailableReason() {
            if (!Os.current().isUnix()) {
                return "there are no child watchers on Windows";
            }
            return switch (this) {
                case PIDFD -> Pidfd.unavailableReason();
                case URING -> UringFeatures.waitIdUnavailableReason();
                case THREADED, MULTILOOP, SAFE, FAST -> NativeAccess.reason();
            };
        }

        /**
         * Throws, with the reason, if the watcher does not work here.
         *
         * @throws UnsupportedOperationException in that case
         */
        void require(Class<? extends ChildWatcher> type) {
            String reason = unavailableReason();
            if (reason != null) {
                boolean replaceable = this != THREADED && THREADED.unavailableReason() == null;
                throw new UnsupportedOperationException(
                        type.getSimpleName()
                                + " does not work here: "
                                + reason
                                + (replaceable ? "; use ThreadedChildWatcher" : ""));
            }
        }
    }

    private Watchers() {}

    /** Returns all watchers, the default one first. */
    public static List<Availability> available() {
        return Arrays.stream(Kind.values())
                .map(kind ->
                        new Availability(kind.word(), kind.deprecated, kind.unavailableReason()))
                .toList();
    }

    /**
     * Returns the names that {@link #create} takes: {@code default} and {@code auto}, then those of
     * the watchers, with the deprecated ones last.
     */
    public static List<String> names() {
        return Stream.concat(Stream.of(DEFAULT, AUTO), Arrays.stream(Kind.values()).map(Kind::word))
                .toList();
    }

    /** Returns the name of the watcher that a policy creates. */
    public static String defaultName() {
        return Kind.THREADED.word();
    }

    /** Returns whether {@code name} is the name of a deprecated watcher. */
    public static boolean isDeprecated(String name) {
        for (Kind kind : Kind.values()) {
            if (kind.word().equals(name)) {
                return kind.deprecated;
            }
        }
        return false;
    }

    /**
     * Creates a watcher.
     *
     * @param name one of {@link #names()}: {@code auto} is the best that works, {@code default} the
     *     one that a policy creates
     * @throws IllegalArgumentException if there is no watcher of that name
     * @throws UnsupportedOperationException if it does not work here; the message says why
     */
    public static ChildWatcher create(String name) {
        Kind kind = kind(name);
        String reason = kind.unavailableReason();
        if (reason != null) {
            throw new UnsupportedOperationException(
                    "child watcher " + kind.word() + " does not work here: " + reason);
        }
        return kind.create();
    }

    private static Kind kind(String name) {
        return switch (name) {
            case DEFAULT -> Kind.THREADED;
            case AUTO -> Kind.PIDFD.unavailableReason() == null ? Kind.PIDFD : Kind.THREADED;
            default -> {
                for (Kind kind : Kind.values()) {
                    if (kind.word().equals(name)) {
                        yield kind;
                    }
                }
                throw new IllegalArgumentException(
                        "no child watcher \""
                                + name
                                + "\"; choose one of "
                                + String.join(", ", names()));
            }
        };
    }
}
