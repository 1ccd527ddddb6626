package io.asyncio4j.benchmarks.spawn;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Medians over the rounds, and each as a multiple of the floor's, as a plain table. */
final class Standings {

    private static final String FLOOR = "c";

    private final Map<Measurement, Map<String, List<Measurement.Sample>>> samples =
            new LinkedHashMap<>();

    void add(Measurement.Sample sample) {
        samples.computeIfAbsent(sample.measurement(), key -> new LinkedHashMap<>())
                .computeIfAbsent(sample.contestant(), key -> new ArrayList<>())
                .add(sample);
    }

    /** The contestants that were measured, in the order of their first results. */
    List<String> contestants() {
        return samples.values().stream().flatMap(it -> it.keySet().stream()).distinct().toList();
    }

    /** Median over the rounds, or NaN if there was no round or no such field. */
    double median(Measurement measurement, String contestant, String field) {
        double[] values =
                samples
                        .getOrDefault(measurement, Map.of())
                        .getOrDefault(contestant, List.of())
                        .stream()
                        .mapToDouble(sample -> sample.number(field))
                        .sorted()
                        .toArray();
        if (values.length == 0) return Double.NaN;
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    void print(PrintStream out) {
        samples.forEach((measurement, contestants) -> {
            out.println();
            out.println(measurement.title());
            switch (measurement) {
                case Measurement.Race race -> printRace(out, race, contestants);
                case Measurement.Crowd crowd -> printCrowd(out, crowd, contestants);
            }
        });
    }

    private void printRace(
            PrintStream out, Measurement race, Map<String, List<Measurement.Sample>> contestants) {
        out.printf(
                "  %-20s %10s %6s %14s %6s %15s %9s%n",
                "", "children/s", "of C", "CPU us/child", "of C", "by the parent", "failures");
        for (String name : contestants.keySet()) {
            out.printf(
                    Locale.ROOT,
                    "  %-20s %10.0f %6.2f %14.0f %6.2f %15.0f %9.0f%n",
                    name,
                    median(race, name, "rate"),
                    ofFloor(race, name, "rate"),
                    median(race, name, "cpuPerChildMicros"),
                    ofFloor(race, name, "cpuPerChildMicros"),
                    median(race, name, "parentCpuPerChildMicros"),
                    median(race, name, "failures"));
        }
    }

    private void printCrowd(
            PrintStream out, Measurement crowd, Map<String, List<Measurement.Sample>> contestants) {
        out.printf(
                "  %-20s %9s %6s %9s %12s %12s %8s %9s%n",
                "",
                "median us",
                "of C",
                "p99 us",
                "CPU us/exit",
                "bytes/child",
                "threads",
                "start s");
        for (String name : contestants.keySet()) {
            out.printf(
                    Locale.ROOT,
                    "  %-20s %9.0f %6.2f %9.0f %12.0f %12.0f %8.0f %9.2f%n",
                    name,
                    median(crowd, name, "learnMedianMicros"),
                    ofFloor(crowd, name, "learnMedianMicros"),
                    median(crowd, name, "learnP99Micros"),
                    median(crowd, name, "cpuPerExitMicros"),
                    median(crowd, name, "bytesPerChild"),
                    median(crowd, name, "extraThreads"),
                    median(crowd, name, "startSeconds"));
        }
    }

    private double ofFloor(Measurement measurement, String contestant, String field) {
        return median(measurement, contestant, field) / median(measurement, FLOOR, field);
    }
}
