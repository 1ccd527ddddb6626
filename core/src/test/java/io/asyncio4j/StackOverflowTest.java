package io.asyncio4j;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.asyncio4j.testing.ForkedJvm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A stack that ends where a task gives way, at each depth around the end. */
class StackOverflowTest {

    // The runtime's own, seen with 25.0.3: an overflow that meets the unmounting of a thread.
    private static final String CRASH = "A fatal error has been detected by the Java Runtime";

    @Test
    @DisplayName(
            "A stack that overflows in the midst of an await ends the task, and the loop goes on")
    void stackOverflow_inAwait() throws Exception {
        List<String> flags = List.of("-XX:ErrorFile=/dev/null", "-XX:-CreateCoredumpOnCrash");
        String output = ForkedJvm.run(List.of(), flags, Program.class);
        assumeThat(output).as("what the JVM can do").doesNotContain(CRASH);
        assertThat(output).endsWith("goes on\nstatus 0\n");
    }

    static final class Program {
        public static void main(String[] args) {
            run(() -> {
                int ended = 0;
                while (ended == 0) { // compiled meanwhile, the same depth takes less of the stack
                    int fits = deepest();
                    for (int depth = fits - 100; depth < fits + 100; depth++) {
                        ended += sleepsAt(depth) ? 0 : 1;
                    }
                }
                sleep(Duration.ZERO);
                System.out.println("goes on");
            });
        }
    }

    private static int deepest() {
        int fits = 0;
        int overflows = 1 << 20;
        while (overflows - fits > 1) {
            int middle = (fits + overflows) / 2;
            if (sleepsAt(middle)) {
                fits = middle;
            } else {
                overflows = middle;
            }
        }
        return fits;
    }

    /** Returns whether a task that sleeps {@code depth} frames down goes on. */
    private static boolean sleepsAt(int depth) {
        Task<?> task = createTask(() -> descend(depth));
        try {
            await(task);
            return true;
        } catch (StackOverflowError | ExceptionInInitializerError | NoClassDefFoundError e) {
            return false; // the latter two of the JDK, whose classes may be loaded down there
        }
    }

    private static void descend(int depth) {
        if (depth == 0) {
            sleep(Duration.ZERO);
        } else {
            descend(depth - 1);
        }
    }
}
