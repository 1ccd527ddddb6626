package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A few threads and descriptors, held while the first jobs are started and released when nothing is
 * being started. At a limit the tool itself continues with them: the JVM creates a thread for each
 * signal, and drops the signal if it cannot; finding the members of a process group takes
 * descriptors; a job's shell forks.
 *
 * <p>Used on the loop only.
 */
final class Reserve {
    private static final int THREADS = 8;
    private static final int DESCRIPTORS = 4;
    private static final long STACK_BYTES = 16 * 1024;
    private static final String FILE = "/dev/null";

    private final CountDownLatch letGo = new CountDownLatch(1);
    private final List<FileInputStream> files = new ArrayList<>(DESCRIPTORS);

    private Reserve() {}

    /** Acquires a reserve; returns null if the system does not provide as much. */
    static @Nullable Reserve take() {
        return take(THREADS, DESCRIPTORS);
    }

    /**
     * Returns whether a reserve is available; what was acquired to find out ends a moment later.
     */
    static boolean isThere() {
        return isThere(THREADS, DESCRIPTORS);
    }

    /** Returns whether {@code threads} more threads can be started. */
    static boolean isThere(int threads) {
        return isThere(threads, 0);
    }

    private static boolean isThere(int threads, int descriptors) {
        Reserve taken = take(threads, descriptors);
        if (taken == null) {
            return false;
        }
        taken.release();
        return true;
    }

    private static @Nullable Reserve take(int threads, int descriptors) {
        var reserve = new Reserve();
        try {
            for (int i = 0; i < threads; i++) {
                reserve.holdThread();
            }
            for (int i = 0; i < descriptors; i++) {
                reserve.files.add(new FileInputStream(FILE));
            }
            return reserve;
        } catch (OutOfMemoryError | IOException e) {
            reserve.release();
            return null;
        }
    }

    private void holdThread() {
        Thread.ofPlatform()
                .daemon()
                .name("asyncio4j-reserve")
                .stackSize(STACK_BYTES)
                .inheritInheritableThreadLocals(false)
                .start(() -> {
                    try {
                        letGo.await();
                    } catch (InterruptedException e) {
                        // This thread is never interrupted; if it were, it would end, as it should.
                    }
                });
    }

    /** Releases everything, once; the threads end a moment later. */
    void release() {
        letGo.countDown();
        for (FileInputStream file : files) {
            try {
                file.close();
            } catch (IOException e) {
                // It is closed all the same.
            }
        }
        files.clear();
    }
}
