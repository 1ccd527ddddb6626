package io.asyncio4j.io;

import io.asyncio4j.Handle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Errno;
import io.asyncio4j.proactor.Port;
import io.asyncio4j.proactor.Proactor;
import io.asyncio4j.proactor.Provided;
import io.asyncio4j.proactor.Read;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;

/**
 * Receives by one read that goes on, each completion of which brings a piece of memory. Each is
 * reported in a turn of its own, so that a busy source does not starve the others.
 */
final class CompletionInlet implements Inlet {
    /** What has arrived and was not reported: the proactor's memory, or a copy of it. */
    private static final class Arrival {
        int result;
        int from;
        @Nullable Provided data;
        byte @Nullable [] copy;
        @Nullable IOException failure;
    }

    private final CompletionEndpoint endpoint;
    private final Listener listener;
    private final Handle turn;
    private final Receive read;
    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
    private final ArrayDeque<Arrival> spare = new ArrayDeque<>();
    private int scheduled;
    private boolean started;
    private boolean paused;
    private boolean stopped;
    private @Nullable Handle whenStopped;

    CompletionInlet(CompletionEndpoint endpoint, Listener listener) {
        this.endpoint = endpoint;
        this.listener = listener;
        this.turn = new Handle(this::report, endpoint.engine.loop);
        this.read = new Receive(endpoint.port);
    }

    private final class Receive extends Read {
        Receive(Port port) {
            super(port);
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
            if (stopped) {
                recycle(data);
                if (!more && whenStopped != null) {
                    endpoint.engine.enqueue(whenStopped);
                }
                return;
            }
            Arrival arrival = spare.isEmpty() ? new Arrival() : spare.pop();
            arrival.result = result;
            arrival.data = data;
            arrival.failure = isFailure(result) ? failure("read", endpoint.port, result) : null;
            arrival.from = 0;
            arrivals.add(arrival);
            if (paused) {
                keep(arrival);
            } else {
                scheduled++;
                endpoint.engine.enqueue(turn);
            }
        }
    }

    private static boolean isFailure(int result) {
        return result < 0
                && result != -Errno.EIO
                && result != Proactor.CANCELLED
                && result != Proactor.NOTHING_LEFT;
    }

    private static void recycle(@Nullable Provided data) {
        if (data != null) {
            data.recycle();
        }
    }

    /** Copies an arrival, whose memory others need meanwhile. */
    private static void keep(Arrival arrival) {
        Provided data = arrival.data;
        if (data != null) {
            byte[] copy = new byte[arrival.result];
            data.bytes().get(copy);
            arrival.copy = copy;
            arrival.data = null;
            data.recycle();
        }
    }

    private void submit() {
        if (isReceiving() && !read.isInFlight()) {
            endpoint.engine.proactor.submit(read);
        }
    }

    @Override
    public void start() {
        started = true;
        submit();
    }

    @Override
    public void pause() {
        if (!paused && !stopped) {
            paused = true;
            endpoint.engine.proactor.cancel(read);
            arrivals.forEach(CompletionInlet::keep);
        }
    }

    @Override
    public void resume() {
        if (!paused || stopped) {
            return;
        }
        paused = false;
        proceed();
    }

    @Override
    public boolean isReceiving() {
        return started && !paused && !stopped;
    }

    private void report() {
        scheduled--;
        if (!isReceiving()) {
            return;
        }
        Arrival arrival = arrivals.peek();
        if (arrival == null) {
            submit();
            return;
        }
        int n = arrival.result;
        if (n > 0) {
            reportData(arrival);
        } else {
            arrivals.poll();
            if (n == 0 || n == -Errno.EIO) {
                // The controlling end of a pseudo-terminal fails so when the other end is closed.
                end();
                listener.ended();
                return;
            }
            IOException failure = arrival.failure;
            if (failure != null) {
                end();
                listener.failed(failure);
                return;
            }
        }
        proceed();
    }

    /** Has the next arrival reported, or waits for it. */
    private void proceed() {
        if (arrivals.isEmpty()) {
            submit();
        } else if (isReceiving() && scheduled == 0) {
            scheduled++;
            endpoint.engine.loop.callSoon(turn);
        }
    }

    private void reportData(Arrival arrival) {
        ByteBuffer lent = listener.lend();
        if (stopped) {
            return;
        }
        ByteBuffer data = bytes(arrival);
        if (lent == null) {
            arrivals.poll();
            try {
                listener.received(data);
            } finally {
                free(arrival);
            }
            return;
        }
        int n = Math.min(data.remaining(), lent.remaining());
        lent.put(data.slice(data.position(), n));
        arrival.from += n;
        if (arrival.from == arrival.result) {
            arrivals.poll();
            free(arrival);
        }
        listener.filled(n);
    }

    private static ByteBuffer bytes(Arrival arrival) {
        byte[] copy = arrival.copy;
        ByteBuffer all =
                copy != null ? ByteBuffer.wrap(copy) : Objects.requireNonNull(arrival.data).bytes();
        return all.position(all.position() + arrival.from);
    }

    private void free(Arrival arrival) {
        recycle(arrival.data);
        arrival.data = null;
        arrival.copy = null;
        spare.push(arrival);
    }

    private void end() {
        if (!stopped) {
            stopped = true;
            for (Arrival arrival; (arrival = arrivals.poll()) != null; ) {
                free(arrival);
            }
        }
    }

    @Override
    public void stop(Runnable told) {
        end();
        if (read.isInFlight()) {
            whenStopped = new Handle(told, endpoint.engine.loop);
            endpoint.engine.proactor.cancel(read);
        } else {
            told.run();
        }
    }
}
