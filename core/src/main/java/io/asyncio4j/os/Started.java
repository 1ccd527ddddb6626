package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The original values of settings that HotSpot changes when it starts: the soft limit on open
 * files, which it raises to the hard one, and the dump filter, to which it adds bits. Determined
 * once, when the first child is started.
 *
 * <p>HotSpot keeps no record of either. The limit is the value of the property {@code
 * asyncio4j.openFiles}; else the present one if that is below the hard one, or if HotSpot was
 * started with {@code -XX:-MaxFDLimit}; else that of the parent process, if it has the same hard
 * limit. The dump filter is the parent's, if only HotSpot's bits differ.
 */
final class Started {
    private static final String PROPERTY = "asyncio4j.openFiles";

    /** As {@link Limits.Limit} has it: none. */
    private static final String UNLIMITED = "unlimited";

    /** File-backed mappings, private and shared; shared huge pages; shared DAX pages. */
    private static final int HOTSPOTS_BITS = 1 << 2 | 1 << 3 | 1 << 6 | 1 << 8;

    /** What Linux starts with: Documentation/filesystems/proc.rst, 3.4. */
    private static final int LINUX_FILTER = 0x33;

    private static final NativeFunction GETPPID = Libc.function("getppid");

    /** The soft limit on open files, or -1 if it is what this process has now. */
    static final long OPEN_FILES = openFiles();

    /** The dump filter, or -1 if it is what this process has now. */
    static final int DUMP_FILTER = dumpFilter();

    private Started() {}

    private static long openFiles() {
        Limits.Limit now = Limits.openFiles();
        long soft = Os.HOST == Os.LINUX ? openFiles(now) : -1;
        return soft == now.soft() || soft > now.hard() ? -1 : soft;
    }

    private static long openFiles(Limits.Limit now) {
        String told = System.getProperty(PROPERTY);
        if (told != null) {
            return parse(told);
        }
        if (now.soft() < now.hard() || leavesLimit()) {
            return -1;
        }
        Limits.Limit parents = limitOf(parent("limits"));
        return parents != null && parents.hard() == now.hard() ? parents.soft() : -1;
    }

    private static long parse(String limit) {
        try {
            long soft = limit.equals(UNLIMITED) ? Long.MAX_VALUE : Long.parseLong(limit);
            if (soft >= 0) {
                return soft;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        throw new IllegalArgumentException(
                "-D" + PROPERTY + " must be a number of descriptors or \"unlimited\": " + limit);
    }

    private static boolean leavesLimit() {
        String option = "-XX:-MaxFDLimit";
        String line = read(Path.of("/proc/self/cmdline"));
        return (line != null && line.contains(option))
                || System.getenv().getOrDefault("JAVA_TOOL_OPTIONS", "").contains(option)
                || System.getenv().getOrDefault("JDK_JAVA_OPTIONS", "").contains(option);
    }

    private static Limits.@Nullable Limit limitOf(@Nullable String limits) {
        if (limits == null) {
            return null;
        }
        for (String line : limits.split("\n")) {
            if (line.startsWith("Max open files")) {
                String[] fields = line.substring(14).strip().split(" +");
                return new Limits.Limit(parse(fields[0]), parse(fields[1]));
            }
        }
        return null;
    }

    private static int dumpFilter() {
        String own = Os.HOST == Os.LINUX ? read(Path.of("/proc/self/coredump_filter")) : null;
        if (own == null) {
            return -1;
        }
        int now = hex(own);
        String parents = parent("coredump_filter");
        int before = parents == null || parents.isEmpty() ? LINUX_FILTER : hex(parents);
        return (before & ~now) == 0 && (now & ~before & ~HOTSPOTS_BITS) == 0 && before != now
                ? before
                : -1;
    }

    private static int hex(String number) {
        return Integer.parseUnsignedInt(number.strip(), 16);
    }

    private static @Nullable String parent(String file) {
        try (Scratch s = Scratch.take()) {
            return read(Path.of("/proc/" + (int) GETPPID.call(s), file));
        }
    }

    private static @Nullable String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException notVisible) {
            return null;
        }
    }
}
