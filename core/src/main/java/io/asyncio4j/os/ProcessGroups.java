package io.asyncio4j.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks into a process group, as far as the system lets anybody: {@code proc(5)}. */
public final class ProcessGroups {
    private static final Path PROC = Path.of("/proc");

    private ProcessGroups() {}

    /**
     * Returns whether a member of the group is more than a zombie; true where that cannot be told.
     * The first process of a container often reaps nobody, and what was left to it stays there.
     */
    public static boolean hasLiveMember(long group) {
        if (Os.HOST != Os.LINUX || !Files.isDirectory(PROC.resolve("self"))) {
            return true;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (isLiveMember(process, group)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isLiveMember(Path process, long group) {
        String stat;
        try {
            stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return false; // it has ended since
        }
        // PID (NAME) STATE PARENT GROUP ...; the name may contain anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", 4);
        return fields.length == 4
                && Long.parseLong(fields[2]) == group
                && !fields[0].equals("Z")
                && !fields[0].equals("X");
    }
}
