package io.asyncio4j.policy;

import io.asyncio4j.loop.ProactorEventLoop;

/**
 * The policy for Windows whose loops are {@link ProactorEventLoop}s; its default policy creates the
 * same.
 */
public class WindowsProactorEventLoopPolicy extends ProactorEventLoopPolicy {

    /**
     * Creates a policy in which no thread has a loop.
     *
     * @throws UnsupportedOperationException on other systems than Windows
     */
    public WindowsProactorEventLoopPolicy() {
        WindowsSelectorEventLoopPolicy.requireWindows(
                "WindowsProactorEventLoopPolicy", "proactor", ProactorEventLoop.class);
    }
}
