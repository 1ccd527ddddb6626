package io.asyncio4j.io;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Handle;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.proactor.Operation;
import io.asyncio4j.proactor.Port;
import io.asyncio4j.proactor.Proactor;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Moves bytes by operations that the kernel completes.
 *
 * <pre>
 *   CompletionInlet  --read, goes on--> proactor --completed, a piece of memory--> a turn: report
 *   CompletionOutlet --write, one at a time--> proactor --completed--> a turn: report
 * </pre>
 *
 * <p>What cannot be read by the kernel without a thread of its own, such as a terminal, is left to
 * a readiness engine over the same ring.
 */
public final class CompletionEngine implements Engine {
    final EventLoop loop;
    final Proactor proactor;
    final Chunks chunks = new Chunks();
    private final Engine readiness;
    private final Consumer<Runnable> enqueue;
    private final OpenChannels open = new OpenChannels();
    private int inFlight;

    /**
     * Creates an engine.
     *
     * @param readiness the engine for what cannot be completed
     * @param enqueue schedules a job at the end of the loop's ready queue, while it polls
     */
    public CompletionEngine(
            EventLoop loop, Proactor proactor, Engine readiness, Consumer<Runnable> enqueue) {
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
        return new CompletionEndpoint(
                this, open.add(loop, new FdChannel(pipe, false)), Port.of(pipe.fd()));
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
}
