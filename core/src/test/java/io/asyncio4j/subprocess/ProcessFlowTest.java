package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How much is under way between a task and its child, and who waits for whom. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record ProcessFlowTest(LoopKind loops) {

    @Test
    @DisplayName("drain fails once the reader has gone")
    void drain_readerGone_throws() throws Exception {
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("true").stdin(PIPE))) {
                p.waitFor();
                p.stdin().write(new byte[1 << 20]);
                assertThatThrownBy(() -> p.stdin().drain()).isInstanceOf(IOException.class);
                return null;
            }
        });
    }

    @Test
    @DisplayName("64 MiB through cat, both ways, without holding them")
    void backpressure_bothWays_boundsMemory() throws Exception {
        long total = 64L << 20;
        long read =
                loops.run(() -> {
                    var cat = Command.exec("cat").stdin(PIPE).stdout(PIPE);
                    try (var p = createSubprocess(cat)) {
                        var feeder =
                                createTask(() -> {
                                    byte[] chunk = new byte[100_000];
                                    for (long sent = 0; sent < total; ) {
                                        int n = (int) Math.min(chunk.length, total - sent);
                                        p.stdin().write(ByteBuffer.wrap(chunk, 0, n));
                                        p.stdin().drain();
                                        sent += n;
                                        assertThat(p.stdin().transport().getWriteBufferSize())
                                                .isLessThanOrEqualTo(65_536);
                                    }
                                    p.stdin().close();
                                    return null;
                                });
                        long count = 0;
                        for (byte[] some; (some = p.stdout().read(1 << 20)).length > 0; ) {
                            assertThat(some.length).isLessThanOrEqualTo(3 * 65_536);
                            count += some.length;
                        }
                        await(feeder);
                        assertThat(p.waitFor().isSuccess()).isTrue();
                        return count;
                    }
                });
        assertThat(read).isEqualTo(total);
    }

    @Test
    @DisplayName("a reader that does not read stops the child, not the memory")
    void slowReader_pausesTheChild() throws Exception {
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("yes").stdout(PIPE).limit(1000))) {
                assertThat(p.stdout().readLine()).isEqualTo("y");
                awaitState(p, "paused");
                for (int turn = 0; turn < 20; turn++) {
                    sleep(Duration.ZERO);
                }
                assertThat(p.stdout().readAvailable().length).isBetween(2000, 2000 + 65_536);
                assertThat(p.stdout().readExactly(1 << 20)).hasSize(1 << 20);
                return null;
            }
        });
    }

    @Test
    @DisplayName("two tasks cannot wait for one stream")
    void secondReader_refused() throws Exception {
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("sleep", "100").stdout(PIPE))) {
                var first = createTask(() -> p.stdout().readLine());
                sleep(Duration.ZERO);
                assertThatThrownBy(() -> p.stdout().read(1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("another task");
                first.cancel();
                return null;
            }
        });
    }

    @Test
    @DisplayName("1 GiB is read without being held")
    void read_moreThanTheHeap_isNotHeld() throws Exception {
        long total = 1L << 30;
        long read =
                loops.run(() -> {
                    var head = Command.exec("head", "-c", "" + total, "/dev/zero").stdout(PIPE);
                    try (var p = createSubprocess(head)) {
                        long count = 0;
                        for (byte[] some; (some = p.stdout().read(1 << 20)).length > 0; ) {
                            count += some.length;
                        }
                        assertThat(p.waitFor().isSuccess()).isTrue();
                        return count;
                    }
                });
        assertThat(read).isEqualTo(total);
    }

    /** Waits until the reader of a child's output says {@code words} of itself. */
    static void awaitState(ChildProcess p, String words) {
        while (!p.stdout().toString().contains(words)) {
            sleep(Duration.ZERO);
        }
    }
}
