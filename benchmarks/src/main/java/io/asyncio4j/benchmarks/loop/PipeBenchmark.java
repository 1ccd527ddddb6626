package io.asyncio4j.benchmarks.loop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.selector.Selectors;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.BufferedProtocol;
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
@Warmup(iterations = 8, time = 1)
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

    /** Bytes of a piece: small, what a pipe takes, and more, so that the rest is queued. */
    @Param({"1024", "65536", "100000"})
    public int size;

    /**
     * What the loop waits with; {@code nio} has channels in place of descriptors, and {@code
     * io_uring} is the proactor loop.
     */
    @Param({"epoll"})
    public String selector;

    /** Whether the piece is outside of the heap. */
    @Param({"true"})
    public boolean direct;

    /** Whether the protocol lends its own buffer to be filled. */
    @Param({"false"})
    public boolean buffered;

    private EventLoop loop;
    private ReadTransport reader;
    private WriteTransport writer;
    private ByteBuffer piece;
    private long bytesLeft;

    @Setup(Level.Trial)
    public void open() throws IOException {
        loop =
                selector.equals("io_uring")
                        ? new ProactorEventLoop()
                        : new SelectorEventLoop(Selectors.open(selector));
        piece = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
        Pipe readEnd;
        Pipe writeEnd;
        if (selector.equals("nio")) {
            var pipe = java.nio.channels.Pipe.open();
            readEnd = new Pipe(pipe.source());
            writeEnd = new Pipe(pipe.sink());
        } else {
            FdPair pipe = FdTable.pipe(true, true);
            readEnd = new Pipe(pipe.readEnd());
            writeEnd = new Pipe(pipe.writeEnd());
        }
        Future<ReadTransport> read =
                loop.connectReadPipe(() -> buffered ? new Buffered() : new Plain(), readEnd);
        Future<WriteTransport> write = loop.connectWritePipe(() -> new BaseProtocol() {}, writeEnd);
        reader = loop.runUntilComplete(read);
        writer = loop.runUntilComplete(write);
    }

    private final class Plain implements Protocol {
        @Override
        public void dataReceived(ByteBuffer data) {
            received(data.remaining());
        }
    }

    private final class Buffered implements BufferedProtocol {
        private final ByteBuffer memory = ByteBuffer.allocateDirect(64 * 1024);

        @Override
        public ByteBuffer getBuffer(int sizeHint) {
            return memory.clear();
        }

        @Override
        public void bufferUpdated(int n) {
            received(n);
        }
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

    /** Pausing and resuming the receiving end. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void pauseResume() {
        loop.callSoon(() -> {
            for (int i = 0; i < OPERATIONS; i++) {
                reader.pauseReading();
                reader.resumeReading();
            }
            loop.stop();
        });
        loop.runForever();
    }
}
