package io.asyncio4j.io;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.io.Transports.connection;
import static io.asyncio4j.io.Transports.reading;
import static io.asyncio4j.io.Transports.received;
import static io.asyncio4j.io.Transports.run;
import static io.asyncio4j.io.Transports.turns;
import static io.asyncio4j.io.Transports.until;
import static io.asyncio4j.io.Transports.writing;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.transport.BaseTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stream transport promises of both directions and of its end, over each engine. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record StreamTransportDuplexTest(Rig rig) {

    @Test
    @DisplayName("both directions work at once, and the end of one closes both by default")
    void duplex_bothWays_closedByEnd() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.connected(engine);
                    var w = new Witness(loop);
                    StreamTransport.Duplex transport = connection(loop, engine, w, ends);
                    transport.write("question".getBytes(UTF_8));
                    ends.far().send("answer");
                    assertThat(received(ends.far(), 8)).isEqualTo("question");
                    until(() -> w.text().equals("answer"));
                    ends.far().endOutput();
                    await(w.lost);
                    assertThat(w.events).containsExactly("made", "data", "eof", "lost");
                    ends.far().close();
                });
    }

    @Test
    @DisplayName("eofReceived may keep the sending half open, until it is ended too")
    void duplex_keepOpen_goesOnSending() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.connected(engine);
                    var w = new Witness(loop);
                    w.keepOpen = true;
                    StreamTransport.Duplex transport = connection(loop, engine, w, ends);
                    ends.far().endOutput();
                    until(() -> w.events.contains("eof"));
                    turns(10);
                    assertThat(transport.isClosing()).isFalse();
                    assertThat(transport.isReading()).isFalse();
                    transport.write("still here".getBytes(UTF_8));
                    assertThat(received(ends.far(), 10)).isEqualTo("still here");
                    transport.close();
                    await(w.lost);
                    assertThat(w.events).containsExactly("made", "eof", "lost");
                    ends.far().close();
                });
    }

    @Test
    @DisplayName("writeEof ends the output after what was written, and input goes on")
    void duplex_writeEof_halfClosed() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.connected(engine);
                    var w = new Witness(loop);
                    StreamTransport.Duplex transport = connection(loop, engine, w, ends);
                    assertThat(transport.canWriteEof()).isTrue();
                    byte[] data = new byte[500_000];
                    transport.write(data);
                    transport.writeEof();
                    transport.writeEof();
                    assertThatThrownBy(() -> transport.write(data))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("after writeEof");
                    ByteBuffer sink = ByteBuffer.allocate(600_000);
                    while (ends.far().receive(sink) >= 0) {
                        sleep(Duration.ZERO);
                    }
                    assertThat(sink.position()).isEqualTo(data.length);
                    ends.far().send("got it");
                    until(() -> w.text().equals("got it"));
                    ends.far().close();
                    await(w.lost);
                });
    }

    @Test
    @DisplayName("close flushes what is queued")
    void duplex_close_flushes() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.connected(engine);
                    var w = new Witness(loop);
                    StreamTransport.Duplex transport = connection(loop, engine, w, ends);
                    transport.write(new byte[2_000_000]);
                    transport.close();
                    assertThat(transport.isReading()).isFalse();
                    ByteBuffer sink = ByteBuffer.allocate(3_000_000);
                    while (ends.far().receive(sink) >= 0) {
                        sleep(Duration.ZERO);
                    }
                    await(w.lost);
                    assertThat(sink.position()).isEqualTo(2_000_000);
                    assertThat(w.events).containsExactly("made", "pause", "resume", "lost");
                    ends.far().close();
                });
    }

    @Test
    @DisplayName(
            "many at once, closed at random moments: each is lost once, and all memory is back")
    void churn_eachLostOnce() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    var random = new java.util.Random(7);
                    var witnesses = new ArrayList<Witness>();
                    for (int i = 0; i < 60; i++) {
                        Rig.Ends ends = rig.connected(engine);
                        var w = new Witness(loop);
                        witnesses.add(w);
                        StreamTransport.Duplex transport = connection(loop, engine, w, ends);
                        transport.write(new byte[random.nextInt(300_000)]);
                        ends.far().send("some text");
                        turns(random.nextInt(4));
                        switch (random.nextInt(4)) {
                            case 0 -> transport.abort();
                            case 1 -> {
                                ends.far().close();
                                transport.close();
                                await(w.lost);
                                continue;
                            }
                            case 2 -> {
                                transport.pauseReading();
                                transport.abort();
                            }
                            default -> {
                                transport.close();
                                turns(random.nextInt(3));
                                transport.abort();
                            }
                        }
                        await(w.lost);
                        ends.far().close();
                    }
                    turns(20);
                    for (Witness w : witnesses) {
                        assertThat(w.events.stream().filter(e -> e.startsWith("lost"))).hasSize(1);
                    }
                });
    }

    @Test
    @DisplayName("the loop's close closes what is open, and closing it later is a no-op")
    void loopClose_closesTransports() throws Exception {
        Rig.Ends[] ends = new Rig.Ends[2];
        BaseTransport[] transports = new BaseTransport[2];
        run(
                rig,
                (loop, engine) -> {
                    ends[0] = rig.readable(engine);
                    ends[1] = rig.writable(engine);
                    transports[0] = reading(loop, engine, new Witness(loop), ends[0]);
                    var writer = writing(loop, engine, new Witness(loop), ends[1]);
                    writer.write(new byte[300_000]);
                    transports[1] = writer;
                });
        for (int i = 0; i < 2; i++) {
            assertThat(transports[i].isClosing()).isTrue();
            transports[i].close();
            closeQuietly(ends[i].far());
        }
    }

    private static void closeQuietly(Rig.FarEnd far) {
        try {
            far.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
