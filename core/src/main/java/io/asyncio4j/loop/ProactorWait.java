package io.asyncio4j.loop;

import io.asyncio4j.proactor.NioProactor;
import io.asyncio4j.selector.Selector;
import java.nio.channels.SelectableChannel;

/** Waits for the completions of the portable proactor, and for no readiness. */
final class ProactorWait implements Selector {
    private static final String REFUSAL =
            "the portable ProactorEventLoop cannot wait until it is ready: connect a channel with"
                    + " connectReadPipe or connectWritePipe, or run a SelectorEventLoop";

    private final NioProactor proactor;

    ProactorWait(NioProactor proactor) {
        this.proactor = proactor;
    }

    @Override
    public String name() {
        return "portable";
    }

    @Override
    public Key register(int fd, int ops, Listener listener) {
        throw new UnsupportedOperationException("Descriptor " + fd + ": " + REFUSAL);
    }

    @Override
    public Key register(SelectableChannel channel, int ops, Listener listener) {
        throw new UnsupportedOperationException("Channel " + channel + ": " + REFUSAL);
    }

    @Override
    public int select(long timeoutNanos) {
        proactor.poll(timeoutNanos);
        return 0;
    }

    @Override
    public void wakeup() {
        proactor.wakeup();
    }

    @Override
    public void close() {
        proactor.close();
    }
}
