package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A policy, named on the tool's command line, whose loops look for a file and, once that is there,
 * hold their turn until a pipe of the same name with {@code .pipe} has been written and closed.
 * What was written, if anything, is the message of an {@link Error} that they throw then.
 */
public final class HeldLoops extends DefaultEventLoopPolicy {
    static final String PROPERTY = "io.asyncio4j.cli.hold";
    private static final Duration INTERVAL = Duration.ofMillis(1);

    private final Path file = Path.of(System.getProperty(PROPERTY));

    @Override
    public EventLoop newEventLoop() {
        var loop = new SelectorEventLoop();
        loop.callSoon(() -> look(loop));
        return loop;
    }

    private void look(EventLoop loop) {
        if (!Files.exists(file)) {
            loop.callLater(INTERVAL, () -> look(loop));
            return;
        }
        try {
            String message = Files.readString(Path.of(file + ".pipe"));
            if (!message.isEmpty()) {
                throw new InternalError(message);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
