package io.asyncio4j.watcher;

import io.asyncio4j.subprocess.ExitStatus;
import java.util.concurrent.atomic.AtomicBoolean;

/** A handler that may have been registered twice, and is called once. */
final class ReportOnce implements ChildHandler {
    private final ChildHandler handler;
    private final AtomicBoolean reported = new AtomicBoolean();

    ReportOnce(ChildHandler handler) {
        this.handler = handler;
    }

    boolean wasReported() {
        return reported.get();
    }

    @Override
    public void exited(long pid, int returncode) {
        if (reported.compareAndSet(false, true)) {
            handler.exited(pid, returncode);
        }
    }

    @Override
    public void reaped(long pid, ExitStatus status) {
        if (reported.compareAndSet(false, true)) {
            handler.reaped(pid, status);
        }
    }
}
