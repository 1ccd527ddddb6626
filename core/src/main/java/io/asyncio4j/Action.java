package io.asyncio4j;

/** Code for a task that returns nothing. */
@FunctionalInterface
public interface Action {

    /** Runs the code. */
    void run() throws Exception;
}
