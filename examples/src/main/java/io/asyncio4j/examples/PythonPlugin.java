package io.asyncio4j.examples;

import io.asyncio4j.Asyncio;
import io.asyncio4j.graalpy.Python;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;

/** A server in Java whose requests are handled by a plug-in in Python, written with async def. */
public final class PythonPlugin {

    private PythonPlugin() {}

    /** Has {@code plugin.py} handle some requests. */
    public static void main(String[] arguments) throws IOException {
        try (Context context = Python.newContext()) {
            run(context);
        }
    }

    static void run(Context context) throws IOException {
        context.eval(
                Source.newBuilder("python", PythonPlugin.class.getResource("plugin.py")).build());
        Value handle = context.getBindings("python").getMember("handle");
        Asyncio.run(() -> {
            var answers =
                    Asyncio.gather(
                            Python.future(handle.execute("Ada")),
                            Python.future(handle.execute("Grace")));
            System.out.println(answers);
            try {
                Python.await(handle.execute(""));
            } catch (PolyglotException e) {
                System.out.println("refused: " + e.getMessage());
            }
            try {
                Asyncio.timeout(Duration.ofMillis(50), () -> Python.await(handle.execute("slow")));
            } catch (TimeoutException e) {
                System.out.println(
                        "too slow: " + context.getBindings("python").getMember("cleaned_up"));
            }
        });
    }
}
