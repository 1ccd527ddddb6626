package io.asyncio4j;

/** Code that returns nothing, for a task or future that carries what it throws. */
@FunctionalInterface
public interface Action {

    /** Runs the code. */
    void run() throws Exception;
}
