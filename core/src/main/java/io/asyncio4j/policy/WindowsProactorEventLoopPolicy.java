package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;

/**
 * A {@link DefaultEventLoopPolicy} for Windows whose loops use completion I/O.
 *
 * <p>There is no such loop yet. Until then this policy creates the selector loop of {@link
 * WindowsSelectorEventLoopPolicy}, which runs the same programs.
 */
public class WindowsProactorEventLoopPolicy extends DefaultEventLoopPolicy {

    /**
     * Creates a policy in which no thread has a loop.
     *
     * @throws UnsupportedOperationException on other systems than Windows
     */
    public WindowsProactorEventLoopPolicy() {
        WindowsSelectorEventLoopPolicy.requireWindows("WindowsProactorEventLoopPolicy");
    }

    @Override
    public EventLoop newEventLoop() {
        return WindowsSelectorEventLoopPolicy.newWindowsLoop();
    }
}
