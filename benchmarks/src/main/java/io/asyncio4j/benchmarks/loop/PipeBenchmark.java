package io.asyncio4j.benchmarks.loop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.WriteTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to send a piece through a pipe, both of whose ends are on the loop: write, poll,
 * read, deliver. With {@code -prof gc}, what that allocates: nothing, in steady state.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Djdk.trackAllThreads=false",
            "-XX:+UseSerialGC"
        })
public class PipeBenchmark {

    private static final int OPERATIONS = 10_000;

    /** Bytes of a piece: small, and more than the pipe takes, so that the rest is queued. */
    @Param({"1024", "100000"})
    public int size;

    private EventLoop loop;
    private WriteTransport writer;
    private ByteBuffer piece;
    private long bytesLeft;

    @Setup(Level.Trial)
    public void open() throws IOException {
        loop = new SelectorEventLoop();
        piece = ByteBuffer.allocateDirect(size);
        FdPair pipe = FdTable.pipe(true, true);
        var receiver =
                new Protocol() {
                    @Override
                    public void dataReceived(ByteBuffer data) {
                        received(data.remaining());
                    }
                };
        Future<ReadTransport> read = loop.connectReadPipe(() -> receiver, new Pipe(pipe.readEnd()));
        Future<WriteTransport> write =
                loop.connectWritePipe(() -> new BaseProtocol() {}, new Pipe(pipe.writeEnd()));
        loop.runUntilComplete(read);
        writer = loop.runUntilComplete(write);
    }

    @TearDown(Level.Trial)
    public void close() {
        loop.close();
    }

    private void received(int bytes) {
        bytesLeft -= bytes;
        if (bytesLeft == 0) {
            loop.stop();
        } else if (bytesLeft % size == 0) {
            writer.write(piece.clear());
        }
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void piece() {
        bytesLeft = (long) OPERATIONS * size;
        loop.callSoon(() -> writer.write(piece.clear()));
        loop.runForever();
    }
}
