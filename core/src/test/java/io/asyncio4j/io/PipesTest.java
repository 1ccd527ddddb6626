package io.asyncio4j.io;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.waitFor;
import static io.asyncio4j.io.Transports.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.transport.WriteTransport;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A protocol that throws leaves its pipe to the caller, who may watch the number again. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record PipesTest(LoopKind loops) {

    @BeforeEach
    void needsNativeCalls() {
        loops.assumeNativeCalls("descriptors");
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
                        public void connectionMade(BaseTransport transport) {
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
                        public void connectionMade(BaseTransport transport) {
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

    @Test
    @DisplayName("bytes move also after other code has made the shared file non-blocking")
    void nonBlocking_byOthers_moves() throws Exception {
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            FdPair pair = FdTable.socketpair(true, true);
            long[] got = new long[1];
            Future<@Nullable Exception> lost = loop.createFuture();
            var counting =
                    new Protocol() {
                        @Override
                        public void dataReceived(ByteBuffer data) {
                            got[0] += data.remaining();
                        }

                        @Override
                        public void connectionLost(@Nullable Exception cause) {
                            lost.setResult(cause);
                        }
                    };
            await(loop.connectReadPipe(() -> counting, new Pipe(pair.readEnd())));
            WriteTransport writer =
                    await(
                            loop.connectWritePipe(
                                    () -> new BaseProtocol() {}, new Pipe(pair.writeEnd())));
            for (int i = 1; i <= 3; i++) {
                FdTable.setNonBlocking(pair.readEnd(), true);
                FdTable.setNonBlocking(pair.writeEnd(), true);
                writer.write(ByteBuffer.allocate(1_000_000));
                long expected = i * 1_000_000L;
                until(() -> got[0] == expected || lost.isDone());
                assertThat(lost.isDone()).isFalse();
            }
            writer.close();
            assertThat(await(lost)).isNull();
            return null;
        });
    }

    @Test
    @DisplayName("a device that takes nothing without waiting is written all the same")
    void write_device_failsWithItsError() throws Exception {
        assumeTrue(loops != LoopKind.EPOLL, "epoll refuses devices that are always ready");
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            int full = FdTable.open("/dev/full", FdTable.O_WRONLY, 0);
            Future<@Nullable Exception> lost = loop.createFuture();
            var protocol =
                    new BaseProtocol() {
                        @Override
                        public void connectionLost(@Nullable Exception cause) {
                            lost.setResult(cause);
                        }
                    };
            WriteTransport transport = await(loop.connectWritePipe(() -> protocol, new Pipe(full)));
            transport.write(ByteBuffer.allocate(1));
            assertThat(waitFor(lost, Duration.ofSeconds(20)))
                    .hasMessageContaining("write(" + full + "): ENOSPC");
            return null;
        });
    }
}
