package io.asyncio4j.testing;

import io.asyncio4j.annotation.Nullable;

/** A system property that has another value until this is closed. */
public final class Properties implements AutoCloseable {

    private final String name;
    private final @Nullable String before;

    private Properties(String name, @Nullable String before) {
        this.name = name;
        this.before = before;
    }

    public static Properties set(String name, String value) {
        return new Properties(name, System.setProperty(name, value));
    }

    @Override
    public void close() {
        if (before == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, before);
        }
    }
}
