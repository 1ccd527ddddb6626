package io.asyncio4j.io;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Handle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.proactor.Port;
import io.asyncio4j.proactor.Proactor;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Moves bytes by operations that a proactor completes: of descriptors, or of channels.
 *
 * <pre>
 *   CompletionInlet  --read, goes on--> proactor --completed, a piece of memory--> a turn: report
 *   CompletionOutlet --what fits, at once--> the kernel
 *                    \--the rest, one write at a time--> proactor --completed--> a turn: report
 * </pre>
 *
 * <p>What cannot be read by the kernel without a thread of its own, such as a terminal, is left to
 * a readiness engine over the same ring.
 */
public final class CompletionEngine implements Engine {
    final EventLoop loop;
    final Proactor proactor;
    final Chunks chunks = new Chunks();
    private final @Nullable Engine readiness;
    private final Consumer<Runnable> enqueue;
    private final OpenChannels open = new OpenChannels();
    private final boolean writesAtOnce;
    private long iteration;

    private CompletionEngine(
            EventLoop loop,
            Proactor proactor,
            @Nullable Engine readiness,
            boolean writesAtOnce,
            Consumer<Runnable> enqueue) {
        this.loop = loop;
        this.proactor = proactor;
        this.readiness = readiness;
        this.writesAtOnce = writesAtOnce;
        this.enqueue = enqueue;
    }

    /**
     * Creates an engine for descriptors.
     *
     * @param readiness the engine for what cannot be completed
     * @param writesAtOnce whether what the kernel takes without waiting is written without an
     *     operation, where it can do that
     * @param enqueue schedules a job at the end of the loop's ready queue, while it polls
     */
    public static CompletionEngine ofDescriptors(
            EventLoop loop,
            Proactor proactor,
            Engine readiness,
            boolean writesAtOnce,
            Consumer<Runnable> enqueue) {
        return new CompletionEngine(loop, proactor, readiness, writesAtOnce, enqueue);
    }

    /** Creates an engine for channels; otherwise as {@link #ofDescriptors}. */
    public static CompletionEngine ofChannels(
            EventLoop loop, Proactor proactor, Consumer<Runnable> enqueue) {
        return new CompletionEngine(loop, proactor, null, false, enqueue);
    }

    @Override
    public Endpoint open(Pipe pipe) throws IOException {
        if (readiness == null) {
            return openChannel(pipe);
        }
        if (pipe.channel() != null) {
            throw new UnsupportedOperationException(
                    "The io_uring loop moves the bytes of descriptors, not of channels: "
                            + pipe
                            + "; use a descriptor, or ProactorEventLoop.portable()");
        }
        if (FdTable.isTerminal(pipe.fd())) {
            return readiness.open(pipe);
        }
        var channel = new FdChannel(pipe, false);
        var share = writesAtOnce ? new WriteShare(channel, () -> iteration) : null;
        return new CompletionEndpoint(this, open.add(loop, channel), Port.of(pipe.fd()), share);
    }

    private Endpoint openChannel(Pipe pipe) throws IOException {
        if (pipe.channel() == null) {
            throw new UnsupportedOperationException(
                    "The portable ProactorEventLoop moves the bytes of channels, because"
                            + " descriptors need native calls: "
                            + pipe
                            + "; use a channel, such as Channels.newChannel(System.in), or a"
                            + " SelectorEventLoop");
        }
        var channel = new PortChannel(pipe);
        return new CompletionEndpoint(this, open.add(loop, channel), channel.port(), null);
    }

    @Override
    public boolean isWaiting() {
        return proactor.inFlight() > 0; // readiness is waited for by operations as well
    }

    @Override
    public void beginIteration() {
        iteration++;
        if (readiness != null) {
            readiness.beginIteration();
        }
    }

    @Override
    public void close() {
        open.closeAll();
        if (readiness != null) {
            readiness.close();
        }
    }

    void enqueue(Handle turn) {
        enqueue.accept(turn);
    }
}
