package io.asyncio4j.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds our loop against traces that CPython left; {@code scenarios.py} says how to record them.
 */
class ConformanceTest {

    @DisplayName("The trace is CPython's")
    @ParameterizedTest
    @MethodSource("recordedNames")
    void trace_isCPythons(String scenario) throws Exception {
        List<String> trace = new ArrayList<>();
        Scenarios.class.getDeclaredMethod(scenario).invoke(new Scenarios(trace::add));
        assertThat(trace).isEqualTo(recorded().get(scenario));
    }

    @Test
    @DisplayName("Every scenario was recorded")
    void scenarios_allRecorded() throws IOException {
        List<String> ours =
                Arrays.stream(Scenarios.class.getDeclaredMethods())
                        .filter(method -> !method.isSynthetic() && method.getName().contains("_"))
                        .map(method -> method.getName())
                        .toList();
        assertThat(recorded().keySet()).containsExactlyInAnyOrderElementsOf(ours);
    }

    static Stream<String> recordedNames() throws IOException {
        return recorded().keySet().stream();
    }

    private static Map<String, List<String>> recorded() throws IOException {
        Map<String, List<String>> traces = new LinkedHashMap<>();
        List<String> current = new ArrayList<>();
        try (var lines = ConformanceTest.class.getResourceAsStream("/traces.txt")) {
            for (String line : new String(lines.readAllBytes()).lines().toList()) {
                if (line.startsWith("# ")) {
                    current = new ArrayList<>();
                    traces.put(line.substring(2), current);
                } else {
                    current.add(line);
                }
            }
        }
        return traces;
    }
}
