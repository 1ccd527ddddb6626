package io.asyncio4j.examples;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.gather;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.timeout;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Tasks: plain code that waits, several at a time, and a deadline. */
public final class Tasks {

    private Tasks() {}

    /** Makes breakfast. */
    public static void main(String[] arguments) {
        run(() -> {
            var coffee = createTask(() -> prepare("coffee", 30));
            var toast = createTask(() -> prepare("toast", 10));
            System.out.println(gather(coffee, toast));
            try {
                timeout(Duration.ofMillis(20), () -> prepare("pancakes", 60_000));
            } catch (TimeoutException e) {
                System.out.println("no time for pancakes");
            }
        });
    }

    private static String prepare(String what, int millis) {
        System.out.println("making " + what);
        sleep(Duration.ofMillis(millis));
        return what;
    }
}
