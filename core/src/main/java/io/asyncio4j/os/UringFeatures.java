package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What io_uring of this kernel can do, of the things that not every kernel can. The rest works
 * without.
 *
 * @param readMultishot one read brings data again and again: Linux 6.7
 * @param bufferRing memory is taken from a group when there is data: Linux 5.19
 * @param waitId children are waited for: Linux 6.7
 */
public record UringFeatures(boolean readMultishot, boolean bufferRing, boolean waitId) {

    private static final int REGISTER_PROBE = 8;
    private static final int PROBE_HEAD = 16;
    private static final int PROBE_ENTRY = 8;

    /**
     * Asks the kernel.
     *
     * @throws IOException if io_uring cannot be used here, saying why
     */
    public static UringFeatures probe() throws IOException {
        try (var ring = new Uring(1, 2)) {
            ring.prepare(UringOp.NOP, -1, 0, 0, 0, 0, 0);
            ring.enter(-1); // which may be forbidden alone
            boolean buffers = UringBuffers.work(ring);
            return new UringFeatures(
                    buffers && supports(ring, UringOp.READ_MULTISHOT),
                    buffers,
                    supports(ring, UringOp.WAITID));
        }
    }

    private static boolean supports(Uring ring, UringOp op) {
        int count = UringOp.LAST + 1;
        NativeBuffer probe = NativeBuffer.allocate(PROBE_HEAD + PROBE_ENTRY * count);
        if (ring.register(REGISTER_PROBE, probe.address(), count) < 0) {
            return false;
        }
        ByteBuffer b = probe.bytes();
        return op.code() <= (b.get(0) & 0xff)
                && (b.getShort(PROBE_HEAD + PROBE_ENTRY * op.code() + 2) & 1) != 0;
    }

    /** Returns why io_uring cannot be used here, or null if it can. */
    public static @Nullable String unavailableReason() {
        if (!NativeAccess.available()) {
            return NativeAccess.reason();
        }
        if (Os.HOST != Os.LINUX) {
            return "io_uring is Linux only";
        }
        try {
            probe();
            return null;
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Returns why children cannot be waited for with io_uring here, or null if they can. */
    public static @Nullable String waitIdUnavailableReason() {
        String reason = unavailableReason();
        if (reason != null) {
            return reason;
        }
        try {
            return probe().waitId()
                    ? null
                    : "io_uring of this kernel has no operation WAITID: Linux 6.7 or newer is"
                            + " needed";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
