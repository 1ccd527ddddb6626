package io.asyncio4j.os;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Buffers that the kernel takes one of when an operation has data, so that a thousand operations
 * that wait need no memory: a ring of provided buffers, Linux 5.19. For the thread of its ring.
 *
 * <p>The kernel takes them in turn, so that few are better than many: they stay in the processor's
 * cache.
 */
public final class UringBuffers {
    private static final int REGISTER_PBUF_RING = 22;
    private static final int UNREGISTER_PBUF_RING = 23;
    private static final int ENTRY = 16;
    private static final int TAIL = 14;
    private static final int PAGE = 4096;

    private static final VarHandle SHORTS =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private final int capacity;
    private final int size;
    private final ByteBuffer entries;
    private final List<NativeBuffer> buffers = new ArrayList<>();
    private short tail;

    /**
     * Registers a group, empty as yet.
     *
     * @param group the number that operations name it by
     * @param capacity how many buffers it can have, a power of two
     * @param size bytes of each
     * @throws IOException if the kernel refuses it
     */
    public UringBuffers(Uring uring, int group, int capacity, int size) throws IOException {
        this.capacity = capacity;
        this.size = size;
        int whole = (capacity * ENTRY + PAGE - 1) & -PAGE;
        ByteBuffer pages = ByteBuffer.allocateDirect(whole + PAGE).alignedSlice(PAGE);
        NativeBuffer ring = NativeBuffer.of(pages);
        this.entries = pages.order(ByteOrder.nativeOrder());
        NativeBuffer argument = NativeBuffer.allocate(40);
        argument.bytes().putLong(0, ring.address()).putInt(8, capacity).putShort(12, (short) group);
        if (uring.register(REGISTER_PBUF_RING, argument.address(), 1) < 0) {
            throw Errno.exception("io_uring_register", "buffers", uring.errno());
        }
    }

    /** Returns whether the kernel takes buffers in this way. */
    static boolean work(Uring uring) {
        try {
            var _ = new UringBuffers(uring, 0, 1, 1);
        } catch (IOException e) {
            return false;
        }
        return uring.register(UNREGISTER_PBUF_RING, NativeBuffer.allocate(40).address(), 1) >= 0;
    }

    /** Adds a buffer, whose number is that of those before; returns false if the group is full. */
    public boolean add() {
        if (buffers.size() == capacity) {
            return false;
        }
        buffers.add(NativeBuffer.allocate(size));
        recycle(buffers.size() - 1);
        return true;
    }

    /** Returns the memory of a buffer, from its beginning on. */
    public ByteBuffer bytes(int number, int length) {
        return buffers.get(number).bytes().clear().limit(length);
    }

    /** Gives a buffer back to the kernel. */
    public void recycle(int number) {
        int at = (tail & (capacity - 1)) * ENTRY;
        entries.putLong(at, buffers.get(number).address())
                .putInt(at + 8, size)
                .putShort(at + 12, (short) number);
        tail++;
        SHORTS.setRelease(entries, TAIL, tail);
    }
}
