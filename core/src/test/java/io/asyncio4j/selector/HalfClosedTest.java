package io.asyncio4j.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Loops;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A connection whose other end sends nothing more, but still receives. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class HalfClosedTest {
    private static final long WAIT = Duration.ofMillis(30).toNanos();

    private static void fill(int fd) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(64 * 1024);
        while (Fds.write(fd, piece.clear()) > 0) {
            continue;
        }
    }

    private static void empty(int fd) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(64 * 1024);
        while (Fds.read(fd, piece.clear()) > 0) {
            continue;
        }
    }

    @ParameterizedTest
    @MethodSource("io.asyncio4j.testing.Loops#withDescriptors")
    @DisplayName("that it can be written is waited for, without spinning")
    void writeInterest_waits(String name) throws IOException {
        FdPair pair = FdTable.socketpair(true, true);
        int near = pair.readEnd();
        int far = pair.writeEnd();
        try (Selector selector = Loops.openSelector(name)) {
            fill(near);
            FdTable.shutdownOutput(far);
            List<Integer> ready = new ArrayList<>();
            Selector.Key key = selector.register(near, Selector.WRITE, ready::add);
            int selects = 0;
            for (long begin = System.nanoTime(); System.nanoTime() - begin < 3 * WAIT; selects++) {
                selector.select(WAIT);
            }
            assertThat(selects).isLessThan(50); // a signal may end some of them early
            assertThat(ready).isEmpty();

            empty(far);
            selector.select(-1);
            assertThat(ready).containsExactly(Selector.WRITE);
            selector.select(-1);
            assertThat(ready).containsExactly(Selector.WRITE, Selector.WRITE);

            key.interest(Selector.READ | Selector.WRITE);
            selector.select(-1);
            assertThat(ready.getLast()).isEqualTo(Selector.READ | Selector.WRITE);

            key.interest(0);
            selector.select(WAIT);
            key.interest(Selector.WRITE);
            while (ready.getLast() != Selector.WRITE) {
                selector.select(-1);
            }
            key.cancel();
            int before = ready.size();
            selector.select(WAIT);
            assertThat(ready).hasSize(before);
        } finally {
            FdTable.close(near);
            FdTable.close(far);
        }
    }
}
