package io.asyncio4j.io;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.io.Transports.connection;
import static io.asyncio4j.io.Transports.received;
import static io.asyncio4j.io.Transports.run;
import static io.asyncio4j.io.Transports.until;
import static io.asyncio4j.io.Transports.writing;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.transport.WriteTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stream transport promises of sending, over each engine. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record StreamTransportWriteTest(Rig rig) {

    @Test
    @DisplayName("what does not fit is queued, pauses the protocol, and is sent before the close")
    void write_moreThanFits_queuedAndFlushed() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.writable(engine);
                    var w = new Witness(loop);
                    WriteTransport transport = writing(loop, engine, w, ends);
                    byte[] data = new byte[300_000];
                    for (int i = 0; i < data.length; i++) {
                        data[i] = (byte) (i * 31);
                    }
                    transport.write(data);
                    assertThat(w.events).containsExactly("made", "pause");
                    assertThat(transport.getWriteBufferSize()).isGreaterThan(65_536);
                    transport.close();
                    assertThat(transport.isClosing()).isTrue();
                    transport.write(data);
                    ByteBuffer sink = ByteBuffer.allocate(400_000);
                    while (ends.far().receive(sink) >= 0) {
                        sleep(Duration.ZERO);
                    }
                    await(w.lost);
                    assertThat(sink.flip()).isEqualTo(ByteBuffer.wrap(data));
                    assertThat(w.events).containsExactly("made", "pause", "resume", "lost");
                    ends.far().close();
                });
    }

    @Test
    @DisplayName("written in pieces of all sizes, everything arrives once and in order")
    void write_pieces_inOrder() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.writable(engine);
                    var w = new Witness(loop);
                    WriteTransport transport = writing(loop, engine, w, ends);
                    var all = new java.io.ByteArrayOutputStream();
                    ByteBuffer sink = ByteBuffer.allocate(2_000_000);
                    for (int i = 1; i <= 60; i++) {
                        byte[] piece = new byte[i * i * 13];
                        java.util.Arrays.fill(piece, (byte) i);
                        all.writeBytes(piece);
                        if (i % 3 == 0) {
                            transport.writeLines(
                                    List.of(
                                            ByteBuffer.wrap(piece, 0, i),
                                            ByteBuffer.allocate(0),
                                            ByteBuffer.wrap(piece, i, piece.length - i)));
                        } else {
                            transport.write(piece);
                        }
                        ends.far()
                                .receive(
                                        sink.limit(
                                                Math.min(sink.capacity(), sink.position() + 999)));
                        sleep(Duration.ZERO);
                    }
                    transport.writeEof();
                    sink.limit(sink.capacity());
                    while (ends.far().receive(sink) >= 0) {
                        sleep(Duration.ZERO);
                    }
                    await(w.lost);
                    assertThat(sink.flip()).isEqualTo(ByteBuffer.wrap(all.toByteArray()));
                    ends.far().close();
                });
    }

    @Test
    @DisplayName("of parts that fail half-way, none is sent")
    void writeLines_failingParts_nothingSent() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.writable(engine);
                    var w = new Witness(loop);
                    WriteTransport transport = writing(loop, engine, w, ends);
                    Iterable<ByteBuffer> parts =
                            () -> Stream.of(1, 0).map(n -> ByteBuffer.allocate(6 / n)).iterator();
                    assertThatThrownBy(() -> transport.writeLines(parts))
                            .isInstanceOf(ArithmeticException.class);
                    assertThat(transport.getWriteBufferSize()).isZero();
                    transport.write("x".getBytes(UTF_8));
                    transport.close();
                    assertThat(received(ends.far(), 10)).isEqualTo("x");
                    await(w.lost);
                    ends.far().close();
                });
    }

    @Test
    @DisplayName("abort drops what is queued, and the memory is given back")
    void abort_dropsTheQueue() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.writable(engine);
                    var w = new Witness(loop);
                    WriteTransport transport = writing(loop, engine, w, ends);
                    transport.write(new byte[300_000]);
                    transport.abort();
                    assertThat(transport.getWriteBufferSize()).isZero();
                    await(w.lost);
                    assertThat(w.events).containsExactly("made", "pause", "lost");
                    ends.far().close();
                });
    }

    @Test
    @DisplayName(
            "that the reader has gone is noticed without writing; with data queued it is a loss")
    void write_readerGone_noticed() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    for (boolean queued : new boolean[] {false, true}) {
                        Rig.Ends ends = rig.writable(engine);
                        var w = new Witness(loop);
                        WriteTransport transport = writing(loop, engine, w, ends);
                        if (queued) {
                            transport.write(new byte[300_000]);
                        }
                        ends.far().close();
                        if ((rig == Rig.NIO || rig == Rig.PORTABLE) && !queued) {
                            // Channels cannot be asked for that alone: the next write finds out.
                            transport.write(new byte[1]);
                            await(w.lost);
                            assertThat(w.events.getLast()).contains("Broken pipe");
                            continue;
                        }
                        await(w.lost);
                        assertThat(w.events.getLast())
                                .matches(queued ? "lost .*(EPIPE|Broken).*" : "lost");
                        if (w.events.getLast().contains("reader has gone")) {
                            // As system calls are reported, so that its errno can be read.
                            assertThat(w.events.getLast()).endsWith("EPIPE (Broken pipe)");
                        }
                        assertThat(transport.isClosing()).isTrue();
                    }
                });
    }

    @Test
    @DisplayName("the marks of the write buffer are checked and kept")
    void setWriteBufferLimits() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.writable(engine);
                    var w = new Witness(loop);
                    WriteTransport transport = writing(loop, engine, w, ends);
                    assertThat(transport.getHighWaterMark()).isEqualTo(65_536);
                    assertThat(transport.getLowWaterMark()).isEqualTo(16_384);
                    assertThatThrownBy(() -> transport.setWriteBufferLimits(2, 1))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("low 2, high 1");
                    transport.setWriteBufferLimits(1_000_000, 2_000_000);
                    transport.write(new byte[1_000_000]);
                    assertThat(w.events).containsExactly("made");
                    transport.setWriteBufferLimits(0, 10);
                    assertThat(w.events).containsExactly("made", "pause");
                    transport.abort();
                    await(w.lost);
                    ends.far().close();
                });
    }

    @Test
    @DisplayName("one write does not keep the loop: the rest is sent when others had their turn")
    void write_endlessSink_bounded() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.connected(engine);
                    var w = new Witness(loop);
                    StreamTransport.Duplex transport = connection(loop, engine, w, ends);
                    long[] accepted = new long[1];
                    ByteBuffer sink = ByteBuffer.allocate(1 << 20);
                    // A reader that takes everything at once would let a write without bound go on
                    // for
                    // ever.
                    for (int i = 0; i < 64; i++) {
                        transport.write(ByteBuffer.allocate(32 * 1024));
                        int n = ends.far().receive(sink.clear());
                        accepted[0] += Math.max(0, n);
                    }
                    assertThat(accepted[0]).isLessThanOrEqualTo(WriteShare.BOUND);
                    long total = 64L * 32 * 1024;
                    while (accepted[0] < total) {
                        sleep(Duration.ZERO);
                        accepted[0] += Math.max(0, ends.far().receive(sink.clear()));
                    }
                    until(() -> transport.getWriteBufferSize() == 0);
                    transport.abort();
                    await(w.lost);
                    ends.far().close();
                });
    }
}
