package io.asyncio4j.policy;

import io.asyncio4j.Code;
import io.asyncio4j.VoidCode;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopScoped;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;

/**
 * The event loop policy of the process, and policies for a part of it.
 *
 * <pre>{@code
 * Policies.where(new TenantPolicy()).run(() -> Asyncio.run(main));
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public final class Policies {

    /** A policy that overrides the process-wide one while some code runs. */
    public static final class Scope {
        private final EventLoopPolicy policy;

        private Scope(EventLoopPolicy policy) {
            this.policy = policy;
        }

        /** Runs {@code code} in the scope; the loops and tasks it runs are in it as well. */
        public <X extends Exception> void run(VoidCode<X> code) throws X {
            Objects.requireNonNull(code, "code");
            Code<@Nullable Void, X> body =
                    () -> {
                        code.run();
                        return null;
                    };
            SCOPED.call(policy, body);
        }

        /** As {@link #run}, returning a result. */
        public <T extends @Nullable Object, X extends Exception> T call(Code<T, X> code) throws X {
            return SCOPED.call(policy, code);
        }
    }

    private static final LoopScoped<EventLoopPolicy> SCOPED = new LoopScoped<>();

    // By name: the policies make loops, whose code asks here which policy holds.
    private static final String PACKAGE = "io.asyncio4j.policy.";
    private static final String DEFAULT = PACKAGE + "DefaultEventLoopPolicy";
    private static final List<String> BUILT_IN =
            List.of(
                    DEFAULT,
                    PACKAGE + "WindowsSelectorEventLoopPolicy",
                    PACKAGE + "WindowsProactorEventLoopPolicy");
    private static final Object LOCK = new Object();
    private static volatile @Nullable EventLoopPolicy processWide;

    private Policies() {}

    /**
     * Returns the policy that holds here: that of the innermost scope, else the process-wide one,
     * which is made on first use.
     *
     * @throws IllegalStateException if the property {@code asyncio4j.policy} names no policy
     */
    public static EventLoopPolicy get() {
        EventLoopPolicy scoped = scoped();
        if (scoped != null) {
            return scoped;
        }
        EventLoopPolicy policy = processWide;
        if (policy != null) {
            return policy;
        }
        synchronized (LOCK) {
            policy = processWide;
            if (policy == null) {
                policy = createDefault();
                processWide = policy;
            }
            return policy;
        }
    }

    /** Replaces the process-wide policy; null restores the default, made anew on the next get. */
    public static void set(@Nullable EventLoopPolicy policy) {
        synchronized (LOCK) {
            processWide = policy;
        }
    }

    /** Returns a scope in which {@code policy} holds instead of the process-wide one. */
    public static Scope where(EventLoopPolicy policy) {
        return new Scope(Objects.requireNonNull(policy, "policy"));
    }

    /** Returns the policy of the innermost scope, or null outside of any. */
    public static @Nullable EventLoopPolicy scoped() {
        return SCOPED.get();
    }

    private static EventLoopPolicy createDefault() {
        String name = System.getProperty("asyncio4j.policy");
        if (name != null && !name.isBlank()) {
            return named(name.strip());
        }
        try {
            return instantiate(DEFAULT, Policies.class.getClassLoader());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("The library lacks its class " + DEFAULT, e);
        }
    }

    /**
     * Creates the policy that {@code name} stands for: a provider found by {@link ServiceLoader},
     * or a class with a public constructor without parameters.
     *
     * @throws IllegalStateException if there is none, listing the names that exist
     */
    public static EventLoopPolicy named(String name) {
        var known = new ArrayList<>(BUILT_IN);
        for (EventLoopPolicyProvider provider : providers()) {
            if (provider.name().equals(name)) {
                return provider.create();
            }
            known.add(provider.name());
        }
        try {
            return instantiate(name, classLoader());
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalStateException(
                    "There is no event loop policy \""
                            + name
                            + "\": it is not the name of a class that implements EventLoopPolicy and"
                            + " has a public constructor without parameters, nor one of "
                            + known,
                    e);
        }
    }

    private static EventLoopPolicy instantiate(String name, @Nullable ClassLoader loader)
            throws ReflectiveOperationException {
        Class<?> type = Class.forName(name, true, loader);
        Constructor<? extends EventLoopPolicy> constructor =
                type.asSubclass(EventLoopPolicy.class).getConstructor();
        try {
            return constructor.newInstance();
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(
                    "The event loop policy " + name + " could not be made: " + e.getCause(), e);
        }
    }

    private static List<EventLoopPolicyProvider> providers() {
        var providers = new ArrayList<EventLoopPolicyProvider>();
        ServiceLoader.load(EventLoopPolicyProvider.class, classLoader()).forEach(providers::add);
        return providers;
    }

    private static ClassLoader classLoader() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : ClassLoader.getSystemClassLoader();
    }
}
