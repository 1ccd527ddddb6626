package io.asyncio4j.graalpy.judge;

/**
 * How a test ended.
 *
 * @param loop {@code stock}, the selector of our loop, or {@code uring}
 * @param mode {@code carrier} or {@code handoff}; {@code -} for the control
 * @param test {@code module.Class.test}
 * @param outcome {@code passed}, {@code failed} or {@code skipped}
 * @param runs how often a judged loop ran; 0 if the test is not about one
 * @param why the first line of the failure, or why it was skipped
 * @param detail the whole failure
 */
record Outcome(
        String loop,
        String mode,
        String test,
        String outcome,
        int runs,
        String why,
        String detail) {

    boolean failed() {
        return outcome.equals("failed");
    }

    boolean passed() {
        return outcome.equals("passed");
    }

    boolean isStock() {
        return loop.equals("stock");
    }

    String module() {
        return test.substring(0, test.indexOf('.'));
    }

    /** Returns the column of the report: the loop, and how tasks run on it. */
    String column() {
        return isStock() ? loop : loop + "/" + mode;
    }
}
