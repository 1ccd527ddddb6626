package io.asyncio4j;

/** Code that returns nothing, run by a task or future that carries the exception it throws. */
@FunctionalInterface
public interface Action {

    /** Runs the code. */
    void run() throws Exception;
}
