package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;

/**
 * Creates virtual threads with a custom scheduler, and finds the platform thread that carries the
 * current virtual thread. Both are package-private in {@code java.lang}, so they exist only when
 * that package is opened to this module ({@code --add-opens java.base/java.lang=…}).
 */
public final class VirtualThreads {

    private static final @Nullable MethodHandle NEW_THREAD;
    private static final @Nullable MethodHandle CURRENT_CARRIER;
    private static final @Nullable String UNAVAILABLE;

    static {
        MethodHandle constructor = null;
        MethodHandle carrier = null;
        String reason = null;
        try {
            var lookup = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
            Class<?> type = lookup.findClass("java.lang.VirtualThread");
            constructor =
                    MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                            .findConstructor(
                                    type,
                                    MethodType.methodType(
                                            void.class,
                                            Executor.class,
                                            String.class,
                                            int.class,
                                            Runnable.class))
                            .asType(
                                    MethodType.methodType(
                                            Thread.class,
                                            Executor.class,
                                            String.class,
                                            int.class,
                                            Runnable.class));
            carrier =
                    lookup.findStatic(
                            Thread.class,
                            "currentCarrierThread",
                            MethodType.methodType(Thread.class));
        } catch (IllegalAccessException e) {
            reason =
                    "java.lang is not opened to "
                            + moduleName()
                            + "; add --add-opens java.base/java.lang="
                            + moduleName();
        } catch (ReflectiveOperationException e) {
            reason =
                    "this JDK ("
                            + Runtime.version()
                            + ") lays out virtual threads differently: "
                            + e.getMessage();
        }
        NEW_THREAD = reason == null ? constructor : null;
        CURRENT_CARRIER = reason == null ? carrier : null;
        UNAVAILABLE = reason;
    }

    private VirtualThreads() {}

    /** Returns why threads with a custom scheduler cannot be created, or null if they can. */
    public static @Nullable String unavailableReason() {
        return UNAVAILABLE;
    }

    /**
     * Creates a virtual thread whose continuation is handed to {@code scheduler} each time it can
     * resume. The scheduler is called from the thread that unparks, and must not throw.
     */
    public static Thread newThread(Executor scheduler, @Nullable String name, Runnable body) {
        try {
            return (Thread) handle(NEW_THREAD).invokeExact(scheduler, name, 0, body);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** Returns the platform thread below the current one; itself when it is a platform thread. */
    public static Thread currentCarrier() {
        try {
            return (Thread) handle(CURRENT_CARRIER).invokeExact();
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /**
     * Starts the JDK's poller threads from the calling platform thread. Started by the first
     * blocking read of a virtual thread instead, they would inherit that thread's scheduler, and a
     * loop that has ended would take every blocked virtual thread of the process with it.
     */
    public static void startPollers() {
        try {
            // It starts a thread as well, when the first virtual thread is made at the latest.
            Class.forName("java.lang.VirtualThread", true, null);
            Class.forName("sun.nio.ch.Poller", true, null);
        } catch (ClassNotFoundException e) {
            // A JDK without this class starts its pollers elsewhere, from threads of its own.
        } catch (LinkageError | OutOfMemoryError noThread) {
            // The JDK's class is unusable from now on, and reports that wherever it is needed.
            if (noThread instanceof OutOfMemoryError && !NativeThreads.isLack(noThread)) {
                throw noThread;
            }
        }
    }

    private static String moduleName() {
        Module module = VirtualThreads.class.getModule();
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }

    private static MethodHandle handle(@Nullable MethodHandle handle) {
        if (handle == null) {
            throw new UnsupportedOperationException(UNAVAILABLE);
        }
        return handle;
    }

    private static RuntimeException rethrow(Throwable e) {
        if (e instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (e instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(e);
    }
}
