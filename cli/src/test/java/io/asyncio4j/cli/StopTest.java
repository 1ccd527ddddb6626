package io.asyncio4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ending {@code run} while its loop is busy, or over. */
@EnabledOnOs(OS.LINUX)
class StopTest {
    @TempDir private Path scratch;
    private Path hold;
    private Path pipe;
    private Path life;

    @BeforeEach
    void makePipes() throws Exception {
        hold = scratch.resolve("hold");
        pipe = pipe("hold.pipe");
        life = pipe("life");
    }

    private Path pipe(String name) throws Exception {
        Path made = scratch.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", made.toString()).start().waitFor()).isZero();
        return made;
    }

    /** A job that keeps {@link #life} open until it is killed, and says when it does. */
    private String longJob() {
        return "exec 3>" + life + "; echo up; trap '' TERM; while :; do sleep 1000; done";
    }

    private Tool startHeld(String mode, String... arguments) throws Exception {
        var options = new ArrayList<>(Tool.NATIVE_ACCESS);
        options.add("-Dasyncio4j.tasks=" + mode);
        options.add("-D" + HeldLoops.PROPERTY + "=" + hold);
        var all = new ArrayList<String>();
        all.add("run");
        all.add("--no-tag");
        all.add("--policy");
        all.add(HeldLoops.class.getName());
        all.addAll(List.of(arguments));
        return Tool.start(scratch, options, all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"carrier", "handoff"})
    void interruptAmongManyStarts_comesBetweenTwoOfThem(String mode) throws Exception {
        // The first job interrupts the tool, while that is about to start all the others.
        Path jobs = scratch.resolve("jobs");
        Files.writeString(
                jobs, "kill -INT $PPID; exec sleep 1000\n" + "exec sleep 1000\n".repeat(3000));
        try (var tool = Tool.start(scratch, mode, "run", "-j", "3001", "-f", jobs.toString())) {
            Tool.Outcome outcome = tool.end();

            assertThat(outcome.status()).isEqualTo(130);
            String summary = outcome.errorLines().getLast();
            assertThat(summary).matches("3001 jobs: 0 ok, \\d+ failed, \\d+ not run, .*");
            int started = Integer.parseInt(summary.replaceAll(".* (\\d+) failed.*", "$1"));
            assertThat(started).isLessThan(3000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"carrier", "handoff"})
    void secondInterrupt_killsEvenIfTheLoopIsHeld(String mode) throws Exception {
        try (var tool = startHeld(mode, "--grace", "1h", longJob());
                var alive = Files.newInputStream(life)) {
            assertThat(tool.readLine()).isEqualTo("up");
            Files.createFile(hold);
            // Opens when the loop has opened the other end.
            try (OutputStream _ = Files.newOutputStream(pipe)) {
                tool.signal("INT");
                tool.signal("INT");

                assertThat(alive.read()).isNegative();
            }
            assertThat(tool.end().status()).isEqualTo(130);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"carrier", "handoff"})
    void thirdInterrupt_endsTheToolEvenIfTheLoopIsHeld(String mode) throws Exception {
        try (var tool = startHeld(mode, "--grace", "1h", longJob());
                var alive = Files.newInputStream(life)) {
            assertThat(tool.readLine()).isEqualTo("up");
            Files.createFile(hold);
            try (OutputStream _ = Files.newOutputStream(pipe)) {
                tool.signal("INT");
                tool.signal("INT");
                assertThat(alive.read()).isNegative();
                tool.signal("INT");

                assertThat(tool.end().status()).isEqualTo(130);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"carrier", "handoff"})
    void errorThatEndsTheLoop_endsTheJobsAndIsOneLine(String mode) throws Exception {
        try (var tool = startHeld(mode, "--grace", "1h", longJob());
                var alive = Files.newInputStream(life)) {
            assertThat(tool.readLine()).isEqualTo("up");
            Files.createFile(hold);
            try (OutputStream holding = Files.newOutputStream(pipe)) {
                holding.write("broken".getBytes(UTF_8));
            }

            assertThat(alive.read()).isNegative();
            Tool.Outcome outcome = tool.end();
            assertThat(outcome.status()).isEqualTo(125);
            assertThat(outcome.errorLines())
                    .containsExactly("asyncio4j: internal error: java.lang.InternalError: broken");
        }
    }
}
