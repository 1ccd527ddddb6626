package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A destination of output bytes. Written by the pump's thread only. */
final class Sink {
    private static final long FULL_PIPE_PAUSE_MILLIS = 5;

    private final String name;
    private final WritableByteChannel channel;
    private final boolean terminal;
    private @Nullable IOException failure;

    Sink(String name, WritableByteChannel channel, boolean terminal) {
        this.name = name;
        this.channel = channel;
        this.terminal = terminal;
    }

    static Sink standardOutput() {
        return standard("standard output", FileDescriptor.out, 1);
    }

    static Sink standardError() {
        return standard("standard error", FileDescriptor.err, 2);
    }

    @SuppressWarnings("resource") // closing the stream would close the process's descriptor
    private static Sink standard(String name, FileDescriptor descriptor, int fd) {
        return new Sink(name, new FileOutputStream(descriptor).getChannel(), Native.isTerminal(fd));
    }

    String name() {
        return name;
    }

    boolean isTerminal() {
        return terminal;
    }

    /** Returns why writing has failed, or null; bytes written after a failure are dropped. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Writes all of {@code bytes}; returns false the first time that this fails. */
    boolean write(ByteBuffer bytes) {
        if (failure != null) {
            return true;
        }
        try {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    // Another process has made the shared descriptor non-blocking.
                    Thread.sleep(FULL_PIPE_PAUSE_MILLIS);
                }
            }
            return true;
        } catch (IOException e) {
            failure = e;
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = new IOException("interrupted", e);
            return false;
        }
    }
}
