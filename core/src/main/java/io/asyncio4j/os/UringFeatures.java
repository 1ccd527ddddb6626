package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Function;

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
     * Asks the kernel, with a ring of its own.
     *
     * @throws IOException if io_uring cannot be used here, saying why
     */
    public static UringFeatures probe() throws IOException {
        try (var ring = new Uring(1, 2)) {
            return of(ring);
        }
    }

    /**
     * Asks the kernel with a new ring, which can be used afterwards.
     *
     * @throws IOException if the ring cannot be used, saying why
     */
    public static UringFeatures of(Uring ring) throws IOException {
        ring.prepare(UringOp.NOP, -1, 0, 0, 0, 0, 0);
        ring.enter(-1); // which may be forbidden alone
        ring.next();
        ring.advance();
        boolean buffers = UringBuffers.work(ring);
        return new UringFeatures(
                buffers && supports(ring, UringOp.READ_MULTISHOT),
                buffers,
                supports(ring, UringOp.WAITID));
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
        return unavailableReason(features -> null);
    }

    /** Returns why children cannot be waited for with io_uring here, or null if they can. */
    public static @Nullable String waitIdUnavailableReason() {
        return unavailableReason(features ->
                features.waitId()
                        ? null
                        : "io_uring of this kernel has no operation WAITID: Linux 6.7 or"
                                + " newer is needed");
    }

    private static @Nullable String unavailableReason(
            Function<UringFeatures, @Nullable String> missing) {
        if (!NativeAccess.available()) {
            return NativeAccess.reason();
        }
        if (Os.HOST != Os.LINUX) {
            return "io_uring is Linux only";
        }
        try {
            return missing.apply(probe());
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
