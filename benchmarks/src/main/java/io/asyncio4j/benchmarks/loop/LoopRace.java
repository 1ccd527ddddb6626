package io.asyncio4j.benchmarks.loop;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.asyncio4j.benchmarks.spawn.Home;
import io.asyncio4j.benchmarks.spawn.Pythons;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the same benchmarks of loop and tasks by all who are here, in turn, and prints medians.
 *
 * <pre>
 * LoopRace [ROUNDS [NAME...]]
 * </pre>
 */
public final class LoopRace {

    // Room for a million tasks, resident from the start so that memory outside the heap shows.
    private static final List<String> HEAP =
            List.of("-Xms6g", "-Xmx6g", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC");

    private LoopRace() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length == 0 ? 3 : Integer.parseInt(args[0]);
        List<String> names = args.length < 2 ? List.of() : List.of(args).subList(1, args.length);
        Map<String, List<String>> peers = peers(names);
        Map<String, Map<String, List<Double>>> figures = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, List<String>> peer : peers.entrySet()) {
                for (JsonObject line : run(peer.getValue())) {
                    String bench = line.get("bench").getAsString();
                    record(figures, bench, peer.getKey(), line, "nanosPerOp");
                    if (line.has("bytesPerTask")) {
                        record(figures, bench + " bytes", peer.getKey(), line, "bytesPerTask");
                    }
                }
            }
        }
        print(figures, new ArrayList<>(peers.keySet()));
    }

    private static void record(
            Map<String, Map<String, List<Double>>> figures,
            String row,
            String peer,
            JsonObject line,
            String field) {
        figures.computeIfAbsent(row, name -> new TreeMap<>())
                .computeIfAbsent(peer, name -> new ArrayList<>())
                .add(line.get(field).getAsDouble());
    }

    private static Map<String, List<String>> peers(List<String> names) throws Exception {
        Path scripts = Home.find().resolve("src/main/python");
        Map<String, List<String>> peers = new LinkedHashMap<>();
        peers.put("carrier", java("carrier", "selector", names));
        peers.put("proactor", java("carrier", "proactor", names));
        peers.put("handoff", java("handoff", "selector", names));
        Pythons pythons = Pythons.find(scripts.resolve("spawn_peer.py"));
        List<String> only =
                names.isEmpty() ? List.of() : List.of("--only", String.join(",", names));
        pythons.first(python -> python.version().startsWith("3.13"))
                .ifPresentOrElse(
                        python -> peers.put("cpython", python(python, scripts, List.of(), only)),
                        () -> System.out.println("cpython 3.13 is not here"));
        pythons.first(Pythons.Python::uvloop)
                .ifPresentOrElse(
                        python ->
                                peers.put(
                                        "uvloop",
                                        python(python, scripts, List.of("--uvloop"), only)),
                        () -> System.out.println("uvloop is not here"));
        return peers;
    }

    private static List<String> python(
            Pythons.Python python, Path scripts, List<String> kind, List<String> only) {
        List<String> command = new ArrayList<>();
        command.add(python.program().toString());
        command.add(scripts.resolve("loop_peer.py").toString());
        command.addAll(kind);
        command.addAll(only);
        return command;
    }

    private static List<String> java(String mode, String policy, List<String> names) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(HEAP);
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        command.add("-Djdk.trackAllThreads=false");
        command.add("-Dasyncio4j.tasks=" + mode);
        command.add("-Dasyncio4j.policy=" + policy);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(LoopPeer.class.getName());
        command.addAll(names);
        return command;
    }

    private static List<JsonObject> run(List<String> command) throws IOException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return new String(process.getInputStream().readAllBytes())
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private static void print(Map<String, Map<String, List<Double>>> figures, List<String> peers) {
        System.out.printf("%-24s", "nanoseconds (or bytes)");
        peers.forEach(peer -> System.out.printf("%12s", peer));
        System.out.printf("%18s%18s%n", "uvloop/carrier", "handoff/cpython");
        figures.forEach((row, byPeer) -> {
            System.out.printf("%-24s", row);
            for (String peer : peers) {
                System.out.printf(Locale.ROOT, "%12.0f", median(byPeer.get(peer)));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%18.1f%18.2f%n",
                    median(byPeer.get("uvloop")) / median(byPeer.get("carrier")),
                    median(byPeer.get("handoff")) / median(byPeer.get("cpython")));
        });
    }

    private static double median(List<Double> values) {
        if (values == null || values.isEmpty()) return Double.NaN;
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(Double.NaN);
    }
}
