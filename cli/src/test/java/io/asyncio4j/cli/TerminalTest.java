package io.asyncio4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Asyncio;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.Output;
import io.asyncio4j.subprocess.Stdio;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tool on a terminal. */
@EnabledOnOs(OS.LINUX)
class TerminalTest {

    private static String runOnTerminal(String mode, String... arguments) throws Exception {
        var options = new ArrayList<>(Tool.NATIVE_ACCESS);
        options.add("-Dasyncio4j.tasks=" + mode);
        List<String> command = Tool.command(options, arguments);
        Command exec = Command.exec(command).streams(Stdio.pty(24, 200));
        Output output =
                Asyncio.run(() -> {
                    try (var tool = Asyncio.createSubprocess(exec)) {
                        return tool.communicate();
                    }
                });
        return output.stdoutText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"carrier", "handoff"})
    void jobThatReadsTheTerminal_failsInsteadOfBeingStopped(String mode) throws Exception {
        String screen =
                runOnTerminal(mode, "run", "read x </dev/tty; echo read: $?", "echo second");

        assertThat(screen).contains("/dev/tty").contains("second").contains("2 jobs: ");
        assertThat(screen).doesNotContain("1: read: 0");
    }
}
