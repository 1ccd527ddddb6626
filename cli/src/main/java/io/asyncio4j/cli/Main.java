package io.asyncio4j.cli;

/** The command-line tool's entry point. */
public final class Main {
    private Main() {}

    /**
     * Runs the tool.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.out.println("asyncio4j");
    }
}
