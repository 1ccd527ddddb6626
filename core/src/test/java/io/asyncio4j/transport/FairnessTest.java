package io.asyncio4j.transport;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.os.PipeCapacity;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** One descriptor, callback or task does not keep the others from their turn. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record FairnessTest(LoopKind loops) {

    @BeforeEach
    void needsNativeCalls() {
        loops.assumeNativeCalls("descriptors");
    }

    private static final int MIB = 1 << 20;
    private static final int BOUND = 256 * 1024;

    /** Expects the bytes 0, 1, 2, ... and counts them. */
    private static final class Counter implements Protocol {
        final Future<@Nullable Void> over;
        long received;
        int most;

        Counter(EventLoop loop) {
            over = loop.createFuture();
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            most = Math.max(most, data.remaining());
            while (data.hasRemaining()) {
                assertThat(data.get()).isEqualTo((byte) received++);
            }
        }

        @Override
        public void connectionLost(@Nullable Exception cause) {
            over.setResult(null);
        }
    }

    private static ByteBuffer bytes(IntFunction<ByteBuffer> allocate, int from, int count) {
        ByteBuffer buffer = allocate.apply(count);
        for (int i = 0; i < count; i++) {
            buffer.put((byte) (from + i));
        }
        return buffer.flip();
    }

    private static FdPair largePipe() throws Exception {
        FdPair pipe = FdTable.pipe(false, false);
        PipeCapacity.set(pipe.writeEnd(), MIB);
        return pipe;
    }

    private static WriteTransport writer(FdPair pipe) {
        return await(
                getRunningLoop()
                        .connectWritePipe(() -> new BaseProtocol() {}, new Pipe(pipe.writeEnd())));
    }

    private static void expectAll(FdPair pipe, WriteTransport transport, int count) {
        var counter = new Counter(getRunningLoop());
        await(getRunningLoop().connectReadPipe(() -> counter, new Pipe(pipe.readEnd())));
        transport.close();
        await(counter.over);
        assertThat(counter.received).isEqualTo(count);
        assertThat(counter.most).isLessThanOrEqualTo(64 * 1024);
    }

    /** How many bytes of a write are moved before it returns. */
    private int atOnce(int written) {
        return Math.min(written, BOUND);
    }

    @Test
    @DisplayName("a write that the kernel would take at once moves no more than the bound")
    void write_largeKernelBuffer_isBounded() throws Exception {
        for (IntFunction<ByteBuffer> allocate :
                List.<IntFunction<ByteBuffer>>of(
                        ByteBuffer::allocate, ByteBuffer::allocateDirect)) {
            loops.run(() -> {
                FdPair pipe = largePipe();
                WriteTransport transport = writer(pipe);
                ByteBuffer data = bytes(allocate, 0, MIB);
                transport.write(data);
                assertThat(data.hasRemaining()).isFalse();
                assertThat(transport.getWriteBufferSize()).isEqualTo(MIB - atOnce(MIB));
                expectAll(pipe, transport, MIB);
                return null;
            });
        }
    }

    @Test
    @DisplayName("many writes of one turn together move no more than the bound")
    void write_oftenInOneTurn_isBounded() throws Exception {
        loops.run(() -> {
            FdPair pipe = largePipe();
            WriteTransport transport = writer(pipe);
            int size = 10_000;
            for (int i = 0; i < 100; i++) {
                transport.write(bytes(ByteBuffer::allocate, i * size, size));
            }
            assertThat(transport.getWriteBufferSize()).isEqualTo(100 * size - atOnce(100 * size));
            expectAll(pipe, transport, 100 * size);
            return null;
        });
    }

    @Test
    @DisplayName("what waits goes in portions, between which others have their turn")
    void write_rest_goesInPortions() throws Exception {
        loops.run(() -> {
            FdPair pipe = largePipe();
            WriteTransport transport = writer(pipe);
            transport.write(bytes(ByteBuffer::allocate, 0, MIB));
            var left = new ArrayList<Long>();
            while (transport.getWriteBufferSize() > 0) {
                left.add(transport.getWriteBufferSize());
                sleep(Duration.ZERO);
            }
            assertThat(left)
                    .contains((long) MIB - BOUND, (long) MIB - 2 * BOUND, (long) MIB - 3 * BOUND);
            expectAll(pipe, transport, MIB);
            return null;
        });
    }

    @Test
    @DisplayName("after the others had their turn, writes go directly again")
    void write_laterTurn_isDirect() throws Exception {
        loops.run(() -> {
            FdPair pipe = largePipe();
            WriteTransport transport = writer(pipe);
            transport.write(bytes(ByteBuffer::allocate, 0, BOUND + 1));
            assertThat(transport.getWriteBufferSize()).isEqualTo(BOUND + 1 - atOnce(BOUND + 1));
            while (transport.getWriteBufferSize() > 0) {
                sleep(Duration.ZERO);
            }
            transport.write(bytes(ByteBuffer::allocate, BOUND + 1, 1000));
            assertThat(transport.getWriteBufferSize()).isEqualTo(1000 - atOnce(1000));
            expectAll(pipe, transport, BOUND + 1001);
            return null;
        });
    }

    @Test
    @DisplayName("callbacks and tasks that keep scheduling do not keep what is ready waiting")
    void poll_everyIteration() throws Exception {
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            FdPair pipe = FdTable.pipe(true, true);
            boolean[] over = {false};
            int[] rounds = {0};
            Runnable again =
                    new Runnable() {
                        @Override
                        public void run() {
                            rounds[0]++;
                            if (!over[0]) {
                                loop.callSoon(this);
                            }
                        }
                    };
            loop.callSoon(again);
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add(
                        createTask(() -> {
                            while (!over[0]) {
                                sleep(Duration.ZERO);
                            }
                        }));
            }
            for (int i = 0; i < 100; i++) {
                Future<@Nullable Void> ready = loop.createFuture();
                loop.addReader(
                        pipe.readEnd(),
                        () -> {
                            loop.removeReader(pipe.readEnd());
                            ready.setResult(null);
                        });
                int before = rounds[0];
                Fds.write(pipe.writeEnd(), ByteBuffer.allocate(1));
                ready.await();
                assertThat(rounds[0] - before).isLessThanOrEqualTo(3);
                Fds.read(pipe.readEnd(), ByteBuffer.allocate(1));
            }
            over[0] = true;
            for (Task<?> task : tasks) {
                task.await();
            }
            FdTable.close(pipe.readEnd());
            FdTable.close(pipe.writeEnd());
            return null;
        });
    }
}
