package io.asyncio4j.benchmarks.spawn;

import io.asyncio4j.watcher.Watchers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who takes part in the race, and with which command each is started. */
final class Entrants {

    private static final List<String> WATCHERS =
            Watchers.available().stream().map(Watchers.Availability::name).toList();

    /** CPython's version that asyncio4j follows; a later one has no watchers to choose from. */
    private static final String PYTHON = "3.12.";

    private static final String ASYNCIO4J = "io.asyncio4j.benchmarks.spawn.Asyncio4jPeer";

    /** A heap that is resident from the start, so that growth is what children cost. */
    private static final List<String> FIXED_HEAP =
            List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

    private final Path pythonSources;
    private final List<String> javaOptions;

    /**
     * @param javaOptions given to the virtual machines of asyncio4j, not to its peers'
     */
    Entrants(Path pythonSources, List<String> javaOptions) {
        this.pythonSources = pythonSources;
        this.javaOptions = javaOptions;
    }

    /** All of them, the C floor first, those that are absent included. */
    List<Entrant> all(ChildPrograms programs) throws InterruptedException {
        List<Entrant> entrants = new ArrayList<>();
        entrants.add(Entrant.of("c", measurement -> List.of(programs.floor().toString())));
        for (String watcher : WATCHERS) entrants.add(asyncio4j(watcher));
        entrants.add(java("processbuilder", ProcessBuilderPeer.class.getName(), List.of()));
        entrants.add(java("nuprocess", NuProcessPeer.class.getName(), List.of()));
        Path script = pythonSources.resolve("spawn_peer.py");
        Pythons pythons = Pythons.find(script);
        for (String watcher : WATCHERS) {
            Optional<Pythons.Python> python =
                    pythons.first(it ->
                            it.version().startsWith(PYTHON) && it.watchers().contains(watcher));
            entrants.add(
                    python(
                            "cpython-" + watcher,
                            python,
                            "no Python " + PYTHON + "x",
                            List.of(script.toString(), "--watcher", watcher)));
        }
        entrants.add(
                python(
                        "uvloop",
                        pythons.first(Pythons.Python::uvloop),
                        "no Python that can import uvloop",
                        List.of(script.toString(), "--uvloop")));
        return entrants;
    }

    private static Entrant python(
            String name, Optional<Pythons.Python> python, String absence, List<String> arguments) {
        if (python.isEmpty()) return Entrant.absent(name, absence);
        List<String> command = new ArrayList<>(List.of(python.get().program().toString()));
        command.addAll(arguments);
        return Entrant.of(name, measurement -> command);
    }

    private Entrant asyncio4j(String watcher) {
        String name = "asyncio4j-" + watcher;
        try {
            Class.forName(ASYNCIO4J, false, Entrants.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            return Entrant.absent(name, "not on the class path");
        }
        return java(name, ASYNCIO4J, javaOptions, "--watcher", watcher);
    }

    private static Entrant java(
            String name, String mainClass, List<String> options, String... arguments) {
        return Entrant.of(
                name,
                measurement -> {
                    List<String> command = new ArrayList<>();
                    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
                    if (measurement instanceof Measurement.Crowd) command.addAll(FIXED_HEAP);
                    command.add("--enable-native-access=ALL-UNNAMED");
                    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
                    command.addAll(options);
                    command.add("-cp");
                    command.add(System.getProperty("java.class.path"));
                    command.add(mainClass);
                    command.addAll(List.of(arguments));
                    return command;
                });
    }
}
