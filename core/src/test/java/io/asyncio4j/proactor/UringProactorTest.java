package io.asyncio4j.proactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.os.UringFeatures;
import io.asyncio4j.testing.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operations against the kernel, more than its rings hold, cancelled in time and too late. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class UringProactorTest {
    private static final int MANY = 10_000;
    private static final int BUFFERS = 64;

    private UringProactor proactor;
    private FdPair pipe;

    @BeforeEach
    void open() throws IOException {
        String reason = UringFeatures.unavailableReason();
        assumeTrue(reason == null, reason);
        proactor = new UringProactor();
        pipe = FdTable.pipe(false, false);
    }

    @AfterEach
    void close() throws IOException {
        if (proactor != null) {
            proactor.close();
            FdTable.closeQuietly(pipe.readEnd());
            FdTable.closeQuietly(pipe.writeEnd());
        }
    }

    private final class Readiness extends Poll {
        private final int mask;
        final List<Integer> results = new ArrayList<>(1);

        Readiness(int fd, int mask) {
            super(fd);
            this.mask = mask;
        }

        @Override
        protected int mask() {
            return mask;
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
            results.add(result);
        }
    }

    /** Collects what it reads. */
    private static class Collect extends Read {
        final List<Integer> results = new ArrayList<>();
        final List<Provided> kept = new ArrayList<>();
        final ByteArrayOutputStream text = new ByteArrayOutputStream();
        boolean keeps;

        Collect(int fd) {
            super(Port.of(fd));
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
            results.add(result);
            if (data != null && keeps) {
                kept.add(data);
            } else if (data != null) {
                take(data);
            }
        }

        private void take(Provided data) {
            byte[] bytes = new byte[data.bytes().remaining()];
            data.bytes().get(bytes);
            text.writeBytes(bytes);
            data.recycle();
        }

        void takeKept() {
            kept.forEach(this::take);
            kept.clear();
        }
    }

    private void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(Fds.write(pipe.writeEnd(), bytes)).isEqualTo(text.length());
    }

    private List<Readiness> polls(int fd, int mask) {
        List<Readiness> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            var each = new Readiness(fd, mask);
            all.add(each);
            proactor.submit(each);
        }
        return all;
    }

    @Test
    @DisplayName("more is submitted and completed at once than the rings hold")
    void submit_many_allComplete() throws IOException {
        List<Readiness> all = polls(pipe.writeEnd(), Poll.OUT);
        while (proactor.inFlight() > 0) {
            proactor.poll(-1);
        }
        assertThat(all).allMatch(each -> each.results.equals(List.of(Poll.OUT)));
    }

    @Test
    @DisplayName("completions that the ring cannot hold wait in the kernel")
    void completions_overflow_noneLost() throws IOException {
        List<Readiness> all = polls(pipe.readEnd(), Poll.IN);
        proactor.poll(0);
        assertThat(proactor.inFlight()).isEqualTo(MANY);
        send("x");
        while (proactor.inFlight() > 0) {
            proactor.poll(-1);
        }
        assertThat(all).allMatch(each -> each.results.equals(List.of(Poll.IN)));
    }

    @Test
    @DisplayName("each of many cancelled operations completes, once")
    void cancel_many_allComplete() throws IOException {
        List<Readiness> all = polls(pipe.readEnd(), Poll.IN);
        all.subList(0, MANY / 2).forEach(proactor::cancel); // before it has begun
        proactor.poll(0);
        all.subList(MANY / 2, MANY).forEach(proactor::cancel);
        all.forEach(proactor::cancel);
        while (proactor.inFlight() > 0) {
            proactor.poll(-1);
        }
        assertThat(all).allMatch(each -> each.results.equals(List.of(Proactor.CANCELLED)));
    }

    @Test
    @DisplayName("a cancellation that comes too late ends nothing else")
    void cancel_late_sparesTheNext() throws IOException {
        for (int i = 0; i < 1000; i++) {
            var early = new Readiness(pipe.writeEnd(), Poll.OUT);
            proactor.submit(early);
            proactor.poll(0);
            proactor.cancel(early); // completed, or about to be
            var late = new Readiness(pipe.readEnd(), Poll.IN);
            proactor.submit(late);
            proactor.poll(0);
            proactor.poll(0);
            assertThat(late.results).isEmpty();
            proactor.cancel(late);
            while (proactor.inFlight() > 0) {
                proactor.poll(-1);
            }
            assertThat(early.results).hasSize(1);
            assertThat(late.results).containsExactly(Proactor.CANCELLED);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, true", "false, false"})
    @DisplayName("a read that is cancelled while data arrives brings the data or leaves it")
    void cancel_racesWithData_nothingLost(boolean multishot, boolean ring) throws Exception {
        proactor.close();
        proactor = new UringProactor(new UringFeatures(multishot, ring, false));
        int total = 5_000;
        Thread writer =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                for (int i = 0; i < total; i++) {
                                    send(String.valueOf((char) ('a' + i % 26)));
                                }
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        });
        var random = new Random(7);
        var read = new Collect(pipe.readEnd());
        while (read.text.size() < total) {
            if (!read.isInFlight()) {
                proactor.submit(read);
            } else if (random.nextBoolean()) {
                proactor.cancel(read);
            }
            proactor.poll(random.nextInt(3) * 50_000L);
        }
        writer.join();
        byte[] bytes = read.text.toByteArray();
        assertThat(bytes).hasSize(total);
        for (int i = 0; i < total; i++) {
            assertThat(bytes[i]).isEqualTo((byte) ('a' + i % 26));
        }
        assertThat(read.results).allMatch(each -> each > 0 || each == Proactor.CANCELLED);
    }

    @Test
    @DisplayName("when all memory is lent, reads end and lose nothing")
    void read_memoryLent_triesAgain() throws IOException {
        var read = new Collect(pipe.readEnd());
        read.keeps = true;
        proactor.submit(read);
        StringBuilder sent = new StringBuilder();
        while (read.kept.size() < BUFFERS || read.results.getLast() != Proactor.NOTHING_LEFT) {
            if (!read.isInFlight()) {
                proactor.submit(read); // there is more memory now
            }
            String piece = "piece " + sent.length() + "\n";
            send(piece);
            sent.append(piece);
            proactor.poll(0);
        }
        assertThat(read.isInFlight()).isFalse();
        read.takeKept();
        read.keeps = false;
        proactor.submit(read);
        while (read.text.size() < sent.length()) {
            proactor.poll(-1);
        }
        assertThat(read.text.toString(StandardCharsets.US_ASCII)).isEqualTo(sent.toString());
    }

    @Test
    @DisplayName("large pieces are read one by one, and small ones go on")
    void read_largePieces_oneByOne() throws IOException {
        assumeTrue(UringFeatures.probe().readMultishot(), "no read goes on here");
        var read = new Collect(pipe.readEnd());
        proactor.submit(read);
        proactor.poll(0);
        send("x".repeat(40_000));
        for (int pieces = 1; read.isInFlight(); pieces++) {
            assertThat(pieces).as("ended by the proactor").isLessThan(10);
            proactor.poll(-1);
        }
        assertThat(read.results).containsExactly(40_000, Proactor.CANCELLED);
        List<Boolean> goesOn = new ArrayList<>();
        for (int size : new int[] {40_000, 10_000, 1, 2, 3}) {
            if (!read.isInFlight()) {
                proactor.submit(read);
            }
            send("y".repeat(size));
            while (read.results.getLast() != size) {
                proactor.poll(-1);
            }
            goesOn.add(read.isInFlight());
        }
        assertThat(goesOn).containsExactly(false, false, false, true, true);
        assertThat(read.text.size()).isEqualTo(90_006);
    }

    @Test
    @DisplayName("closing ends thousands of pending operations, and leaves what was not read")
    void close_many_ends() throws IOException {
        List<Operation> all = new ArrayList<>(polls(pipe.readEnd(), Poll.IN));
        for (int i = 0; i < MANY; i++) {
            var read = new Collect(pipe.readEnd());
            proactor.submit(read);
            all.add(read);
        }
        proactor.poll(0);
        assertThat(proactor.inFlight()).isEqualTo(2 * MANY);
        proactor.close();
        assertThat(all).allMatch(each -> !(each instanceof Collect read) || read.results.isEmpty());
        send("left");
        ByteBuffer target = ByteBuffer.allocate(10);
        assertThat(Fds.read(pipe.readEnd(), target)).isEqualTo(4);
        assertThatThrownBy(() -> proactor.submit(new Collect(pipe.readEnd())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    @DisplayName("memory that a write uses is given back before the proactor is closed")
    void close_writeInFlight_memoryGivenBack() throws IOException {
        NativeBuffer memory = NativeBuffer.allocate(1 << 20);
        var write =
                new Write(Port.of(pipe.writeEnd())) {
                    @Override
                    protected NativeBuffer memory() {
                        return memory;
                    }

                    @Override
                    protected void completed(int result, @Nullable Provided data, boolean more) {
                        if (!more) {
                            memory.bytes().position(memory.bytes().position() + result);
                        }
                    }
                };
        do {
            proactor.submit(write);
            proactor.poll(0);
        } while (!write.isInFlight());
        proactor.close();
        assertThat(write.isInFlight()).isFalse();
    }

    @Test
    @DisplayName("another thread continues what one has begun, whether that has ended or not")
    void poll_otherThread_continues() throws Exception {
        for (boolean ended : new boolean[] {true, false}) {
            var read = new Collect(pipe.readEnd());
            proactor.submit(read);
            proactor.poll(0);
            var polled = new CountDownLatch(1);
            var over = new CountDownLatch(1);
            Thread other =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    proactor.poll(0);
                                    send("to be read later");
                                    polled.countDown();
                                    if (!ended) {
                                        over.await();
                                    }
                                } catch (IOException | InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            });
            polled.await();
            if (ended) {
                other.join();
            }
            while (read.text.size() < 16) {
                proactor.poll(-1);
            }
            assertThat(read.text.toString(StandardCharsets.US_ASCII)).isEqualTo("to be read later");
            proactor.cancel(read);
            while (read.isInFlight()) {
                proactor.poll(-1);
            }
            over.countDown();
            other.join();
        }
    }

    @Test
    @DisplayName("what has completed for another thread is not slept over")
    void poll_otherThreadsCompletion_noWait() throws Exception {
        var poll = new Readiness(pipe.readEnd(), Poll.IN);
        Thread other =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                proactor.submit(poll);
                                proactor.poll(0);
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                            proactor.cancel(poll); // completes, and nobody polls any more
                        });
        other.join();
        long begin = System.nanoTime();
        proactor.poll(Duration.ofMinutes(1).toNanos());
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        assertThat(poll.results).containsExactly(Proactor.CANCELLED);
    }

    @Test
    @DisplayName("a wait never ends early, and a wake-up ends it")
    void poll_timeout() throws Exception {
        long wait = Duration.ofMillis(2).toNanos();
        for (int i = 0; i < 20; i++) {
            long begin = System.nanoTime();
            proactor.poll(wait);
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(wait);
        }
        for (int i = 0; i < 200; i++) {
            Thread waker = Thread.ofPlatform().start(proactor::wakeup);
            proactor.poll(-1);
            waker.join();
            proactor.poll(0);
        }
    }

    @Test
    @DisplayName("what this kernel cannot do is refused by name")
    void submit_missingFeature_refused() throws IOException {
        try (var old = new UringProactor(new UringFeatures(false, false, false))) {
            var wait =
                    new WaitChild(1) {
                        @Override
                        protected void completed(
                                int result, @Nullable Provided data, boolean more) {
                            throw new AssertionError();
                        }
                    };
            assertThatThrownBy(() -> old.submit(wait))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("PidfdChildWatcher");
        }
    }

    @Test
    @DisplayName("an operation in flight is not submitted again")
    void submit_twice_refused() {
        var poll = new Readiness(pipe.readEnd(), Poll.IN);
        proactor.submit(poll);
        assertThatThrownBy(() -> proactor.submit(poll))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("In flight already");
    }
}
