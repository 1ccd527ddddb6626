package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A few threads and descriptors, held while the first jobs are started and let go when nothing is
 * being started. At a limit they are what the tool itself goes on with: the JVM makes a thread for
 * each signal that comes, and drops the signal if it cannot; looking for what is left of a process
 * group takes descriptors; a job's shell forks.
 *
 * <p>Belongs to the loop.
 */
final class Reserve {
    private static final int THREADS = 8;
    private static final int DESCRIPTORS = 4;
    private static final long STACK_BYTES = 16 * 1024;
    private static final String FILE = "/dev/null";

    private final CountDownLatch letGo = new CountDownLatch(1);
    private final List<FileInputStream> files = new ArrayList<>(DESCRIPTORS);

    private Reserve() {}

    /** Takes a reserve; null if the system does not give as much. */
    static @Nullable Reserve take() {
        return take(THREADS, DESCRIPTORS);
    }

    /** Returns whether there is as much as a reserve; what was taken to see ends a moment later. */
    static boolean isThere() {
        return isThere(THREADS, DESCRIPTORS);
    }

    /** Returns whether there can be so many more threads. */
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
                        // Nobody interrupts this thread; and then it ends, as it should.
                    }
                });
    }

    /** Gives all back, once; the threads end a moment later. */
    void release() {
        letGo.countDown();
        for (FileInputStream file : files) {
            try {
                file.close();
            } catch (IOException e) {
                // Then it is closed all the same.
            }
        }
        files.clear();
    }
}
