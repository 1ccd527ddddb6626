package io.asyncio4j.io;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.Engines;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.UringFeatures;
import io.asyncio4j.proactor.ReplayedProactor;
import io.asyncio4j.proactor.UringProactor;
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
    IO_URING {
        @Override
        EventLoop newLoop() throws IOException {
            return new ProactorEventLoop();
        }
    },
    NIO {
        @Override
        Ends readable(Engine engine) throws IOException {
            return readableChannel();
        }

        @Override
        Ends writable(Engine engine) throws IOException {
            return writableChannel();
        }

        @Override
        Ends connected(Engine engine) throws IOException {
            return connectedChannel();
        }
    },
    /** Threads that wait in channels. */
    PORTABLE {
        @Override
        EventLoop newLoop() {
            return ProactorEventLoop.portable();
        }

        @Override
        Ends readable(Engine engine) throws IOException {
            return readableChannel();
        }

        @Override
        Ends writable(Engine engine) throws IOException {
            return writableChannel();
        }

        @Override
        Ends connected(Engine engine) throws IOException {
            return connectedChannel();
        }
    },
    /** io_uring of Linux 5.19: no read goes on, and each write is an operation. */
    IO_URING_5_19 {
        @Override
        EventLoop newLoop() throws IOException {
            return Engines.over(new UringProactor(new UringFeatures(false, true, false)));
        }
    },
    /** io_uring of Linux 5.11: each read has memory of its own. */
    IO_URING_5_11 {
        @Override
        EventLoop newLoop() throws IOException {
            return Engines.over(new UringProactor(new UringFeatures(false, false, false)));
        }
    },
    /** Completions that are late, small and out of order. */
    REPLAYED {
        @Override
        EventLoop newLoop() throws IOException {
            return Engines.over(new ReplayedProactor(1));
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

    private static Ends readableChannel() throws IOException {
        var pipe = java.nio.channels.Pipe.open();
        return new Ends(new Pipe(pipe.source()), new ChannelEnd(pipe.sink()));
    }

    private static Ends writableChannel() throws IOException {
        var pipe = java.nio.channels.Pipe.open();
        return new Ends(new Pipe(pipe.sink()), new ChannelEnd(pipe.source()));
    }

    private static Ends connectedChannel() throws IOException {
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

    /** Aborts a test if this engine does not work here, as without native access. */
    void assumeWorks() {
        assumeTrue(
                this == NIO || this == PORTABLE || NativeAccess.available(), NativeAccess.reason());
    }

    /** A loop over the selector of this name. */
    EventLoop newLoop() throws IOException {
        return new SelectorEventLoop(Selectors.open(name()));
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
}
