package io.asyncio4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A completion engine without a kernel: operations are submitted and complete some turns later, in
 * an order that a seed decides, as those of io_uring do. It owns the memory of an operation from
 * its submission to its completion, a cancelled one's included, and fails the test when that is
 * broken: when an endpoint is closed with an operation in flight, or memory is used twice.
 */
final class MemoryEngine implements Engine {
    static final int CAPACITY = 64 * 1024;
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

    /** Registers an endpoint that reads {@code in} and writes {@code out}, as a descriptor. */
    Pipe register(@Nullable MemoryStream in, @Nullable MemoryStream out) {
        int fd = FIRST_FD + endpoints.size();
        endpoints.put(fd, new MemoryEndpoint(in, out));
        return new Pipe(fd);
    }

    /** Lets writes fail from now on. */
    void failWrites() {
        failWrites = true;
    }

    boolean failsWrites() {
        return failWrites;
    }

    EventLoop loop() {
        return loop;
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
    final class Operation {
        private final MemoryStream stream;
        private final Try attempt;
        private boolean cancelled;
        private boolean settled;

        Operation(MemoryStream stream, Try attempt) {
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
                stream.watch(() -> later(this::run));
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
    interface Try {
        /** Returns what completes it, or null if it has to wait. */
        @Nullable
        Runnable run();

        Runnable cancelled();
    }

    /** In one of the next turns. */
    void later(Runnable action) {
        int turns = random.nextInt(3);
        Runnable step = action;
        for (int i = 0; i < turns; i++) {
            Runnable next = step;
            step = () -> loop.callSoon(next);
        }
        loop.callSoon(step);
    }

    final class MemoryEndpoint implements Endpoint {
        private final @Nullable MemoryStream in;
        private final @Nullable MemoryStream out;
        private boolean closed;
        int operations;

        MemoryEndpoint(@Nullable MemoryStream in, @Nullable MemoryStream out) {
            this.in = in;
            this.out = out;
        }

        @Override
        public Inlet inlet(Inlet.Listener listener) {
            return new MemoryInlet(MemoryEngine.this, this, in, listener);
        }

        @Override
        public Outlet outlet(Outlet.Listener listener) {
            return new MemoryOutlet(MemoryEngine.this, this, out, listener);
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
}
