package io.asyncio4j.transport;

import io.asyncio4j.EventLoop;
import io.asyncio4j.os.Errno;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Poll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Sends to the write end of a pipe. That the reader has gone is noticed at once, not only by the
 * next write: such a pipe counts as readable.
 */
final class PipeWriteTransport extends PipeTransport
        implements WriteTransport, ReadinessWriter.Listener {
    private final ReadinessWriter writer;
    private boolean watchingReader;

    PipeWriteTransport(EventLoop loop, BaseProtocol protocol, Pipe pipe) {
        super(loop, protocol, pipe);
        this.writer = new ReadinessWriter(loop, channel, this);
    }

    void start() throws IOException {
        // A terminal is readable when somebody types.
        if (!closing && !FdTable.isTerminal(channel.fd())) {
            try {
                loop.addReader(channel.fd(), this::onReadable);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            watchingReader = true;
        }
    }

    @Override
    public void write(ByteBuffer data) {
        if (!closing) {
            writer.write(data);
        }
    }

    @Override
    public void writeEof() {
        close();
    }

    @Override
    public boolean canWriteEof() {
        return true;
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            if (writer.queued() == 0) {
                lose(null);
            }
        }
    }

    @Override
    public void abort() {
        lose(null);
    }

    @Override
    public long getWriteBufferSize() {
        return writer.queued();
    }

    @Override
    public void setWriteBufferLimits(int low, int high) {
        writer.setLimits(low, high);
    }

    @Override
    public int getLowWaterMark() {
        return writer.low();
    }

    @Override
    public int getHighWaterMark() {
        return writer.high();
    }

    @Override
    public void writingPaused() {
        tell("pauseWriting", getProtocol()::pauseWriting);
    }

    @Override
    public void writingResumed() {
        tell("resumeWriting", getProtocol()::resumeWriting);
    }

    @Override
    public void drained() {
        if (closing) {
            lose(null);
        }
    }

    @Override
    public void writeFailed(IOException cause) {
        lose(cause);
    }

    @Override
    void unwatch() {
        stopWatchingReader();
        writer.stop();
    }

    private void onReadable() {
        boolean gone;
        try {
            // An error or a hang-up is told unasked; a socket or FIFO may just have data to read.
            gone = Poll.isReady(channel.fd(), 0, 0);
        } catch (IOException e) {
            gone = true;
        }
        if (!gone) {
            stopWatchingReader();
        } else if (writer.queued() > 0) {
            lose(Errno.exception("write", channel.fd(), Errno.EPIPE));
        } else {
            lose(null);
        }
    }

    private void stopWatchingReader() {
        if (watchingReader) {
            watchingReader = false;
            loop.removeReader(channel.fd());
        }
    }
}
