package io.asyncio4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.asyncio4j.loop.ProactorEventLoop;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor}, in JVMs that may do more and less. */
@EnabledOnOs(OS.LINUX)
class DoctorTest {
    @TempDir private Path scratch;

    private JsonObject diagnose(String... jvmOptions) throws Exception {
        try (var tool = Tool.start(scratch, List.of(jvmOptions), "doctor", "--json")) {
            Tool.Outcome outcome = tool.end();
            assertThat(outcome.stderr()).isEmpty();
            assertThat(outcome.status()).isZero();
            return JsonParser.parseString(outcome.stdout()).getAsJsonObject();
        }
    }

    private static JsonObject part(JsonObject diagnosis, String section, String name) {
        return StreamSupport.stream(diagnosis.getAsJsonArray(section).spliterator(), false)
                .map(JsonElement::getAsJsonObject)
                .filter(part -> part.get("name").getAsString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isChosen(JsonObject diagnosis, String section, String name) {
        JsonObject part = part(diagnosis, section, name);
        return part.get("works").getAsBoolean() && part.get("chosen").getAsBoolean();
    }

    private static String reason(JsonObject diagnosis, String section, String name) {
        return part(diagnosis, section, name).get("reason").getAsString();
    }

    @Test
    void withEverythingOpen_theBestIsChosen() throws Exception {
        JsonObject diagnosis =
                diagnose(
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED");

        assertThat(diagnosis.getAsJsonObject("java").get("home").getAsString())
                .isEqualTo(System.getProperty("java.home"));
        assertThat(isChosen(diagnosis, "taskModes", "carrier")).isTrue();
        assertThat(isChosen(diagnosis, "selectors", "epoll")).isTrue();
        assertThat(isChosen(diagnosis, "watchers", "threaded")).isTrue();
        assertThat(isChosen(diagnosis, "spawners", "posix_spawn")).isTrue();
        assertThat(part(diagnosis, "proactors", "io_uring").get("works").getAsBoolean())
                .isEqualTo(ProactorEventLoop.unavailableReason() == null);
    }

    @Test
    void knownFaultOfThisJava_isReported() throws Exception {
        String known = KnownFaults.of(Runtime.version());
        JsonElement fault = diagnose().getAsJsonObject("java").get("fault");

        assertThat(fault.isJsonNull() ? null : fault.getAsString()).isEqualTo(known);
        String text = Tool.run(scratch, "doctor").stdout();
        assertThat(text.contains("known fault: ")).isEqualTo(known != null);
    }

    @Test
    void withNativeAccessDenied_saysSoAndFallsBack() throws Exception {
        JsonObject diagnosis = diagnose("--illegal-native-access=deny");

        assertThat(isChosen(diagnosis, "selectors", "nio")).isTrue();
        assertThat(isChosen(diagnosis, "taskModes", "handoff")).isTrue();
        assertThat(reason(diagnosis, "selectors", "epoll")).contains("--enable-native-access");
        assertThat(reason(diagnosis, "watchers", "pidfd")).contains("--enable-native-access");
        assertThat(reason(diagnosis, "taskModes", "carrier")).contains("--add-opens");
    }

    @Test
    void portableBackend_isTheReason() throws Exception {
        JsonObject diagnosis =
                diagnose("--enable-native-access=ALL-UNNAMED", "-Dasyncio4j.backend=portable");

        assertThat(isChosen(diagnosis, "selectors", "nio")).isTrue();
        assertThat(reason(diagnosis, "spawners", "posix_spawn")).contains("asyncio4j.backend");
        assertThat(isChosen(diagnosis, "spawners", "ProcessBuilder")).isTrue();
        assertThat(reason(diagnosis, "proactors", "io_uring")).contains("asyncio4j.backend");
        assertThat(isChosen(diagnosis, "proactors", "portable")).isTrue();
    }

    @Test
    void carrierModeThatCannotBeHad_isToldNotThrown() throws Exception {
        JsonObject diagnosis = diagnose("-Dasyncio4j.tasks=carrier");

        assertThat(reason(diagnosis, "taskModes", "carrier")).contains("--add-opens");
    }

    @Test
    void text_marksWhatIsChosen() throws Exception {
        Tool.Outcome outcome = Tool.run(scratch, "doctor");

        assertThat(outcome.stdout().lines())
                .anyMatch(line -> line.matches("selectors +\\* epoll +works"))
                .anyMatch(line -> line.matches("native calls +work"));
    }

    @Test
    void runInAModeThatCannotBeHad_isRefusedInOneLine() throws Exception {
        var options = List.of("--enable-native-access=ALL-UNNAMED", "-Dasyncio4j.tasks=carrier");
        try (var tool = Tool.start(scratch, options, "run", "true")) {
            Tool.Outcome outcome = tool.end();

            assertThat(outcome.status()).isEqualTo(Main.USAGE);
            assertThat(outcome.errorLines()).singleElement().asString().contains("--add-opens");
        }
    }

    @Test
    void runWithoutNativeAccess_isRefusedInOneLine() throws Exception {
        try (var tool =
                Tool.start(scratch, List.of("--illegal-native-access=deny"), "run", "true")) {
            Tool.Outcome outcome = tool.end();

            assertThat(outcome.status()).isEqualTo(Main.USAGE);
            assertThat(outcome.errorLines())
                    .singleElement()
                    .asString()
                    .contains("run needs native calls")
                    .contains("--enable-native-access");
        }
    }
}
