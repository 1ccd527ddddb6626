package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.io.MemoryEngine.MemoryEndpoint;
import io.asyncio4j.io.MemoryEngine.Operation;
import io.asyncio4j.io.MemoryEngine.Try;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** The sending half of an endpoint of {@link MemoryEngine}. */
final class MemoryOutlet implements Outlet {
    private final MemoryEngine engine;
    private final MemoryEndpoint endpoint;
    private final MemoryStream stream;
    private final Listener listener;
    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
    private long queued;
    private @Nullable Operation pending;
    private @Nullable Runnable whenStopped;
    private boolean watching;
    private boolean shutdown;
    private boolean stopped;

    MemoryOutlet(
            MemoryEngine engine, MemoryEndpoint endpoint, MemoryStream stream, Listener listener) {
        this.engine = engine;
        this.endpoint = endpoint;
        this.stream = stream;
        this.listener = listener;
    }

    @Override
    public void detectHangUp() {
        if (!watching) {
            watching = true;
            watch();
        }
    }

    private void watch() {
        if (stream.readerClosed()) {
            engine.later(() -> {
                if (!stopped) {
                    listener.hungUp();
                }
            });
        } else {
            stream.watch(this::watch);
        }
    }

    @Override
    public void write(ByteBuffer data) {
        if (stopped || shutdown || !data.hasRemaining()) {
            return;
        }
        queued += data.remaining();
        queue.add(ByteBuffer.allocate(data.remaining()).put(data).flip());
        submit();
    }

    @Override
    public void writeAll(Iterable<ByteBuffer> parts) {
        parts.forEach(this::write);
    }

    private void submit() {
        ByteBuffer first = queue.peek();
        if (pending != null || stopped) {
            return;
        }
        if (first == null) {
            if (shutdown) {
                stream.closeWriter();
            }
            return;
        }
        endpoint.operations++;
        pending =
                engine
                .new Operation(
                        stream,
                        new Try() {
                            @Override
                            public @Nullable Runnable run() {
                                if (stream.readerClosed() || engine.failsWrites()) {
                                    return () -> complete(-1);
                                }
                                int n = stream.write(first);
                                return n == 0 ? null : () -> complete(n);
                            }

                            @Override
                            public Runnable cancelled() {
                                return () -> complete(0);
                            }
                        });
    }

    private void complete(int n) {
        endpoint.operations--;
        pending = null;
        if (whenStopped != null) {
            whenStopped.run();
            return;
        }
        if (stopped) {
            return;
        }
        if (n < 0) {
            stopped = true;
            queue.clear();
            queued = 0;
            listener.failed(new IOException("write(memory): EPIPE"));
            return;
        }
        queued -= n;
        if (!queue.getFirst().hasRemaining()) {
            queue.removeFirst();
        }
        listener.progressed();
        submit();
    }

    @Override
    public long queued() {
        return queued;
    }

    @Override
    public void shutdown() {
        if (!shutdown) {
            shutdown = true;
            submit();
        }
    }

    @Override
    public void stop(Runnable told) {
        stopped = true;
        queue.clear();
        queued = 0;
        if (pending == null) {
            told.run();
        } else {
            whenStopped = told;
            pending.cancel();
        }
    }
}
