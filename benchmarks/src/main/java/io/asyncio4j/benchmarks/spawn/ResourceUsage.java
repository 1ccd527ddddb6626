package io.asyncio4j.benchmarks.spawn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Processor time and memory of this process, from {@code getrusage(2)} and {@code /proc}.
 *
 * <p>{@code /proc/self/stat} and the JDK's beans count in ticks of 10 ms, too coarse for one exit
 * among ten thousand children; {@code getrusage} gives microseconds of the same counters, and is
 * what the peers in C and Python use. Needs {@code --enable-native-access}.
 */
final class ResourceUsage {

    private static final int SELF = 0;
    private static final int CHILDREN = -1;

    /** More than any {@code struct rusage}; the first four words are the two {@code timeval}s. */
    private static final int RUSAGE_BYTES = 512;

    private static final MethodHandle GETRUSAGE = getrusage();
    private static final MemorySegment BUFFER = Arena.global().allocate(RUSAGE_BYTES, Long.BYTES);

    private ResourceUsage() {}

    /** User and system time of all threads of this process, in microseconds. */
    static long ownCpuMicros() {
        return cpuMicros(SELF);
    }

    /** User and system time of the children that were reaped, and of theirs, in microseconds. */
    static long childrenCpuMicros() {
        return cpuMicros(CHILDREN);
    }

    /** Resident memory of this process that is no file's, in bytes; files come and go. */
    static long anonymousBytes() {
        return statusField("RssAnon:") * 1024;
    }

    /** Threads that the kernel counts for this process, those of the virtual machine included. */
    static long threads() {
        return statusField("Threads:");
    }

    private static long statusField(String name) {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized long cpuMicros(int who) {
        try {
            int result = (int) GETRUSAGE.invokeExact(who, BUFFER);
            if (result != 0) throw new IllegalStateException("getrusage(" + who + ") failed");
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        return timeval(0) + timeval(2L * Long.BYTES);
    }

    /** The second word is read as an int: it is one on some systems, padded to eight bytes. */
    private static long timeval(long offset) {
        return BUFFER.get(JAVA_LONG, offset) * 1_000_000
                + BUFFER.get(JAVA_INT, offset + Long.BYTES);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle getrusage() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getrusage"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    }
}
