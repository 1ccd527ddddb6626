package io.asyncio4j.loop;

import static io.asyncio4j.testing.Loops.iterate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.testing.CountingSelector;
import io.asyncio4j.testing.Loops;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Readers and writers of descriptors: real pipes and sockets. */
@ParameterizedClass
@MethodSource("io.asyncio4j.testing.Loops#withDescriptors")
class ReadinessTest {

    private final CountingSelector waits;
    private final SelectorEventLoop loop;
    private final List<String> events = new ArrayList<>();
    private FdPair pipe;

    ReadinessTest(String selector) {
        waits = new CountingSelector(Loops.openSelector(selector));
        loop = new SelectorEventLoop(waits);
    }

    @BeforeEach
    void open() throws IOException {
        pipe = FdTable.pipe(true, true);
    }

    @AfterEach
    void close() {
        loop.close();
        FdTable.closeQuietly(pipe.readEnd());
        FdTable.closeQuietly(pipe.writeEnd());
    }

    private static void write(int fd) throws IOException {
        assertThat(Fds.write(fd, ByteBuffer.wrap(new byte[] {1}))).isEqualTo(1);
    }

    private static int read(int fd) throws IOException {
        return Fds.read(fd, ByteBuffer.allocate(16));
    }

    @Test
    @DisplayName("a reader is called as long as there is something to read, and not before")
    void addReader_levelTriggered() throws IOException {
        loop.addReader(pipe.readEnd(), () -> events.add("read"));
        iterate(loop);
        assertThat(events).isEmpty();
        write(pipe.writeEnd());
        iterate(loop);
        iterate(loop);
        assertThat(events).containsExactly("read", "read");
        assertThat(read(pipe.readEnd())).isEqualTo(1);
        iterate(loop);
        assertThat(events).hasSize(2);
    }

