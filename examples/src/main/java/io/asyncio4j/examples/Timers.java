package io.asyncio4j.examples;

import io.asyncio4j.Asyncio;
import java.time.Duration;

/** The low level: callbacks and timers on a new loop. */
public final class Timers {

    private Timers() {}

    /** Counts down, then stops the loop. */
    public static void main(String[] arguments) {
        try (var loop = Asyncio.newEventLoop()) {
            for (int i = 3; i > 0; i--) {
                int count = i;
                loop.callLater(Duration.ofMillis(20 * (3 - i)), () -> System.out.println(count));
            }
            loop.callLater(Duration.ofMillis(60), loop::stop);
            loop.callSoon(() -> System.out.println("counting down"));
            loop.runForever();
        }
        System.out.println("lift-off");
    }
}
