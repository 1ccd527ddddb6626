package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.transport.WriteTransport;
import io.asyncio4j.warning.ResourceWarning;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What nobody has closed. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record UnclosedTest(LoopKind loops) {

    @Test
    @DisplayName("a process that is let go of is reported, with the place that started it")
    void process_unreachable_reported() throws Exception {
        try (var warnings = Warnings.record()) {
            loops.run(() -> {
                debug(getRunningLoop());
                long pid = startAndForget();
                while (unclosed(warnings).isEmpty()) {
                    System.gc();
                    sleep(Duration.ofMillis(1));
                }
                ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                return null;
            });
            assertThat(unclosed(warnings))
                    .singleElement()
                    .asString()
                    .startsWith("Unclosed process")
                    .contains("running")
                    .contains("UnclosedTest.startAndForget");
        }
    }

    /** Child watchers of other tests may be collected, and say something, too. */
    private static List<String> unclosed(Warnings.Recording warnings) {
        return warnings.messages(ResourceWarning.class).stream()
                .filter(each -> each.startsWith("Unclosed"))
                .toList();
    }

    private static void debug(EventLoop loop) {
        loop.setDebug(true);
        // Collecting garbage takes its time.
        loop.setSlowCallbackDuration(Duration.ofHours(1));
    }

    private static long startAndForget() throws IOException {
        return createSubprocess(Command.exec("sleep", "100").stdout(PIPE)).pid();
    }

    @Test
    @DisplayName("a process that outlives its loop is reported, and its pipes are closed")
    void process_loopCloses_reported() throws Exception {
        var kept = new ArrayList<ChildProcess>();
        try (var warnings = Warnings.record()) {
            loops.run(() -> {
                debug(getRunningLoop());
                kept.add(createSubprocess(Command.exec("cat").stdin(PIPE).stdout(PIPE)));
                return null;
            });
            assertThat(unclosed(warnings))
                    .singleElement()
                    .asString()
                    .contains("Unclosed process")
                    .contains("UnclosedTest");
        }
        // The child's input has ended; it is reaped by the watcher, which is LeakCheck's to see.
        kept.getFirst().close();
    }

    @Test
    @DisplayName("nothing is reported of what was closed or has come to its end")
    void closedAndOver_notReported() throws Exception {
        try (var warnings = Warnings.record()) {
            loops.run(() -> {
                debug(getRunningLoop());
                createSubprocess(Command.exec("sleep", "100").stdin(PIPE)).close();
                ChildProcess over = createSubprocess(Command.exec("echo", "x").stdout(PIPE));
                over.communicate();
                sleep(Duration.ZERO);
                return null;
            });
            assertThat(unclosed(warnings)).isEmpty();
        }
    }

    @Test
    @DisplayName("without debug mode nothing is reported, and the pipes are closed nevertheless")
    void loopCloses_noDebug_closesPipesQuietly() throws Exception {
        try (var warnings = Warnings.record()) {
            loops.run(() -> createSubprocess(Command.exec("cat").stdin(PIPE).stdout(PIPE)));
            assertThat(unclosed(warnings)).isEmpty();
        }
    }

    @Test
    @DisplayName("a transport that is let go of is reported and closed")
    void transport_unreachable_reportedAndClosed() throws Exception {
        loops.assumeNativeCalls("descriptors");
        try (var warnings = Warnings.record()) {
            loops.run(() -> {
                EventLoop loop = getRunningLoop();
                debug(loop);
                FdPair pipe = FdTable.pipe(false, false);
                connectAndForget(loop, pipe.readEnd());
                while (unclosed(warnings).isEmpty()) {
                    System.gc();
                    sleep(Duration.ofMillis(1));
                }
                assertThat(FdTable.isOpen(pipe.readEnd())).isFalse();
                FdTable.close(pipe.writeEnd());
                return null;
            });
            assertThat(unclosed(warnings))
                    .singleElement()
                    .asString()
                    .startsWith("Unclosed transport <ReadTransport fd=")
                    .contains("UnclosedTest.connectAndForget");
        }
    }

    private static void connectAndForget(EventLoop loop, int fd) {
        var transport = await(loop.connectReadPipe(() -> new Protocol() {}, new Pipe(fd)));
        // A loop refers to what it reads for.
        transport.pauseReading();
    }

    @Test
    @DisplayName("a transport that outlives its loop writes to nobody's descriptor")
    void write_loopClosed_isDropped() throws Exception {
        loops.assumeNativeCalls("descriptors");
        FdPair pipe = FdTable.pipe(true, false);
        FdPair other = FdTable.pipe(true, false);
        List<WriteTransport> kept = new ArrayList<>();
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            kept.add(
                    await(
                            loop.connectWritePipe(
                                    () -> new Protocol() {}, new Pipe(pipe.writeEnd()))));
            return null;
        });
        WriteTransport transport = kept.getFirst();
        assertThat(transport.isClosing()).isTrue();
        // The number goes to somebody else.
        int again = FdTable.duplicate(other.writeEnd());
        assertThat(again).isEqualTo(pipe.writeEnd());
        transport.write(new byte[] {1});
        transport.close();
        assertThat(FdTable.isOpen(again)).isTrue();
        for (int fd : new int[] {pipe.readEnd(), other.writeEnd(), again}) {
            FdTable.close(fd);
        }
        assertThat(Fds.read(other.readEnd(), ByteBuffer.allocate(1))).isEqualTo(-1);
        FdTable.close(other.readEnd());
    }
}
