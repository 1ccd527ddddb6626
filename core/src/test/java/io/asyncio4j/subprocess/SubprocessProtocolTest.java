package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.DEVNULL;
import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.WriteTransport;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.ThreadedChildWatcher;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The low level: what a protocol is told, and in which order. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record SubprocessProtocolTest(LoopKind loops) {

    /** Writes down what it is told. */
    private static class Recorder implements SubprocessProtocol {
        final List<String> events = new ArrayList<>();
        final Future<@Nullable Void> over;

        Recorder(EventLoop loop) {
            over = loop.createFuture();
        }

        @Override
        public void connectionMade(BaseTransport transport) {
            events.add("made");
        }

        @Override
        public void pipeDataReceived(int fd, ByteBuffer data) {
            events.add("data " + fd + " " + UTF_8.decode(data));
        }

        @Override
        public void pipeConnectionLost(int fd, @Nullable Exception cause) {
            events.add("lost " + fd);
        }

        @Override
        public void processExited() {
            events.add("exited");
        }

        @Override
        public void connectionLost(@Nullable Exception cause) {
            events.add("over " + cause);
            over.setResult(null);
        }
    }

    @Test
    @DisplayName("connection first, data before the loss of its pipe, the end last and once")
    void events_inOrder() throws Exception {
        List<String> events =
                loops.run(() -> {
                    EventLoop loop = getRunningLoop();
                    var recorder = new Recorder(loop);
                    var command =
                            Command.shell("echo out; echo err >&2")
                                    .stdin(DEVNULL)
                                    .stdout(PIPE)
                                    .stderr(PIPE);
                    var transport = await(loop.subprocessExec(() -> recorder, command));
                    assertThat(recorder.events).startsWith("made");
                    assertThat(transport.getPid()).isPositive();
                    await(recorder.over);
                    assertThat(transport.getReturncode()).isZero();
                    transport.close();
                    return recorder.events;
                });
        assertThat(events)
                .containsExactlyInAnyOrder(
                        "made",
                        "data 1 out\n",
                        "lost 1",
                        "data 2 err\n",
                        "lost 2",
                        "exited",
                        "over null");
        assertThat(events).startsWith("made").endsWith("over null");
        assertThat(events).containsSubsequence("data 1 out\n", "lost 1");
        assertThat(events).containsSubsequence("data 2 err\n", "lost 2");
    }

    /** A protocol as a user writes one: a question at a time, the next when the answer is there. */
    private static final class Calculator implements SubprocessProtocol {
        private final Iterator<String> questions;
        private final StringBuilder answer = new StringBuilder();
        private final Future<List<String>> all;
        private final List<String> answers = new ArrayList<>();
        private @Nullable WriteTransport input;

        Calculator(EventLoop loop, List<String> questions) {
            this.questions = questions.iterator();
            this.all = loop.createFuture();
        }

        @Override
        public void connectionMade(BaseTransport transport) {
            input = (WriteTransport) ((SubprocessTransport) transport).getPipeTransport(0);
            ask();
        }

        private void ask() {
            if (questions.hasNext()) {
                input.write((questions.next() + "\n").getBytes(UTF_8));
            } else {
                input.close();
            }
        }

        @Override
        public void pipeDataReceived(int fd, ByteBuffer data) {
            answer.append(UTF_8.decode(data));
            if (answer.toString().endsWith("\n")) {
                answers.add(answer.toString().strip());
                answer.setLength(0);
                ask();
            }
        }

        @Override
        public void connectionLost(@Nullable Exception cause) {
            all.setResult(answers);
        }
    }

    @Test
    @DisplayName("a protocol holds a dialogue over the pipes")
    void pipes_dialogue() throws Exception {
        List<String> answers =
                loops.run(() -> {
                    EventLoop loop = getRunningLoop();
                    var protocol = new Calculator(loop, List.of("1+2", "6*7", "10-10"));
                    var shell =
                            Command.shell("while read x; do echo $(($x)); done")
                                    .stdin(PIPE)
                                    .stdout(PIPE);
                    await(loop.subprocessExec(() -> protocol, shell));
                    return await(protocol.all);
                });
        assertThat(answers).containsExactly("3", "42", "0");
    }

    @Test
    @DisplayName("a watcher that knows of the exit at once does not overtake the connection")
    void exit_toldWhileRegistering_comesAfterConnection() throws Exception {
        List<String> events =
                loops.run(
                        HandWatcher.tellingAtOnce(),
                        () -> {
                            EventLoop loop = getRunningLoop();
                            var recorder = new Recorder(loop);
                            var command = Command.exec("echo", "x").stdout(PIPE);
                            await(loop.subprocessExec(() -> recorder, command));
                            await(recorder.over);
                            return recorder.events;
                        });
        assertThat(events)
                .startsWith("made")
                .containsOnlyOnce("exited")
                .containsSubsequence("data 1 x\n", "lost 1")
                .endsWith("over null");
    }

    @Test
    @DisplayName("the end waits for a pipe that somebody else holds; the exit does not")
    void connectionLost_pipeHeld_comesAfterIt() throws Exception {
        loops.assumeNativeCalls("pipes that outlive the child");
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            var recorder = new Recorder(loop);
            var command = Command.shell("sleep 100 & echo $!").stdout(PIPE).stderr(DEVNULL);
            await(loop.subprocessExec(() -> recorder, command));
            awaitEvent(recorder, "exited");
            awaitEvent(recorder, "data 1");
            for (int i = 0; i < 3; i++) {
                sleep(Duration.ZERO);
            }
            assertThat(recorder.events).hasSize(3);
            String told =
                    recorder.events.stream().filter(e -> e.startsWith("data")).findAny().get();
            Signals.kill(Long.parseLong(told.substring(7).strip()), SignalNames.number("KILL"));
            await(recorder.over);
            assertThat(recorder.events).hasSize(5).endsWith("lost 1", "over null");
            return null;
        });
    }

    @Test
    @DisplayName("the end waits for the exit of a child that has closed its pipes")
    void connectionLost_childLives_comesAfterExit() throws Exception {
        loops.assumeNativeCalls("descriptors");
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            var recorder = new Recorder(loop);
            FdPair gate = FdTable.pipe(false, false);
            var command =
                    Command.shell("exec >&-; read x")
                            .stdin(Stdio.descriptor(gate.readEnd()))
                            .stdout(PIPE);
            await(loop.subprocessExec(() -> recorder, command));
            awaitEvent(recorder, "lost 1");
            for (int i = 0; i < 3; i++) {
                sleep(Duration.ZERO);
            }
            assertThat(recorder.events).containsExactly("made", "lost 1");
            FdTable.close(gate.writeEnd());
            await(recorder.over);
            FdTable.close(gate.readEnd());
            assertThat(recorder.events).containsExactly("made", "lost 1", "exited", "over null");
            return null;
        });
    }

    private static void awaitEvent(Recorder recorder, String beginning) {
        while (recorder.events.stream().noneMatch(event -> event.startsWith(beginning))) {
            sleep(Duration.ZERO);
        }
    }

    @Test
    @DisplayName("a child for a shell, at the low level")
    void subprocessShell_interprets() throws Exception {
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            var recorder = new Recorder(loop);
            var transport = await(loop.subprocessShell(() -> recorder, "exit $((4+3))"));
            await(recorder.over);
            assertThat(transport.getReturncode()).isEqualTo(7);
            assertThat(transport.getPipeTransport(1)).isNull();
            return null;
        });
    }

    @Test
    @DisplayName("a protocol that refuses the connection: the child is dead when that is told")
    void connectionMade_throws_childIsKilled() throws Exception {
        for (ChildWatcher watcher :
                new ChildWatcher[] {new ThreadedChildWatcher(), HandWatcher.tellingAtOnce()}) {
            loops.run(
                    watcher,
                    () -> {
                        EventLoop loop = getRunningLoop();
                        var refusing =
                                new Recorder(loop) {
                                    @Override
                                    public void connectionMade(BaseTransport transport) {
                                        throw new IllegalStateException("not wanted");
                                    }
                                };
                        boolean ends = watcher instanceof HandWatcher;
                        var command = Command.exec("sleep", ends ? "0" : "100").stdout(PIPE);
                        var start = loop.subprocessExec(() -> refusing, command);
                        assertThatThrownBy(() -> await(start)).hasMessage("not wanted");
                        assertThat(ProcessHandle.current().children()).isEmpty();
                        sleep(Duration.ZERO);
                        assertThat(refusing.events).isEmpty();
                        return null;
                    });
        }
    }

    @Test
    @DisplayName("a protocol that throws loses the pipe, and hears the rest of the story")
    void pipeDataReceived_throws_pipeIsLost() throws Exception {
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            List<ExceptionContext> failures = new ArrayList<>();
            loop.setExceptionHandler((failed, context) -> failures.add(context));
            var recorder =
                    new Recorder(loop) {
                        @Override
                        public void pipeDataReceived(int fd, ByteBuffer data) {
                            throw new IllegalStateException("not what I wanted");
                        }
                    };
            await(loop.subprocessExec(() -> recorder, Command.exec("yes").stdout(PIPE)));
            await(recorder.over);
            assertThat(recorder.events)
                    .containsExactlyInAnyOrder("made", "lost 1", "exited", "over null")
                    .startsWith("made")
                    .endsWith("over null");
            assertThat(failures)
                    .singleElement()
                    .satisfies(
                            each -> assertThat(each.exception()).hasMessage("not what I wanted"));
            return null;
        });
    }

    @Test
    @DisplayName("a child can be asked for before the loop runs")
    void subprocessExec_beforeRun_startsWhenItRuns() {
        try (EventLoop loop = loops.open()) {
            var recorder = new Recorder(loop);
            loop.subprocessExec(() -> recorder, Command.exec("true"));
            loop.runUntilComplete(recorder.over);
            assertThat(recorder.events).containsExactly("made", "exited", "over null");
        }
    }

    @Test
    @DisplayName("closing kills the child and tells all the rest")
    void close_killsAndTells() throws Exception {
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            var recorder = new Recorder(loop);
            var command = Command.exec("sleep", "100").stdin(PIPE).stdout(PIPE);
            var transport = await(loop.subprocessExec(() -> recorder, command));
            transport.close();
            transport.close();
            assertThat(transport.isClosing()).isTrue();
            await(recorder.over);
            assertThat(transport.getReturncode()).isEqualTo(loops.signalled(9));
            // The exit may be seen before the ends of the pipes, or after them.
            assertThat(recorder.events)
                    .containsExactlyInAnyOrder("made", "lost 0", "lost 1", "exited", "over null")
                    .startsWith("made")
                    .endsWith("over null");
            return null;
        });
    }

    @Test
    @DisplayName("a future that is cancelled in time starts nothing")
    void cancel_beforeRun_startsNothing() {
        try (EventLoop loop = loops.open()) {
            var asked = new ArrayList<String>();
            loop.subprocessExec(
                            () -> {
                                asked.add("for a protocol");
                                return new Recorder(loop);
                            },
                            Command.exec("sleep", "100"))
                    .cancel();
            loop.stop();
            loop.runForever();
            assertThat(asked).isEmpty();
        }
    }
}
