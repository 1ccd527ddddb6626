package io.asyncio4j.graalpy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.loop.ProactorEventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

@DisplayName("Children, child watchers and pipes of the Python loop")
final class PythonChildrenTest {
    private static Context context;

    @BeforeAll
    static void start() throws IOException {
        context = Python.newContext();
        Path tests = Path.of("src", "test", "python", "children.py");
        context.eval(Source.newBuilder("python", tests.toFile()).build());
    }

    @AfterAll
    static void end() {
        context.close();
    }

    @TestFactory
    Stream<DynamicTest> onSelector() {
        return PythonTests.of(context, test -> run("EventLoopPolicy", test));
    }

    @TestFactory
    Stream<DynamicTest> onProactor() {
        String reason = ProactorEventLoop.unavailableReason();
        assumeTrue(reason == null, reason);
        return PythonTests.of(context, test -> run("ProactorEventLoopPolicy", test));
    }

    private static void run(String policy, Value test) {
        context.getBindings("python").getMember("use").executeVoid(policy);
        test.executeVoid();
    }
}
