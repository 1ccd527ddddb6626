package io.asyncio4j.policy;

/** Provides an event loop policy by name. Found through {@link java.util.ServiceLoader}. */
public interface EventLoopPolicyProvider {

    /** Returns the name, which the system property {@code asyncio4j.policy} selects. */
    String name();

    /** Creates the policy. */
    EventLoopPolicy create();
}
