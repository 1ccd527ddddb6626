package io.asyncio4j.warning;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.CallerPlace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Warns the author of the calling code about something that works but needs attention, once per
 * place.
 *
 * <p>The system property {@code asyncio4j.warnings} sets how: one word for all categories, or pairs
 * of category and word, as in {@code default,DeprecationWarning=ignore}. The words are {@code
 * default} (log once per place), {@code always} (log each time), {@code ignore}, and {@code error}
 * (throw). Safe for use by many threads.
 */
public final class Warnings {

    /** How a warning is reported. */
    private enum Filter {
        DEFAULT,
        ALWAYS,
        IGNORE,
        ERROR
    }

    /** The categories, and how to make one of each. */
    private enum Category {
        DEPRECATION(DeprecationWarning.class, DeprecationWarning::new),
        RUNTIME(RuntimeWarning.class, RuntimeWarning::new),
        RESOURCE(ResourceWarning.class, ResourceWarning::new);

        final Class<? extends Warning> type;
        final Function<String, Warning> create;

        Category(Class<? extends Warning> type, Function<String, Warning> create) {
            this.type = type;
            this.create = create;
        }

        static Category of(Class<? extends Warning> type) {
            return Arrays.stream(values())
                    .filter(each -> each.type == type)
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalArgumentException("Not a category of warnings: " + type));
        }
    }

    /**
     * The warnings captured by {@link Warnings#record}, until it is closed. Safe for use by many
     * threads.
     */
    public static final class Recording implements AutoCloseable {
        private final List<Warning> warnings = Collections.synchronizedList(new ArrayList<>());
        private final @Nullable Recording outer;
        private volatile boolean closed;

        private Recording(@Nullable Recording outer) {
            this.outer = outer;
        }

        /** Returns what was captured so far, oldest first. */
        public List<Warning> warnings() {
            synchronized (warnings) {
                return List.copyOf(warnings);
            }
        }

        /** Returns the captured messages of one category. */
        public List<String> messages(Class<? extends Warning> category) {
            return warnings().stream()
                    .filter(category::isInstance)
                    .map(each -> Objects.requireNonNullElse(each.getMessage(), ""))
                    .toList();
        }

        /** Ends the capture, in all threads that inherited it. Idempotent. */
        @Override
        public void close() {
            closed = true;
            restore(current());
        }
    }

    private record Place(Category category, String message, String where) {}

    private static final System.Logger LOGGER = System.getLogger("io.asyncio4j");
    private static final Set<Place> SEEN = ConcurrentHashMap.newKeySet();
    // Not a scoped value: tests record from "before each" to "after each".
    private static final InheritableThreadLocal<Recording> RECORDING =
            new InheritableThreadLocal<>();
    private static final ScopedValue<Class<? extends Warning>> IGNORED = ScopedValue.newInstance();

    private Warnings() {}

    /**
     * Emits a warning, with the place from which this library was called.
     *
     * @throws Warning if the category is set to {@code error}
     */
    public static void warn(Class<? extends Warning> category, String message) {
        if (IGNORED.isBound() && IGNORED.get() == category) {
            return;
        }
        Category known = Category.of(category);
        Warning warning = known.create.apply(message);
        Recording recording = current();
        if (recording != null) {
            recording.warnings.add(warning);
            return;
        }
        switch (filter(known)) {
            case IGNORE -> {}
            case ERROR -> throw warning;
            case ALWAYS -> log(known, message, CallerPlace.find());
            case DEFAULT -> {
                String where = CallerPlace.find();
                if (SEEN.add(new Place(known, message, where))) {
                    log(known, message, where);
                }
            }
        }
    }

    /**
     * Captures warnings instead of logging or throwing them, for tests.
     *
     * <p>Captures those of the calling thread and of all threads, tasks and runs of loops that are
     * started from it, directly or not, until the recording is closed; other threads are not
     * affected, nor are those of executors. The warning about an object that was never closed goes
     * to the recording in which the object was created. Recordings nest; the innermost one
     * captures. Must be closed by the calling thread.
     */
    public static Recording record() {
        var recording = new Recording(current());
        RECORDING.set(recording);
        return recording;
    }

    /** Returns the innermost open recording that the calling thread belongs to, or null. */
    private static @Nullable Recording current() {
        Recording recording = RECORDING.get();
        while (recording != null && recording.closed) {
            recording = recording.outer;
        }
        return recording;
    }

    private static void restore(@Nullable Recording recording) {
        if (recording == null) {
            RECORDING.remove();
        } else {
            RECORDING.set(recording);
        }
    }

    /**
     * Returns an action that runs {@code report}, with its warnings captured by the recording that
     * is open now. For unclosed objects, which are reported from the thread of the cleaner.
     */
    public static Runnable recordedHere(Runnable report) {
        Recording here = current();
        if (here == null) {
            return report;
        }
        return () -> {
            Recording before = RECORDING.get();
            RECORDING.set(here);
            try {
                report.run();
            } finally {
                restore(before);
            }
        };
    }

    /** Runs {@code action}, ignoring the warnings of {@code category} from this thread. */
    public static <T extends @Nullable Object> T ignoring(
            Class<? extends Warning> category, Supplier<T> action) {
        return ScopedValue.where(IGNORED, category).call(action::get);
    }

    private static void log(Category category, String message, String where) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                category.type.getSimpleName() + ": " + message + " (" + where + ")");
    }

    private static Filter filter(Category category) {
        return parse(System.getProperty("asyncio4j.warnings", "default"))
                .getOrDefault(category, Filter.DEFAULT);
    }

    private static Map<Category, Filter> parse(String property) {
        var filters = new EnumMap<Category, Filter>(Category.class);
        if (property.isBlank()) {
            return filters;
        }
        for (String part : property.split(",")) {
            int equals = part.indexOf('=');
            Filter filter = parseFilter(part.substring(equals + 1).strip(), property);
            if (equals < 0) {
                for (Category category : Category.values()) {
                    filters.put(category, filter);
                }
                continue;
            }
            String name = part.substring(0, equals).strip();
            Category category =
                    Arrays.stream(Category.values())
                            .filter(each -> each.type.getSimpleName().equals(name))
                            .findFirst()
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "asyncio4j.warnings: no category "
                                                    + name
                                                    + " in \""
                                                    + property
                                                    + "\"; there are "
                                                    + Arrays.stream(Category.values())
                                                            .map(each -> each.type.getSimpleName())
                                                            .collect(Collectors.joining(", "))));
            filters.put(category, filter);
        }
        return filters;
    }

    private static Filter parseFilter(String word, String property) {
        try {
            return Filter.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "asyncio4j.warnings: \""
                            + word
                            + "\" in \""
                            + property
                            + "\"; choose default, always, ignore or error",
                    e);
        }
    }
}