    @Test
    @DisplayName("a sleeping loop wakes for a descriptor that another thread makes ready")
    void addReader_sleepingLoop_wakes() throws Exception {
        loop.addReader(
                pipe.readEnd(),
                () -> {
                    events.add("read");
                    loop.stop();
                });
        loop.callSoon(() ->
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                write(pipe.writeEnd());
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        }));
        loop.runForever();
        assertThat(events).containsExactly("read");
    }

    @Test
    @DisplayName("callbacks of ready descriptors join the queue behind those that wait")
    void addReader_ready_joinsEndOfQueue() throws IOException {
        write(pipe.writeEnd());
        loop.addReader(pipe.readEnd(), () -> events.add("read"));
        loop.callSoon(() -> events.add("a"));
        loop.callSoon(() -> events.add("b"));
        loop.callAt(loop.time(), () -> events.add("timer"));
        iterate(loop);
        assertThat(events).containsExactly("a", "b", "read", "timer");
    }

    @Test
    @DisplayName("reader and writer of one descriptor are told apart, and removed apart")
    void addReaderAndWriter_sameDescriptor() throws IOException {
        FdPair sockets = FdTable.socketpair(true, true);
        try {
            int fd = sockets.readEnd();
            loop.addReader(fd, () -> events.add("read"));
            loop.addWriter(fd, () -> events.add("write"));
            iterate(loop);
            assertThat(events).containsExactly("write");
            write(sockets.writeEnd());
            iterate(loop);
            assertThat(events).containsExactlyInAnyOrder("write", "write", "read");
            events.clear();
            assertThat(loop.removeWriter(fd)).isTrue();
            assertThat(loop.removeWriter(fd)).isFalse();
            iterate(loop);
            assertThat(events).containsExactly("read");
            assertThat(loop.removeReader(fd)).isTrue();
            assertThat(loop.removeReader(fd)).isFalse();
            iterate(loop);
            assertThat(events).hasSize(1);
        } finally {
            FdTable.close(sockets.readEnd());
            FdTable.close(sockets.writeEnd());
        }
    }

    @Test
    @DisplayName("adding again replaces the callback, also one that is about to run")
    void addReader_again_replaces() throws IOException {
        write(pipe.writeEnd());
        loop.addReader(pipe.readEnd(), () -> events.add("old"));
        loop.callSoon(() -> loop.addReader(pipe.readEnd(), () -> events.add("new")));
        iterate(loop);
        assertThat(events).isEmpty();
        iterate(loop);
        assertThat(events).containsExactly("new");
    }

    @Test
    @DisplayName("removed between readiness and its turn, a callback does not run")
    void removeReader_beforeTurn_neverRuns() throws IOException {
        write(pipe.writeEnd());
        loop.addReader(pipe.readEnd(), () -> events.add("read"));
        loop.callSoon(() -> loop.removeReader(pipe.readEnd()));
        iterate(loop);
        iterate(loop);
        assertThat(events).isEmpty();
    }

    @Test
    @DisplayName("two ready descriptors: the first callback may remove the other")
    void removeReader_byOtherCallback_neverRuns() throws IOException {
        FdPair other = FdTable.pipe(true, true);
        try {
            write(pipe.writeEnd());
            write(other.writeEnd());
            int[] fds = {pipe.readEnd(), other.readEnd()};
            for (int i = 0; i < 2; i++) {
                int mine = i;
                loop.addReader(
                        fds[i],
                        () -> {
                            events.add("read");
                            loop.removeReader(fds[1 - mine]);
                        });
            }
            iterate(loop);
            assertThat(events).hasSize(1);
        } finally {
            FdTable.close(other.readEnd());
            FdTable.close(other.writeEnd());
        }
    }

    @Test
    @DisplayName("a hang-up makes the reader see the end")
    void addReader_hangUp_readsEnd() throws IOException {
        loop.addReader(
                pipe.readEnd(),
                () -> {
                    try {
                        events.add("read " + read(pipe.readEnd()));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                    loop.removeReader(pipe.readEnd());
                    loop.stop();
                });
        FdTable.close(pipe.writeEnd());
        loop.runForever();
        assertThat(events).containsExactly("read " + Fds.EOF);
    }

    @Test
    @DisplayName("a hang-up that nobody waits for does not keep the loop busy")
    void hangUp_noInterest_doesNotSpin() throws IOException {
        loop.addReader(pipe.readEnd(), () -> events.add("read"));
        loop.addWriter(pipe.writeEnd(), () -> events.add("write"));
        loop.removeReader(pipe.readEnd());
        loop.removeWriter(pipe.writeEnd());
        FdTable.close(pipe.writeEnd());
        loop.callLater(Duration.ofMillis(50), loop::stop);
        loop.runForever();
        assertThat(waits.selects()).isLessThan(10);
        assertThat(events).isEmpty();
    }

    @Test
    @DisplayName("a number that is used again hears nothing of its previous owner")
    void descriptorReuse_noStaleEvents() throws IOException {
        int number = pipe.readEnd();
        int keptOpen = FdTable.duplicate(number);
        FdPair second = null;
        try {
            write(pipe.writeEnd());
            loop.addReader(number, () -> events.add("old"));
            int[] reused = new int[1];
            loop.callSoon(() -> {
                try {
                    loop.removeReader(number);
                    FdTable.close(number);
                    reused[0] = FdTable.open("/dev/null", FdTable.O_RDONLY, 0);
                    FdTable.close(reused[0]);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            iterate(loop);
            assertThat(reused[0]).as("the lowest free number is taken").isEqualTo(number);
            second = FdTable.pipe(true, true);
            assertThat(second.readEnd()).isEqualTo(number);
            loop.addReader(number, () -> events.add("new"));
            iterate(loop);
            assertThat(events).isEmpty();
            write(second.writeEnd());
            iterate(loop);
            assertThat(events).containsExactly("new");
        } finally {
            loop.removeReader(number);
            FdTable.closeQuietly(keptOpen);
            if (second != null) {
                FdTable.closeQuietly(second.writeEnd());
            }
        }
    }

    @Test
    @DisplayName("numbers that are no descriptor, and closed ones, are refused")
    void addReader_noDescriptor_refused() throws IOException {
        assertThatThrownBy(() -> loop.addReader(-1, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        FdPair closed = FdTable.pipe(true, true);
        FdTable.close(closed.readEnd());
        FdTable.close(closed.writeEnd());
        assertThatThrownBy(() -> loop.addReader(closed.readEnd(), () -> {}))
                .hasMessageContaining("EBADF");
        assertThat(loop.removeReader(closed.readEnd())).isFalse();
    }

    @Test
    @DisplayName("channels are refused, and what would watch them is named")
    void addReader_channel_refused() throws IOException {
        Pipe channels = Pipe.open();
        try (var source = channels.source();
                var sink = channels.sink()) {
            source.configureBlocking(false);
            assertThatThrownBy(() -> loop.addReader(source, () -> {}))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("NioSelector");
            assertThat(loop.removeReader(source)).isFalse();
            assertThat(sink.isOpen()).isTrue();
        }
    }
}
