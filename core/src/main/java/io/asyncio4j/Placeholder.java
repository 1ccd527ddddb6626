package io.asyncio4j;

/** Placeholder. */
public final class Placeholder {
    private Placeholder() {}
}
