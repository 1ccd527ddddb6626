package io.asyncio4j.proactor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.testing.LeakCheck;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a read costs in memory, once the first ones have been made. */
@ExtendWith(LeakCheck.class)
@Tag("mode-independent")
@Tag("portable")
@Timeout(60)
class PumpAllocationTest {
    private static final int WARM = 5_000;
    private static final int READS = 20_000;

    /** Never ends. */
    private static final class Endless implements ReadableByteChannel {
        private volatile @Nullable Thread reader;
        private volatile boolean closed;

        @Override
        public int read(ByteBuffer target) {
            reader = Thread.currentThread();
            target.position(target.limit());
            return target.limit();
        }

        @Override
        public boolean isOpen() {
            return !closed;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static final class Counting extends Read {
        int count;

        Counting(Port port) {
            super(port);
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
            count++;
            data.recycle();
        }
    }

    @Test
    @DisplayName("a read allocates nothing, neither on the loop nor in the thread that waits")
    void read_steadyState_allocatesNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var channel = new Endless();
        var read = new Counting(Port.of(channel));
        try (var proactor = new NioProactor()) {
            proactor.submit(read);
            while (read.count < WARM) {
                proactor.poll(-1);
            }
            long reader = channel.reader.threadId();
            long here = threads.getCurrentThreadAllocatedBytes();
            long there = threads.getThreadAllocatedBytes(reader);
            while (read.count < WARM + READS) {
                proactor.poll(-1);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - here).isLessThan(READS);
            assertThat(threads.getThreadAllocatedBytes(reader) - there).isLessThan(READS);
        } finally {
            read.port.close();
        }
    }
}
