package io.asyncio4j.io;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.io.Transports.reading;
import static io.asyncio4j.io.Transports.run;
import static io.asyncio4j.io.Transports.turns;
import static io.asyncio4j.io.Transports.until;
import static io.asyncio4j.io.Transports.writing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.BufferedProtocol;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.ReadTransport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stream transport promises of receiving, over each engine. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record StreamTransportReadTest(Rig rig) {

    @Test
    @DisplayName("data, end and loss arrive in order")
    void read_dataThenEndThenLoss() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.readable(engine);
                    var w = new Witness(loop);
                    ReadTransport transport = reading(loop, engine, w, ends);
                    assertThat(transport.isReading()).isTrue();
                    ends.far().send("hello");
                    ends.far().close();
                    await(w.lost);
                    assertThat(w.events).containsExactly("made", "data", "eof", "lost");
                    assertThat(w.text()).isEqualTo("hello");
                    assertThat(transport.isClosing()).isTrue();
                    assertThat(transport.isReading()).isFalse();
                });
    }

    @Test
    @DisplayName("the byte order that a protocol sets on its data is gone with the next data")
    void dataReceived_byteOrder_isResetEachTime() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.readable(engine);
                    var orders = new ArrayList<ByteOrder>();
                    var w =
                            new Witness(loop) {
                                @Override
                                public void dataReceived(ByteBuffer received) {
                                    orders.add(received.order());
                                    received.order(ByteOrder.LITTLE_ENDIAN);
                                }
                            };
                    reading(loop, engine, w, ends);
                    ends.far().send("a");
                    until(() -> orders.size() == 1);
                    ends.far().send("b");
                    until(() -> orders.size() == 2);
                    ends.far().close();
                    await(w.lost);
                    assertThat(orders).containsOnly(ByteOrder.BIG_ENDIAN);
                });
    }

    @Test
    @DisplayName("a paused transport reports nothing until it is resumed, and loses nothing")
    void pauseReading_holdsEverything() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.readable(engine);
                    var w = new Witness(loop);
                    ReadTransport transport = reading(loop, engine, w, ends);
                    transport.pauseReading();
                    transport.pauseReading();
                    assertThat(transport.isReading()).isFalse();
                    ends.far().send("hello");
                    turns(20);
                    assertThat(w.events).containsExactly("made");
                    transport.resumeReading();
                    transport.resumeReading();
                    until(() -> w.text().equals("hello"));
                    transport.pauseReading();
                    ends.far().close();
                    turns(20);
                    assertThat(w.events).containsExactly("made", "data");
                    transport.resumeReading();
                    await(w.lost);
                    assertThat(w.events).containsExactly("made", "data", "eof", "lost");
                });
    }

    @Test
    @DisplayName("a protocol may pause from inside a call, at each piece")
    void dataReceived_pausesAndResumes_inOrder() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.readable(engine);
                    var w =
                            new Witness(loop) {
                                @Override
                                public void dataReceived(ByteBuffer received) {
                                    var reader = (ReadTransport) transport;
                                    reader.pauseReading();
                                    super.dataReceived(received);
                                    loop.callSoon(reader::resumeReading);
                                }
                            };
                    reading(loop, engine, w, ends);
                    var sent = new StringBuilder();
                    for (int i = 0; i < 200; i++) {
                        String piece = i + " ";
                        sent.append(piece);
                        ends.far().send(piece);
                        sleep(Duration.ZERO);
                    }
                    ends.far().close();
                    await(w.lost);
                    assertThat(w.text()).isEqualTo(sent.toString());
                });
    }

    @Test
    @DisplayName("paused by connectionMade, nothing is received from the start")
    void connectionMade_pauses_nothingReceived() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.readable(engine);
                    var w =
                            new Witness(loop) {
                                @Override
                                public void connectionMade(BaseTransport made) {
                                    super.connectionMade(made);
                                    ((ReadTransport) made).pauseReading();
                                }
                            };
                    ends.far().send("early");
                    ReadTransport transport = reading(loop, engine, w, ends);
                    turns(10);
                    assertThat(w.events).containsExactly("made");
                    transport.resumeReading();
                    ends.far().close();
                    await(w.lost);
                    assertThat(w.text()).isEqualTo("early");
                });
    }

    @Test
    @DisplayName("closed while reading, it reports nothing but the loss")
    void close_whileReading_nothingMore() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.readable(engine);
                    var w = new Witness(loop);
                    ReadTransport transport = reading(loop, engine, w, ends);
                    ends.far().send("late");
                    transport.close();
                    transport.close();
                    transport.resumeReading();
                    await(w.lost);
                    turns(10);
                    assertThat(w.events).containsExactly("made", "lost");
                    ends.far().close();
                });
    }

    @Test
    @DisplayName("a protocol that throws is reported and loses its transport")
    void dataReceived_throws_lost() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    var reported = new ArrayList<String>();
                    loop.setExceptionHandler((l, context) -> reported.add(context.message()));
                    Rig.Ends ends = rig.readable(engine);
                    var w =
                            new Witness(loop) {
                                @Override
                                public void dataReceived(ByteBuffer data) {
                                    throw new IllegalStateException("no");
                                }
                            };
                    reading(loop, engine, w, ends);
                    ends.far().send("hi");
                    await(w.lost);
                    ends.far().close();
                    assertThat(w.events).containsExactly("made", "lost no");
                    assertThat(reported).containsExactly("Protocol failed in dataReceived");
                });
    }

    @Test
    @DisplayName("what throws in connectionMade leaves the pipe to the caller, unwatched")
    void connectionMade_throws_pipeStillUsable() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    for (boolean reads : new boolean[] {true, false}) {
                        Rig.Ends ends = reads ? rig.readable(engine) : rig.writable(engine);
                        var refusing =
                                new Witness(loop) {
                                    @Override
                                    public void connectionMade(BaseTransport made) {
                                        throw new AssertionError("no");
                                    }
                                };
                        assertThatThrownBy(
                                        () -> {
                                            if (reads) {
                                                reading(loop, engine, refusing, ends);
                                            } else {
                                                writing(loop, engine, refusing, ends);
                                            }
                                        })
                                .hasMessage("no");
                        var w = new Witness(loop);
                        BaseTransport second =
                                reads
                                        ? reading(loop, engine, w, ends)
                                        : writing(loop, engine, w, ends);
                        second.close();
                        await(w.lost);
                        ends.far().close();
                        assertThat(refusing.events).isEmpty();
                    }
                });
    }

    @Test
    @DisplayName("a buffered protocol is filled in its own memory")
    void bufferedProtocol_ownMemory() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.readable(engine);
                    var w = new Witness(loop);
                    ByteBuffer own = ByteBuffer.allocate(4);
                    var protocol =
                            new BufferedProtocol() {
                                @Override
                                public ByteBuffer getBuffer(int sizeHint) {
                                    return own.clear();
                                }

                                @Override
                                public void bufferUpdated(int bytes) {
                                    assertThat(own.position()).isEqualTo(bytes).isBetween(1, 4);
                                    w.data.write(own.array(), 0, bytes);
                                }

                                @Override
                                public boolean eofReceived() {
                                    return w.eofReceived();
                                }

                                @Override
                                public void connectionLost(@Nullable Exception cause) {
                                    w.connectionLost(cause);
                                }
                            };
                    await(Pipes.connectRead(loop, engine, () -> protocol, ends.near()));
                    ends.far().send("more than four");
                    ends.far().close();
                    await(w.lost);
                    assertThat(w.text()).isEqualTo("more than four");
                    assertThat(w.events).containsExactly("eof", "lost");
                });
    }

    @Test
    @DisplayName("a buffer without room is a failure of the protocol")
    void bufferedProtocol_noRoom_lost() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    var reported = new ArrayList<String>();
                    loop.setExceptionHandler((l, context) -> reported.add(context.message()));
                    Rig.Ends ends = rig.readable(engine);
                    var w = new Witness(loop);
                    var protocol =
                            new BufferedProtocol() {
                                @Override
                                public ByteBuffer getBuffer(int sizeHint) {
                                    return ByteBuffer.allocate(0);
                                }

                                @Override
                                public void bufferUpdated(int bytes) {}

                                @Override
                                public void connectionLost(@Nullable Exception cause) {
                                    w.connectionLost(cause);
                                }
                            };
                    await(Pipes.connectRead(loop, engine, () -> protocol, ends.near()));
                    ends.far().send("x");
                    await(w.lost);
                    ends.far().close();
                    assertThat(reported).containsExactly("Protocol failed in getBuffer");
                });
    }

    @Test
    @DisplayName("a protocol can be replaced by one that receives, and by no other")
    void setProtocol_takesOver() throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.readable(engine);
                    var first = new Witness(loop);
                    var second = new Witness(loop);
                    second.events.add("");
                    ReadTransport transport = reading(loop, engine, first, ends);
                    assertThatThrownBy(() -> transport.setProtocol(new BaseProtocol() {}))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("cannot receive data");
                    transport.setProtocol(second);
                    assertThat(transport.getProtocol()).isSameAs(second);
                    ends.far().send("yours");
                    ends.far().close();
                    await(second.lost);
                    assertThat(first.events).containsExactly("made");
                    assertThat(second.text()).isEqualTo("yours");
                });
    }

    @Test
    @DisplayName("a regular file cannot be waited for by epoll, and stays the caller's")
    void read_regularFile_refused(@TempDir Path directory) throws Exception {
        if (rig != Rig.EPOLL) {
            return; // poll takes them for always ready
        }
        assumeTrue(NativeAccess.available(), NativeAccess.reason());
        Path file = Files.writeString(directory.resolve("file"), "text");
        int fd = FdTable.open(file.toString(), FdTable.O_RDONLY, 0);
        run(
                rig,
                (loop, engine) -> {
                    var ends = new Rig.Ends(new Pipe(fd), null);
                    assertThatThrownBy(() -> reading(loop, engine, new Witness(loop), ends))
                            .hasMessageContaining("EPERM");
                });
        FdTable.close(fd);
    }
}
