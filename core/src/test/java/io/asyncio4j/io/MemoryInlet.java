package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.io.MemoryEngine.MemoryEndpoint;
import io.asyncio4j.io.MemoryEngine.Operation;
import io.asyncio4j.io.MemoryEngine.Try;
import java.nio.ByteBuffer;

/** The receiving half of an endpoint of {@link MemoryEngine}. */
final class MemoryInlet implements Inlet {
    private final MemoryEngine engine;
    private final MemoryEndpoint endpoint;
    private final MemoryStream stream;
    private final Listener listener;
    private final ByteBuffer memory = ByteBuffer.allocate(MemoryEngine.CAPACITY);
    private @Nullable Operation pending;
    private @Nullable Runnable held;
    private @Nullable Runnable whenStopped;
    private boolean started;
    private boolean paused;
    private boolean stopped;

    MemoryInlet(
            MemoryEngine engine, MemoryEndpoint endpoint, MemoryStream stream, Listener listener) {
        this.engine = engine;
        this.endpoint = endpoint;
        this.stream = stream;
        this.listener = listener;
    }

    @Override
    public void start() {
        started = true;
        submit();
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        if (!paused) {
            return;
        }
        paused = false;
        Runnable report = held;
        if (report == null) {
            submit();
        } else {
            held = null;
            // Never from inside a call of the protocol.
            engine.loop().callSoon(() -> deliver(report));
        }
    }

    @Override
    public boolean isReceiving() {
        return started && !paused && !stopped;
    }

    private void submit() {
        if (!isReceiving() || pending != null || held != null) {
            return;
        }
        ByteBuffer lent = listener.lend();
        if (stopped) {
            return;
        }
        ByteBuffer target = lent == null ? memory.clear() : lent;
        int start = target.position();
        endpoint.operations++;
        pending =
                engine
                .new Operation(
                        stream,
                        new Try() {
                            @Override
                            public @Nullable Runnable run() {
                                int n = stream.read(target);
                                if (n > 0) {
                                    return () ->
                                            complete(() -> {
                                                if (lent == null) {
                                                    listener.received(
                                                            target.flip().position(start));
                                                } else {
                                                    listener.filled(n);
                                                }
                                            });
                                }
                                return stream.writerClosed()
                                        ? () -> complete(MemoryInlet.this::end)
                                        : null;
                            }

                            @Override
                            public Runnable cancelled() {
                                return () -> complete(() -> {});
                            }
                        });
    }

    private void end() {
        stopped = true;
        listener.ended();
    }

    private void complete(Runnable report) {
        endpoint.operations--;
        pending = null;
        if (whenStopped != null) {
            whenStopped.run();
        } else {
            deliver(report);
        }
    }

    private void deliver(Runnable report) {
        if (stopped) {
            return;
        }
        if (paused) {
            held = report;
            return;
        }
        report.run();
        submit();
    }

    @Override
    public void stop(Runnable told) {
        stopped = true;
        if (pending == null) {
            told.run();
        } else {
            whenStopped = told;
            pending.cancel();
        }
    }
}
