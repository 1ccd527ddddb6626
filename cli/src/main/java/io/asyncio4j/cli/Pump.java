package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Writes to all sinks, in the order of the calls, from its own thread: standard output may be a
 * pipe without a reader, and the loop must continue to handle signals and deadlines.
 *
 * <pre>
 *   loop:  write write write  flush --batch--> queue --> thread: write(2) ...
 *          ^                                                |
 *          +--- relieved &lt;------- backlog below low ------+
 * </pre>
 *
 * <p>All methods must be called on the loop, except {@link #close()}, which the thread that ran the
 * loop calls after it.
 */
final class Pump implements AutoCloseable {
    private static final long HIGH_WATER = 512 * 1024;
    private static final long LOW_WATER = 128 * 1024;
    private static final long STUCK_NANOS = 1_000_000_000;
    private static final int SPARE_BATCHES = 10;
    private static final int QUEUED_BATCHES = 4;
    private static final Batch END = new Batch();
    private static final String ERASE_LINE = "\r\u001b[K";

    private final EventLoop loop;
    private final Consumer<Sink> onFailure;
    private final Sink statusSink;

    // Used by the loop.
    private Batch filling = new Batch();
    private boolean flushScheduled;
    private final List<Runnable> waitingForRelief = new ArrayList<>();

    // Shared.
    private final BlockingQueue<Batch> queue = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<Batch> spare = new ConcurrentLinkedQueue<>();
    private final AtomicLong backlog = new AtomicLong();
    private volatile long lastWritten = System.nanoTime();
    private volatile boolean reliefWanted;
    private volatile boolean flushWanted;

    // Used by the thread.
    private String status = "";
    private boolean statusShown;
    private boolean lineOpen;

    private final Thread thread;

    /**
     * Starts the thread.
     *
     * @param statusSink where the status line is shown, if it is a terminal
     * @param onFailure called on the loop, once for each sink that can no longer be written
     */
    Pump(EventLoop loop, Sink statusSink, Consumer<Sink> onFailure) {
        this.loop = loop;
        this.statusSink = statusSink;
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name("asyncio4j-output").daemon().start(this::run);
    }

    /** Queues bytes to be written; they are copied now. */
    void write(Sink sink, ByteBuffer data) {
        while (data.hasRemaining()) {
            filling.put(sink, data);
            if (filling.isFull()) {
                flush();
            }
        }
        scheduleFlush();
    }

    void write(Sink sink, byte[] data) {
        write(sink, ByteBuffer.wrap(data));
    }

    /** Shows {@code line} below everything else from now on; an empty one hides it. */
    void setStatus(String line) {
        filling.setStatus(line);
        scheduleFlush();
    }

    /** Returns whether so much is queued that its producers should pause. */
    boolean isCongested() {
        return backlog.get() > HIGH_WATER;
    }

    /** Returns whether bytes are queued and none could be written for {@link #STUCK_NANOS}. */
    boolean isStuck() {
        return backlog.get() > 0 && System.nanoTime() - lastWritten > STUCK_NANOS;
    }

    /** Calls {@code action} on the loop, once, when the congestion is over. */
    void whenRelieved(Runnable action) {
        waitingForRelief.add(action);
        reliefWanted = true;
        if (backlog.get() <= LOW_WATER) {
            // The thread may have checked before the action was added.
            loop.callSoon(this::relieve);
        }
    }

    private void relieve() {
        reliefWanted = false;
        var actions = List.copyOf(waitingForRelief);
        waitingForRelief.clear();
        actions.forEach(Runnable::run);
    }

    private void scheduleFlush() {
        if (!flushScheduled) {
            flushScheduled = true;
            loop.callSoon(() -> {
                flushScheduled = false;
                flush();
            });
        }
    }

    private void flush() {
        if (filling.size() == 0 && filling.status() == null) {
            return;
        }
        if (queue.size() >= QUEUED_BATCHES && !filling.isFull()) {
            // While the thread is busy, many small writes share a batch.
            flushWanted = true;
            if (!queue.isEmpty()) {
                return;
            }
            flushWanted = false;
        }
        handOver();
    }

    private void handOver() {
        backlog.addAndGet(filling.size());
        queue.add(filling);
        Batch next = spare.poll();
        filling = next == null ? new Batch() : next;
    }

    /** Writes what is queued, erases the status line and ends the thread. */
    @Override
    public void close() {
        close(Duration.ofNanos(Long.MAX_VALUE));
    }

    /**
     * As {@link #close()}, but gives up when nothing could be written for {@code patience}: the
     * output has no reader.
     */
    void close(Duration patience) {
        filling.setStatus("");
        handOver();
        queue.add(END);
        try {
            long before;
            do {
                before = backlog.get();
            } while (!thread.join(patience) && backlog.get() < before);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            for (Batch batch; (batch = queue.take()) != END; ) {
                writeOut(batch);
                lastWritten = System.nanoTime();
                long left = backlog.addAndGet(-batch.size());
                batch.clear();
                if (spare.size() < SPARE_BATCHES) {
                    spare.add(batch);
                }
                if (left <= LOW_WATER && reliefWanted) {
                    reliefWanted = false;
                    post(this::relieve);
                }
                if (flushWanted && queue.isEmpty()) {
                    flushWanted = false;
                    post(this::flush);
                }
            }
        } catch (InterruptedException e) {
            // This thread is never interrupted.
            throw new IllegalStateException(e);
        }
    }

    private void writeOut(Batch batch) {
        for (int i = 0; i < batch.parts(); i++) {
            Sink sink = batch.sink(i);
            if (statusShown && sink.isTerminal()) {
                show(ERASE_LINE);
                statusShown = false;
            }
            ByteBuffer bytes = batch.bytes(i);
            if (sink.isTerminal() && bytes.hasRemaining()) {
                lineOpen = bytes.get(bytes.limit() - 1) != '\n';
            }
            if (!sink.write(bytes)) {
                post(() -> onFailure.accept(sink));
            }
        }
        showStatus(batch.status());
    }

    private void showStatus(@Nullable String changed) {
        if (!statusSink.isTerminal()) {
            return;
        }
        boolean isNew = changed != null && !changed.equals(status);
        if (changed != null) {
            status = changed;
        }
        if (lineOpen || statusShown && !isNew) {
            return;
        }
        if (statusShown || !status.isEmpty()) {
            show((statusShown ? ERASE_LINE : "") + status);
        }
        statusShown = !status.isEmpty();
    }

    private void show(String text) {
        if (!statusSink.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)))) {
            post(() -> onFailure.accept(statusSink));
        }
    }

    private void post(Runnable action) {
        try {
            loop.callSoonThreadsafe(action);
        } catch (IllegalStateException e) {
            // The loop is closed: nothing is left to notify.
        }
    }
}
