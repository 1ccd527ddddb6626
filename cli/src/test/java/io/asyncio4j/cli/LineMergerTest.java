package io.asyncio4j.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Lines of several jobs on their way through merger and pump. */
class LineMergerTest {
    private static final String LONG = "x".repeat(LineStream.LIMIT);

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Sink sink = new Sink("test", Channels.newChannel(written), false);
    private final List<Sink> failures = new ArrayList<>();
    private final List<String> flow = new ArrayList<>();
    private boolean tags = true;

    /** What a test does with the streams of jobs, on the loop. */
    private interface Script {
        void run(EventLoop loop, LineMerger merger) throws Exception;
    }

    private String run(Script script) throws Exception {
        return run(sink, script);
    }

    private String run(Sink statusSink, Script script) throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            try (var pump = new Pump(loop, statusSink, failures::add)) {
                script.run(loop, new LineMerger(loop, pump));
            }
            // What the pump's thread posted last.
            Asyncio.sleep(Duration.ZERO);
            Asyncio.sleep(Duration.ZERO);
        });
        return written.toString(ISO_8859_1);
    }

    private LineStream stream(LineMerger merger, int job) {
        return stream(merger, job, sink);
    }

    private LineStream stream(LineMerger merger, int job, Sink to) {
        var stream = new LineStream(merger, to, job, tags, () -> flow.add(job + " done"));
        stream.setFlow(
                new LineStream.Flow() {
                    @Override
                    public void pause() {
                        flow.add(job + " pause");
                    }

                    @Override
                    public void resume() {
                        flow.add(job + " resume");
                    }
                });
        return stream;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    }

    @Test
    void lines_inPieces_comeOutWholeAndTagged() throws Exception {
        String output =
                run((loop, merger) -> {
                    LineStream one = stream(merger, 1);
                    LineStream two = stream(merger, 2);
                    one.received(bytes("he"));
                    two.received(bytes("a\nb\nc"));
                    one.received(bytes("llo\nwor"));
                    two.received(bytes("\n"));
                    one.received(bytes("ld\n"));
                    one.end();
                    two.end();
                });

        assertThat(output).isEqualTo("2: a\n2: b\n1: hello\n2: c\n1: world\n");
        assertThat(flow).containsExactly("1 done", "2 done");
    }

    @Test
    void bytes_ofAnyValue_passUnchanged() throws Exception {
        tags = false;
        var all = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            all.append((char) i);
        }

        String output =
                run((loop, merger) -> {
                    LineStream one = stream(merger, 1);
                    one.received(bytes(all.toString()));
                    one.end();
                });

        assertThat(output).isEqualTo(all.toString());
    }

    @Test
    void lastLine_withoutNewline_survivesAndGetsOneOnlyBeforeAnother() throws Exception {
        String output =
                run((loop, merger) -> {
                    LineStream one = stream(merger, 1);
                    LineStream two = stream(merger, 2);
                    one.received(bytes("one"));
                    two.received(bytes("two"));
                    one.end();
                    two.end();
                });

        assertThat(output).isEqualTo("1: one\n2: two");
    }

    @Test
    void longLine_takesTheOutputUntilItEnds() throws Exception {
        String output =
                run((loop, merger) -> {
                    LineStream one = stream(merger, 1);
                    LineStream two = stream(merger, 2);
                    one.received(bytes(LONG));
                    two.received(bytes("early\n"));
                    one.received(bytes("y"));
                    two.received(bytes("held\n"));
                    one.received(bytes("z"));
                    two.end();
                    one.received(bytes("\nnext\n"));
                    one.end();
                    Asyncio.sleep(Duration.ZERO);
                });

        assertThat(output).isEqualTo("2: early\n1: " + LONG + "yz\n1: next\n2: held\n");
        assertThat(flow).containsExactly("2 pause", "1 done", "2 done");
    }

    @Test
    void longLine_ofAJobThatEnds_letsTheOthersGoOn() throws Exception {
        String output =
                run((loop, merger) -> {
                    LineStream one = stream(merger, 1);
                    LineStream two = stream(merger, 2);
                    one.received(bytes(LONG + "y"));
                    two.received(bytes("held\n"));
                    one.end();
                    Asyncio.sleep(Duration.ZERO);
                    two.received(bytes("more\n"));
                    two.end();
                });

        assertThat(output).isEqualTo("1: " + LONG + "y\n2: held\n2: more\n");
        assertThat(flow).containsExactly("2 pause", "1 done", "2 resume", "2 done");
    }

    @Test
    void longLine_thatFallsSilent_isBrokenForTheOthers() throws Exception {
        var resumed = new CountDownLatch(1);
        String output =
                run((loop, merger) -> {
                    LineStream one = stream(merger, 1);
                    LineStream two = new LineStream(merger, sink, 2, true, resumed::countDown);
                    one.received(bytes(LONG + "y"));
                    two.received(bytes("held\n"));
                    two.end();
                    Asyncio.await(
                            Asyncio.getRunningLoop()
                                    .runInExecutor(() -> {
                                        resumed.await();
                                        return null;
                                    }));
                    one.received(bytes("z\n"));
                    one.end();
                });

        assertThat(output).isEqualTo("1: " + LONG + "y\n2: held\n1: z\n");
    }

    @Test
    void otherStream_ofTheJobWithALongLine_isNotHeld() throws Exception {
        String output =
                run((loop, merger) -> {
                    LineStream stdout = stream(merger, 1);
                    LineStream stderr = stream(merger, 1);
                    stdout.received(bytes(LONG + "y"));
                    stderr.received(bytes("oops\n"));
                    stdout.received(bytes("z\n"));
                });

        assertThat(output).isEqualTo("1: " + LONG + "y\n1: oops\n1: z\n");
    }

    @Test
    void toolsOwnLine_duringALongLine_waits() throws Exception {
        String output =
                run((loop, merger) -> {
                    LineStream one = stream(merger, 1);
                    one.received(bytes(LONG + "y"));
                    merger.writeLine(sink, "own\n".getBytes(ISO_8859_1));
                    one.received(bytes("z\n"));
                    Asyncio.sleep(Duration.ZERO);
                });

        assertThat(output).isEqualTo("1: " + LONG + "yz\nown\n");
    }

    @Test
    void outputThatNobodyTakes_pausesTheJob() throws Exception {
        var gate = new CountDownLatch(1);
        var slow =
                new Sink(
                        "slow",
                        channel(data -> {
                            gate.await();
                            int length = data.remaining();
                            data.position(data.limit());
                            return length;
                        }),
                        false);

        run((loop, merger) -> {
            LineStream one = stream(merger, 1, slow);
            for (int i = 0; i < 100 && !one.isPaused(); i++) {
                one.received(bytes(LONG));
                Asyncio.sleep(Duration.ZERO);
            }
            assertThat(flow).containsExactly("1 pause");
            gate.countDown();
            while (one.isPaused()) {
                Asyncio.sleep(Duration.ofMillis(1));
            }
            assertThat(flow).containsExactly("1 pause", "1 resume");
        });
    }

    @Test
    void sinkThatFails_isReportedOnce() throws Exception {
        var broken =
                new Sink(
                        "broken",
                        channel(data -> {
                            throw new IOException("Broken pipe");
                        }),
                        false);

        run((loop, merger) -> {
            LineStream one = stream(merger, 1, broken);
            one.received(bytes("a\n"));
            Asyncio.sleep(Duration.ZERO);
            while (failures.isEmpty()) {
                Asyncio.sleep(Duration.ofMillis(1));
            }
            one.received(bytes("b\n"));
        });

        assertThat(failures).containsExactly(broken);
        assertThat(broken.failure()).hasMessage("Broken pipe");
    }

    @Test
    void statusLine_onATerminal_staysBelowTheLines() throws Exception {
        var terminal = new Sink("terminal", Channels.newChannel(written), true);

        String output =
                run(
                        terminal,
                        (loop, merger) -> {
                            LineStream one = stream(merger, 1, terminal);
                            merger.pump().setStatus("0/1");
                            Asyncio.sleep(Duration.ZERO);
                            Asyncio.sleep(Duration.ZERO);
                            one.received(bytes("a\n"));
                            Asyncio.sleep(Duration.ZERO);
                            Asyncio.sleep(Duration.ZERO);
                            merger.pump().setStatus("1/1");
                        });

        assertThat(output.replace("\r\u001b[K", "<erase>")).isEqualTo("0/1<erase>1: a\n0/1<erase>");
    }

    private interface Write {
        int write(ByteBuffer data) throws IOException, InterruptedException;
    }

    private static WritableByteChannel channel(Write write) {
        return new WritableByteChannel() {
            @Override
            public int write(ByteBuffer data) throws IOException {
                try {
                    return write.write(data);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {}
        };
    }
}
