package io.asyncio4j.cli;

import picocli.CommandLine.Model.OptionSpec;

/** Options that several commands share. */
final class Syntax {
    private Syntax() {}

    static OptionSpec flag(String description, String... names) {
        return builder(description, names).build();
    }

    static boolean isGiven(OptionSpec flag) {
        return Boolean.TRUE.equals(flag.getValue());
    }

    static OptionSpec help() {
        return builder("Show this help.", "-h", "--help").usageHelp(true).build();
    }

    static OptionSpec version() {
        return builder("Show the version.", "-V", "--version").versionHelp(true).build();
    }

    private static OptionSpec.Builder builder(String description, String... names) {
        return OptionSpec.builder(names).arity("0").type(boolean.class).description(description);
    }
}
