package io.asyncio4j.graalpy.judge;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs CPython's tests in JVMs of their own. One that hangs or dies costs the test that it was in,
 * and the next JVM continues after that.
 */
final class Judge {

    static final Path SCRIPTS = Path.of("src/test/python/judge").toAbsolutePath();
    private static final Path WORK = Path.of("target/judge").toAbsolutePath();

    private final CPython python;
    private final boolean quick;
    private final List<String> modules;
    private final List<String> only;
    private final Map<String, String> pythonTransports = new LinkedHashMap<>();

    /**
     * @param modules which, by name; none means all
     * @param only patterns of {@code module.Class.test}; none means all
     */
    Judge(CPython python, boolean quick, List<String> modules, List<String> only) {
        this.python = python;
        this.quick = quick;
        this.modules = modules;
        this.only = only;
    }

    /** Runs the tests on each of {@code loops}, in one of the two task modes. */
    List<Outcome> run(String mode, List<String> loops) throws Exception {
        String name = mode + "-" + String.join("-", loops);
        Files.createDirectories(WORK);
        Path out = WORK.resolve(name + ".jsonl");
        if (Files.exists(out) && Boolean.getBoolean("asyncio4j.judge.keep")) {
            dropLastBegun(out);
        } else {
            Files.writeString(out, "");
            Files.deleteIfExists(log(name));
        }
        while (true) {
            int exit = fork(name, mode, plan(loops, out));
            if (exit == 0) {
                return outcomes(mode, out);
            }
            String died = lastBegun(out);
            if (died.isEmpty()) {
                throw new IllegalStateException(
                        "The JVM ended between two tests with exit " + exit + "; see " + log(name));
            }
            String why = exit == JudgeChild.HUNG ? "hung" : "ended the JVM with exit " + exit;
            Map<String, Object> line =
                    Map.of(
                            "test",
                            died,
                            "outcome",
                            "failed",
                            "runs",
                            1,
                            "seconds",
                            0,
                            "why",
                            why,
                            "detail",
                            "see " + log(name));
            Files.writeString(out, new Gson().toJson(line) + "\n", StandardOpenOption.APPEND);
        }
    }

    private static Path log(String name) {
        return WORK.resolve(name + ".log");
    }

    private String plan(List<String> loops, Path out) throws IOException {
        var done = new ArrayList<String>();
        for (JsonObject line : lines(out)) {
            if (line.has("begins")) {
                done.add(line.get("begins").getAsString());
            }
        }
        var plan = new LinkedHashMap<String, Object>();
        plan.put("tests", python.tests().toString());
        plan.put("loops", loops);
        plan.put("modules", modules);
        plan.put("only", only);
        plan.put("quick", quick);
        plan.put("done", done);
        plan.put("out", out.toString());
        return new Gson().toJson(plan);
    }

    private int fork(String name, String mode, String plan) throws Exception {
        Path file = WORK.resolve(name + ".plan.json");
        Files.writeString(file, plan);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (mode.equals("carrier")) {
            command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        }
        command.addAll(
                List.of(
                        "-Dasyncio4j.tasks=" + mode,
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xss16m",
                        "-Xmx1500m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        JudgeChild.class.getName(),
                        SCRIPTS.toString(),
                        file.toString(),
                        python.executable().toString(),
                        System.getProperty("asyncio4j.judge.limit", "120")));
        File log = log(name).toFile();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start()
                .waitFor();
    }

    private static List<JsonObject> lines(Path out) throws IOException {
        return Files.readAllLines(out).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    /** Returns the test that has begun and not ended; an empty name if there is none. */
    private static String lastBegun(Path out) throws IOException {
        List<JsonObject> lines = lines(out);
        return lines.isEmpty() || !lines.getLast().has("begins")
                ? ""
                : lines.getLast().get("begins").getAsString();
    }

    /** Has the test that ran when the judge itself was ended run again. */
    private static void dropLastBegun(Path out) throws IOException {
        if (!lastBegun(out).isEmpty()) {
            List<String> lines = Files.readAllLines(out);
            Files.write(out, lines.subList(0, lines.size() - 1));
        }
    }

    /** Returns, by module, which of Python's transports still stand in for ours. */
    Map<String, String> pythonTransports() {
        return pythonTransports;
    }

    private List<Outcome> outcomes(String mode, Path out) throws IOException {
        var outcomes = new ArrayList<Outcome>();
        for (JsonObject line : lines(out)) {
            if (line.has("module")) {
                pythonTransports.put(
                        line.get("module").getAsString(), line.get("python").getAsString());
            }
            if (!line.has("test")) {
                continue;
            }
            String[] name = line.get("test").getAsString().split(" ", 2);
            outcomes.add(
                    new Outcome(
                            name[0],
                            name[0].equals("stock") ? "-" : mode,
                            name[1],
                            line.get("outcome").getAsString(),
                            line.get("runs").getAsInt(),
                            line.get("why").getAsString(),
                            line.get("detail").getAsString()));
        }
        return outcomes;
    }
}
