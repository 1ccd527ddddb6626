package io.asyncio4j.policy;

/** Offers an event loop policy by name, found through {@link java.util.ServiceLoader}. */
public interface EventLoopPolicyProvider {

    /** Returns the name, as used in the system property {@code asyncio4j.policy}. */
    String name();

    /** Creates the policy. */
    EventLoopPolicy create();
}
