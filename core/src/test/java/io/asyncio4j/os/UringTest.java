package io.asyncio4j.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rings, against the kernel. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class UringTest {
    private static final int POLL_IN = 1;
    private static final int P_PID = 1;
    private static final int WEXITED = 4;

    private static final class TestPipe implements AutoCloseable {
        final FdPair fds;
        private boolean writes = true;

        TestPipe() throws IOException {
            fds = FdTable.pipe(false, false);
        }

        void closeWriteEnd() throws IOException {
            writes = false;
            FdTable.close(fds.writeEnd());
        }

        @Override
        public void close() throws IOException {
            FdTable.close(fds.readEnd());
            if (writes) {
                closeWriteEnd();
            }
        }
    }

    @BeforeEach
    void available() {
        assumeTrue(
                UringFeatures.unavailableReason() == null,
                () -> "" + UringFeatures.unavailableReason());
    }

    private static void await(Uring ring) throws IOException {
        while (!ring.next()) {
            ring.enter(-1);
        }
    }

    @Test
    @DisplayName("operations complete with their data, also more than the rings hold")
    void nop_completes() throws IOException {
        try (var ring = new Uring(4, 8)) {
            int done = 0;
            for (int i = 0; i < 100; i++) {
                while (ring.room() == 0) {
                    ring.enter(0);
                }
                ring.prepare(UringOp.NOP, -1, 0, 0, 0, 0, 1000 + i);
            }
            long sum = 0;
            while (done < 100) {
                ring.enter(-1);
                while (ring.next()) {
                    assertThat(ring.result()).isZero();
                    sum += ring.data();
                    done++;
                }
                ring.advance();
            }
            assertThat(sum).isEqualTo(100 * 1000 + 99 * 50);
        }
    }

    @Test
    @DisplayName("a wait ends at its time, and without one does not begin")
    void enter_timeout() throws IOException {
        try (var ring = new Uring(4, 8)) {
            assertThat(ring.enter(0)).isTrue();
            long begin = System.nanoTime();
            ring.enter(20_000_000);
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(20_000_000);
            assertThat(ring.next()).isFalse();
        }
    }

    @Test
    @DisplayName("a read waits for the pipe, and a cancelled one completes as well")
    void read_andCancel() throws IOException {
        try (var ring = new Uring(8, 16);
                var pipe = new TestPipe()) {
            NativeBuffer memory = NativeBuffer.allocate(16);
            ring.prepare(UringOp.READ, pipe.fds.readEnd(), memory.address(), 16, -1, 0, 1);
            ring.enter(0);
            assertThat(ring.next()).isFalse();
            Fds.write(
                    pipe.fds.writeEnd(),
                    ByteBuffer.wrap("abc".getBytes(StandardCharsets.US_ASCII)));
            await(ring);
            assertThat(ring.data()).isEqualTo(1);
            assertThat(ring.result()).isEqualTo(3);
            assertThat(memory.bytes().get(2)).isEqualTo((byte) 'c');
            ring.advance();
            ring.prepare(UringOp.READ, pipe.fds.readEnd(), memory.address(), 16, -1, 0, 2);
            ring.prepare(UringOp.ASYNC_CANCEL, -1, 2, 0, 0, 0, 3);
            int seen = 0;
            while (seen != 5) {
                await(ring);
                seen += (int) ring.data();
                if (ring.data() == 2) {
                    assertThat(ring.result()).isNegative();
                }
            }
            ring.advance();
        }
    }

    @Test
    @DisplayName("a poll that goes on reports each time that there is something")
    void poll_multishot() throws IOException {
        try (var ring = new Uring(8, 16);
                var pipe = new TestPipe()) {
            ring.prepare(UringOp.POLL_ADD, pipe.fds.readEnd(), 0, 1, 0, POLL_IN, 1);
            for (int i = 0; i < 3; i++) {
                Fds.write(pipe.fds.writeEnd(), ByteBuffer.wrap(new byte[] {1}));
                await(ring);
                assertThat(ring.result() & POLL_IN).isEqualTo(POLL_IN);
                assertThat(ring.hasMore()).isTrue();
                ring.advance();
            }
        }
    }

    @Test
    @DisplayName("reads that go on take provided buffers, until there are none or the pipe ends")
    void read_multishot() throws IOException {
        try (var ring = new Uring(8, 16)) {
            assumeTrue(UringFeatures.probe().readMultishot(), "Linux 6.7");
            var buffers = new UringBuffers(ring, 7, 4, 64);
            while (buffers.add()) {
                continue;
            }
            try (var pipe = new TestPipe()) {
                ring.prepare(UringOp.READ_MULTISHOT, pipe.fds.readEnd(), 0, 0, -1, 0, 1);
                ring.selectBuffer(7);
                for (int i = 0; i < 20; i++) {
                    Fds.write(pipe.fds.writeEnd(), ByteBuffer.wrap(new byte[] {(byte) i, 0}));
                    await(ring);
                    assertThat(ring.result()).isEqualTo(2);
                    assertThat(ring.hasMore()).isTrue();
                    assertThat(buffers.bytes(ring.buffer(), 2).get()).isEqualTo((byte) i);
                    buffers.recycle(ring.buffer());
                    ring.advance();
                }
                pipe.closeWriteEnd();
                await(ring);
                assertThat(ring.result()).isZero();
                assertThat(ring.hasMore()).isFalse();
                ring.advance();
            }
        }
    }

    @Test
    @DisplayName("a child's end is a completion")
    void waitid_child() throws IOException {
        try (var ring = new Uring(8, 16)) {
            assumeTrue(UringFeatures.probe().waitId(), "Linux 6.7");
            long pid = Spawn.spawn(TestRequest.of(List.of("/bin/sh", "-c", "exit 7")));
            NativeBuffer info = NativeBuffer.allocate(128);
            ring.prepare(UringOp.WAITID, (int) pid, 0, P_PID, info.address(), 0, 5);
            ring.fileIndex(WEXITED);
            await(ring);
            assertThat(ring.result()).isZero();
            assertThat(info.bytes().getInt(24)).isEqualTo(7);
            assertThat(Children.exists(pid)).isFalse();
            ring.advance();
        }
    }
}
