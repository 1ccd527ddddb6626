package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.selector.Selectors;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.watcher.Watchers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Describes what works on this machine, in this JVM.
 *
 * @param version of the tool
 * @param java the runtime
 * @param system the operating system
 * @param nativeReason why native calls do not work and what would help, or null if they do
 * @param sections the parts, by kind
 */
record Diagnosis(
        String version,
        Java java,
        Machine system,
        @Nullable String nativeReason,
        List<Section> sections) {

    /**
     * The Java runtime.
     *
     * @param fault a known fault and its remedy, or null
     */
    record Java(String version, String vendor, String home, @Nullable String fault) {}

    /** The operating system. */
    record Machine(String name, String release, String architecture, int processors) {}

    /**
     * Parts of one kind, of which one is chosen by default.
     *
     * @param name for people
     * @param key for machines
     */
    record Section(String name, String key, List<Part> parts) {}

    /**
     * One part.
     *
     * @param chosen whether it is used by default
     * @param reason why it does not work and what would help, or null if it works
     */
    record Part(String name, boolean chosen, @Nullable String reason) {
        boolean works() {
            return reason == null;
        }
    }

    /** Examines this JVM and machine. */
    static Diagnosis make() {
        return new Diagnosis(
                Main.Version.number(),
                new Java(
                        System.getProperty("java.runtime.version", "?"),
                        System.getProperty("java.vendor", "?"),
                        System.getProperty("java.home", "?"),
                        KnownFaults.of(Runtime.version())),
                new Machine(
                        System.getProperty("os.name", "?"),
                        System.getProperty("os.version", "?"),
                        System.getProperty("os.arch", "?"),
                        Runtime.getRuntime().availableProcessors()),
                Native.unavailableReason(),
                List.of(tasks(), selectors(), proactors(), watchers(), spawners()));
    }

    private static Section tasks() {
        String wanted = System.getProperty("asyncio4j.tasks", "auto");
        String carrierReason = Native.carrierModeUnavailableReason();
        String chosen = "none";
        String problem = null;
        try {
            chosen = LoopContext.mode().name().toLowerCase(Locale.ROOT);
        } catch (LinkageError e) {
            // The property names a mode that does not exist or does not work here.
            problem = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
        }
        var parts = new ArrayList<Part>();
        parts.add(new Part("carrier", chosen.equals("carrier"), carrierReason));
        parts.add(new Part("handoff", chosen.equals("handoff"), null));
        if (problem != null && parts.stream().noneMatch(part -> part.name().equals(wanted))) {
            parts.add(new Part(wanted, false, problem));
        }
        return new Section("task modes", "taskModes", parts);
    }

    private static Section selectors() {
        String wanted =
                System.getProperty("asyncio4j.selector", "").strip().toLowerCase(Locale.ROOT);
        String chosen = wanted.isEmpty() ? Selectors.defaultName() : wanted;
        var parts = new ArrayList<Part>();
        for (String name : Selectors.NAMES) {
            parts.add(new Part(name, name.equals(chosen), selectorProblem(name)));
        }
        if (!Selectors.NAMES.contains(chosen)) {
            parts.add(new Part(chosen, true, "there is no such selector"));
        }
        return new Section("selectors", "selectors", parts);
    }

    /** Returns why a selector does not work, having tried it. */
    private static @Nullable String selectorProblem(String name) {
        String reason = Selectors.unavailableReason(name);
        if (reason != null) {
            return reason;
        }
        try {
            Selectors.open(name).close();
            return null;
        } catch (RuntimeException e) {
            return String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause());
        }
    }

    private static Section proactors() {
        String reason = ProactorEventLoop.unavailableReason();
        return new Section(
                "proactors",
                "proactors",
                List.of(
                        new Part("io_uring", reason == null, reason),
                        new Part("portable", reason != null, null)));
    }

    private static Section watchers() {
        List<Part> parts =
                Watchers.available().stream()
                        .map(watcher ->
                                new Part(
                                        watcher.name(),
                                        watcher.name().equals(Watchers.defaultName())
                                                && watcher.works(),
                                        watcher.reason()))
                        .toList();
        return new Section("child watchers", "watchers", parts);
    }

    private static Section spawners() {
        String reason = Native.unavailableReason();
        return new Section(
                "spawners",
                "spawners",
                List.of(
                        new Part("posix_spawn", reason == null, reason),
                        // Of the portable proactor loop's children.
                        new Part("ProcessBuilder", reason != null, null)));
    }
}
