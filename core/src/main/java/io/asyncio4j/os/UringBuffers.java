package io.asyncio4j.os;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Buffers that the kernel takes one of when an operation has data, so that a thousand operations
 * that wait need no memory: a ring of provided buffers, Linux 5.19. For the thread of its ring.
 */
public final class UringBuffers {
    private static final int REGISTER_PBUF_RING = 22;
    private static final int ENTRY = 16;
    private static final int TAIL = 14;
    private static final int PAGE = 4096;

    private static final VarHandle SHORTS =
            MethodHandles.byteBufferViewVarHandle(short[].class, ByteOrder.nativeOrder());

    private final Uring uring;
    private final int group;
    private final int count;
    private final int size;
    private final NativeBuffer ring;
    private final ByteBuffer entries;
    private final NativeBuffer memory;
    private short tail;

    /**
     * Registers buffers.
     *
     * @param group the number that operations name them by
     * @param count how many, a power of two
     * @param size bytes of each
     * @throws IOException if the kernel refuses it
     */
    public UringBuffers(Uring uring, int group, int count, int size) throws IOException {
        this.uring = uring;
        this.group = group;
        this.count = count;
        this.size = size;
        this.memory = NativeBuffer.allocate(Math.multiplyExact(count, size));
        int whole = (count * ENTRY + PAGE - 1) & -PAGE;
        ByteBuffer pages = ByteBuffer.allocateDirect(whole + PAGE).alignedSlice(PAGE);
        this.ring = NativeBuffer.of(pages);
        this.entries = pages.order(ByteOrder.nativeOrder());
        NativeBuffer argument = NativeBuffer.allocate(40);
        argument.bytes().putLong(0, ring.address()).putInt(8, count).putShort(12, (short) group);
        if (uring.register(REGISTER_PBUF_RING, argument.address(), 1) < 0) {
            throw Errno.exception("io_uring_register", "buffers", uring.errno());
        }
        for (int i = 0; i < count; i++) {
            put(i);
        }
        publish();
    }

    /** Returns whether the kernel takes buffers in this way. */
    static boolean work(Uring uring) {
        try {
            var _ = new UringBuffers(uring, 0, 1, 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the memory of a buffer, from its beginning on. */
    public ByteBuffer bytes(int number, int length) {
        return memory.bytes().clear().limit(number * size + length).position(number * size);
    }

    /** Gives a buffer back to the kernel. */
    public void recycle(int number) {
        put(number);
        publish();
    }

    private void put(int number) {
        int at = (tail & (count - 1)) * ENTRY;
        entries.putLong(at, memory.address() + (long) number * size)
                .putInt(at + 8, size)
                .putShort(at + 12, (short) number);
        tail++;
    }

    private void publish() {
        SHORTS.setRelease(entries, TAIL, tail);
    }
}
