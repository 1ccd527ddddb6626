package io.asyncio4j.benchmarks.spawn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A contestant as the race starts it.
 *
 * @param name what the tables call it
 * @param absence why it cannot take part, or empty if it can
 * @param command gives the command that precedes a measurement's own arguments
 */
record Entrant(String name, String absence, Function<Measurement, List<String>> command) {

    static Entrant of(String name, Function<Measurement, List<String>> command) {
        return new Entrant(name, "", command);
    }

    static Entrant absent(String name, String reason) {
        return new Entrant(name, reason, measurement -> List.of());
    }

    boolean isPresent() {
        return absence.isEmpty();
    }

    List<String> command(Measurement measurement, ChildPrograms programs) {
        List<String> whole = new ArrayList<>(command.apply(measurement));
        whole.addAll(List.of(measurement.arguments(programs)));
        return whole;
    }
}
