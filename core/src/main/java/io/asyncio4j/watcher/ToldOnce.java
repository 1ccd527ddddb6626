package io.asyncio4j.watcher;

import java.util.concurrent.atomic.AtomicBoolean;

/** A handler that may have been registered twice, and is called once. */
final class ToldOnce implements ChildHandler {
    private final ChildHandler handler;
    private final AtomicBoolean told = new AtomicBoolean();

    ToldOnce(ChildHandler handler) {
        this.handler = handler;
    }

    boolean wasTold() {
        return told.get();
    }

    @Override
    public void exited(long pid, int returncode) {
        if (told.compareAndSet(false, true)) {
            handler.exited(pid, returncode);
        }
    }

    @Override
    public void reaped(ChildExit exit) {
        if (told.compareAndSet(false, true)) {
            handler.reaped(exit);
        }
    }
}
