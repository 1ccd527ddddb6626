package io.asyncio4j.graalpy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.WriteTransport;
import java.nio.ByteBuffer;
import org.graalvm.polyglot.Value;

/** Reports what happens to a pipe to the Python object that stands for its transport. */
public final class PipeEvents implements Protocol {
    private final Value target;

    private PipeEvents(Value target) {
        this.target = target;
    }

    /** Reads the pipe of descriptor {@code fd}, which the transport owns once it is connected. */
    public static Future<ReadTransport> connectRead(EventLoop loop, int fd, Value target) {
        var events = new PipeEvents(target);
        return loop.connectReadPipe(() -> events, new Pipe(fd));
    }

    /** Writes the pipe of descriptor {@code fd}, as {@link #connectRead} reads it. */
    public static Future<WriteTransport> connectWrite(EventLoop loop, int fd, Value target) {
        var events = new PipeEvents(target);
        return loop.connectWritePipe(() -> events, new Pipe(fd));
    }

    /** Writes the bytes of a Python object. */
    public static void write(WriteTransport transport, Value data) {
        transport.write(Latin1.bytes(data));
    }

    /** Throws {@code e} as it is. */
    @SuppressWarnings("unchecked") // the cast is none at run time
    public static <X extends Throwable> void rethrow(Throwable e) throws X {
        throw (X) e;
    }

    @Override
    public void connectionMade(BaseTransport transport) {
        target.invokeMember("_connected", transport);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        target.invokeMember("_received", Latin1.of(data));
    }

    @Override
    public boolean eofReceived() {
        target.invokeMember("_ended");
        return false;
    }

    @Override
    public void connectionLost(@Nullable Exception cause) {
        target.invokeMember("_lost", cause);
    }

    @Override
    public void pauseWriting() {
        target.invokeMember("_pause_writing");
    }

    @Override
    public void resumeWriting() {
        target.invokeMember("_resume_writing");
    }
}
