package io.asyncio4j.testing;

import io.asyncio4j.annotation.Nullable;
import java.text.MessageFormat;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Captures what is logged through {@link System.Logger}, from all threads, until closed; but not
 * from cleaners, unless asked to: they speak of what some earlier test has left to be collected.
 */
public final class Logs implements AutoCloseable {

    /** One log record. */
    public record Entry(
            String logger, System.Logger.Level level, String message, @Nullable Throwable thrown) {}

    private static final List<Logs> CAPTURES = new CopyOnWriteArrayList<>();

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final boolean cleaners;

    private Logs(boolean cleaners) {
        this.cleaners = cleaners;
    }

    public static Logs capture() {
        return capture(false);
    }

    public static Logs captureCleaners() {
        return capture(true);
    }

    private static Logs capture(boolean cleaners) {
        var logs = new Logs(cleaners);
        CAPTURES.add(logs);
        return logs;
    }

    private void add(Entry entry) {
        if (cleaners || !Thread.currentThread().getName().equals("asyncio4j-cleaner")) {
            entries.add(entry);
        }
    }

    public List<Entry> entries() {
        return entries;
    }

    public List<String> messages() {
        return entries.stream().map(Entry::message).toList();
    }

    @Override
    public void close() {
        CAPTURES.remove(this);
    }

    /** Has the JDK log here; found as a service. Uncaptured warnings and errors are printed. */
    public static final class Finder extends System.LoggerFinder {
        @Override
        public System.Logger getLogger(String name, Module module) {
            return new Logger(name);
        }
    }

    private record Logger(String getName) implements System.Logger {
        @Override
        public String getName() {
            return getName;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.compareTo(Level.INFO) >= 0;
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, String text, Throwable thrown) {
            add(level, text, thrown);
        }

        @Override
        public void log(
                Level level, @Nullable ResourceBundle bundle, String format, Object... parameters) {
            add(
                    level,
                    parameters == null ? format : MessageFormat.format(format, parameters),
                    null);
        }

        private void add(Level level, String message, @Nullable Throwable thrown) {
            if (!isLoggable(level)) {
                return;
            }
            CAPTURES.forEach(each -> each.add(new Entry(getName, level, message, thrown)));
            if (CAPTURES.isEmpty() && level.compareTo(Level.WARNING) >= 0) {
                System.err.println(level + " " + getName + ": " + message);
                if (thrown != null) {
                    thrown.printStackTrace();
                }
            }
        }
    }
}
