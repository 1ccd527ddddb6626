package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Os;
import io.asyncio4j.selector.Selectors;

/**
 * A {@link DefaultEventLoopPolicy} for Windows whose loops are {@link SelectorEventLoop}s over
 * {@code java.nio} selectors, for programs that call {@code addReader} and {@code addWriter}.
 */
public class WindowsSelectorEventLoopPolicy extends DefaultEventLoopPolicy {

    /**
     * Creates a policy in which no thread has a loop.
     *
     * @throws UnsupportedOperationException on other systems than Windows
     */
    public WindowsSelectorEventLoopPolicy() {
        requireWindows("WindowsSelectorEventLoopPolicy");
    }

    @Override
    public EventLoop newEventLoop() {
        return newWindowsLoop();
    }

    /** Creates the one kind of loop that works on Windows so far. */
    static EventLoop newWindowsLoop() {
        return new SelectorEventLoop(Selectors.open("nio"));
    }

    static void requireWindows(String policy) {
        if (Os.current() != Os.WINDOWS) {
            throw new UnsupportedOperationException(
                    policy
                            + " is for Windows, and this is "
                            + Os.current()
                            + "; for loops of that kind override newEventLoop of"
                            + " DefaultEventLoopPolicy to return a new "
                            + SelectorEventLoop.class.getName());
        }
    }
}
