package io.asyncio4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command-line tool's entry point. */
@Command(name = "asyncio4j", subcommands = Main.Doctor.class)
public final class Main {
    private Main() {}

    /**
     * Runs the tool.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Command(name = "doctor")
    static final class Doctor implements Runnable {
        @Override
        public void run() {
            System.out.println("java.version " + System.getProperty("java.version"));
        }
    }
}
