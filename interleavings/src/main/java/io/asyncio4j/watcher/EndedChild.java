package io.asyncio4j.watcher;

import io.asyncio4j.os.Child;
import io.asyncio4j.subprocess.ExitStatus;
import java.util.concurrent.atomic.AtomicInteger;

/** Children that have ended with 7, as the kernel has it: whoever asks first is told. */
final class EndedChild implements Registry.Reap {

    static final long PID = 7_000_000;
    static final int STATUS = 7;

    private final AtomicInteger reaps = new AtomicInteger();

    @Override
    public ExitStatus of(Child child) {
        return reaps.getAndIncrement() == 0
                ? ExitStatus.ofReturncode(STATUS)
                : new ExitStatus.Lost("reaped before");
    }

    int reaps() {
        return reaps.get();
    }
}
