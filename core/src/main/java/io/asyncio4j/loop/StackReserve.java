package io.asyncio4j.loop;

/** Checks that the stack has room, before anything is changed. */
final class StackReserve {

    // Small frames. The code that follows may run an iteration of the loop, polling included.
    private static final int FRAMES = 256;

    private StackReserve() {}

    /** Throws {@link StackOverflowError} if little is left of the calling thread's stack. */
    static void require() {
        var _ = descend(FRAMES);
    }

    private static int descend(int frames) {
        return frames == 0 ? 0 : descend(frames - 1) + 1;
    }
}
