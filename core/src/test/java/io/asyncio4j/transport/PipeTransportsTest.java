package io.asyncio4j.transport;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.waitFor;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Pipes as transports. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record PipeTransportsTest(LoopKind loops) {

    /** Writes down what it is told. */
    private static class Recorder implements Protocol {
        final List<String> events = new ArrayList<>();
        final Future<@Nullable Void> over;

        Recorder(EventLoop loop) {
            over = loop.createFuture();
        }

        @Override
        public void connectionMade(Transport transport) {
            events.add("made");
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            events.add(UTF_8.decode(data).toString());
        }

        @Override
        public boolean eofReceived() {
            events.add("eof");
            return false;
        }

        @Override
        public void pauseWriting() {
            events.add("pause");
        }

        @Override
        public void resumeWriting() {
            events.add("resume");
        }

        @Override
        public void connectionLost(@Nullable Exception cause) {
            events.add("lost " + (cause == null ? "" : cause.getMessage()));
            over.setResult(null);
        }
    }

    private static ReadTransport reading(Recorder recorder, FdPair pipe) {
        return await(getRunningLoop().connectReadPipe(() -> recorder, new Pipe(pipe.readEnd())));
    }

    private static WriteTransport writing(Recorder recorder, FdPair pipe) {
        return await(getRunningLoop().connectWritePipe(() -> recorder, new Pipe(pipe.writeEnd())));
    }

    @Test
    @DisplayName("data, end and loss arrive in order")
    void read_dataThenEndThenLoss() throws Exception {
        loops.run(() -> {
            FdPair pipe = FdTable.pipe(false, false);
            var recorder = new Recorder(getRunningLoop());
            reading(recorder, pipe);
            Fds.write(pipe.writeEnd(), ByteBuffer.wrap("hi".getBytes(UTF_8)));
            FdTable.close(pipe.writeEnd());
            await(recorder.over);
            assertThat(recorder.events).containsExactly("made", "hi", "eof", "lost ");
            return null;
        });
    }

    @Test
    @DisplayName("a paused transport delivers nothing until it is resumed")
    void read_paused_deliversNothing() throws Exception {
        loops.run(() -> {
            FdPair pipe = FdTable.pipe(false, false);
            var recorder = new Recorder(getRunningLoop());
            ReadTransport transport = reading(recorder, pipe);
            transport.pauseReading();
            transport.pauseReading();
            Fds.write(pipe.writeEnd(), ByteBuffer.wrap("hi".getBytes(UTF_8)));
            // What is in the pipe would be found in the first of these turns.
            for (int i = 0; i < 5; i++) {
                sleep(Duration.ZERO);
            }
            assertThat(recorder.events).containsExactly("made");
            transport.resumeReading();
            FdTable.close(pipe.writeEnd());
            await(recorder.over);
            assertThat(recorder.events).containsExactly("made", "hi", "eof", "lost ");
            return null;
        });
    }

    @Test
    @DisplayName("a protocol that throws is reported and loses its transport")
    void read_protocolThrows_lost() throws Exception {
        loops.run(() -> {
            var reported = new ArrayList<String>();
            getRunningLoop()
                    .setExceptionHandler((loop, context) -> reported.add(context.message()));
            FdPair pipe = FdTable.pipe(false, false);
            var recorder =
                    new Recorder(getRunningLoop()) {
                        @Override
                        public void dataReceived(ByteBuffer data) {
                            throw new IllegalStateException("no");
                        }
                    };
            reading(recorder, pipe);
            Fds.write(pipe.writeEnd(), ByteBuffer.wrap("hi".getBytes(UTF_8)));
            await(recorder.over);
            FdTable.close(pipe.writeEnd());
            assertThat(recorder.events).containsExactly("made", "lost no");
            assertThat(reported).containsExactly("Protocol failed in dataReceived");
            return null;
        });
    }

    @Test
    @DisplayName("what the pipe does not take waits, pauses the writer, and goes before the close")
    void write_moreThanThePipeHolds_queuedAndFlushed() throws Exception {
        loops.run(() -> {
            FdPair pipe = FdTable.pipe(true, false);
            var recorder = new Recorder(getRunningLoop());
            WriteTransport transport = writing(recorder, pipe);
            byte[] data = new byte[300_000];
            data[299_999] = 7;
            transport.write(data);
            assertThat(recorder.events).containsExactly("made", "pause");
            assertThat(transport.getWriteBufferSize()).isGreaterThan(65_536);
            transport.close();
            transport.write(data);
            ByteBuffer sink = ByteBuffer.allocate(400_000);
            while (Fds.read(pipe.readEnd(), sink) != Fds.EOF) {
                sleep(Duration.ZERO);
            }
            assertThat(sink.position()).isEqualTo(300_000);
            assertThat(sink.get(299_999)).isEqualTo((byte) 7);
            await(recorder.over);
            assertThat(recorder.events).containsExactly("made", "pause", "resume", "lost ");
            FdTable.close(pipe.readEnd());
            return null;
        });
    }

    @Test
    @DisplayName("abort drops what waits")
    void abort_dropsTheQueue() throws Exception {
        loops.run(() -> {
            FdPair pipe = FdTable.pipe(true, false);
            var recorder = new Recorder(getRunningLoop());
            WriteTransport transport = writing(recorder, pipe);
            transport.write(new byte[300_000]);
            transport.abort();
            await(recorder.over);
            assertThat(transport.getWriteBufferSize()).isZero();
            FdTable.close(pipe.readEnd());
            return null;
        });
    }

    @Test
    @DisplayName("that the reader went is noticed without writing; with data waiting it is a loss")
    void write_readerGone_noticed() throws Exception {
        loops.run(() -> {
            for (boolean waiting : new boolean[] {false, true}) {
                FdPair pipe = FdTable.pipe(true, false);
                var recorder = new Recorder(getRunningLoop());
                WriteTransport transport = writing(recorder, pipe);
                if (waiting) {
                    transport.write(new byte[300_000]);
                }
                FdTable.close(pipe.readEnd());
                await(recorder.over);
                assertThat(recorder.events.getLast()).matches(waiting ? "lost .*EPIPE.*" : "lost ");
            }
            return null;
        });
    }

    @Test
    @DisplayName("a regular file cannot be watched by epoll, and stays the caller's")
    void read_regularFile_refused(@TempDir Path directory) throws Exception {
        if (loops == LoopKind.POLL) {
            return; // It takes them for always ready.
        }
        Path file = Files.writeString(directory.resolve("file"), "text");
        loops.run(() -> {
            int fd = FdTable.open(file.toString(), FdTable.O_RDONLY, 0);
            var recorder = new Recorder(getRunningLoop());
            assertThatThrownBy(() -> reading(recorder, new FdPair(fd, -1)))
                    .hasMessageContaining("EPERM");
            FdTable.close(fd);
            return null;
        });
    }

    @Test
    @DisplayName("the marks of the write buffer must make sense")
    void setWriteBufferLimits_invalid_refused() throws Exception {
        loops.run(() -> {
            FdPair pipe = FdTable.pipe(true, false);
            WriteTransport transport = writing(new Recorder(getRunningLoop()), pipe);
            assertThatThrownBy(() -> transport.setWriteBufferLimits(2, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("low 2, high 1");
            transport.close();
            FdTable.close(pipe.readEnd());
            return null;
        });
    }

    @Test
    @DisplayName("a connection that fails in connectionMade leaves the descriptor to its owner")
    void connectionMade_throws_descriptorIsUnwatched() throws Exception {
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            FdPair pair = FdTable.socketpair(true, true);
            var refusing =
                    new BaseProtocol() {
                        @Override
                        public void connectionMade(Transport transport) {
                            ((WriteTransport) transport).write(ByteBuffer.allocate(1));
                            throw new AssertionError("made");
                        }
                    };
            assertThatThrownBy(() ->
                            waitFor(
                                    loop.connectWritePipe(() -> refusing, new Pipe(pair.readEnd())),
                                    Duration.ofSeconds(20)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("made");
            Future<String> readable = loop.createFuture();
            loop.addReader(
                    pair.readEnd(),
                    () -> {
                        loop.removeReader(pair.readEnd());
                        readable.setResult("readable");
                    });
            Fds.write(pair.writeEnd(), ByteBuffer.wrap(new byte[1]));
            assertThat(waitFor(readable, Duration.ofSeconds(20))).isEqualTo("readable");
            FdTable.closeQuietly(pair.readEnd());
            FdTable.closeQuietly(pair.writeEnd());
            return null;
        });
    }

    @Test
    @DisplayName("the number of a pipe whose protocol has thrown can be watched as another's")
    void connectionMade_throws_numberIsFree() throws Exception {
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            FdPair pipe = FdTable.pipe(false, true);
            var refusing =
                    new BaseProtocol() {
                        @Override
                        public void connectionMade(Transport transport) {
                            throw new IllegalStateException("made");
                        }
                    };
            assertThatThrownBy(() ->
                            await(loop.connectWritePipe(() -> refusing, new Pipe(pipe.writeEnd()))))
                    .hasMessage("made");
            FdTable.closeQuietly(pipe.writeEnd());
            FdPair next = FdTable.pipe(true, true);
            // The lowest number that is free.
            assertThat(next.readEnd()).isEqualTo(pipe.writeEnd());
            Future<String> readable = loop.createFuture();
            loop.addReader(
                    next.readEnd(),
                    () -> {
                        loop.removeReader(next.readEnd());
                        readable.setResult("readable");
                    });
            Fds.write(next.writeEnd(), ByteBuffer.wrap(new byte[1]));
            assertThat(waitFor(readable, Duration.ofSeconds(20))).isEqualTo("readable");
            FdTable.closeQuietly(next.readEnd());
            FdTable.closeQuietly(next.writeEnd());
            FdTable.closeQuietly(pipe.readEnd());
            return null;
        });
    }
}
