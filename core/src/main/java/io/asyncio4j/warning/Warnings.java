package io.asyncio4j.warning;

import io.asyncio4j.annotation.Nullable;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Tells of things that work but should be known, once per place.
 *
 * <p>The system property {@code asyncio4j.warnings} says what becomes of them: one word for all, or
 * pairs of category and word, as in {@code default,DeprecationWarning=ignore}. The words are {@code
 * default} (log once per place), {@code always} (log each time), {@code ignore}, and {@code error}
 * (throw). Safe for use by many threads.
 */
public final class Warnings {

    /** What becomes of a warning. */
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
                    .orElseThrow(() -> new IllegalArgumentException("Not a category: " + type));
        }
    }

    /** Captures warnings, from all threads, until it is closed. */
    public static final class Recording implements AutoCloseable {
        private final List<Warning> warnings = Collections.synchronizedList(new ArrayList<>());

        private Recording() {}

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

        @Override
        public void close() {
            RECORDINGS.remove(this);
        }
    }

    private record Place(Category category, String message, String where) {}

    private static final System.Logger LOGGER = System.getLogger("io.asyncio4j");
    private static final Set<Place> SEEN = ConcurrentHashMap.newKeySet();
    private static final List<Recording> RECORDINGS = new CopyOnWriteArrayList<>();
    private static final ScopedValue<Class<? extends Warning>> IGNORED = ScopedValue.newInstance();
    private static final StackWalker WALKER =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private Warnings() {}

    /**
     * Warns the code that called into this library.
     *
     * @throws Warning if the category is set to {@code error}
     */
    public static void warn(Class<? extends Warning> category, String message) {
        if (IGNORED.isBound() && IGNORED.get() == category) {
            return;
        }
        Category known = Category.of(category);
        Warning warning = known.create.apply(message);
        Recording innermost = null;
        for (Recording each : RECORDINGS) {
            innermost = each;
        }
        if (innermost != null) {
            innermost.warnings.add(warning);
            return;
        }
        switch (filter(known)) {
            case IGNORE -> {}
            case ERROR -> throw warning;
            case ALWAYS -> log(known, message, callerPlace());
            case DEFAULT -> {
                String where = callerPlace();
                if (SEEN.add(new Place(known, message, where))) {
                    log(known, message, where);
                }
            }
        }
    }

    /** Captures warnings instead of logging or throwing them, for tests. */
    public static Recording record() {
        var recording = new Recording();
        RECORDINGS.add(recording);
        return recording;
    }

    /** Runs {@code action} without warnings of {@code category} that come from this thread. */
    public static <T extends @Nullable Object> T ignoring(
            Class<? extends Warning> category, Supplier<T> action) {
        return ScopedValue.where(IGNORED, category).call(action::get);
    }

    private static void log(Category category, String message, String where) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                category.type.getSimpleName() + ": " + message + " (" + where + ")");
    }

    /** Returns the innermost frame of the calling thread that is not this library's, as text. */
    public static String callerPlace() {
        return WALKER.walk(frames ->
                frames.filter(frame -> !isOurs(frame.getDeclaringClass()))
                        .findFirst()
                        .map(Object::toString)
                        .orElse("unknown place"));
    }

    // By where the code came from: a package's name would not tell us from our users.
    private static boolean isOurs(Class<?> type) {
        return type.getProtectionDomain() == Warnings.class.getProtectionDomain();
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
                                                    + "\"; there are DeprecationWarning,"
                                                    + " RuntimeWarning, ResourceWarning"));
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
