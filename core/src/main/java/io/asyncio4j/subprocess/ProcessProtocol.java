package io.asyncio4j.subprocess;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.stream.StreamProtocol;
import io.asyncio4j.transport.BaseTransport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Connects each pipe of a child to a stream, and waits for the child's exit. */
final class ProcessProtocol implements SubprocessProtocol {
    final EventLoop loop;
    private final int limit;
    // By the child's descriptor; null where that is no pipe.
    private final @Nullable StreamProtocol[] streams = new @Nullable StreamProtocol[3];
    private final List<Future<@Nullable Void>> waiters = new ArrayList<>(1);
    private @Nullable SubprocessTransport transport;
    private int openOutputs;

    ProcessProtocol(EventLoop loop, int limit) {
        this.loop = loop;
        this.limit = limit;
    }

    @Override
    public void connectionMade(BaseTransport made) {
        var child = (SubprocessTransport) made;
        transport = child;
        for (int fd = 0; fd < streams.length; fd++) {
            BaseTransport pipe = child.getPipeTransport(fd);
            if (pipe != null) {
                var stream = new StreamProtocol(loop, limit);
                stream.connectionMade(pipe);
                streams[fd] = stream;
                openOutputs += fd == 0 ? 0 : 1;
            }
        }
    }

    /** Returns the stream of the child's descriptor {@code fd}, or null if that is no pipe. */
    @Nullable
    StreamProtocol stream(int fd) {
        return streams[fd];
    }

    @Override
    public void pipeDataReceived(int fd, ByteBuffer data) {
        StreamProtocol stream = streams[fd];
        if (stream != null) {
            stream.dataReceived(data);
        }
    }

    @Override
    public void pipeConnectionLost(int fd, @Nullable Exception cause) {
        StreamProtocol stream = streams[fd];
        if (stream != null) {
            stream.connectionLost(cause);
            if (fd != 0) {
                openOutputs--;
                wakeUp();
            }
        }
    }

    @Override
    public void pauseWriting() {
        StreamProtocol stdin = streams[0];
        if (stdin != null) {
            stdin.pauseWriting();
        }
    }

    @Override
    public void resumeWriting() {
        StreamProtocol stdin = streams[0];
        if (stdin != null) {
            stdin.resumeWriting();
        }
    }

    @Override
    public void processExited() {
        wakeUp();
    }

    /** Waits until the child has exited. */
    ExitStatus waitFor() {
        for (; ; ) {
            ExitStatus status = transport().getExitStatus();
            if (status != null) {
                return status;
            }
            awaitNews();
        }
    }

    /**
     * Waits until the child has exited and its outputs have ended, and buffers all that arrives.
     */
    void awaitEverything() {
        holdAll(true);
        try {
            while (openOutputs > 0 || transport().getExitStatus() == null) {
                awaitNews();
            }
        } finally {
            holdAll(false);
        }
    }

    private void holdAll(boolean on) {
        for (int fd = 1; fd < streams.length; fd++) {
            StreamProtocol stream = streams[fd];
            if (stream != null) {
                stream.reader().holdAll(on);
            }
        }
    }

    private SubprocessTransport transport() {
        return Objects.requireNonNull(transport, "transport");
    }

    private void awaitNews() {
        Future<@Nullable Void> waiter = loop.createFuture();
        waiters.add(waiter);
        try {
            waiter.await();
        } finally {
            waiters.remove(waiter);
        }
    }

    private void wakeUp() {
        for (Future<@Nullable Void> waiter : waiters) {
            if (!waiter.isDone()) {
                waiter.setResult(null);
            }
        }
    }
}
