package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.policy.EventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.warning.DeprecationWarning;
import io.asyncio4j.warning.Warnings;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.Watchers;
import java.util.Set;
import java.util.stream.Collectors;

/** Resolves the names that {@code --policy} and {@code --watcher} accept. */
final class Choices {
    private static final String POLICIES =
            "choose default, selector, proactor, or the name of a class that implements EventLoopPolicy";

    private Choices() {}

    /**
     * Creates the policy for a run.
     *
     * @throws UsageException if there is no such policy or watcher, or it does not work here
     */
    static EventLoopPolicy policy(String policy, String watcher) throws UsageException {
        EventLoopPolicy chosen = policy(policy);
        if (watcher.equals("uring") && (policy.equals("default") || policy.equals("selector"))) {
            throw new UsageException(
                    "--watcher uring waits on loops over io_uring; add --policy proactor, or choose"
                            + " --watcher pidfd");
        }
        ChildWatcher chosenWatcher = watcher(watcher);
        return chosenWatcher == null ? chosen : new ToolPolicy(chosen, chosenWatcher);
    }

    private static EventLoopPolicy policy(String name) throws UsageException {
        switch (name) {
            case "default" -> {
                try {
                    return Policies.get();
                } catch (IllegalStateException e) {
                    // The property asyncio4j.policy.
                    throw new UsageException(String.valueOf(e.getMessage()));
                }
            }
            case "proactor" -> {
                String reason = ProactorEventLoop.unavailableReason();
                if (reason != null) {
                    // The portable loop cannot end groups of processes.
                    throw new UsageException("--policy proactor: " + reason + "; " + POLICIES);
                }
                return Policies.named(name);
            }
            default -> {
                try {
                    return Policies.named(name);
                } catch (IllegalStateException | LinkageError e) {
                    throw new UsageException(
                            "--policy " + name + ": " + reason(e) + "; " + POLICIES);
                }
            }
        }
    }

    private static String reason(Throwable e) {
        return e.getCause() instanceof ClassNotFoundException
                ? "there is no such policy or class"
                : String.valueOf(e.getMessage()).lines().findFirst().orElse("it cannot be created");
    }

    private static @Nullable ChildWatcher watcher(String name) throws UsageException {
        if (name.equals("default")) {
            return null; // the policy's own
        }
        if (!Watchers.names().contains(name)) {
            throw new UsageException("--watcher " + name + ": choose " + workingWatchers());
        }
        try {
            return Warnings.ignoring(DeprecationWarning.class, () -> Watchers.create(name));
        } catch (UnsupportedOperationException e) {
            throw new UsageException(
                    "--watcher " + name + ": " + e.getMessage() + "; choose " + workingWatchers());
        }
    }

    private static String workingWatchers() {
        Set<String> broken =
                Watchers.available().stream()
                        .filter(watcher -> !watcher.works())
                        .map(Watchers.Availability::name)
                        .collect(Collectors.toSet());
        return Watchers.names().stream()
                .filter(name -> !broken.contains(name))
                .collect(Collectors.joining(", "));
    }
}
