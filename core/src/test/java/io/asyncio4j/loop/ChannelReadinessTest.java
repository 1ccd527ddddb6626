package io.asyncio4j.loop;

import static io.asyncio4j.testing.Loops.iterate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.testing.Loops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Readers and writers of channels, on NIO selectors. */
class ChannelReadinessTest {

    private final BaseEventLoop loop = Loops.open("nio");
    private final List<String> events = new ArrayList<>();
    private Pipe.SourceChannel source;
    private Pipe.SinkChannel sink;

    @BeforeEach
    void open() throws IOException {
        Pipe pipe = Pipe.open();
        source = pipe.source();
        sink = pipe.sink();
        source.configureBlocking(false);
        sink.configureBlocking(false);
    }

    @AfterEach
    void close() throws IOException {
        loop.close();
        source.close();
        sink.close();
    }

    @Test
    @DisplayName("a reader is called as long as there is something to read")
    void addReader_levelTriggered() throws IOException {
        loop.addReader(source, () -> events.add("read"));
        iterate(loop);
        assertThat(events).isEmpty();
        sink.write(ByteBuffer.wrap(new byte[1]));
        iterate(loop);
        iterate(loop);
        assertThat(events).containsExactly("read", "read");
        assertThat(source.read(ByteBuffer.allocate(8))).isEqualTo(1);
        iterate(loop);
        assertThat(events).hasSize(2);
        assertThat(loop.removeReader(source)).isTrue();
        assertThat(loop.removeReader(source)).isFalse();
    }

    @Test
    @DisplayName("a writer is called while there is room; replaced and removed as a reader is")
    void addWriter_replacedAndRemoved() {
        loop.addWriter(sink, () -> events.add("old"));
        loop.callSoon(() -> loop.addWriter(sink, () -> events.add("new")));
        iterate(loop);
        iterate(loop);
        assertThat(events).containsExactly("new");
        loop.callSoon(() -> loop.removeWriter(sink));
        iterate(loop);
        iterate(loop);
        assertThat(events).containsExactly("new");
    }

    @Test
    @DisplayName("removed and added again at once, a channel is watched")
    void addReader_afterRemove_isWatched() throws IOException {
        sink.write(ByteBuffer.wrap(new byte[1]));
        for (int i = 0; i < 3; i++) {
            loop.addReader(source, () -> events.add("read"));
            iterate(loop);
            loop.removeReader(source);
        }
        assertThat(events).hasSize(3);
    }

    @Test
    @DisplayName("accepting counts as reading, connecting as writing")
    void serverAndClient_acceptAndConnect() throws IOException {
        try (var server = ServerSocketChannel.open();
                var client = SocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.configureBlocking(false);
            client.configureBlocking(false);
            loop.addReader(
                    server,
                    () -> {
                        try (SocketChannel accepted = server.accept()) {
                            events.add("accepted " + (accepted != null));
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                        loop.removeReader(server);
                        stopWhenBothCame();
                    });
            client.connect(server.getLocalAddress());
            loop.addWriter(
                    client,
                    () -> {
                        try {
                            events.add("connected " + client.finishConnect());
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                        loop.removeWriter(client);
                        stopWhenBothCame();
                    });
            loop.runForever();
            assertThat(events).containsExactlyInAnyOrder("accepted true", "connected true");
        }
    }

    private void stopWhenBothCame() {
        if (events.size() == 2) {
            loop.stop();
        }
    }

    @Test
    @DisplayName("a channel that was closed can still be removed, and does not trouble the loop")
    void removeReader_closedChannel_works() throws IOException {
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var client = SocketChannel.open(server.getLocalAddress());
            client.configureBlocking(false);
            loop.addReader(client, () -> events.add("read"));
            loop.addWriter(client, () -> events.add("write"));
            client.close();
            iterate(loop);
            assertThat(loop.removeReader(client)).isTrue();
            assertThat(loop.removeWriter(client)).isTrue();
            assertThat(loop.removeWriter(client)).isFalse();
            assertThat(events).isEmpty();
        }
    }

    @Test
    @DisplayName("a refused channel leaves nothing behind")
    void addReader_refused_leavesNothing() throws IOException {
        source.configureBlocking(true);
        assertThatThrownBy(() -> loop.addReader(source, () -> {}))
                .isInstanceOf(IllegalBlockingModeException.class);
        assertThatThrownBy(() -> loop.addWriter(source, () -> {}))
                .isInstanceOf(RuntimeException.class);
        assertThat(loop.removeReader(source)).isFalse();
        assertThat(loop.removeWriter(source)).isFalse();

        source.configureBlocking(false);
        loop.addReader(source, () -> events.add("kept"));
        source.close();
        assertThatThrownBy(() -> loop.addWriter(source, () -> {}))
                .isInstanceOf(RuntimeException.class);
        assertThat(loop.removeWriter(source)).isFalse();
        assertThat(loop.removeReader(source)).isTrue();
    }

    @Test
    @DisplayName("descriptors are refused, and what would watch them is named")
    void addReader_descriptor_refused() {
        assertThatThrownBy(() -> loop.addReader(0, () -> {}))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("EpollSelector");
        assertThat(loop.removeReader(0)).isFalse();
    }
}
