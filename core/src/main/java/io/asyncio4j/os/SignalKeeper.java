package io.asyncio4j.os;

import org.jspecify.annotations.Nullable;

/**
 * Looks after a signal handler that was installed through the JVM: finds out that it was lost, to
 * native code or to another library's handler, and puts it back. Another library's Java handler is
 * not cut off by that: from then on the signal goes to both. Safe from any thread.
 *
 * <p>The JVM tells what is installed only in exchange for another handler. Looking therefore
 * installs: the kept handler, or, while it is being taken away, the default action.
 */
public final class SignalKeeper {
    private final String name;
    private final Object kept;

    /** What is installed: {@link #kept}, or what calls it and {@link #guest}. */
    private Object installed;

    private @Nullable Object guest;

    private SignalKeeper(String name, Object kept) {
        this.name = name;
        this.kept = kept;
        this.installed = kept;
    }

    /** Keeps what {@link Signals#install} has just installed. */
    public static SignalKeeper of(Signals.Installation installation) {
        return new SignalKeeper(installation.name(), installation.handler());
    }

    /**
     * Keeps the handler that a signal has now. A signal that comes meanwhile is lost.
     *
     * @param signal one whose default action does no harm
     */
    public static SignalKeeper ofCurrent(String signal) {
        String name = SignalNames.bare(signal);
        Object current = SunSignals.handle(name, SunSignals.byDefault());
        SunSignals.handle(name, current);
        return new SignalKeeper(name, current);
    }

    /**
     * Puts the handler back if it was lost. Signals that came meanwhile have passed it by.
     *
     * @return what had become of it, to follow "was"; null if it was in place
     */
    public synchronized @Nullable String repair() {
        Object found = SunSignals.handle(name, installed);
        if (found == installed) {
            return null;
        }
        if (found.equals(SunSignals.byDefault())) {
            return "reset to the default action";
        }
        if (SunSignals.isNative(found)) {
            return "replaced by native code";
        }
        guest = found;
        installed =
                SunSignals.proxy(number -> {
                    SunSignals.call(kept, name);
                    SunSignals.call(found, name);
                });
        SunSignals.handle(name, installed);
        return "replaced by " + found;
    }

    /**
     * Takes the handler away, unless somebody else's has taken its place: that one stays.
     *
     * @param remove puts back what was there before the handler
     * @return whether the handler was in place
     */
    public synchronized boolean release(Runnable remove) {
        Object found = SunSignals.handle(name, SunSignals.byDefault());
        remove.run();
        if (found != installed) {
            SunSignals.handle(name, found);
            return false;
        }
        if (guest != null) {
            SunSignals.handle(name, guest);
        }
        return true;
    }
}
