package io.asyncio4j.benchmarks.spawn;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.benchmarks.spawn.Measurement.Crowd;
import io.asyncio4j.benchmarks.spawn.Measurement.Race;
import io.asyncio4j.benchmarks.spawn.Measurement.Sample;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Races every way of running child processes that this machine has, round by round, and prints
 * medians and their ratios to a program in C. See {@code benchmarks/README.md}.
 */
@Command(
        name = "spawn-race",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Races asyncio4j and its peers at running child processes.")
final class SpawnRace implements Callable<Integer> {

    private static final int TIMEOUT_SECONDS = 180;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description = "Rounds, each contestant once in each (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--total",
            defaultValue = "2000",
            description = "Children of one race (${DEFAULT-VALUE}).")
    private int total;

    @Option(
            names = "--concurrency",
            split = ",",
            defaultValue = "16",
            description = "Children at a time, a list (${DEFAULT-VALUE}).")
    private List<Integer> concurrency = List.of();

    @Option(
            names = "--modes",
            split = ",",
            defaultValue = "nopipe",
            description = "Any of nopipe, pipe, crowd (${DEFAULT-VALUE}).")
    private List<String> modes = List.of();

    @Option(
            names = "--crowds",
            split = ",",
            defaultValue = "1000,10000",
            description = "Live children in mode crowd, a list (${DEFAULT-VALUE}).")
    private List<Integer> crowds = List.of();

    @Option(
            names = "--samples",
            defaultValue = "200",
            description = "Exits timed in one crowd (${DEFAULT-VALUE}).")
    private int samples;

    @Option(
            names = "--contestants",
            split = ",",
            description = "Names, or beginnings such as cpython; c always runs (all).")
    private List<String> contestants = List.of();

    @Option(
            names = "--java-option",
            description = "For asyncio4j's virtual machine, e.g. -Dasyncio4j.tasks=handoff.")
    private List<String> javaOptions = List.of();

    @Option(names = "--json", description = "Write every round's figures there, one line each.")
    private @Nullable Path json;

    @Option(names = "--chart", description = "Draw the cost of an exit in mode crowd (PNG).")
    private @Nullable Path chart;

    @Option(
            names = "--home",
            description = "The benchmarks directory, if this is not run from its target.")
    private @Nullable Path home;

    private final PrintStream out = System.out;
    private final Standings standings = new Standings();
    private final Set<String> fallen = new LinkedHashSet<>();

    private SpawnRace() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new SpawnRace()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path directory = home != null ? home : Home.find();
        Path target = directory.resolve("target").resolve("spawn-race");
        ChildPrograms programs = ChildPrograms.build(directory.resolve("src/main/c"), target);
        Entrants entrants = new Entrants(directory.resolve("src/main/python"), javaOptions);
        List<Entrant> racers = new ArrayList<>();
        for (Entrant entrant : entrants.all(programs)) {
            if (!isWanted(entrant)) continue;
            if (entrant.isPresent()) {
                racers.add(entrant);
                Files.deleteIfExists(log(target, entrant));
            } else {
                out.println("skipped " + entrant.name() + ": " + entrant.absence());
            }
        }
        List<Measurement> measurements = measurements();
        if (json != null) Files.deleteIfExists(json);
        for (int round = 1; round <= rounds; round++) {
            for (Measurement measurement : measurements) {
                for (Entrant racer : racers) run(racer, measurement, programs, target, round);
            }
        }
        standings.print(out);
        if (chart != null) {
            List<Crowd> drawn = crowds.stream().sorted().map(n -> new Crowd(n, samples)).toList();
            ExitCostChart.write(standings, drawn, chart);
        }
        return fallen.isEmpty() ? 0 : 1;
    }

    private boolean isWanted(Entrant entrant) {
        String name = entrant.name();
        return contestants.isEmpty()
                || name.equals("c")
                || contestants.stream()
                        .anyMatch(it -> name.equals(it) || name.startsWith(it + "-"));
    }

    private List<Measurement> measurements() {
        List<Measurement> measurements = new ArrayList<>();
        for (String mode : modes) {
            switch (mode) {
                case Measurement.NO_PIPE, Measurement.PIPE -> {
                    boolean pipe = mode.equals(Measurement.PIPE);
                    for (int n : concurrency) measurements.add(new Race(total, n, pipe));
                }
                case "crowd" -> {
                    for (int n : crowds) measurements.add(new Crowd(n, samples));
                }
                default ->
                        throw new IllegalArgumentException(
                                "mode " + mode + ", expected nopipe, pipe or crowd");
            }
        }
        return measurements;
    }

    private void run(
            Entrant racer, Measurement measurement, ChildPrograms programs, Path target, int round)
            throws IOException, InterruptedException {
        String what = racer.name() + ", " + measurement.title();
        if (fallen.contains(what)) return;
        Path output = target.resolve("output.json");
        Path errors = log(target, racer);
        long treeMicros = ResourceUsage.childrenCpuMicros();
        // Files, not pipes: a child that outlives its parent would keep a pipe open.
        Process process =
                new ProcessBuilder(racer.command(measurement, programs))
                        .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(output.toFile())
                        .redirectError(Redirect.appendTo(errors.toFile()))
                        .start();
        boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        treeMicros = ResourceUsage.childrenCpuMicros() - treeMicros;
        JsonObject report = ended ? parse(output) : null;
        if (report == null) {
            String how = ended ? "exit status " + process.exitValue() : "timed out";
            out.println("fell out: " + what + ": " + how + ", see " + errors);
            fallen.add(what);
            return;
        }
        report.addProperty("contestant", racer.name());
        report.addProperty("round", round);
        report.addProperty("treeCpuSecondsWithStartUp", treeMicros / 1e6);
        standings.add(new Sample(racer.name(), measurement, report));
        if (json != null) {
            Files.writeString(
                    json, report + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private static Path log(Path target, Entrant entrant) {
        return target.resolve(entrant.name() + ".log");
    }

    /** The last line of a contestant's output; null if that is not what it should be. */
    private static @Nullable JsonObject parse(Path output) throws IOException {
        List<String> lines = Files.readAllLines(output);
        if (lines.isEmpty()) return null;
        try {
            return JsonParser.parseString(lines.getLast()).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            return null;
        }
    }
}
