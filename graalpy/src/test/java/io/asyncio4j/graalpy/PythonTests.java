package io.asyncio4j.graalpy;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;
import org.junit.jupiter.api.DynamicTest;

/** Tests that are written in Python, as functions whose names begin with {@code test_}. */
final class PythonTests {

    private PythonTests() {}

    /** Returns those that {@code context} has defined; {@code call} calls one. */
    static Stream<DynamicTest> of(Context context, Consumer<Value> call) {
        Value python = context.getBindings("python");
        return python.getMemberKeys().stream()
                .filter(name -> name.startsWith("test_"))
                .map(name ->
                        DynamicTest.dynamicTest(
                                name.replace('_', ' '), () -> call.accept(python.getMember(name))));
    }
}
