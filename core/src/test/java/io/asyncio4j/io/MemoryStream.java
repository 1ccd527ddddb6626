package io.asyncio4j.io;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One direction: bytes that were written and not read yet. */
final class MemoryStream {
    private final ByteBuffer bytes = ByteBuffer.allocate(MemoryEngine.CAPACITY);
    private final List<Runnable> watchers = new ArrayList<>();
    private boolean writerClosed;
    private boolean readerClosed;

    private void changed() {
        List<Runnable> all = List.copyOf(watchers);
        watchers.clear();
        all.forEach(Runnable::run);
    }

    /** Moves what fits; returns how many bytes. */
    int write(ByteBuffer src) {
        int n = Math.min(bytes.remaining(), src.remaining());
        bytes.put(src.slice(src.position(), n));
        src.position(src.position() + n);
        if (n > 0) {
            changed();
        }
        return n;
    }

    int read(ByteBuffer dst) {
        bytes.flip();
        int n = Math.min(bytes.remaining(), dst.remaining());
        dst.put(bytes.slice(0, n));
        bytes.position(n);
        bytes.compact();
        if (n > 0) {
            changed();
        }
        return n;
    }

    /** Has {@code watcher} called at the next change, once. */
    void watch(Runnable watcher) {
        watchers.add(watcher);
    }

    void closeWriter() {
        writerClosed = true;
        changed();
    }

    void closeReader() {
        readerClosed = true;
        changed();
    }

    boolean isDrained() {
        return bytes.position() == 0;
    }

    boolean readerClosed() {
        return readerClosed;
    }

    boolean writerClosed() {
        return writerClosed;
    }
}
