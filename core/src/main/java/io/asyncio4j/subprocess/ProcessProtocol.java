package io.asyncio4j.subprocess;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.stream.StreamReader;
import io.asyncio4j.stream.StreamWriter;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.Transport;
import io.asyncio4j.transport.WriteTransport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Turns what the transport of a child tells into streams and a wait for its exit. */
final class ProcessProtocol implements SubprocessProtocol {
    final EventLoop loop;
    final @Nullable StreamReader[] readers = new @Nullable StreamReader[3];
    @Nullable StreamWriter stdin;
    private final int limit;
    private final List<Future<@Nullable Void>> waiters = new ArrayList<>(1);
    private @Nullable SubprocessTransport transport;
    private int openOutputs;

    ProcessProtocol(EventLoop loop, int limit) {
        this.loop = loop;
        this.limit = limit;
    }

    @Override
    public void connectionMade(Transport made) {
        var child = (SubprocessTransport) made;
        transport = child;
        if (child.getPipeTransport(0) instanceof WriteTransport writing) {
            stdin = new StreamWriter(loop, writing);
        }
        for (int fd = 1; fd <= 2; fd++) {
            if (child.getPipeTransport(fd) instanceof ReadTransport reading) {
                var reader = new StreamReader(loop, limit);
                reader.setTransport(reading);
                readers[fd] = reader;
                openOutputs++;
            }
        }
    }

    @Override
    public void pipeDataReceived(int fd, ByteBuffer data) {
        StreamReader reader = readers[fd];
        if (reader != null) {
            reader.feedData(data);
        }
    }

    @Override
    public void pipeConnectionLost(int fd, @Nullable Exception cause) {
        StreamReader reader = readers[fd];
        if (fd == 0 && stdin != null) {
            stdin.connectionLost(cause);
        } else if (reader != null) {
            if (cause == null) {
                reader.feedEof();
            } else {
                reader.setException(cause);
            }
            openOutputs--;
            wakeUp();
        }
    }

    @Override
    public void pauseWriting() {
        if (stdin != null) {
            stdin.pauseWriting();
        }
    }

    @Override
    public void resumeWriting() {
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

    /** Waits until the child has exited and its outputs have ended, holding all that comes. */
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
        for (StreamReader reader : readers) {
            if (reader != null) {
                reader.holdAll(on);
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
