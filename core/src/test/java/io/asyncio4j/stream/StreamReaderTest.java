package io.asyncio4j.stream;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.transport.ReadTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reading, without a descriptor in sight. */
@ExtendWith(LeakCheck.class)
class StreamReaderTest {
    private static final int LIMIT = 16;

    /** Only says whether it is paused. */
    private static final class Paused implements ReadTransport {
        boolean paused;

        @Override
        public void pauseReading() {
            paused = true;
        }

        @Override
        public void resumeReading() {
            paused = false;
        }

        @Override
        public boolean isReading() {
            return !paused;
        }

        @Override
        public void close() {}

        @Override
        public boolean isClosing() {
            return false;
        }

        @Override
        public BaseProtocol getProtocol() {
            return new Protocol() {};
        }

        @Override
        public void setProtocol(BaseProtocol protocol) {}

        @Override
        public @Nullable Object getExtraInfo(String name) {
            return null;
        }
    }

    private static StreamReader reader(String... chunks) {
        var reader = new StreamReader(getRunningLoop(), LIMIT);
        for (String chunk : chunks) {
            feed(reader, chunk);
        }
        return reader;
    }

    private static void feed(StreamReader reader, String text) {
        reader.feedData(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    @Test
    @DisplayName("lines are found across chunks, with either end")
    void readLine_acrossChunks() throws Exception {
        run(() -> {
            StreamReader reader = reader("a", "b\nc\r", "\n\n", "end");
            reader.feedEof();
            assertThat(reader.readLine()).isEqualTo("ab");
            assertThat(reader.readLine()).isEqualTo("c");
            assertThat(reader.readLine()).isEmpty();
            assertThat(reader.atEof()).isFalse();
            assertThat(reader.readLine()).isEqualTo("end");
            assertThat(reader.atEof()).isTrue();
            assertThat(reader.readLine()).isNull();
            assertThat(reader.readLineBytes()).isNull();
        });
    }

    @Test
    @DisplayName("a separator that arrives in two parts is found")
    void readUntil_splitSeparator_found() {
        run(() -> {
            StreamReader reader = reader("ab#");
            var task = createTask(() -> reader.readUntil("##".getBytes(UTF_8)));
            sleep(Duration.ZERO);
            feed(reader, "#rest");
            assertThat(await(task)).asString().isEqualTo("ab##");
            assertThat(reader.readAvailable()).asString().isEqualTo("rest");
        });
    }

    @Test
    @DisplayName("a stream that ends too early says what there was")
    void readExactly_endTooEarly_throwsWithPartial() throws Exception {
        run(() -> {
            StreamReader reader = reader("abc");
            reader.feedEof();
            assertThatThrownBy(() -> reader.readExactly(5))
                    .isInstanceOfSatisfying(
                            IncompleteReadException.class,
                            e -> {
                                assertThat(e.partial()).asString().isEqualTo("abc");
                                assertThat(e.expected()).isEqualTo(5);
                            });
            assertThat(reader.read(1)).isEmpty();
        });
    }

    @Test
    @DisplayName("a line longer than the limit is refused and stays")
    void readLine_tooLong_throwsAndKeeps() throws Exception {
        run(() -> {
            String line = "x".repeat(LIMIT + 1);
            StreamReader reader = reader(line, "\n");
            assertThatThrownBy(reader::readLine)
                    .isInstanceOfSatisfying(
                            LimitOverrunException.class,
                            e -> assertThat(e.consumed()).isEqualTo(LIMIT + 1));
            assertThat(reader.read(100)).asString().isEqualTo(line + "\n");
            feed(reader, line);
            assertThatThrownBy(reader::readLine).isInstanceOf(LimitOverrunException.class);
        });
    }

    @Test
    @DisplayName("reading pauses above twice the limit and resumes at the limit")
    void flow_pausesAndResumes() throws Exception {
        run(() -> {
            var transport = new Paused();
            StreamReader reader = reader();
            reader.setTransport(transport);
            feed(reader, "x".repeat(2 * LIMIT));
            assertThat(transport.paused).isFalse();
            feed(reader, "x");
            assertThat(transport.paused).isTrue();
            reader.read(LIMIT);
            assertThat(transport.paused).isTrue();
            reader.read(1);
            assertThat(transport.paused).isFalse();
        });
    }

    @Test
    @DisplayName("a read of more than is ever held does not wait for ever")
    void readExactly_moreThanLimit_resumes() {
        run(() -> {
            var transport = new Paused();
            StreamReader reader = reader();
            reader.setTransport(transport);
            feed(reader, "x".repeat(3 * LIMIT));
            assertThat(transport.paused).isTrue();
            var task = createTask(() -> reader.readExactly(10 * LIMIT));
            sleep(Duration.ZERO);
            assertThat(transport.paused).isFalse();
            feed(reader, "x".repeat(7 * LIMIT));
            assertThat(await(task)).hasSize(10 * LIMIT);
        });
    }

    @Test
    @DisplayName("a cancelled wait takes nothing, not even when data came at the same time")
    void cancel_losesNothing() throws Exception {
        run(() -> {
            StreamReader reader = reader();
            var task = createTask(() -> reader.readLine());
            sleep(Duration.ZERO);
            feed(reader, "line\n");
            task.cancel();
            assertThatThrownBy(() -> await(task)).isInstanceOf(CancellationException.class);
            assertThat(reader.readLine()).isEqualTo("line");
        });
    }

    @Test
    @DisplayName("a failure reaches the one who waits, and those who come later")
    void setException_reachesReaders() {
        run(() -> {
            StreamReader reader = reader();
            var task = createTask(() -> reader.readLine());
            sleep(Duration.ZERO);
            var failure = new IOException("broken");
            reader.setException(failure);
            assertThatThrownBy(() -> await(task)).hasCause(failure);
            assertThatThrownBy(reader::readAll).isSameAs(failure);
        });
    }

    @Test
    @DisplayName("whatever the chunks and the reads, the bytes come out as they went in")
    void readsAndFeeds_atRandom_keepOrder() throws Exception {
        run(() -> {
            var random = new Random(42);
            var reader = new StreamReader(getRunningLoop(), 1 << 20);
            var fed = new ByteArrayOutputStream();
            var read = new ByteArrayOutputStream();
            for (int i = 0; i < 5_000; i++) {
                byte[] chunk = new byte[1 + random.nextInt(40)];
                random.nextBytes(chunk);
                fed.write(chunk);
                reader.feedData(ByteBuffer.wrap(chunk));
                if (i % 3 == 0) {
                    read.write(reader.read(1 + random.nextInt(120)));
                } else if (i % 50 == 0) {
                    read.write(reader.readAvailable());
                }
            }
            reader.feedEof();
            read.write(reader.readAll());
            assertThat(read.toByteArray()).isEqualTo(fed.toByteArray());
        });
    }
}
