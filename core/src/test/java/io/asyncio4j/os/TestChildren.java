package io.asyncio4j.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Real children for tests. */
final class TestChildren {
    private TestChildren() {}

    record Outcome(String output, WaitStatus status) {}

    static TestRequest sh(String command, String... arguments) {
        return TestRequest.of(
                Stream.concat(Stream.of("sh", "-c", command, "sh"), Stream.of(arguments)).toList());
    }

    static TestRequest command(String... argv) {
        return TestRequest.of(List.of(argv));
    }

    /** Runs it to its end; its standard output, unless it has one, is collected. */
    static Outcome run(TestRequest request) throws IOException {
        FdPair pipe = FdTable.pipe(false, false);
        try {
            long pid;
            try {
                pid =
                        Spawn.spawn(
                                request.withStreams(
                                        request.stdin(), pipe.writeEnd(), request.stderr()));
            } finally {
                FdTable.close(pipe.writeEnd());
            }
            String output = readAll(pipe.readEnd());
            return new Outcome(output, end(pid));
        } finally {
            FdTable.close(pipe.readEnd());
        }
    }

    static WaitStatus end(long pid) throws IOException {
        WaitId.await(pid);
        WaitStatus status = WaitId.reap(pid);
        if (status == null) {
            throw new AssertionError("awaited and not to be reaped: " + pid);
        }
        return status;
    }

    /** The exit status, or the negative number of the signal. */
    static int returncode(WaitStatus status) {
        return status.signal() == 0 ? status.exitCode() : -status.signal();
    }

    static String readAll(int fd) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        int n;
        do {
            n = Fds.read(fd, buffer);
        } while (n > 0);
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }
}
