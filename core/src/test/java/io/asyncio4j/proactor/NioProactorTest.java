package io.asyncio4j.proactor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.Pipe;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The portable proactor, polled by the test itself. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@Tag("mode-independent")
@Timeout(60)
class NioProactorTest {
    private final NioProactor proactor = new NioProactor();

    @AfterEach
    void close() {
        proactor.close();
    }

    /** Writes down its completions; gives memory back when told to. */
    private static final class Reading extends Read {
        final List<String> events = new ArrayList<>();
        final List<Provided> lent = new ArrayList<>();
        boolean recycles = true;

        Reading(Port port) {
            super(port);
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
            if (data == null) {
                String end = result == Proactor.CANCELLED ? "cancelled" : "end";
                events.add(result == Proactor.THREW ? told(result) : end);
            } else {
                events.add(UTF_8.decode(data.bytes()).toString());
                if (recycles) {
                    data.recycle();
                } else {
                    lent.add(data);
                }
            }
            assertThat(isInFlight()).isEqualTo(more);
        }

        private String told(int result) {
            return "threw " + failure("read", port, result).getMessage();
        }
    }

    private static final class Writing extends Write {
        final NativeBuffer memory = NativeBuffer.allocate(1000);
        @Nullable Integer result;

        Writing(Port port, String text) {
            super(port);
            memory.bytes().put(text.getBytes(UTF_8)).flip();
        }

        @Override
        protected NativeBuffer memory() {
            return memory;
        }

        @Override
        protected void completed(int n, @Nullable Provided data, boolean more) {
            result = n;
        }
    }

    private void pollUntil(Reading read, int events) {
        while (read.events.size() < events) {
            proactor.poll(-1);
        }
    }

