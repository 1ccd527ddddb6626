package io.asyncio4j.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class SelectorTest {
    private static final int READ = Selector.READ;
    private static final int WRITE = Selector.WRITE;
    private static final Selector.ReadyConsumer NOTHING = (attachment, ops) -> {};

    /** A selector and the kind of pipe that it can watch. */
    enum Kind {
        EPOLL {
            @Override
            Selector open() throws IOException {
                return new EpollSelector();
            }
        },
        POLL {
            @Override
            Selector open() throws IOException {
                return new PollSelector();
            }
        },
        NIO {
            @Override
            Selector open() throws IOException {
                return new NioSelector();
            }
        };

        abstract Selector open() throws IOException;

        Link link(Selector selector) throws IOException {
            return this == NIO ? new ChannelLink(selector) : new FdLink(selector);
        }
    }

    /** A pipe whose ends can be registered. */
    interface Link extends AutoCloseable {
        void register(boolean readEnd, int ops, Object attachment) throws IOException;

        void modify(boolean readEnd, int ops) throws IOException;

        void unregister(boolean readEnd);

        void send() throws IOException;

        void receive() throws IOException;

        void closeWriter() throws IOException;

        @Override
        void close() throws IOException;
    }

    private record FdLink(Selector selector, FdPair pipe, NativeBuffer one) implements Link {
        FdLink(Selector selector) throws IOException {
            this(selector, FdTable.pipe(true, true), NativeBuffer.allocate(1));
        }

        private int end(boolean readEnd) {
            return readEnd ? pipe.readEnd() : pipe.writeEnd();
        }

        @Override
        public void register(boolean readEnd, int ops, Object attachment) throws IOException {
            selector.register(end(readEnd), ops, attachment);
        }

        @Override
        public void modify(boolean readEnd, int ops) throws IOException {
            selector.modify(end(readEnd), ops);
        }

        @Override
        public void unregister(boolean readEnd) {
            selector.unregister(end(readEnd));
        }

        @Override
        public void send() throws IOException {
            assertThat(Fds.write(pipe.writeEnd(), one, 0, 1)).isEqualTo(1);
        }

        @Override
        public void receive() throws IOException {
            assertThat(Fds.read(pipe.readEnd(), one, 0, 1)).isEqualTo(1);
        }

        @Override
        public void closeWriter() throws IOException {
            selector.unregister(pipe.writeEnd());
            FdTable.close(pipe.writeEnd());
        }

        @Override
        public void close() throws IOException {
            selector.unregister(pipe.readEnd());
            FdTable.close(pipe.readEnd());
        }
    }

    private record ChannelLink(Selector selector, Pipe pipe) implements Link {
        ChannelLink(Selector selector) throws IOException {
            this(selector, Pipe.open());
            pipe.source().configureBlocking(false);
            pipe.sink().configureBlocking(false);
        }

        private SelectableChannel end(boolean readEnd) {
            return readEnd ? pipe.source() : pipe.sink();
        }

        @Override
        public void register(boolean readEnd, int ops, Object attachment) throws IOException {
            selector.register(end(readEnd), ops, attachment);
        }

        @Override
        public void modify(boolean readEnd, int ops) throws IOException {
            selector.modify(end(readEnd), ops);
        }

        @Override
        public void unregister(boolean readEnd) {
            selector.unregister(end(readEnd));
        }

        @Override
        public void send() throws IOException {
            assertThat(pipe.sink().write(ByteBuffer.allocate(1))).isEqualTo(1);
        }

        @Override
        public void receive() throws IOException {
            assertThat(pipe.source().read(ByteBuffer.allocate(1))).isEqualTo(1);
        }

        @Override
        public void closeWriter() throws IOException {
            selector.unregister(pipe.sink());
            pipe.sink().close();
        }

        @Override
        public void close() throws IOException {
            selector.unregister(pipe.source());
            pipe.source().close();
        }
    }

    private static List<String> select(Selector selector, long timeout) throws IOException {
        List<String> ready = new ArrayList<>();
        int told = selector.select(timeout, (attachment, ops) -> ready.add(attachment + ":" + ops));
        assertThat(ready).hasSize(told);
        ready.sort(null);
        return ready;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("what is ready is told, within its interest, as long as it lasts")
    void select_levelTriggered(Kind kind) throws IOException {
        try (Selector selector = kind.open();
                Link link = kind.link(selector)) {
            link.register(true, READ, "r");
            link.register(false, WRITE, "w");
            assertThat(select(selector, -1)).containsExactly("w:2");
            link.send();
            assertThat(select(selector, -1)).containsExactly("r:1", "w:2");
            assertThat(select(selector, 0)).containsExactly("r:1", "w:2");
            link.receive();
            link.unregister(false);
            assertThat(select(selector, 0)).isEmpty();
            link.send();
            assertThat(select(selector, -1)).containsExactly("r:1");
            link.closeWriter();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a hang-up is told as readiness")
    void select_hangUp(Kind kind) throws IOException {
        try (Selector selector = kind.open();
                Link link = kind.link(selector)) {
            link.register(true, READ, "r");
            link.closeWriter();
            assertThat(select(selector, -1)).containsExactly("r:1");
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("what the sink unregisters is not told any more, and it may register anew")
    void sink_changesRegistrations(Kind kind) throws IOException {
        try (Selector selector = kind.open();
                Link first = kind.link(selector);
                Link second = kind.link(selector);
                Link third = kind.link(selector)) {
            first.register(true, READ, first);
            second.register(true, READ, second);
            first.send();
            second.send();
            third.send();
            int told =
                    selector.select(
                            -1,
                            (attachment, ops) -> {
                                first.unregister(true);
                                second.unregister(true);
                                try {
                                    third.register(true, READ, "third");
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            });
            assertThat(told).isEqualTo(1);
            assertThat(select(selector, -1)).containsExactly("third:1");
            first.register(true, READ, "first");
            assertThat(select(selector, -1)).containsExactly("first:1", "third:1");
            for (Link link : List.of(first, second, third)) {
                link.closeWriter();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a timeout never ends early")
    void select_neverEarly(Kind kind) throws IOException {
        try (Selector selector = kind.open()) {
            for (long nanos : new long[] {1, 999_999, 1_000_001, 3_300_000}) {
                long start = System.nanoTime();
                assertThat(selector.select(nanos, NOTHING)).isZero();
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a wake-up before a select ends it at once, and only that one")
    void wakeup_remembered(Kind kind) throws IOException {
        try (Selector selector = kind.open()) {
            selector.wakeup();
            selector.wakeup();
            assertThat(selector.select(-1, NOTHING)).isZero();
            long start = System.nanoTime();
            assertThat(selector.select(20_000_000, NOTHING)).isZero();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("no wake-up is lost, whoever wakes and whenever")
    void wakeup_neverLost(Kind kind) throws Exception {
        int rounds = 5_000;
        try (Selector selector = kind.open()) {
            AtomicInteger published = new AtomicInteger();
            AtomicInteger seen = new AtomicInteger();
            List<Thread> wakers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                wakers.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    for (int k = 0; k < rounds; k++) {
                                        int mine = published.incrementAndGet();
                                        selector.wakeup();
                                        while (k % 8 == 0 && seen.get() < mine) {
                                            Thread.yield(); // on one core, to the selector
                                        }
                                    }
                                }));
            }
            // A lost wake-up leaves this select asleep for ever: the test's timeout tells.
            while (seen.get() < 2 * rounds) {
                if (seen.get() == published.get()) {
                    selector.select(-1, NOTHING);
                }
                seen.set(published.get());
            }
            for (Thread waker : wakers) {
                waker.join();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("misuse is refused")
    void misuse_refused(Kind kind) throws IOException {
        Selector selector = kind.open();
        try (Link link = kind.link(selector)) {
            assertThatThrownBy(() -> link.register(true, 0, "x"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> link.modify(true, READ))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is not registered");
            link.register(true, READ, "x");
            assertThatThrownBy(() -> link.register(true, READ, "y"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("registered already");
            link.closeWriter();
        }
        selector.close();
        selector.close();
        selector.wakeup();
        assertThatThrownBy(() -> selector.select(0, NOTHING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(selector.name() + " selector is closed");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("the other kind of thing is refused, with the selector to use instead")
    void otherKind_refused(Kind kind) throws IOException {
        Pipe pipe = Pipe.open();
        try (Selector selector = kind.open();
                var source = pipe.source();
                var sink = pipe.sink()) {
            assertThat(sink.isOpen()).isTrue();
            if (kind == Kind.NIO) {
                assertThatThrownBy(() -> selector.register(0, READ, "x"))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("EpollSelector");
                assertThatThrownBy(() -> selector.register(source, READ, "x"))
                        .isInstanceOf(IllegalBlockingModeException.class);
            } else {
                assertThatThrownBy(() -> selector.register(source, READ, "x"))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("NioSelector");
                assertThatThrownBy(() -> selector.register(1_000_000, READ, "x"))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("(1000000): EBADF");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "POLL"})
    @DisplayName("thousands of registrations come and go")
    void registrations_grow(Kind kind) throws IOException {
        try (Selector selector = kind.open()) {
            List<FdPair> pipes = new ArrayList<>();
            for (int i = 0; i < 700; i++) {
                FdPair pipe = FdTable.pipe(true, true);
                pipes.add(pipe);
                selector.register(pipe.writeEnd(), WRITE, pipe);
                selector.register(pipe.readEnd(), READ, pipe);
            }
            List<Object> ready = new ArrayList<>();
            for (int i = 0; i < 10 && ready.size() < 700; i++) {
                selector.select(
                        -1,
                        (attachment, ops) -> {
                            ready.add(attachment);
                            selector.unregister(((FdPair) attachment).writeEnd());
                        });
            }
            assertThat(ready).containsExactlyInAnyOrderElementsOf(pipes);
            assertThat(selector.select(0, NOTHING)).isZero();
            for (FdPair pipe : pipes) {
                selector.unregister(pipe.readEnd());
                FdTable.close(pipe.readEnd());
                FdTable.close(pipe.writeEnd());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL"})
    @DisplayName(
            "an event of a descriptor that lives on elsewhere is not taken for its successor's")
    void staleEvent_dropped(Kind kind) throws IOException {
        try (Selector selector = kind.open()) {
            FdPair old = FdTable.pipe(true, true);
            int survivor = FdTable.duplicate(old.readEnd());
            selector.register(old.readEnd(), READ, "old");
            Fds.write(old.writeEnd(), ByteBuffer.allocate(1));
            FdTable.close(old.readEnd());
            // Too late, on purpose: the kernel goes on watching what the duplicate keeps open.
            selector.unregister(old.readEnd());
            FdPair next = FdTable.pipe(true, true);
            assertThat(next.readEnd()).isEqualTo(old.readEnd());
            selector.register(next.readEnd(), READ, "next");
            assertThat(select(selector, 0)).isEmpty();
            for (int fd : new int[] {next.readEnd(), next.writeEnd(), old.writeEnd(), survivor}) {
                FdTable.close(fd);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL"})
    @DisplayName("a regular file cannot be polled, and the message says so")
    void regularFile_refused(Kind kind) throws IOException {
        try (Selector selector = kind.open()) {
            int file = FdTable.open("/etc/passwd", FdTable.O_RDONLY, 0);
            assertThatThrownBy(() -> selector.register(file, READ, "x"))
                    .hasMessageContaining("EPERM")
                    .hasMessageContaining("regular file");
            FdTable.close(file);
        }
    }
}
