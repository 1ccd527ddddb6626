package io.asyncio4j.graalpy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.watcher.AbstractChildWatcher;
import io.asyncio4j.watcher.ChildHandler;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * A child watcher that is written in Python. Python opens its guard and checks whether it is
 * active, because a guard there receives the exception that ends its block.
 */
public final class PythonChildWatcher extends AbstractChildWatcher {
    private final Value watcher;

    /** Creates a watcher for an {@code asyncio.AbstractChildWatcher}. */
    public PythonChildWatcher(Value watcher) {
        this.watcher = watcher;
    }

    @Override
    public void addChildHandler(long pid, ChildHandler handler) {
        ProxyExecutable callback =
                arguments -> {
                    handler.exited(arguments[0].asLong(), arguments[1].asInt());
                    return null;
                };
        watcher.invokeMember("add_child_handler", pid, callback);
    }

    @Override
    public boolean removeChildHandler(long pid) {
        return watcher.invokeMember("remove_child_handler", pid).asBoolean();
    }

    @Override
    public void attachLoop(@Nullable EventLoop loop) {}

    @Override
    public boolean isActive() {
        return true;
    }

    @Override
    public Guard enter() {
        return Guard.NONE;
    }

    @Override
    public void close() {}
}
