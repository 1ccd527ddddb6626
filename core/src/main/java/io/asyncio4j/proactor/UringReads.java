package io.asyncio4j.proactor;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.os.Uring;
import io.asyncio4j.os.UringBuffers;
import io.asyncio4j.os.UringFeatures;
import io.asyncio4j.os.UringOp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The reads of one proactor, done as well as the kernel can: with memory that the kernel takes from
 * one group when there is data, so that a stream that waits has none; or else with memory of each
 * read's own. The group has few pieces until they do not suffice.
 *
 * <p>A read that goes on looks for more each time it has brought something. Where much arrives, the
 * other side is writing just then, so that the look waits for it to finish, and both take turns
 * instead of working at the same time. So large pieces are read one by one.
 */
final class UringReads {
    private static final int GROUP = 1;
    private static final int STEP = 4;
    private static final int MOST = 64;
    private static final int SIZE = 64 * 1024;

    // One by one, blocks of 64 KiB come half as fast again, and those of 1 KiB a tenth slower.
    private static final int LARGE = 32 * 1024;
    private static final int SMALL = 8 * 1024;

    private final UringFeatures features;
    private @Nullable Uring groupOf;
    private @Nullable UringBuffers buffers;
    private final List<Lent> group = new ArrayList<>();

    UringReads(UringFeatures features) {
        this.features = features;
    }

    /** A buffer of the group. */
    private static final class Lent implements Provided {
        private final UringBuffers owner;
        private final int number;
        private int length;

        Lent(UringBuffers owner, int number) {
            this.owner = owner;
            this.number = number;
        }

        @Override
        public ByteBuffer bytes() {
            return owner.bytes(number, length);
        }

        @Override
        public void recycle() {
            owner.recycle(number);
        }
    }

    /** The memory of one read, which is not submitted again before what it brought is recycled. */
    static final class Own implements Provided {
        private final NativeBuffer memory = NativeBuffer.allocate(SIZE);
        private int length;

        @Override
        public ByteBuffer bytes() {
            return memory.bytes().clear().limit(length);
        }

        @Override
        public void recycle() {}
    }

    /** Prepares a read; registers the group with the first one of a ring. */
    void prepare(Read read, Uring ring, long data) throws IOException {
        int fd = read.port.fd();
        if (!features.bufferRing()) {
            if (read.memory == null) {
                read.memory = new Own();
            }
            ring.prepare(UringOp.READ, fd, read.memory.memory, 0, SIZE, data);
            return;
        }
        if (groupOf != ring) {
            register(ring);
        }
        if (features.readMultishot() && !read.isBulk) {
            ring.prepare(UringOp.READ_MULTISHOT, fd, 0, 0, -1, 0, data);
        } else {
            ring.prepare(UringOp.READ, fd, 0, SIZE, -1, 0, data);
        }
        ring.selectBuffer(GROUP);
    }

    private void register(Uring ring) throws IOException {
        buffers = new UringBuffers(ring, GROUP, MOST, SIZE);
        groupOf = ring;
        group.clear();
        addTo(buffers);
    }

    private void addTo(UringBuffers owner) {
        for (int i = 0; i < STEP && owner.add(); i++) {
            group.add(new Lent(owner, group.size()));
        }
    }

    /** Returns what a read has brought, or null; notes whether that is much. */
    @Nullable
    Provided piece(Read read, int result, int buffer) {
        if (result >= LARGE) {
            read.isBulk = true;
        } else if (result > 0 && result < SMALL) {
            read.isBulk = false;
        }
        if (buffer >= 0) {
            Lent lent = group.get(buffer);
            if (result <= 0) {
                lent.recycle();
                return null;
            }
            lent.length = result;
            return lent;
        }
        if (result == Proactor.NOTHING_LEFT && buffers != null) {
            addTo(buffers);
        }
        if (result <= 0) {
            return null;
        }
        Own own = Objects.requireNonNull(read.memory);
        own.length = result;
        return own;
    }
}
