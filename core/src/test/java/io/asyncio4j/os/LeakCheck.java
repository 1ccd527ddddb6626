package io.asyncio4j.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves a descriptor open or a child unreaped. */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
    static {
        // The first registered channel that is closed makes the JDK keep a socket, for ever.
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

    private TreeMap<Integer, String> before = new TreeMap<>();

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        before = descriptors();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        assertThat(descriptors()).as("open descriptors").isEqualTo(before);
        assertThatThrownBy(Wait::reapAny).as("children").isInstanceOf(NoChildException.class);
    }

    /** Pipes, sockets, event and process descriptors, terminals; files belong to the JVM. */
    private static TreeMap<Integer, String> descriptors() throws IOException {
        TreeMap<Integer, String> open = new TreeMap<>();
        for (int fd : FdTable.list(0)) {
            Path link = Path.of("/proc/self/fd/" + fd);
            if (Files.isSymbolicLink(link)) {
                String target = Files.readSymbolicLink(link).toString();
                List<String> kinds = List.of("pipe:", "socket:", "anon_inode:", "/dev/p");
                if (kinds.stream().anyMatch(target::startsWith)) {
                    open.put(fd, target);
                }
            }
        }
        return open;
    }
}
