package io.asyncio4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A completion engine without a kernel: operations are submitted and complete some turns later, in
 * an order that a seed decides, as those of io_uring do. It owns the memory of an operation from
 * its submission to its completion, a cancelled one's included, and fails the test when that is
 * broken: when an endpoint is closed with an operation in flight, or memory is used twice.
 */
final class MemoryEngine implements Engine {
    private static final int CAPACITY = 64 * 1024;
    private static final int FIRST_FD = 1_000_000;

    private final EventLoop loop;
    private final Random random;
    private final Map<Integer, MemoryEndpoint> endpoints = new HashMap<>();
    private int inFlight;
    private boolean failWrites;

    MemoryEngine(EventLoop loop, long seed) {
        this.loop = loop;
        this.random = new Random(seed);
    }

    /** One direction: bytes that were written and not read yet. */
    static final class Stream {
        private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
        private final List<Runnable> watchers = new ArrayList<>();
        private boolean writerClosed;
        private boolean readerClosed;

        private void changed() {
            List<Runnable> all = List.copyOf(watchers);
            watchers.clear();
            all.forEach(Runnable::run);
        }

        /** Moves what fits; returns how many bytes. */
        int write(ByteBuffer src) {
            int n = Math.min(bytes.remaining(), src.remaining());
            bytes.put(src.slice(src.position(), n));
            src.position(src.position() + n);
            if (n > 0) {
                changed();
            }
            return n;
        }

        int read(ByteBuffer dst) {
            bytes.flip();
            int n = Math.min(bytes.remaining(), dst.remaining());
            dst.put(bytes.slice(0, n));
            bytes.position(n);
            bytes.compact();
            if (n > 0) {
                changed();
            }
            return n;
        }

        void closeWriter() {
            writerClosed = true;
            changed();
        }

        void closeReader() {
            readerClosed = true;
            changed();
        }

        boolean isDrained() {
            return bytes.position() == 0;
        }

        boolean writerClosed() {
            return writerClosed;
        }
    }

    /** Registers an endpoint that reads {@code in} and writes {@code out}, as a descriptor. */
    Pipe register(@Nullable Stream in, @Nullable Stream out) {
        int fd = FIRST_FD + endpoints.size();
        endpoints.put(fd, new MemoryEndpoint(in, out));
        return new Pipe(fd);
    }

    /** Lets writes fail from now on. */
    void failWrites() {
        failWrites = true;
    }

    int inFlight() {
        return inFlight;
    }

    @Override
    public Endpoint open(Pipe pipe) throws IOException {
        MemoryEndpoint endpoint = endpoints.get(pipe.fd());
        if (endpoint == null || endpoint.closed) {
            throw new IOException("not open: " + pipe);
        }
        return endpoint;
    }

    @Override
    public boolean isWaiting() {
        return inFlight > 0;
    }

    @Override
    public void beginIteration() {}

    @Override
    public void close() {
        endpoints.values().forEach(endpoint -> endpoint.closed = true);
    }

    /** An operation: submitted, then tried when its stream changes, then completed. */
    private final class Operation {
        private final Stream stream;
        private final Try attempt;
        private boolean cancelled;
        private boolean settled;

        Operation(Stream stream, Try attempt) {
            this.stream = stream;
            this.attempt = attempt;
            inFlight++;
            later(this::run);
        }

        private void run() {
            if (settled) {
                return;
            }
            Runnable completion = cancelled ? attempt.cancelled() : attempt.run();
            if (completion == null) {
                stream.watchers.add(() -> later(this::run));
                return;
            }
            settled = true;
            later(() -> {
                inFlight--;
                completion.run();
            });
        }

        /** Asks for its end; it completes later all the same, perhaps with a result. */
        void cancel() {
            cancelled = true;
            later(this::run);
        }
    }

    /** What an operation does when it can. */
    private interface Try {
        /** Returns what completes it, or null if it has to wait. */
        @Nullable
        Runnable run();

        Runnable cancelled();
    }

    /** In one of the next turns. */
    private void later(Runnable action) {
        int turns = random.nextInt(3);
        Runnable step = action;
        for (int i = 0; i < turns; i++) {
            Runnable next = step;
            step = () -> loop.callSoon(next);
        }
        loop.callSoon(step);
    }

    private final class MemoryEndpoint implements Endpoint {
        private final @Nullable Stream in;
        private final @Nullable Stream out;
        private boolean closed;
        private int operations;

        MemoryEndpoint(@Nullable Stream in, @Nullable Stream out) {
            this.in = in;
            this.out = out;
        }

        @Override
        public Inlet inlet(Inlet.Listener listener) {
            return new MemoryInlet(this, in, listener);
        }

        @Override
        public Outlet outlet(Outlet.Listener listener) {
            return new MemoryOutlet(this, out, listener);
        }

        @Override
        public boolean canShutdownOutput() {
            return in != null && out != null;
        }

        @Override
        public @Nullable Object extraInfo(String name) {
            return null;
        }

        @Override
        public void reportUnclosed(Object owner, String description, String place) {}

        @Override
        public void close() {
            assertThat(operations).as("operations in flight at the close").isZero();
            if (!closed) {
                closed = true;
                if (in != null) {
                    in.closeReader();
                }
                if (out != null) {
                    out.closeWriter();
                }
            }
        }

        @Override
        public void release() {
            assertThat(operations).as("operations in flight at the release").isZero();
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public String toString() {
            return "memory";
        }
    }

    private final class MemoryInlet implements Inlet {
        private final MemoryEndpoint endpoint;
        private final Stream stream;
        private final Listener listener;
        private final ByteBuffer memory = ByteBuffer.allocate(CAPACITY);
        private @Nullable Operation pending;
        private @Nullable Runnable held;
        private @Nullable Runnable whenStopped;
        private boolean started;
        private boolean paused;
        private boolean stopped;

        MemoryInlet(MemoryEndpoint endpoint, Stream stream, Listener listener) {
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
                loop.callSoon(() -> deliver(report));
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
                    new Operation(
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
                                    return stream.writerClosed
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

    private final class MemoryOutlet implements Outlet {
        private final MemoryEndpoint endpoint;
        private final Stream stream;
        private final Listener listener;
        private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
        private long queued;
        private @Nullable Operation pending;
        private @Nullable Runnable whenStopped;
        private boolean watching;
        private boolean shutdown;
        private boolean stopped;

        MemoryOutlet(MemoryEndpoint endpoint, Stream stream, Listener listener) {
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
            if (stream.readerClosed) {
                later(() -> {
                    if (!stopped) {
                        listener.hungUp();
                    }
                });
            } else {
                stream.watchers.add(this::watch);
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
                    new Operation(
                            stream,
                            new Try() {
                                @Override
                                public @Nullable Runnable run() {
                                    if (stream.readerClosed || failWrites) {
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
}
