package io.asyncio4j.io;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Runner;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.BufferedProtocol;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.WriteTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a stream transport promises, over each engine: of readiness, and of completions. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record StreamTransportTest(Rig rig) {

    private interface Body {
        void run(EventLoop loop, Engine engine) throws Exception;
    }

    private void run(Body body) throws Exception {
        try (var runner = new Runner(rig::newLoop)) {
            runner.run(() -> {
                EventLoop loop = getRunningLoop();
                Engine engine = rig.engine(loop);
                body.run(loop, engine);
                if (engine instanceof MemoryEngine memory) {
                    until(() -> memory.inFlight() == 0);
                }
                return null;
            });
        }
    }

    /** Turns of the loop pass until it is so. */
    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            sleep(Duration.ZERO);
        }
    }

    private static void turns(int count) {
        for (int i = 0; i < count; i++) {
            sleep(Duration.ZERO);
        }
    }

    private static ReadTransport reading(EventLoop loop, Engine engine, Witness w, Rig.Ends ends) {
        return await(Pipes.connectRead(loop, engine, () -> w, ends.near()));
    }

    private static WriteTransport writing(
            EventLoop loop, Engine engine, BaseProtocol w, Rig.Ends ends) {
        return await(Pipes.connectWrite(loop, engine, () -> w, ends.near()));
    }

    private static StreamTransport.Duplex connection(
            EventLoop loop, Engine engine, Witness w, Rig.Ends ends) throws Exception {
        var transport = new StreamTransport.Duplex(loop, engine.open(ends.near()), w);
        transport.connect();
        transport.startReading();
        return transport;
    }

    private static String received(Rig.FarEnd far, int length) throws Exception {
        ByteBuffer target = ByteBuffer.allocate(length);
        while (target.hasRemaining() && far.receive(target) >= 0) {
            sleep(Duration.ZERO);
        }
        return new String(target.array(), 0, target.position(), UTF_8);
    }

    // Receiving

    @Test
    @DisplayName("data, end and loss arrive in order")
    void read_dataThenEndThenLoss() throws Exception {
        run((loop, engine) -> {
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
    @DisplayName("a paused transport reports nothing until it is resumed, and loses nothing")
    void pauseReading_holdsEverything() throws Exception {
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
                        reads ? reading(loop, engine, w, ends) : writing(loop, engine, w, ends);
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
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
        Path file = Files.writeString(directory.resolve("file"), "text");
        int fd = FdTable.open(file.toString(), FdTable.O_RDONLY, 0);
        run((loop, engine) -> {
            var ends = new Rig.Ends(new Pipe(fd), null);
            assertThatThrownBy(() -> reading(loop, engine, new Witness(loop), ends))
                    .hasMessageContaining("EPERM");
        });
        FdTable.close(fd);
    }

    @Test
    @DisplayName("the loop's close closes what is open, and closing it later is a no-op")
    void loopClose_closesTransports() throws Exception {
        Rig.Ends[] ends = new Rig.Ends[2];
        BaseTransport[] transports = new BaseTransport[2];
        run((loop, engine) -> {
            if (rig == Rig.MEMORY) {
                return; // whose engine the loop does not know
            }
            ends[0] = rig.readable(engine);
            ends[1] = rig.writable(engine);
            transports[0] = reading(loop, engine, new Witness(loop), ends[0]);
            var writer = writing(loop, engine, new Witness(loop), ends[1]);
            writer.write(new byte[300_000]);
            transports[1] = writer;
        });
        for (int i = 0; i < 2 && transports[i] != null; i++) {
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

    // Sending

    @Test
    @DisplayName("what does not fit is queued, pauses the protocol, and is sent before the close")
    void write_moreThanFits_queuedAndFlushed() throws Exception {
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
                ends.far().receive(sink.limit(Math.min(sink.capacity(), sink.position() + 999)));
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
    @DisplayName("abort drops what is queued, and the memory is given back")
    void abort_dropsTheQueue() throws Exception {
        run((loop, engine) -> {
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
        run((loop, engine) -> {
            for (boolean queued : new boolean[] {false, true}) {
                Rig.Ends ends = rig.writable(engine);
                var w = new Witness(loop);
                WriteTransport transport = writing(loop, engine, w, ends);
                if (queued) {
                    transport.write(new byte[300_000]);
                }
                ends.far().close();
                if (rig == Rig.NIO && !queued) {
                    // java.nio cannot be asked for that alone: the next write finds out.
                    transport.write(new byte[1]);
                    await(w.lost);
                    assertThat(w.events.getLast()).contains("Broken pipe");
                    continue;
                }
                await(w.lost);
                assertThat(w.events.getLast()).matches(queued ? "lost .*(EPIPE|Broken).*" : "lost");
                assertThat(transport.isClosing()).isTrue();
            }
        });
    }

    @Test
    @DisplayName("the marks of the write buffer are checked and kept")
    void setWriteBufferLimits() throws Exception {
        run((loop, engine) -> {
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
        run((loop, engine) -> {
            Rig.Ends ends = rig.connected(engine);
            var w = new Witness(loop);
            StreamTransport.Duplex transport = connection(loop, engine, w, ends);
            long[] accepted = new long[1];
            ByteBuffer sink = ByteBuffer.allocate(1 << 20);
            // A reader that takes everything at once would let a write without bound go on for
            // ever.
            for (int i = 0; i < 64; i++) {
                transport.write(ByteBuffer.allocate(32 * 1024));
                int n = ends.far().receive(sink.clear());
                accepted[0] += Math.max(0, n);
            }
            assertThat(accepted[0]).isLessThanOrEqualTo(ReadinessEngine.WRITE_BOUND);
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

    // Both directions

    @Test
    @DisplayName("both directions work at once, and the end of one closes both by default")
    void duplex_bothWays_closedByEnd() throws Exception {
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
        run((loop, engine) -> {
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
}
