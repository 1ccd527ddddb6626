package io.asyncio4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles programs as a user does who has nothing but the library's jar: on the class path and on
 * the module path, with every warning on and taken for an error.
 */
class UsersCompilerTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Path GUIDE = Path.of("..", "docs", "guide.md");

    /** Not part of the project, but often beside it. */
    private static final Path API = Path.of("..", "..", "shared", "API.md");

    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    /** What a program of the documents leaves to the reader, by a part of its text. */
    private static final Map<String, String> SUPPLEMENTS =
            Map.of(
                    "fetch(\"a\")", "static int fetch(String name) { return name.length(); }",
                    ".directory(repo)", "static final Path repo = Path.of(\".\");",
                    "log.info(",
                            "interface Log { void info(String message); } Log log; int balance;",
                    "select(connection",
                            "record Row() {} static final Object connection = null;"
                                    + " static List<Row> select(Object connection, String sql)"
                                    + " throws IOException { return List.of(); }",
                    "ping(host)",
                            "static final List<String> hosts = List.of();"
                                    + " static String ping(String host) { return host; }",
                    "MyProtocol::new",
                            "static final class MyProtocol implements SubprocessProtocol {}");

    /** Programs that cannot be compiled yet, by a part of their text, and why. */
    private static final Map<String, String> NOT_YET =
            Map.of(
                    "startServer(", "network streams",
                    "openConnection(", "network streams",
                    "ServerOptions.", "servers",
                    "statement.executeQuery", "a fragment",
                    "public interface EventLoopPolicy", "declarations of the library itself");

    /** Programs that use what is deprecated: the compiler may say so, and nothing else. */
    private static final String DEPRECATED = "setChildWatcher(";

    private static final String USES_DEPRECATED =
            "void main() { setChildWatcher(new ThreadedChildWatcher()); }";
    private static final String OVERRIDES_DEPRECATED =
            """
            final class Policy extends DefaultEventLoopPolicy {
                @Override public void setChildWatcher(ChildWatcher watcher) {
                    super.setChildWatcher(watcher);
                }
            }
            """;

    /** Each form of code, for each method that runs code: no cast, no catch, no ambiguity. */
    private static final String FORMS_OF_CODE =
            """
            static String fetch() throws IOException { return "page"; }
            static void store() throws IOException {}
            static int compute() { return 1; }
            static void pause() throws InterruptedException {}

            void main() throws IOException {
                int length = run(() -> fetch().length());
                String page = run(Program::fetch);
                run(Program::store);
                run(() -> store());
                run(() -> { store(); }, Runner.Options.DEFAULT);
                run(() -> { throw new IOException("only throws"); });
                String twice = run(() -> { String once = fetch(); return once + once; });
                try (var runner = new Runner()) {
                    page = runner.run(Program::fetch, "named");
                    runner.run(Program::store);
                }
            }

            void nothingChecked() {
                int one = run(Program::compute);
                run(() -> { int two = compute(); });
                run(() -> { throw new IllegalStateException("only throws"); });
                run(() -> {});
                run(() -> { while (true) { compute(); } });
                try (var runner = new Runner()) { one = runner.run(() -> compute()); }
            }

            void deadlines(Future<String> future) throws IOException, TimeoutException {
                Duration second = Duration.ofSeconds(1);
                String page = timeout(second, Program::fetch);
                timeout(second, Program::store);
                timeout(second, () -> { store(); });
                timeout(second, () -> { throw new IOException("only throws"); });
                timeoutAt(null, Program::store);
                page = timeoutAt(7L, () -> fetch() + fetch());
                page = waitFor(Program::fetch, second);
                waitFor(Program::store, second);
                waitFor(() -> { store(); }, second);
                page = waitFor(future, second);
                try (var timeout = Timeout.after(second)) {
                    page = timeout.call(Program::fetch);
                    timeout.run(Program::store);
                }
                try (var group = TaskGroup.open()) { timeout(second, group::join); }
            }

            void onlyTheDeadline() throws TimeoutException {
                int one = timeout(Duration.ofSeconds(1), Program::compute);
                one = waitFor(() -> compute(), Duration.ofSeconds(1));
                timeout(Duration.ofSeconds(1), () -> { throw new TimeoutException("my own"); });
            }

            void threads() throws IOException, InterruptedException {
                String page = toThread(Program::fetch);
                toThread(Program::store);
                toThread(Program::pause);
                int one = toThread(() -> compute());
                toThread(() -> { throw new IOException("only throws"); });
                page = blocking(Program::fetch);
                blocking(() -> { pause(); });
            }

            void nested() throws Exception {
                String page = run(() ->
                        timeout(Duration.ofSeconds(1), () -> toThread(() -> blocking(() -> fetch()))));
                run(() -> {
                    try {
                        timeout(Duration.ofSeconds(1), () -> toThread(Program::store));
                    } catch (TimeoutException e) {
                        throw new IOException(e);
                    }
                });
            }
            """;

    private static final String IS_WRONG = "void main() { setEventLoop(1, 2); }";

    /** Where the user's module and class are. */
    private enum Form {
        CLASS_PATH,
        MODULE_PATH
    }

    private static final ToolProvider JAVAC = ToolProvider.findFirst("javac").orElseThrow();

    private record Outcome(int status, String output) {}

    @TempDir private Path folder;

    @DisplayName("What the documents show compiles without a warning")
    @TestFactory
    Stream<DynamicTest> documents() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        for (Path document : List.of(README, GUIDE, API)) {
            if (!Files.exists(document)) {
                tests.add(dynamicTest(document.toString(), () -> assumeTrue(false, "is not here")));
                continue;
            }
            List<String> programs =
                    BLOCK.matcher(Files.readString(document))
                            .results()
                            .map(block -> block.group(1))
                            .toList();
            if (document.equals(API)) {
                // Sketched before run declared what its code throws.
                programs =
                        programs.stream()
                                .map(each ->
                                        each.replace(
                                                "void main() {", "void main() throws Exception {"))
                                .toList();
            }
            assertThat(programs).as("programs in %s", document).isNotEmpty();
            for (int i = 0; i < programs.size(); i++) {
                String name = document.getFileName() + ", program " + (i + 1);
                tests.addAll(inEachForm(name, programs.get(i)));
            }
        }
        return tests.stream();
    }

    private List<DynamicTest> inEachForm(String name, String program) {
        String reason =
                NOT_YET.entrySet().stream()
                        .filter(entry -> program.contains(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElse(null);
        return Arrays.stream(Form.values())
                .map(form ->
                        reason == null
                                ? dynamicTest(name + ", " + form, () -> passes(program, form))
                                : dynamicTest(
                                        name + " (" + reason + "), " + form,
                                        () -> doesNotCompileYet(program, form)))
                .toList();
    }

    @DisplayName("What is deprecated gives a warning that says so")
    @TestFactory
    Stream<DynamicTest> deprecated() {
        return Stream.of(USES_DEPRECATED, OVERRIDES_DEPRECATED)
                .flatMap(program ->
                        inEachForm(program.strip().lines().findFirst().get(), program).stream());
    }

    @DisplayName("Code of every form compiles, and its checked exceptions are declared as they are")
    @TestFactory
    Stream<DynamicTest> formsOfCode() {
        return inEachForm("forms of code", FORMS_OF_CODE).stream();
    }

    @DisplayName("A checked exception of the code has to be declared or caught")
    @TestFactory
    Stream<DynamicTest> undeclared() {
        String program =
                "void main() { run(() -> { throw new java.io.FileNotFoundException(); }); }";
        return Arrays.stream(Form.values())
                .map(form ->
                        dynamicTest(
                                form.toString(),
                                () ->
                                        assertThat(compile(program, form).output())
                                                .contains(
                                                        "unreported exception"
                                                                + " FileNotFoundException")));
    }

    @DisplayName("What is wrong gives an error that says so")
    @TestFactory
    Stream<DynamicTest> wrong() {
        return Arrays.stream(Form.values())
                .map(form ->
                        dynamicTest(
                                form.toString(),
                                () ->
                                        assertThat(compile(IS_WRONG, form).output())
                                                .contains("cannot be applied to given types")
                                                .doesNotContain("cannot access")));
    }

    private void passes(String program, Form form) throws Exception {
        Outcome outcome = compile(program, form);
        if (program.contains(DEPRECATED)) {
            assertThat(outcome.output()).contains("[deprecation]").doesNotContain("cannot access");
            assertThat(outcome.output().lines().filter(line -> line.contains("warning: [")))
                    .allMatch(line -> line.contains("[deprecation]"));
            outcome = compile("@SuppressWarnings(\"deprecation\")", program, form);
        }
        assertThat(outcome.output()).isEmpty();
        assertThat(outcome.status()).isZero();
    }

    /** Whoever builds what is missing strikes it from the list. */
    private void doesNotCompileYet(String program, Form form) throws Exception {
        assertThat(compile(program, form).status()).isNotZero();
    }

    private Outcome compile(String program, Form form) throws Exception {
        return compile("", program, form);
    }

    private Outcome compile(String annotation, String program, Form form) throws Exception {
        Path project = Files.createTempDirectory(folder, "project");
        Path source =
                Files.writeString(project.resolve("Program.java"), source(annotation, program));
        var arguments = new ArrayList<>(List.of("-Xlint:all", "-Werror"));
        arguments.addAll(List.of("-d", project.resolve("classes").toString()));
        if (form == Form.CLASS_PATH) {
            arguments.addAll(List.of("-classpath", Library.location()));
            arguments.addAll(List.of("--limit-modules", "java.base,jdk.unsupported"));
        } else {
            Path module = project.resolve("module-info.java");
            Files.writeString(module, "module user { requires io.asyncio4j; }");
            arguments.addAll(List.of("--module-path", Library.location()));
            arguments.addAll(List.of("--limit-modules", "io.asyncio4j", module.toString()));
        }
        arguments.add(source.toString());
        var output = new StringWriter();
        var printer = new PrintWriter(output);
        int status = JAVAC.run(printer, printer, arguments.toArray(String[]::new));
        return new Outcome(status, output.toString());
    }

    /** A class around the program: a module has no compact source files. */
    private static String source(String annotation, String program) {
        String imports =
                program.lines()
                        .filter(line -> line.startsWith("import "))
                        .collect(Collectors.joining("\n"));
        String rest =
                program.lines()
                        .filter(line -> !line.startsWith("import "))
                        .collect(Collectors.joining("\n"));
        boolean isMethod = rest.stripLeading().matches("(?s)(static \\w+|void) \\w+\\(.*");
        String supplements =
                SUPPLEMENTS.entrySet().stream()
                        .filter(entry -> program.contains(entry.getKey()))
                        .map(Map.Entry::getValue)
                        .collect(Collectors.joining("\n"));
        return """
        package user;

        import static io.asyncio4j.Asyncio.*;
        import io.asyncio4j.*;
        import io.asyncio4j.loop.*;
        import io.asyncio4j.policy.*;
        import io.asyncio4j.selector.*;
        import io.asyncio4j.subprocess.*;
        import io.asyncio4j.watcher.*;
        import java.io.IOException;
        import java.nio.file.Path;
        import java.time.Duration;
        import java.util.List;
        import java.util.concurrent.TimeoutException;
        %s

        %s
        final class Program {
        %s
        %s
        }
        """
                .formatted(
                        imports,
                        annotation,
                        supplements,
                        isMethod ? rest : "void main() throws Exception {\n" + rest + "\n}");
    }
}
