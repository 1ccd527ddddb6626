package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.selector.Selector;
import java.io.IOException;

/**
 * A channel whose readiness a selector reports. The two halves share one key, whose interest
 * combines what both wait for.
 */
final class ReadinessEndpoint extends ChannelEndpoint implements Selector.Listener {
    final ReadinessEngine engine;
    final ReadyChannel channel;
    private Selector.@Nullable Key key;
    private int interest;
    private @Nullable ReadinessInlet inlet;
    private @Nullable ReadinessOutlet outlet;

    ReadinessEndpoint(ReadinessEngine engine, OpenChannels.Entry entry, ReadyChannel channel) {
        super(entry);
        this.engine = engine;
        this.channel = channel;
    }

    @Override
    public Inlet inlet(Inlet.Listener listener) {
        inlet = new ReadinessInlet(this, listener);
        return inlet;
    }

    @Override
    public Outlet outlet(Outlet.Listener listener) {
        outlet = new ReadinessOutlet(this, listener);
        return outlet;
    }

    /** Adds {@code op} to the interest of the key, or removes it. */
    void watch(int op, boolean on) throws IOException {
        int wanted = on ? interest | op : interest & ~op;
        if (wanted == interest || channel.isClosed()) {
            return;
        }
        if (key == null) {
            key = channel.register(engine.selector, wanted, this);
        } else {
            changeInterest(key, wanted);
        }
        engine.countWaiting((wanted == 0 ? 0 : 1) - (interest == 0 ? 0 : 1));
        interest = wanted;
    }

    /**
     * Removes {@code op} from the interest, as {@link #watch} does. If the system rejects the
     * change, that is no failure for the caller, who needs no more reports; the halves that
     * continue fail instead, in a callback.
     */
    void unwatch(int op) {
        try {
            watch(op, false);
        } catch (IOException e) {
            forgetKey();
            if (!engine.loop.isClosed()) {
                engine.loop.callSoon(() -> fail(e));
            }
        }
    }

    private void fail(IOException cause) {
        // When the first half fails, the transport stops both.
        if (outlet != null) {
            outlet.fail(cause);
        }
        if (inlet != null) {
            inlet.fail(cause);
        }
    }

    /**
     * Sets the interest of a key. The kernel rejects that if other code has closed the descriptor,
     * or its number now belongs to another file: then nothing more would be reported, and the
     * number must not be closed. {@code epoll_ctl} fails with EBADF, ENOENT or EPERM in this case.
     */
    private void changeInterest(Selector.Key changed, int wanted) throws IOException {
        try {
            changed.interest(wanted);
        } catch (IOException e) {
            channel.abandon();
            throw new IOException(
                    "The descriptor of a transport was closed or replaced: "
                            + channel
                            + "; close the transport instead",
                    e);
        }
    }

    @Override
    public void ready(int ops) {
        if ((ops & Selector.READ) != 0 && inlet != null) {
            engine.enqueue(inlet.turn());
        }
        if ((ops & (Selector.WRITE | Selector.HANGUP)) != 0 && outlet != null) {
            engine.enqueue(outlet.turn((ops & Selector.HANGUP) != 0));
        }
    }

    @Override
    public void close() {
        forgetKey();
        super.close();
    }

    @Override
    public void release() {
        forgetKey();
        super.release();
    }

    private void forgetKey() {
        if (key != null) {
            key.cancel();
            key = null;
        }
        if (interest != 0) {
            interest = 0;
            engine.countWaiting(-1);
        }
    }
}
