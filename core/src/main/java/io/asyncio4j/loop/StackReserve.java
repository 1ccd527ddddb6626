package io.asyncio4j.loop;

/** Finds out whether the stack has room, while nothing has been changed yet. */
final class StackReserve {

    // Small ones. What follows may take the loop through an iteration, polling included.
    private static final int FRAMES = 256;

    private StackReserve() {}

    /** Throws {@link StackOverflowError} if there is little left of the calling thread's stack. */
    static void require() {
        var _ = descend(FRAMES);
    }

    private static int descend(int frames) {
        return frames == 0 ? 0 : descend(frames - 1) + 1;
    }
}
