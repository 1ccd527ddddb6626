package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.util.function.IntConsumer;

/**
 * Guards a signal handler that was installed through the JVM: detects that native code or another
 * library has replaced it, and reinstalls it. If the other handler is a Java handler, both get the
 * signal from then on. A handler is not lost if another keeper has installed itself in front of it.
 * Safe from any thread.
 *
 * <p>The JVM returns the installed handler only when another one is installed. So a check installs
 * one: the kept handler, or, during its removal, the default action.
 */
public final class SignalKeeper {
    private final String name;
    private final Object original;

    /** The handler to reinstall; it gets the signal even after the original was lost. */
    private final Object own;

    /** {@link #original}; once that was lost, {@link #own}, or what calls it and the guest. */
    private Object installed;

    private @Nullable Object guest;

    private SignalKeeper(String name, Object original, Object own) {
        this.name = name;
        this.original = original;
        this.installed = original;
        this.own = own;
    }

    /** Passes the signal to one handler and then to another. */
    private record Both(String name, Object first, Object second) implements IntConsumer {
        @Override
        public void accept(int number) {
            SunSignals.call(first, name);
            SunSignals.call(second, name);
        }

        boolean reaches(Object handler) {
            return handler == first || handler == second || through(second, handler);
        }

        static boolean through(Object outer, Object handler) {
            return SunSignals.behind(outer) instanceof Both both && both.reaches(handler);
        }
    }

    /** Keeps what {@link Signals#install} has just installed. */
    public static SignalKeeper of(Signals.Installation installation) {
        Object handler = installation.handler();
        return new SignalKeeper(installation.name(), handler, handler);
    }

    /**
     * Keeps the handler that a signal has now. A signal that comes meanwhile is lost.
     *
     * @param signal one whose default action does no harm
     * @param alarm the handler to install once the present one is lost
     */
    public static SignalKeeper ofCurrent(String signal, IntConsumer alarm) {
        String name = SignalNames.bare(signal);
        Object current = SunSignals.handle(name, SunSignals.byDefault());
        SunSignals.handle(name, current);
        return new SignalKeeper(name, current, SunSignals.proxy(alarm));
    }

    /**
     * Reinstalls the handler if it was lost. It has missed the signals that came meanwhile.
     *
     * @return what had become of it, to follow "was"; null if it was in place
     */
    public synchronized @Nullable String repair() {
        Object found = SunSignals.handle(name, installed);
        if (found == installed) {
            return null;
        }
        if (Both.through(found, installed)) {
            SunSignals.handle(name, found);
            return null;
        }
        boolean foreign = !found.equals(SunSignals.byDefault()) && !SunSignals.isNative(found);
        if (foreign) {
            guest = found;
            installed = SunSignals.proxy(new Both(name, own, found));
        } else if (guest == null) {
            installed = own;
        }
        SunSignals.handle(name, installed);
        if (foreign) {
            return "replaced by " + found;
        }
        return found.equals(SunSignals.byDefault())
                ? "reset to the default action"
                : "replaced by native code";
    }

    /**
     * Removes the handler, unless other code has replaced it: then the replacement stays.
     *
     * @param remove puts back what was there before the handler; null if that was done, and what is
     *     in place nevertheless is to make way for the default action
     * @return whether the handler was in place
     */
    public synchronized boolean release(@Nullable Runnable remove) {
        Object found = SunSignals.handle(name, SunSignals.byDefault());
        if (found != installed) {
            SunSignals.handle(name, found);
            return false;
        }
        if (guest != null) {
            SunSignals.handle(name, guest);
        } else if (remove != null) {
            SunSignals.handle(name, original);
            remove.run();
        }
        return true;
    }
}