    /** Waits until the threads of all pumps wait. */
    private static void awaitPumpsWaiting() {
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each ->
                        each.getName().startsWith("asyncio-pump")
                                && each.getState() == Thread.State.RUNNABLE)) {
            LockSupport.parkNanos(MILLISECONDS.toNanos(1));
        }
    }

    @Test
    @DisplayName("a poll waits as long as it was told to, to the nanosecond, and no less")
    void poll_timeout_isNotEarly() {
        for (long nanos : new long[] {1, 999, 1_500_000}) {
            long begin = System.nanoTime();
            proactor.poll(nanos);
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(nanos);
        }
    }

    @Test
    @DisplayName("a wake-up before a poll ends it, once")
    void wakeup_before_endsOnePoll() {
        proactor.wakeup();
        proactor.wakeup();
        proactor.poll(-1);
        long begin = System.nanoTime();
        proactor.poll(1_000_000);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(1_000_000);
    }

    @Test
    @DisplayName("no wake-up of another thread is lost, whenever it comes")
    void wakeup_race_noneLost() throws Exception {
        var asked = new AtomicInteger();
        int rounds = 20_000;
        Thread waker =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < rounds; i++) {
                                asked.incrementAndGet();
                                proactor.wakeup();
                            }
                        });
        while (asked.get() < rounds) {
            int before = asked.get();
            if (before < rounds) {
                proactor.poll(-1);
            }
        }
        waker.join();
    }

    @Test
    @DisplayName("an interrupt ends no poll, and is still set afterwards")
    void poll_interrupted_waitsOn() {
        Thread.currentThread().interrupt();
        long begin = System.nanoTime();
        proactor.poll(2_000_000);
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(2_000_000);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("what a channel brings comes in order, then its end")
    void read_toTheEnd_inOrder() {
        var channel = new HandChannel();
        channel.give("one");
        var read = new Reading(Port.of(channel));
        proactor.submit(read);
        pollUntil(read, 1);
        channel.give("two");
        channel.end();
        pollUntil(read, 3);
        assertThat(read.events).containsExactly("one", "two", "end");
        assertThat(proactor.inFlight()).isZero();
        read.port.close();
    }

    @Test
    @DisplayName("a slow reader holds its channel back after two pieces, and loses nothing")
    void read_notRecycled_waits() {
        var channel = new HandChannel();
        for (int i = 0; i < 5; i++) {
            channel.give("piece " + i);
        }
        var read = new Reading(Port.of(channel));
        read.recycles = false;
        proactor.submit(read);
        pollUntil(read, 2);
        awaitPumpsWaiting();
        proactor.poll(0);
        assertThat(channel.reads()).isEqualTo(2);
        for (int i = 2; i < 5; i++) {
            read.lent.removeFirst().recycle();
            pollUntil(read, i + 1);
        }
        assertThat(read.events).endsWith("piece 3", "piece 4");
        read.port.close();
    }

    @Test
    @DisplayName("cancelled while its thread waits it completes at once; what comes then is kept")
    void cancel_blocked_keepsWhatComes() {
        var channel = new HandChannel();
        var read = new Reading(Port.of(channel));
        proactor.submit(read);
        channel.awaitReader();
        proactor.cancel(read);
        proactor.cancel(read);
        proactor.poll(-1);
        assertThat(read.events).containsExactly("cancelled");
        channel.give("late");
        awaitPumpsWaiting();
        proactor.poll(0);
        assertThat(read.events).hasSize(1);
        proactor.submit(read);
        pollUntil(read, 2);
        assertThat(read.events).endsWith("late");
        read.port.close();
        channel.end();
    }

    @Test
    @DisplayName("a stream is closed when the read in it returns, by its thread, which ends")
    void close_blocked_closedLater() throws Exception {
        var channel = new HandChannel();
        var read = new Reading(Port.of(channel));
        proactor.submit(read);
        channel.awaitReader();
        read.port.close();
        assertThat(channel.isOpen()).isTrue();
        assertThat(read.port.isClosed()).isTrue();
        proactor.close();
        channel.give("late");
        channel.awaitClosed();
        assertThat(read.events).isEmpty();
    }

    @Test
    @DisplayName("a channel of java.nio is closed at once, which ends the read in it")
    void close_blockedNio_closedNow() throws Exception {
        Pipe pipe = Pipe.open();
        var read = new Reading(Port.of(pipe.source()));
        proactor.submit(read);
        read.port.close();
        assertThat(pipe.source().isOpen()).isFalse();
        pipe.sink().close();
    }

    @Test
    @DisplayName("what a channel throws is told; one that does not wait is refused")
    void read_fails_told() {
        var channel = new HandChannel();
        channel.fail("broken");
        var read = new Reading(Port.of(channel));
        proactor.submit(read);
        pollUntil(read, 1);
        assertThat(read.events).containsExactly("threw broken");
        var idle = new HandChannel();
        idle.give("");
        var spinning = new Reading(Port.of(idle));
        proactor.submit(spinning);
        pollUntil(spinning, 1);
        assertThat(spinning.events.getFirst()).contains("moved 0 bytes");
        read.port.close();
        spinning.port.close();
    }

    @Test
    @DisplayName("a write reports how much was written, and then what was thrown")
    void write_resultAndFailure() throws Exception {
        Pipe pipe = Pipe.open();
        var write = new Writing(Port.of(pipe.sink()), "hello");
        proactor.submit(write);
        while (write.result == null) {
            proactor.poll(-1);
        }
        assertThat(write.result).isEqualTo(5);
        var target = ByteBuffer.allocate(10);
        assertThat(pipe.source().read(target)).isEqualTo(5);
        pipe.source().close();
        write.result = null;
        proactor.submit(write);
        while (write.result == null) {
            proactor.poll(-1);
        }
        assertThat(write.result).isEqualTo(Proactor.THREW);
        write.port.close();
        assertThat(pipe.sink().isOpen()).isFalse();
    }

    @Test
    @DisplayName("a write cancelled while its thread waits has its memory back at once")
    void cancel_blockedWrite_completes() throws Exception {
        var channel = new BlockedSink();
        var write = new Writing(Port.of(channel), "hello");
        proactor.submit(write);
        channel.entered.await();
        proactor.cancel(write);
        proactor.poll(-1);
        assertThat(write.result).isEqualTo(Proactor.CANCELLED);
        write.memory.bytes().put(0, (byte) 'X');
        write.port.close();
        assertThat(channel.isOpen()).isTrue();
        channel.release.countDown();
        channel.closed.await();
        assertThat(channel.written).hasToString("hello");
    }

    /** Blocks in each write until it is released. */
    private static final class BlockedSink implements WritableByteChannel {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        final CountDownLatch closed = new CountDownLatch(1);
        final StringBuilder written = new StringBuilder();

        @Override
        public int write(ByteBuffer src) throws IOException {
            entered.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            int n = src.remaining();
            written.append(UTF_8.decode(src));
            return n;
        }

        @Override
        public boolean isOpen() {
            return closed.getCount() > 0;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    @DisplayName("a channel with completions of its own needs no thread")
    void asynchronousChannel_itsOwnCompletions() throws Exception {
        AsynchronousChannelGroup group =
                AsynchronousChannelGroup.withFixedThreadPool(1, Executors.defaultThreadFactory());
        try (var server = AsynchronousServerSocketChannel.open(group)) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            var accepted = server.accept();
            try (var far = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Port near = Port.of(accepted.get());
                var read = new Reading(near);
                proactor.submit(read);
                far.getOutputStream().write("one".getBytes(UTF_8));
                pollUntil(read, 1);
                proactor.cancel(read);
                pollUntil(read, 2);
                var write = new Writing(near, "answer");
                proactor.submit(write);
                assertThat(far.getInputStream().readNBytes(6)).isEqualTo("answer".getBytes(UTF_8));
                while (write.result == null) {
                    proactor.poll(-1);
                }
                proactor.submit(read);
                far.shutdownOutput();
                pollUntil(read, 3);
                assertThat(read.events).containsExactly("one", "cancelled", "end");
                assertThat(Thread.getAllStackTraces().keySet())
                        .noneMatch(each -> each.getName().startsWith("asyncio-pump"));
                near.close();
            }
        } finally {
            group.shutdownNow();
        }
    }

    @Test
    @DisplayName(
            "what it cannot do it says: descriptors, children, a second submission, when closed")
    void submit_impossible_refused() {
        var poll =
                new Poll(0) {
                    @Override
                    protected int mask() {
                        return IN;
                    }

                    @Override
                    protected void completed(int result, @Nullable Provided data, boolean more) {}
                };
        assertThatThrownBy(() -> proactor.submit(poll))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("channels only");
        var channel = new HandChannel();
        var read = new Reading(Port.of(channel));
        proactor.submit(read);
        assertThatThrownBy(() -> proactor.submit(read))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("In flight already");
        read.port.close();
        channel.end();
        proactor.close();
        assertThatThrownBy(() -> proactor.submit(read)).hasMessageContaining("closed");
        assertThatThrownBy(() -> proactor.poll(0)).hasMessageContaining("closed");
    }
}
