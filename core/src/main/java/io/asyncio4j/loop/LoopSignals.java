package io.asyncio4j.loop;

import io.asyncio4j.Handle;
import io.asyncio4j.os.MainThread;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The signal handlers of a loop. */
final class LoopSignals {

    private record Installed(Handle handle, Signals.Installation installation) {}

    private final BaseEventLoop loop;
    // By name without SIG. Used by the loop's thread only; the JVM's signal thread gets a handle
    // through the installed closure.
    private final Map<String, Installed> installed = new HashMap<>();

    LoopSignals(BaseEventLoop loop) {
        this.loop = loop;
    }

    void add(String signal, Runnable callback) {
        String name = canonical(signal);
        if (!MainThread.is(loop.owner())) {
            throw new IllegalStateException(
                    "Signal handlers can be added to the loop of the main thread only; this loop"
                            + " belongs to thread '"
                            + loop.owner().getName()
                            + "'");
        }
        var handle = new Handle(Objects.requireNonNull(callback, "callback"), loop);
        Installed before = installed.get(name);
        var installation = Signals.install(name, number -> deliver(handle));
        if (before == null) {
            installed.put(name, new Installed(handle, installation));
        } else {
            installed.put(
                    name, new Installed(handle, installation.inPlaceOf(before.installation())));
            before.handle().cancel();
        }
    }

    private void deliver(Handle handle) {
        if (!loop.isClosed()) {
            loop.turns().post(handle);
        }
    }

    boolean remove(String signal) {
        Installed removed = installed.remove(canonical(signal));
        if (removed == null) {
            return false;
        }
        removed.handle().cancel();
        Signals.restoreIfCurrent(removed.installation());
        return true;
    }

    private static String canonical(String signal) {
        return SignalNames.name(SignalNames.number(signal));
    }

    void close() {
        new ArrayList<>(installed.keySet()).forEach(this::remove);
    }
}
