package io.asyncio4j.io;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.Engines;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.selector.Selectors;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** An engine, with pipes and connections whose other ends are in the hand of a test. */
enum Rig {
    EPOLL,
    POLL,
    NIO {
        @Override
        Ends readable(Engine engine) throws IOException {
            var pipe = java.nio.channels.Pipe.open();
            return new Ends(new Pipe(pipe.source()), new ChannelEnd(pipe.sink()));
        }

        @Override
        Ends writable(Engine engine) throws IOException {
            var pipe = java.nio.channels.Pipe.open();
            return new Ends(new Pipe(pipe.sink()), new ChannelEnd(pipe.source()));
        }

        @Override
        Ends connected(Engine engine) throws IOException {
            Path directory = Files.createTempDirectory("rig");
            var address = UnixDomainSocketAddress.of(directory.resolve("socket"));
            try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(address);
                SocketChannel near = SocketChannel.open(address);
                return new Ends(new Pipe(near), new ChannelEnd(server.accept()));
            } finally {
                Files.delete(address.getPath());
                Files.delete(directory);
            }
        }
    },
    /** Completions, some turns later. */
    MEMORY {
        @Override
        EventLoop newLoop() {
            return new SelectorEventLoop();
        }

        @Override
        Engine engine(EventLoop loop) {
            return new MemoryEngine(loop, 1);
        }

        @Override
        Ends readable(Engine engine) {
            var stream = new MemoryStream();
            return new Ends(
                    ((MemoryEngine) engine).register(stream, null), new MemoryEnd(null, stream));
        }

        @Override
        Ends writable(Engine engine) {
            var stream = new MemoryStream();
            return new Ends(
                    ((MemoryEngine) engine).register(null, stream), new MemoryEnd(stream, null));
        }

        @Override
        Ends connected(Engine engine) {
            var in = new MemoryStream();
            var out = new MemoryStream();
            return new Ends(((MemoryEngine) engine).register(in, out), new MemoryEnd(out, in));
        }
    };

    /** The end for a transport, and the other one. */
    record Ends(Pipe near, @Nullable FarEnd far) {}

    /** The end that the test holds; nothing here waits. */
    interface FarEnd {
        /** Writes as much as fits; returns how many bytes. */
        int send(ByteBuffer data) throws IOException;

        /** Reads what is there; -1 at the end, 0 if nothing is there yet. */
        int receive(ByteBuffer target) throws IOException;

        /** Ends what is sent, for a connection. */
        void endOutput() throws IOException;

        void close() throws IOException;

        default void send(String text) throws IOException {
            send(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
    }

    /** A loop over the selector of this name. */
    EventLoop newLoop() {
        return new SelectorEventLoop(Selectors.open(name()));
    }

    Engine engine(EventLoop loop) {
        return Engines.of(loop);
    }

    /** A pipe to receive from. */
    Ends readable(Engine engine) throws IOException {
        FdPair pipe = FdTable.pipe(false, true);
        return new Ends(new Pipe(pipe.readEnd()), new FdEnd(pipe.writeEnd()));
    }

    /** A pipe to send to. */
    Ends writable(Engine engine) throws IOException {
        FdPair pipe = FdTable.pipe(true, false);
        return new Ends(new Pipe(pipe.writeEnd()), new FdEnd(pipe.readEnd()));
    }

    /** A connection, to receive from and to send to. */
    Ends connected(Engine engine) throws IOException {
        FdPair pair = FdTable.socketpair(false, true);
        return new Ends(new Pipe(pair.readEnd()), new FdEnd(pair.writeEnd()));
    }

    private record FdEnd(int fd) implements FarEnd {
        @Override
        public int send(ByteBuffer data) throws IOException {
            return Math.max(0, Fds.write(fd, data));
        }

        @Override
        public int receive(ByteBuffer target) throws IOException {
            int n = Fds.read(fd, target);
            return n == Fds.WOULD_BLOCK ? 0 : n;
        }

        @Override
        public void endOutput() throws IOException {
            FdTable.shutdownOutput(fd);
        }

        @Override
        public void close() throws IOException {
            FdTable.close(fd);
        }
    }

    private static final class ChannelEnd implements FarEnd {
        private final SelectableChannel channel;

        ChannelEnd(SelectableChannel channel) throws IOException {
            this.channel = channel;
            channel.configureBlocking(false);
        }

        @Override
        public int send(ByteBuffer data) throws IOException {
            return ((WritableByteChannel) channel).write(data);
        }

        @Override
        public int receive(ByteBuffer target) throws IOException {
            return ((ReadableByteChannel) channel).read(target);
        }

        @Override
        public void endOutput() throws IOException {
            ((SocketChannel) channel).shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record MemoryEnd(@Nullable MemoryStream in, @Nullable MemoryStream out)
            implements FarEnd {
        @Override
        public int send(ByteBuffer data) {
            return out.write(data);
        }

        @Override
        public int receive(ByteBuffer target) {
            int n = in.read(target);
            return n == 0 && in.writerClosed() ? -1 : n;
        }

        @Override
        public void endOutput() {
            out.closeWriter();
        }

        @Override
        public void close() {
            if (out != null) {
                out.closeWriter();
            }
            if (in != null) {
                in.closeReader();
            }
        }
    }
}
