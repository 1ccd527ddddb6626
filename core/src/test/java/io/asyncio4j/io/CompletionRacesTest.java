package io.asyncio4j.io;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.Runner;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.Engines;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.proactor.ReplayedProactor;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.BufferedProtocol;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.ReceivingProtocol;
import io.asyncio4j.transport.WriteTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Completions that are late, small, out of order and in spite of cancellations, against a protocol
 * that pauses, resumes and gives up at random. The number of the repetition is the seed.
 */
@ExtendWith(LeakCheck.class)
class CompletionRacesTest {
    private static final int TOTAL = 200_000;

    /** Expects the bytes 0, 1, 2, ..., and pauses at random. */
    private abstract static class Receiver implements ReceivingProtocol {
        final Random random;
        final EventLoop loop;
        final Future<@Nullable Void> over;
        @Nullable ReadTransport transport;
        int received;
        boolean ended;
        boolean lost;

        Receiver(EventLoop loop, long seed) {
            this.random = new Random(seed);
            this.loop = loop;
            this.over = loop.createFuture();
        }

        @Override
        public void connectionMade(BaseTransport made) {
            transport = (ReadTransport) made;
        }

        void take(ByteBuffer data) {
            assertThat(lost).isFalse();
            assertThat(ended).isFalse();
            assertThat(transport.isReading()).as("received while paused").isTrue();
            while (data.hasRemaining()) {
                assertThat(data.get()).isEqualTo((byte) received++);
            }
            switch (random.nextInt(5)) {
                case 0 -> {
                    transport.pauseReading();
                    loop.callSoon(transport::resumeReading);
                }
                case 1 -> {
                    transport.pauseReading();
                    transport.resumeReading();
                }
                case 2 -> {
                    transport.pauseReading();
                    loop.callLater(Duration.ofNanos(100_000), transport::resumeReading);
                }
                default -> {}
            }
        }

        @Override
        public boolean eofReceived() {
            ended = true;
            return false;
        }

        @Override
        public void connectionLost(@Nullable Exception cause) {
            assertThat(lost).isFalse();
            lost = true;
            over.setResult(null);
        }
    }

    private static final class Plain extends Receiver implements Protocol {
        Plain(EventLoop loop, long seed) {
            super(loop, seed);
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            take(data);
        }
    }

    private static final class Buffered extends Receiver implements BufferedProtocol {
        private ByteBuffer memory = ByteBuffer.allocate(1);

        Buffered(EventLoop loop, long seed) {
            super(loop, seed);
        }

        @Override
        public ByteBuffer getBuffer(int sizeHint) {
            memory = ByteBuffer.allocate(1 + random.nextInt(5_000));
            return memory;
        }

        @Override
        public void bufferUpdated(int n) {
            take(memory.slice(0, n));
        }
    }

    @RepeatedTest(200)
    @DisplayName("nothing is lost, repeated or reported too late")
    void pipe_anyOrder(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        var proactor = new ReplayedProactor(seed);
        EventLoop over = Engines.over(proactor);
        try (var runner = new Runner(() -> over)) {
            runner.run(() -> {
                FdPair pipe = FdTable.pipe(true, true);
                transfer(seed, new Pipe(pipe.readEnd()), new Pipe(pipe.writeEnd()));
                while (proactor.inFlight() > 0) {
                    sleep(Duration.ZERO);
                }
                assertThat(proactor.lent()).isZero();
            });
        }
    }

    @RepeatedTest(100)
    @DisplayName("nothing is lost either if threads wait in channels")
    void channel_anyTime(RepetitionInfo repetition) throws Exception {
        long seed = repetition.getCurrentRepetition();
        try (var runner = new Runner(ProactorEventLoop::portable)) {
            runner.run(() -> {
                var pipe = java.nio.channels.Pipe.open();
                transfer(seed, new Pipe(pipe.source()), new Pipe(pipe.sink()));
            });
        }
    }

    private static void transfer(long seed, Pipe readEnd, Pipe writeEnd) throws Exception {
        var random = new Random(seed);
        EventLoop loop = getRunningLoop();
        Receiver receiver = seed % 2 == 0 ? new Plain(loop, seed) : new Buffered(loop, seed);
        await(loop.connectReadPipe(() -> receiver, readEnd));
        WriteTransport writer = await(loop.connectWritePipe(() -> new BaseProtocol() {}, writeEnd));
        boolean givesUp = random.nextInt(4) == 0;
        int sent = 0;
        while (sent < TOTAL && !writer.isClosing()) {
            byte[] piece = new byte[Math.min(TOTAL - sent, 1 + random.nextInt(40_000))];
            for (int i = 0; i < piece.length; i++) {
                piece[i] = (byte) (sent + i);
            }
            writer.write(piece);
            sent += piece.length;
            if (random.nextInt(3) == 0) {
                sleep(Duration.ZERO);
            }
            if (givesUp && random.nextInt(8) == 0) {
                if (random.nextBoolean()) {
                    writer.abort();
                } else {
                    receiver.transport.close();
                }
                break;
            }
        }
        writer.close();
        await(receiver.over);
        assertThat(receiver.received).isLessThanOrEqualTo(sent);
        if (!givesUp) {
            assertThat(receiver.received).isEqualTo(TOTAL);
            assertThat(receiver.ended).isTrue();
        }
    }
}
