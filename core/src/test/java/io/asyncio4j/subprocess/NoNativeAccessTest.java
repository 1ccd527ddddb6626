package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Asyncio;
import io.asyncio4j.testing.ForkedJvm;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.watcher.ThreadedChildWatcher;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a program is told that was started without native access. */
@ExtendWith(LeakCheck.class)
class NoNativeAccessTest {

    /** Tries each thing that needs it twice. */
    static final class Denied {
        private Denied() {}

        public static void main(String[] arguments) {
            Asyncio.run(() -> {
                for (int i = 0; i < 2; i++) {
                    say("create", () -> createSubprocess(Command.exec("true")));
                    say(
                            "exec",
                            () ->
                                    await(
                                            getRunningLoop()
                                                    .subprocessExec(
                                                            () -> new SubprocessProtocol() {},
                                                            Command.exec("true"))));
                    say(
                            "pipe",
                            () ->
                                    await(
                                            getRunningLoop()
                                                    .connectReadPipe(
                                                            () -> new Protocol() {}, new Pipe(0))));
                    say(
                            "descriptor",
                            () ->
                                    createSubprocess(
                                            Command.exec("true").stdin(Stdio.descriptor(0))));
                    say(
                            "watch",
                            () -> {
                                new ThreadedChildWatcher().addChildHandler(1, (pid, code) -> {});
                                return null;
                            });
                }
                return null;
            });
        }

        private static void say(String what, Callable<?> code) {
            try {
                System.out.println(what + ": " + code.call());
            } catch (Throwable e) {
                System.out.println(what + ": " + e);
            }
        }
    }

    @Test
    @DisplayName("whatever needs native calls says each time what would help")
    void denied_eachTimeOneClearException() throws Exception {
        String output =
                ForkedJvm.run(List.of(), List.of("--illegal-native-access=deny"), Denied.class);
        for (String what : List.of("create", "exec", "pipe", "descriptor", "watch")) {
            Stream<String> lines = output.lines().filter(line -> line.startsWith(what + ": "));
            assertThat(lines)
                    .as(output)
                    .hasSize(2)
                    .allMatch(line ->
                            line.startsWith(what + ": java.lang.UnsupportedOperationException: ")
                                    && line.contains("--enable-native-access=ALL-UNNAMED"));
        }
        assertThat(output).contains("status 0");
    }
}
