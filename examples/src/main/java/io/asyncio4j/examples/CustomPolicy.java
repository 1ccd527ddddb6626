package io.asyncio4j.examples;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.selector.Selectors;

/** A custom policy: override what differs. Here, which selector the loops use. */
public final class CustomPolicy {

    private CustomPolicy() {}

    /** Creates loops over the portable selector, and prints a line for each. */
    static final class TracingPolicy extends DefaultEventLoopPolicy {
        @Override
        public EventLoop newEventLoop() {
            var loop = new SelectorEventLoop(Selectors.open("nio"));
            System.out.println("a loop over " + loop.selectorName());
            return loop;
        }
    }

    /** Uses the policy for a part of the program, then for all of it. */
    public static void main(String[] arguments) {
        Policies.where(new TracingPolicy())
                .run(() -> Asyncio.run(() -> System.out.println("scoped")));
        Asyncio.setEventLoopPolicy(new TracingPolicy());
        try {
            Asyncio.run(() -> System.out.println("process-wide"));
        } finally {
            Asyncio.setEventLoopPolicy(null);
        }
    }
}
