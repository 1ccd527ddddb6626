package io.asyncio4j.testing;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.asyncio4j.loop.SelectorEventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
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
    private static final long PATIENCE = SECONDS.toNanos(30);

    static {
        // The JDK's poller threads keep descriptors from the first use on: let that be now.
        new SelectorEventLoop().close();
        // So does the first registered channel that is closed.
        try (Selector selector = Selector.open()) {
            Pipe pipe = Pipe.open();
            pipe.source().configureBlocking(false).register(selector, SelectionKey.OP_READ);
            pipe.source().close();
            pipe.sink().close();
            selector.selectNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(STORE).put("before", inventory());
    }

    @Override
    @SuppressWarnings("unchecked")
    public void afterEach(ExtensionContext context) {
        var before = (Set<String>) context.getStore(STORE).get("before");
        awaitNothingBeyond(before);
    }

    /** Waits until there is nothing that was not there {@code before}. */
    public static void awaitNothingBeyond(Set<String> before) {
        long begin = System.nanoTime();
        for (; ; ) {
            Set<String> left = inventory();
            left.removeAll(before);
            if (left.isEmpty()) {
                return;
            }
            if (System.nanoTime() - begin > PATIENCE) {
                throw new AssertionError("The test left behind: " + left);
            }
            LockSupport.parkNanos(MILLISECONDS.toNanos(5));
        }
    }

    /** What there is now: descriptors with what they refer to, children, threads of ours. */
    public static Set<String> inventory() {
        Set<String> found = new TreeSet<>(descriptors());
        ProcessHandle.current().children().forEach(child -> found.add("child " + child.pid()));
        Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name ->
                        name.startsWith("asyncio-waitpid") || name.startsWith("asyncio-pump"))
                .forEach(name -> found.add("thread " + name));
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
