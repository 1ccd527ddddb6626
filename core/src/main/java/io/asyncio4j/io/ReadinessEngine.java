package io.asyncio4j.io;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.selector.Selector;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Moves bytes when a {@link Selector} reports that they can be moved without waiting.
 *
 * <pre>
 *   selector --ready--> ReadinessEndpoint --a callback of the loop--> ReadinessInlet: read, report
 *                                        \--------------------------> ReadinessOutlet: write
 * </pre>
 *
 * <p>All endpoints of the loop share one read buffer: it is in use only from the system call until
 * the protocol has received the data, and callbacks run one at a time.
 */
public final class ReadinessEngine implements Engine {
    /**
     * The bytes of the read buffer, which limit the read for one readiness event: the capacity of a
     * pipe.
     */
    static final int READ_SIZE = 64 * 1024;

    final EventLoop loop;
    final Selector selector;
    final Chunks chunks = new Chunks();
    private final Consumer<Runnable> enqueue;
    private final OpenChannels open = new OpenChannels();
    private @Nullable NativeBuffer readBuffer;
    private long iteration;
    private int waiting;

    /**
     * Creates an engine.
     *
     * @param enqueue schedules a job at the end of the loop's ready queue, while it polls
     */
    public ReadinessEngine(EventLoop loop, Selector selector, Consumer<Runnable> enqueue) {
        this.loop = loop;
        this.selector = selector;
        this.enqueue = enqueue;
    }

    @Override
    public Endpoint open(Pipe pipe) throws IOException {
        ReadyChannel channel =
                pipe.channel() == null ? new FdChannel(pipe, true) : new NioChannel(pipe);
        return new ReadinessEndpoint(this, open.add(loop, channel), channel);
    }

    @Override
    public boolean isWaiting() {
        return waiting > 0;
    }

    @Override
    public void beginIteration() {
        iteration++;
    }

    @Override
    public void close() {
        open.closeAll();
    }

    void enqueue(Runnable job) {
        enqueue.accept(job);
    }

    long iteration() {
        return iteration;
    }

    void countWaiting(int change) {
        waiting += change;
    }

    /** Returns the buffer of the loop, empty. */
    NativeBuffer readBuffer() {
        NativeBuffer buffer = readBuffer;
        if (buffer == null) {
            buffer = NativeBuffer.of(ByteBuffer.allocateDirect(READ_SIZE));
            readBuffer = buffer;
        }
        buffer.bytes().clear();
        return buffer;
    }
}
