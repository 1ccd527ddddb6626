package io.asyncio4j.policy;

import io.asyncio4j.Code;
import io.asyncio4j.VoidCode;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopScoped;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;

/**
 * The event loop policy of the process, and policies for a part of the program.
 *
 * <pre>{@code
 * Policies.where(new TenantPolicy()).run(() -> Asyncio.run(main));
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class Policies {

    /** A policy that overrides the process-wide one while some code runs. */
    public static final class Scope {
        private final EventLoopPolicy policy;

        private Scope(EventLoopPolicy policy) {
            this.policy = policy;
        }

        /** Runs {@code code} in the scope, which includes the loops and tasks that it runs. */
        public <X extends Exception> void run(VoidCode<X> code) throws X {
            SCOPED.call(policy, code.returningNull());
        }

        /** As {@link #run}, for code that returns a result. */
        public <T extends @Nullable Object, X extends Exception> T call(Code<T, X> code) throws X {
            return SCOPED.call(policy, code);
        }
    }

    private static final LoopScoped<EventLoopPolicy> SCOPED = new LoopScoped<>();

    // By name, to avoid a dependency cycle: policies create loops, whose code calls this class.
    private static final String PACKAGE = "io.asyncio4j.policy.";
    private static final String DEFAULT = PACKAGE + "DefaultEventLoopPolicy";
    // Names on every system, as they are written in the property.
    private static final Map<String, String> SHORT =
            Map.of(
                    "proactor",
                    PACKAGE + "ProactorEventLoopPolicy",
                    "selector",
                    PACKAGE + "SelectorEventLoopPolicy");
    private static final List<String> BUILT_IN =
            List.of(
                    "proactor",
                    "selector",
                    DEFAULT,
                    PACKAGE + "WindowsSelectorEventLoopPolicy",
                    PACKAGE + "WindowsProactorEventLoopPolicy");
    private static final Object LOCK = new Object();
    private static volatile @Nullable EventLoopPolicy processWide;

    private Policies() {}

    /**
     * Returns the current policy: that of the innermost scope, else the process-wide one, which is
     * created on first use.
     *
     * @throws IllegalStateException if the property {@code asyncio4j.policy} does not name a policy
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

    /** Replaces the process-wide policy. With null, the next {@link #get} creates the default. */
    public static void set(@Nullable EventLoopPolicy policy) {
        synchronized (LOCK) {
            processWide = policy;
        }
    }

    /** Returns a scope in which {@code policy} replaces the process-wide one. */
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
     * Creates the policy called {@code name}: {@code proactor} or {@code selector}, with loops of
     * that kind on every system; that of a provider found by {@link ServiceLoader}; or of a class
     * with a public constructor without parameters.
     *
     * @throws IllegalStateException if there is none; the message lists the available names
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
            String builtIn = SHORT.get(name);
            return builtIn == null
                    ? instantiate(name, classLoader())
                    : instantiate(builtIn, Policies.class.getClassLoader());
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
                    "The event loop policy " + name + " could not be created: " + e.getCause(), e);
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
