package io.asyncio4j.examples;

import io.asyncio4j.Asyncio;
import io.asyncio4j.Future;
import io.asyncio4j.graalpy.Python;
import io.asyncio4j.sync.Queue;
import java.io.IOException;
import java.util.List;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;

/** A Java task and a Python coroutine exchange work through one queue, on one loop. */
public final class Exchange {

    private Exchange() {}

    /** Puts words into a queue, which {@code exchange.py} takes out. */
    public static void main(String[] arguments) throws IOException {
        try (Context context = Python.newContext()) {
            run(context);
        }
    }

    static void run(Context context) throws IOException {
        context.eval(
                Source.newBuilder("python", Exchange.class.getResource("exchange.py")).build());
        Value lengths = context.getBindings("python").getMember("lengths");
        Asyncio.run(() -> {
            var words = new Queue<String>(1);
            Future<Value> answer = Python.future(lengths.execute(words));
            for (String word : List.of("loop", "policy", "watcher")) {
                words.put(word); // waits while Python has not taken the one before
            }
            words.join();
            words.shutdown();
            System.out.println(answer.await());
        });
    }
}
