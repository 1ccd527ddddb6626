package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/**
 * {@code sun.misc.Signal}, the JDK's only signal API: supported in fact, but javac warns of every
 * use and cannot be told not to, hence reflection.
 */
final class SunSignals {
    private static final Class<?> SIGNAL;
    private static final Class<?> HANDLER;
    private static final Method HANDLE;
    private static final Method NUMBER;

    static {
        try {
            SIGNAL = Class.forName("sun.misc.Signal");
            HANDLER = Class.forName("sun.misc.SignalHandler");
            HANDLE = SIGNAL.getMethod("handle", SIGNAL, HANDLER);
            NUMBER = SIGNAL.getMethod("getNumber");
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException(
                    "signals need the module jdk.unsupported, which this Java runtime lacks", e);
        }
    }

    private SunSignals() {}

    /** A {@code SignalHandler} that passes the signal's number on. */
    static Object proxy(IntConsumer handler) {
        return Proxy.newProxyInstance(
                HANDLER.getClassLoader(), new Class<?>[] {HANDLER}, new Forwarding(handler));
    }

    /** What a handler that {@link #proxy} has made passes the number to; null for others. */
    static @Nullable IntConsumer behind(Object handler) {
        return Proxy.isProxyClass(handler.getClass())
                        && Proxy.getInvocationHandler(handler) instanceof Forwarding forwarding
                ? forwarding.handler
                : null;
    }

    private record Forwarding(IntConsumer handler) implements InvocationHandler {
        @Override
        @SuppressWarnings("ReferenceEquality") // What equality of handlers is.
        public @Nullable Object invoke(Object self, Method method, Object[] arguments)
                throws ReflectiveOperationException {
            return switch (method.getName()) {
                case "handle" -> {
                    handler.accept((Integer) NUMBER.invoke(arguments[0]));
                    yield null;
                }
                case "equals" -> self == arguments[0];
                case "hashCode" -> System.identityHashCode(self);
                default -> "SignalHandler of " + handler;
            };
        }
    }

    /**
     * Returns whether a handler that was replaced is the JVM's initial one, and not one of other
     * code.
     */
    static boolean isDefault(Object handler) {
        try {
            return handler == HANDLER.getField("SIG_DFL").get(null)
                    || handler.getClass().getName().startsWith("sun.misc.Signal$");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a signal to this process. */
    static void raise(String name) {
        try {
            Object signal = SIGNAL.getConstructor(String.class).newInstance(name);
            SIGNAL.getMethod("raise", SIGNAL).invoke(null, signal);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("raising SIG" + name + " failed", e);
        }
    }

    /** The handler that ignores. */
    static Object ignore() {
        return constant("SIG_IGN");
    }

    /** The handler that does what the system does by default. */
    static Object byDefault() {
        return constant("SIG_DFL");
    }

    private static Object constant(String field) {
        try {
            return HANDLER.getField(field).get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a handler is native code, or one of the two constants: Java cannot call it. */
    static boolean isNative(Object handler) {
        String type = handler.getClass().getName();
        // The second is what the JVM wraps a disposition in that it has not installed itself.
        return type.equals("sun.misc.NativeSignalHandler")
                || type.equals("sun.misc.Signal$SunMiscHandler");
    }

    /** Has a handler deal with the signal {@code name}, in this thread. */
    static void call(Object handler, String name) {
        try {
            HANDLER.getMethod("handle", SIGNAL).invoke(handler, signal(name));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the handler of SIG" + name + " failed", e);
        }
    }

    private static Object signal(String name) throws ReflectiveOperationException {
        return SIGNAL.getConstructor(String.class).newInstance(name);
    }

    /**
     * Installs a handler and returns the one it replaces.
     *
     * @throws IllegalArgumentException if the JVM does not know the signal or keeps it to itself
     */
    static Object handle(String name, Object handler) {
        try {
            return HANDLE.invoke(null, signal(name), handler);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw new IllegalArgumentException(
                        "SIG"
                                + name
                                + " cannot be handled by this Java VM ("
                                + refused.getMessage()
                                + "); started with -Xrs, it gives up SIGHUP, SIGINT and SIGTERM",
                        refused);
            }
            throw new IllegalStateException("installing a handler for SIG" + name + " failed", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("installing a handler for SIG" + name + " failed", e);
        }
    }
}
