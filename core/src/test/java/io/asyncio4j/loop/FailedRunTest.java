package io.asyncio4j.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.selector.NioSelector;
import io.asyncio4j.spi.LoopContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A loop that cannot even begin to run. */
class FailedRunTest {

    @Test
    @DisplayName("a run that fails at its beginning leaves the thread able to run loops")
    void runForever_stackOverflow_threadIsUsable() throws InterruptedException {
        runAt(0); // loads what is needed
        var failures = new int[1];
        var left = new LoopContext[1];
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            int fits = 0;
                            int overflows = 1 << 20;
                            while (overflows - fits > 1 && left[0] == null) {
                                int middle = (fits + overflows) / 2;
                                if (runAt(middle)) {
                                    fits = middle;
                                } else {
                                    overflows = middle;
                                    failures[0]++;
                                }
                                left[0] = LoopContext.current();
                            }
                            for (int depth = fits - 100;
                                    depth < fits + 100 && left[0] == null;
                                    depth++) {
                                failures[0] += runAt(depth) ? 0 : 1;
                                left[0] = LoopContext.current();
                            }
                        });
        thread.join();
        assertThat(failures[0]).isPositive();
        assertThat(left[0]).isNull();
    }

    /** Returns whether a loop could be run {@code depth} frames down. */
    private static boolean runAt(int depth) {
        var loop = new SelectorEventLoop(new NioSelector());
        loop.stop();
        try {
            descend(depth, loop);
            return true;
        } catch (StackOverflowError e) {
            return false;
        } finally {
            if (!loop.isRunning()) {
                loop.close();
            }
        }
    }

    private static void descend(int depth, SelectorEventLoop loop) {
        if (depth == 0) {
            loop.runForever();
        } else {
            descend(depth - 1, loop);
        }
    }
}
