package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import java.text.MessageFormat;
import java.util.ResourceBundle;

/** Prints warnings and errors as one line each on standard error, and drops lower levels. */
public final class OneLineLoggers extends System.LoggerFinder {

    private static volatile boolean silent;

    /** For the service loader. */
    public OneLineLoggers() {}

    /** Logs nothing from now on: the reason why the tool ends should be its last message. */
    static void silence() {
        silent = true;
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new OneLine(name);
    }

    private static final class OneLine implements System.Logger {
        private final String name;

        OneLine(String name) {
            this.name = name;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return !silent
                    && level.getSeverity() >= Level.WARNING.getSeverity()
                    && level != Level.OFF;
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                Main.complain(message + (thrown == null ? "" : ": " + thrown));
            }
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... parameters) {
            if (isLoggable(level)) {
                boolean plain = format == null || parameters == null || parameters.length == 0;
                Main.complain(plain ? format : MessageFormat.format(format, parameters));
            }
        }
    }
}
