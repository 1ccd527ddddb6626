package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.createSubprocess;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A child as a task sees it: streams, exit, signals. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record ProcessTest(LoopKind loops) {

    @Test
    @DisplayName("the lines of a child's output come one by one, and then null")
    void readLine_returnsEachLineThenNull() throws Exception {
        var lines = new ArrayList<String>();
        ExitStatus status =
                loops.run(() -> {
                    try (var p = start("printf 'one\\ntwo\\r\\nthree'; exit 3")) {
                        for (String line; (line = p.stdout().readLine()) != null; ) {
                            lines.add(line);
                        }
                        return p.waitFor();
                    }
                });
        assertThat(lines).containsExactly("one", "two", "three");
        assertThat(status).isInstanceOf(ExitStatus.Exited.class);
        assertThat(status.returncode()).isEqualTo(3);
        assertThat(status.usage()).isNotNull();
    }

    @Test
    @DisplayName("communicate sends the input and collects both outputs")
    void communicate_withInput_collectsBothOutputs() throws Exception {
        Output output =
                loops.run(() -> {
                    var command =
                            Command.shell("tee /dev/stderr").stdin(PIPE).stdout(PIPE).stderr(PIPE);
                    try (var p = createSubprocess(command)) {
                        return p.communicate("hello\n".getBytes(UTF_8));
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("hello\n");
        assertThat(output.stderrText()).isEqualTo("hello\n");
        assertThat(output.timedOut()).isFalse();
        assertThat(output.status()).isNotNull().matches(ExitStatus::isSuccess);
    }

    @Test
    @DisplayName("a killed child is told by its signal")
    void kill_statusNamesTheSignal() throws Exception {
        ExitStatus status =
                loops.run(() -> {
                    try (var p = createSubprocess(Command.exec("sleep", "100"))) {
                        p.kill();
                        return p.waitFor();
                    }
                });
        assertThat(status)
                .isInstanceOfSatisfying(
                        ExitStatus.Signaled.class,
                        signaled -> {
                            assertThat(signaled.signal()).isEqualTo("SIGKILL");
                            assertThat(signaled.returncode()).isEqualTo(-9);
                        });
    }

    private static Process start(String commandLine) throws Exception {
        return createSubprocess(Command.shell(commandLine).stdout(PIPE));
    }
}
