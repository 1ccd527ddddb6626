package io.asyncio4j.proactor;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.Channel;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayDeque;

/**
 * Reads a channel ahead into two pieces of memory, while a {@link Read} is in flight. What arrives
 * when there is none any more is kept for the next one.
 */
final class ReadPump extends Pump {
    private static final int PIECES = 2;
    private static final int SIZE = 64 * 1024;

    /** Memory of this pump, filled and lent to the loop. */
    private final class Piece implements Provided {
        private final ByteBuffer memory = ByteBuffer.allocate(SIZE);
        private int length;

        @Override
        public ByteBuffer bytes() {
            return memory.clear().limit(length);
        }

        @Override
        public void recycle() {
            synchronized (port) {
                free.add(this);
            }
            advance();
        }
    }

    // Guarded by the port.
    private final ArrayDeque<Piece> free = new ArrayDeque<>(PIECES);
    private final ArrayDeque<Piece> arrived = new ArrayDeque<>(PIECES);
    private int made;
    private @Nullable Piece filling;
    private boolean ended;
    private @Nullable IOException failure;
    private @Nullable Read read;

    ReadPump(NioProactor proactor, Port port) {
        super(proactor, port);
    }

    /** Begins an operation. On the loop. */
    void start(Read operation) {
        boolean news;
        synchronized (port) {
            if (isOver(operation)) {
                return;
            }
            read = operation;
            news = ended || !arrived.isEmpty();
        }
        if (news) {
            proactor.post(this);
        }
        advance();
    }

    /** Ends the operation, whose completion is the caller's. On the loop. */
    void stop() {
        synchronized (port) {
            read = null;
        }
    }

    @Override
    @Nullable
    ByteBuffer next() {
        if (read == null || ended) {
            return null;
        }
        if (filling == null) {
            filling = free.poll();
            if (filling == null && made < PIECES) {
                made++;
                filling = new Piece();
            }
        }
        return filling == null ? null : filling.memory.clear();
    }

    @Override
    int move(Channel channel, ByteBuffer memory) throws IOException {
        return ((ReadableByteChannel) channel).read(memory);
    }

    @Override
    void begin(AsynchronousByteChannel channel, ByteBuffer memory) {
        channel.read(memory, memory, this);
    }

    @Override
    void moved(int n, @Nullable IOException thrown) {
        Piece piece = filling;
        if (n >= 0 && piece != null) {
            filling = null;
            piece.length = n;
            arrived.add(piece);
        } else {
            ended = true;
            failure = thrown;
        }
    }

    @Override
    void deliver() {
        for (int i = 0; i <= PIECES; i++) {
            Read to;
            Piece piece;
            synchronized (port) {
                to = read;
                piece = arrived.peek();
                if (to == null || (piece == null && !ended)) {
                    return;
                }
                if (piece != null) {
                    arrived.remove();
                } else {
                    read = null;
                    to.thrown = failure;
                }
            }
            if (piece != null) {
                to.completed(piece.length, piece, true);
            } else {
                proactor.completed(to, to.thrown == null ? 0 : Proactor.THREW);
            }
        }
    }
}
