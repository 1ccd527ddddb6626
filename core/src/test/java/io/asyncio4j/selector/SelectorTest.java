package io.asyncio4j.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a select reports, and the keys that say what it is to report. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class SelectorTest {
    private static final int READ = Selector.READ;
    private static final int WRITE = Selector.WRITE;
    private static final int HANGUP = Selector.HANGUP;

    @Test
    @DisplayName("these tests run over every selector there is")
    void kinds_everySelector() {
        assertThat(Kind.values())
                .extracting(kind -> kind.name().toLowerCase(Locale.ROOT))
                .filteredOn(name -> !name.equals("io_uring")) // only of a proactor loop
                .containsExactlyElementsOf(Selectors.NAMES);
    }

    // What was reported since the last select; filled and emptied by one test at a time.
    static final List<String> READY = new ArrayList<>();

    private static List<String> select(Selector selector, long timeout) throws IOException {
        READY.clear();
        int reported = selector.select(timeout);
        assertThat(READY).hasSize(reported);
        READY.sort(null);
        return List.copyOf(READY);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("what is ready is reported, within its interest, as long as it lasts")
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
    @EnumSource(mode = Mode.EXCLUDE, names = "NIO")
    @DisplayName("what is closed after it was watched is closed at once")
    void cancel_thenClose_isClosed(Kind kind) throws IOException {
        FdPair pipe = FdTable.pipe(true, true);
        try (Selector selector = kind.open()) {
            Selector.Key key = selector.register(pipe.readEnd(), READ, ready -> {});
            assertThat(select(selector, 0)).isEmpty();
            key.cancel();
            FdTable.close(pipe.readEnd());
            assertThatThrownBy(() -> Fds.write(pipe.writeEnd(), ByteBuffer.allocate(1)))
                    .hasMessageContaining("EPIPE");
            assertThat(select(selector, 0)).isEmpty();
        } finally {
            FdTable.close(pipe.writeEnd());
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a key that a listener cancels is not reported any more, and it may register anew")
    void listener_changesRegistrations(Kind kind) throws IOException {
        try (Selector selector = kind.open();
                Link first = kind.link(selector);
                Link second = kind.link(selector);
                Link third = kind.link(selector)) {
            Selector.Listener listener =
                    ops -> {
                        first.unregister(true);
                        second.unregister(true);
                        try {
                            third.register(true, READ, "third");
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    };
            first.register(true, READ, listener);
            second.register(true, READ, listener);
            first.send();
            second.send();
            third.send();
            assertThat(selector.select(-1)).isEqualTo(1);
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
    @DisplayName("a key without interest is forgotten until it has one again")
    void interest_none_notReported(Kind kind) throws IOException {
        try (Selector selector = kind.open();
                Link link = kind.link(selector)) {
            Selector.Key key = link.register(true, READ, "r");
            link.send();
            key.interest(0);
            assertThat(key.interest()).isZero();
            assertThat(select(selector, 0)).isEmpty();
            key.interest(READ);
            assertThat(select(selector, -1)).containsExactly("r:1");
            key.interest(0);
            link.closeWriter();
            // Left with the kernel, its hang-up would be reported for ever.
            assertThat(select(selector, 0)).isEmpty();
            key.cancel();
            key.cancel();
            assertThatThrownBy(() -> key.interest(READ))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cancelled");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NIO")
    @DisplayName("losing its interest and getting it back allocates nothing")
    void interest_toggled_allocatesNothing(Kind kind) throws IOException {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Selector selector = kind.open();
                Link link = kind.link(selector)) {
            Selector.Key key = link.register(true, READ, "r");
            int cycles = 50_000;
            long least = Long.MAX_VALUE;
            long total = 0;
            // A call of the system's allocates until the JIT has compiled it.
            for (int round = 0; round < 40 && (kind == Kind.POLL || least > 0); round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                toggle(key, cycles);
                long bytes = threads.getCurrentThreadAllocatedBytes() - before;
                least = Math.min(least, bytes);
                total += bytes;
            }
            // The measurement allocates too, less than once a cycle.
            assertThat(least).isLessThan(cycles);
            if (kind == Kind.POLL) {
                assertThat(total).as("growth of the array").isLessThan(1_000_000);
            }
            link.send();
            assertThat(select(selector, -1)).containsExactly("r:1");
            link.closeWriter();
        }
    }

    private static void toggle(Selector.Key key, int cycles) throws IOException {
        for (int i = 0; i < cycles; i++) {
            key.interest(0);
            key.interest(READ);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NIO")
    @DisplayName("that the reader has gone is reported alone to who asks for that only")
    void hangUp_reportedToWriter(Kind kind) throws IOException {
        try (Selector selector = kind.open()) {
            Link link = kind.link(selector);
            Selector.Key key = link.register(false, HANGUP, "w");
            assertThat(select(selector, 0)).isEmpty();
            link.close();
            assertThat(select(selector, -1)).containsExactly("w:" + HANGUP);
            key.interest(WRITE);
            assertThat(select(selector, -1)).containsExactly("w:" + WRITE);
            link.closeWriter();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NIO")
    @DisplayName("the key of a descriptor is found while it has an interest")
    void find_registered_sameKey(Kind kind) throws IOException {
        try (Selector selector = kind.open()) {
            FdPair pipe = FdTable.pipe(true, true);
            assertThat(selector.find(pipe.readEnd())).isNull();
            Selector.Key key = selector.register(pipe.readEnd(), READ, ops -> {});
            assertThat(selector.find(pipe.readEnd())).isSameAs(key);
            key.cancel();
            assertThat(selector.find(pipe.readEnd())).isNull();
            FdTable.close(pipe.readEnd());
            FdTable.close(pipe.writeEnd());
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
            assertThatThrownBy(() -> link.register(true, 8, "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("8");
            link.register(true, READ, "x");
            assertThatThrownBy(() -> link.register(true, READ, "y"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("already registered");
            link.closeWriter();
        }
        selector.close();
        selector.close();
        selector.wakeup();
        assertThatThrownBy(() -> selector.select(0))
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
                assertThatThrownBy(() -> selector.register(0, READ, ops -> {}))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("EpollSelector");
                assertThatThrownBy(() -> selector.register(source, READ, ops -> {}))
                        .isInstanceOf(IllegalBlockingModeException.class);
            } else {
                assertThatThrownBy(() -> selector.register(source, READ, ops -> {}))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("NioSelector");
                assertThatThrownBy(() -> selector.register(1_000_000, READ, ops -> {}))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("(1000000): EBADF");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NIO")
    @DisplayName("thousands of registrations come and go")
    void registrations_grow(Kind kind) throws IOException {
        try (Selector selector = kind.open()) {
            List<FdPair> pipes = new ArrayList<>();
            List<Selector.Key> readers = new ArrayList<>();
            List<FdPair> ready = new ArrayList<>();
            for (int i = 0; i < 700; i++) {
                FdPair pipe = FdTable.pipe(true, true);
                pipes.add(pipe);
                var writer = new Selector.Key[1];
                writer[0] =
                        selector.register(
                                pipe.writeEnd(),
                                WRITE,
                                ops -> {
                                    ready.add(pipe);
                                    writer[0].cancel();
                                });
                readers.add(selector.register(pipe.readEnd(), READ, ops -> {}));
            }
            for (int i = 0; i < 10 && ready.size() < 700; i++) {
                selector.select(-1);
            }
            assertThat(ready).containsExactlyInAnyOrderElementsOf(pipes);
            assertThat(selector.select(0)).isZero();
            readers.forEach(Selector.Key::cancel);
            for (FdPair pipe : pipes) {
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
            Selector.Key stale =
                    selector.register(old.readEnd(), READ, ops -> READY.add("old:" + ops));
            Fds.write(old.writeEnd(), ByteBuffer.allocate(1));
            FdTable.close(old.readEnd());
            // Too late, on purpose: the kernel goes on watching what the duplicate keeps open.
            stale.cancel();
            FdPair next = FdTable.pipe(true, true);
            assertThat(next.readEnd()).isEqualTo(old.readEnd());
            selector.register(next.readEnd(), READ, ops -> READY.add("next:" + ops));
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
            assertThatThrownBy(() -> selector.register(file, READ, ops -> {}))
                    .hasMessageContaining("EPERM")
                    .hasMessageContaining("regular file");
            FdTable.close(file);
        }
    }
}
