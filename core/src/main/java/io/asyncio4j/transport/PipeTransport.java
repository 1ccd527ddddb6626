package io.asyncio4j.transport;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.annotation.Nullable;
import java.util.Objects;

/**
 * What both directions of a pipe have in common: the protocol, and how it all ends.
 *
 * <pre>
 *   open --close--> closing --flushed--> lost        (descriptor unwatched, then closed)
 *     \--end, failure, abort------------^  \--next iteration--> connectionLost
 * </pre>
 */
abstract class PipeTransport implements Transport {
    final EventLoop loop;
    final FdChannel channel;
    final OpenPipe open;
    private final Pipe pipe;
    private BaseProtocol protocol;
    boolean closing;
    private boolean lost;

    PipeTransport(EventLoop loop, BaseProtocol protocol, Pipe pipe) {
        this.loop = loop;
        this.protocol = Objects.requireNonNull(protocol, "protocol");
        this.pipe = pipe;
        this.channel = new FdChannel(pipe.fd());
        this.open = new OpenPipe(loop, channel, getClass().getSimpleName() + " fd=" + pipe.fd());
    }

    /** Lets go of the descriptor, which is about to be closed. */
    abstract void unwatch();

    @Override
    public final boolean isClosing() {
        return closing || channel.isClosed();
    }

    @Override
    public BaseProtocol getProtocol() {
        return protocol;
    }

    @Override
    public void setProtocol(BaseProtocol newProtocol) {
        protocol = Objects.requireNonNull(newProtocol, "newProtocol");
    }

    @Override
    public final @Nullable Object getExtraInfo(String name) {
        return name.equals("pipe") ? pipe : null;
    }

    /** Ends everything now; the protocol hears of it in the next iteration. */
    final void lose(@Nullable Exception cause) {
        if (lost) {
            return;
        }
        lost = true;
        closing = true;
        unwatch();
        open.release();
        channel.close();
        if (!loop.isClosed()) {
            loop.callSoon(() -> protocol.connectionLost(cause));
        }
    }

    /**
     * Gives up a connection that has failed before it was made: the descriptor is the caller's
     * again, and whatever is done with this transport from now on leaves it alone.
     */
    final void abandon() {
        if (!lost) {
            lost = true;
            closing = true;
            unwatch();
            open.release();
            channel.abandon();
        }
    }

    /** Tells the protocol something; a protocol that throws loses its transport. */
    final void tell(String event, Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            if (ExceptionContext.mustPropagate(e)) {
                lose(new IllegalStateException(e));
                throw e;
            }
            loop.callExceptionHandler(
                    new ExceptionContext("Protocol failed in " + event, e)
                            .with("transport", this)
                            .with("protocol", protocol));
            lose(e instanceof Exception exception ? exception : new IllegalStateException(e));
        }
    }

    @Override
    public String toString() {
        return "<"
                + getClass().getSimpleName()
                + " fd="
                + pipe.fd()
                + (lost ? " closed" : closing ? " closing" : " open")
                + ">";
    }
}
