package io.asyncio4j.testing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.asyncio4j.loop.SelectorEventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves something behind: a descriptor, a child process (a zombie is one), or a
 * thread of ours. What ends by itself is given some seconds to do so.
 *
 * <p>For tests that run one at a time in their JVM.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(LeakCheck.class);
    private static final long PATIENCE = MILLISECONDS.toNanos(5_000);

    static {
        // The JDK's poller threads keep descriptors from the first use on: let that be now.
        new SelectorEventLoop().close();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(STORE).put("before", inventory());
    }

    @Override
    @SuppressWarnings("unchecked")
    public void afterEach(ExtensionContext context) {
        var before = (Set<String>) context.getStore(STORE).get("before");
        Set<String> left = awaitEmpty(() -> without(inventory(), before));
        if (!left.isEmpty()) {
            throw new AssertionError("The test left behind: " + left);
        }
    }

    /** Waits until {@code leftovers} yields nothing, and returns what it yielded last. */
    private static Set<String> awaitEmpty(Supplier<Set<String>> leftovers) {
        long begin = System.nanoTime();
        for (; ; ) {
            Set<String> left = leftovers.get();
            if (left.isEmpty() || System.nanoTime() - begin > PATIENCE) {
                return left;
            }
            LockSupport.parkNanos(MILLISECONDS.toNanos(5));
        }
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        all.removeAll(some);
        return all;
    }

    /** What there is now: descriptors with what they refer to, children, threads of ours. */
    private static Set<String> inventory() {
        Set<String> found = new TreeSet<>(descriptors());
        ProcessHandle.current().children().forEach(child -> found.add("child " + child.pid()));
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("asyncio-waitpid"))
                .forEach(thread -> found.add("thread " + thread.getName()));
        return found;
    }

    /** Regular files are left out: the JVM opens jars and the like whenever it wants to. */
    private static Set<String> descriptors() {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.map(LeakCheck::describe)
                    .filter(text -> !text.contains("-> /") || text.contains("-> /dev/"))
                    .filter(text -> !text.contains("random"))
                    .collect(Collectors.toSet());
        } catch (IOException noProcFileSystem) {
            return Set.of();
        }
    }

    private static String describe(Path entry) {
        try {
            return "fd " + entry.getFileName() + " -> " + Files.readSymbolicLink(entry);
        } catch (IOException closedMeanwhile) {
            return "fd " + entry.getFileName() + " -> /";
        }
    }
}
