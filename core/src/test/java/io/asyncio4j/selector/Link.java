package io.asyncio4j.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.os.NativeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;

/** A pipe whose ends can be registered; it writes down what is reported. */
abstract class Link implements AutoCloseable {
    private Selector.@Nullable Key reader;
    private Selector.@Nullable Key writer;

    abstract Selector.Key watch(boolean readEnd, int ops, Selector.Listener listener)
            throws IOException;

    abstract void send() throws IOException;

    abstract void receive() throws IOException;

    abstract void closeEnd(boolean readEnd) throws IOException;

    Selector.Key register(boolean readEnd, int ops, Selector.Listener listener) throws IOException {
        Selector.Key key = watch(readEnd, ops, listener);
        if (readEnd) {
            reader = key;
        } else {
            writer = key;
        }
        return key;
    }

    Selector.Key register(boolean readEnd, int ops, String name) throws IOException {
        return register(readEnd, ops, ready -> SelectorTest.READY.add(name + ":" + ready));
    }

    void unregister(boolean readEnd) {
        Selector.Key key = readEnd ? reader : writer;
        if (key != null) {
            key.cancel();
        }
    }

    void closeWriter() throws IOException {
        unregister(false);
        closeEnd(false);
    }

    @Override
    public void close() throws IOException {
        unregister(true);
        closeEnd(true);
    }

    static final class FdLink extends Link {
        private final Selector selector;
        private final FdPair pipe = FdTable.pipe(true, true);
        private final NativeBuffer one = NativeBuffer.allocate(1);

        FdLink(Selector selector) throws IOException {
            this.selector = selector;
        }

        private int end(boolean readEnd) {
            return readEnd ? pipe.readEnd() : pipe.writeEnd();
        }

        @Override
        Selector.Key watch(boolean readEnd, int ops, Selector.Listener listener)
                throws IOException {
            return selector.register(end(readEnd), ops, listener);
        }

        @Override
        void send() throws IOException {
            assertThat(Fds.write(pipe.writeEnd(), one, 0, 1)).isEqualTo(1);
        }

        @Override
        void receive() throws IOException {
            assertThat(Fds.read(pipe.readEnd(), one, 0, 1)).isEqualTo(1);
        }

        @Override
        void closeEnd(boolean readEnd) throws IOException {
            FdTable.close(end(readEnd));
        }
    }

    static final class ChannelLink extends Link {
        private final Selector selector;
        private final Pipe pipe = Pipe.open();

        ChannelLink(Selector selector) throws IOException {
            this.selector = selector;
            pipe.source().configureBlocking(false);
            pipe.sink().configureBlocking(false);
        }

        private SelectableChannel end(boolean readEnd) {
            return readEnd ? pipe.source() : pipe.sink();
        }

        @Override
        Selector.Key watch(boolean readEnd, int ops, Selector.Listener listener)
                throws IOException {
            return selector.register(end(readEnd), ops, listener);
        }

        @Override
        void send() throws IOException {
            assertThat(pipe.sink().write(ByteBuffer.allocate(1))).isEqualTo(1);
        }

        @Override
        void receive() throws IOException {
            assertThat(pipe.source().read(ByteBuffer.allocate(1))).isEqualTo(1);
        }

        @Override
        void closeEnd(boolean readEnd) throws IOException {
            end(readEnd).close();
        }
    }
}
