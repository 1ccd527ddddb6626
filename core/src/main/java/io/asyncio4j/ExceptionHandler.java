package io.asyncio4j;

/** Receives failures of callbacks, tasks and transports that no caller can catch. */
@FunctionalInterface
public interface ExceptionHandler {

    /** Called on the loop. What it throws is logged together with the original failure. */
    void handle(EventLoop loop, ExceptionContext context);
}
