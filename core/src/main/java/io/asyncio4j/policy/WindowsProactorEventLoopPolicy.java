package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;

/**
 * As {@link DefaultEventLoopPolicy} on Windows: loops over completion I/O.
 *
 * <p>There is no such loop yet. Until there is, this policy makes the selector loop of {@link
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
