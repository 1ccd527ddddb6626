package io.asyncio4j.io;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Handle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Uring;
import io.asyncio4j.os.UringBuffers;
import io.asyncio4j.proactor.Operation;
import io.asyncio4j.proactor.UringProactor;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/**
 * Moves bytes by operations that the kernel completes.
 *
 * <pre>
 *   CompletionInlet  --read, goes on--> proactor --completed, a provided buffer--> a turn: report
 *   CompletionOutlet --write, one at a time--> proactor --completed--> a turn: report
 * </pre>
 *
 * <p>All inlets of the loop take their memory from one group of buffers when there is data, so that
 * a stream that waits has none. What cannot be read by the kernel without a thread of its own, such
 * as a terminal, is left to a readiness engine over the same ring.
 */
public final class CompletionEngine implements Engine {
    private static final int GROUP = 1;
    private static final int BUFFERS = 32;
    private static final int BUFFER_SIZE = 64 * 1024;

    final EventLoop loop;
    final UringProactor proactor;
    final Chunks chunks = new Chunks();
    private final Engine readiness;
    private final Consumer<Runnable> enqueue;
    private final OpenChannels open = new OpenChannels();
    private @Nullable UringBuffers buffers;
    private @Nullable Uring buffersOf;
    private int inFlight;

    /**
     * Creates an engine.
     *
     * @param readiness the engine for what cannot be completed
     * @param enqueue schedules a job at the end of the loop's ready queue, while it polls
     */
    public CompletionEngine(
            EventLoop loop, UringProactor proactor, Engine readiness, Consumer<Runnable> enqueue) {
        this.loop = loop;
        this.proactor = proactor;
        this.readiness = readiness;
        this.enqueue = enqueue;
    }

    @Override
    public Endpoint open(Pipe pipe) throws IOException {
        if (pipe.channel() != null) {
            throw new UnsupportedOperationException(
                    "The io_uring loop moves the bytes of descriptors, not of channels: " + pipe);
        }
        if (FdTable.isTerminal(pipe.fd())) {
            return readiness.open(pipe);
        }
        return new CompletionEndpoint(this, open.add(loop, new FdChannel(pipe, false)), pipe.fd());
    }

    @Override
    public boolean isWaiting() {
        return inFlight > 0 || readiness.isWaiting();
    }

    @Override
    public void beginIteration() {
        readiness.beginIteration();
    }

    @Override
    public void close() {
        open.closeAll();
        readiness.close();
    }

    void enqueue(Handle turn) {
        enqueue.accept(turn);
    }

    void submit(Operation operation) {
        proactor.submit(operation);
        inFlight++;
    }

    void completed() {
        inFlight--;
    }

    int group() {
        return GROUP;
    }

    /** Returns the buffers of a ring, which are registered when the first operation needs them. */
    UringBuffers buffers(Uring ring) {
        UringBuffers present = buffers;
        if (present == null || buffersOf != ring) {
            try {
                present = new UringBuffers(ring, GROUP, BUFFERS, BUFFER_SIZE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            buffers = present;
            buffersOf = ring;
        }
        return present;
    }
}
