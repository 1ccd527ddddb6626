package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Os;

/**
 * The policy for Windows whose loops are {@link SelectorEventLoop}s over {@code java.nio}
 * selectors, for programs that call {@code addReader} and {@code addWriter}. Such loops have no
 * subprocesses.
 */
public class WindowsSelectorEventLoopPolicy extends SelectorEventLoopPolicy {

    /**
     * Creates a policy in which no thread has a loop.
     *
     * @throws UnsupportedOperationException on other systems than Windows
     */
    public WindowsSelectorEventLoopPolicy() {
        requireWindows("WindowsSelectorEventLoopPolicy", "selector", SelectorEventLoop.class);
    }

    static void requireWindows(String policy, String kind, Class<? extends EventLoop> loop) {
        if (Os.current() != Os.WINDOWS) {
            throw new UnsupportedOperationException(
                    policy
                            + " is for Windows, and this is "
                            + Os.current()
                            + "; for loops of that kind choose the policy \""
                            + kind
                            + "\", which creates a "
                            + loop.getName()
                            + " on every system");
        }
    }
}
