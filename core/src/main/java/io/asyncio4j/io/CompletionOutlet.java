package io.asyncio4j.io;

import io.asyncio4j.Handle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.proactor.Poll;
import io.asyncio4j.proactor.Port;
import io.asyncio4j.proactor.Proactor;
import io.asyncio4j.proactor.Provided;
import io.asyncio4j.proactor.Write;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Sends at once what the kernel takes if nothing is queued, the rest by one operation at a time, of
 * what is queued, which is copied into memory of the engine.
 */
final class CompletionOutlet implements Outlet {
    private final CompletionEndpoint endpoint;
    private final Listener listener;
    private final WriteQueue queue;
    private final Handle turn;
    private final Send write;
    private final HangUp hangUp;
    private boolean detects;
    private boolean shutdown;
    private boolean shutdownDone;
    private boolean stopped;
    private boolean hungUp;
    private boolean progressed;
    private @Nullable IOException failure;
    private @Nullable Handle whenStopped;

    CompletionOutlet(CompletionEndpoint endpoint, Listener listener) {
        this.endpoint = endpoint;
        this.listener = listener;
        this.queue = new WriteQueue(endpoint.engine.chunks);
        this.turn = new Handle(this::report, endpoint.engine.loop);
        this.write = new Send(endpoint.port);
        this.hangUp = new HangUp(endpoint.port.fd());
    }

    /** Writes the first chunk, or its beginning. */
    private final class Send extends Write {
        private @Nullable Chunk chunk;

        Send(Port port) {
            super(port);
        }

        @Override
        protected NativeBuffer memory() {
            Chunk direct = Objects.requireNonNull(queue.first()).toDirect();
            chunk = direct;
            return direct.memory();
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
            chunk = null;
            if (stopped) {
                queue.clear();
                stoppedNow();
                return;
            }
            if (result > 0) {
                queue.remove(result);
                progressed = true;
            } else if (result < 0 && result != Proactor.CANCELLED) {
                failure = failure("write", endpoint.port, result);
            }
            submit();
            endpoint.engine.enqueue(turn);
        }
    }

    /** Waits for an error or a hang-up alone. */
    private final class HangUp extends Poll {
        HangUp(int fd) {
            super(fd);
        }

        @Override
        protected int mask() {
            return 0;
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
            if (stopped) {
                stoppedNow();
            } else if (result > 0 && (result & (ERROR | HANGUP)) != 0) {
                // Not if only the other end's output has ended, which every poll reports as well.
                hungUp = true;
                endpoint.engine.enqueue(turn);
            }
        }
    }

    @Override
    public void detectHangUp() {
        if (!stopped && !detects && endpoint.channel.reportsHangUp()) {
            detects = true;
            endpoint.engine.proactor.submit(hangUp);
        }
    }

    @Override
    public void write(ByteBuffer data) {
        if (stopped || shutdown) {
            return;
        }
        WriteShare share = queue.isEmpty() ? endpoint.share : null;
        if (share != null) {
            try {
                share.write(data);
            } catch (IOException e) {
                fail(e);
                return;
            }
        }
        queue.add(data);
        submit();
    }

    @Override
    public void writeAll(Iterable<ByteBuffer> parts) {
        if (stopped || shutdown) {
            return;
        }
        WriteShare share = queue.isEmpty() ? endpoint.share : null;
        for (ByteBuffer part : parts) {
            queue.add(part);
        }
        if (share != null) {
            try {
                share.write(queue);
            } catch (IOException e) {
                fail(e);
                return;
            }
        }
        submit();
    }

    private void submit() {
        if (!queue.isEmpty() && !write.isInFlight() && failure == null) {
            endpoint.engine.proactor.submit(write);
        }
    }

    @Override
    public long queued() {
        return stopped ? 0 : queue.size();
    }

    @Override
    public void shutdown() {
        if (!shutdown && !stopped) {
            shutdown = true;
            shutdownWhenSent();
        }
    }

    private void shutdownWhenSent() {
        if (shutdown && queue.isEmpty() && !stopped && !shutdownDone) {
            shutdownDone = true;
            try {
                endpoint.channel.shutdownOutput();
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    private void report() {
        if (stopped) {
            return;
        }
        if (failure != null) {
            fail(failure);
            return;
        }
        if (progressed) {
            progressed = false;
            shutdownWhenSent();
            if (!stopped) {
                listener.progressed();
            }
        }
        if (hungUp && !stopped) {
            hungUp = false;
            listener.hungUp();
        }
    }

    private void fail(IOException cause) {
        if (!stopped) {
            end();
            listener.failed(cause);
        }
    }

    private void end() {
        stopped = true;
        if (!write.isInFlight()) {
            queue.clear();
        }
    }

    @Override
    public void stop(Runnable told) {
        if (!stopped) {
            end();
        }
        endpoint.engine.proactor.cancel(write);
        endpoint.engine.proactor.cancel(hangUp);
        if (write.isInFlight() || hangUp.isInFlight()) {
            whenStopped = new Handle(told, endpoint.engine.loop);
        } else {
            told.run();
        }
    }

    private void stoppedNow() {
        if (whenStopped != null && !write.isInFlight() && !hangUp.isInFlight()) {
            endpoint.engine.enqueue(whenStopped);
        }
    }
}
