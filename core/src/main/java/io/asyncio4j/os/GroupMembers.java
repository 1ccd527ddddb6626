package io.asyncio4j.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds the members of a process group, as far as the system shows them: {@code proc(5)}. Remembers
 * the member found last, so that most checks read only its entry, in a few microseconds. Safe from
 * any thread.
 *
 * <p>The first process of a container often does not reap the processes left to it, which stay
 * zombies: those do not count.
 */
public final class GroupMembers {
    /** Holds an entry for each process of the system. */
    private static final Path PROC = Path.of("/proc");

    private static final boolean VISIBLE =
            Os.HOST == Os.LINUX && Files.isDirectory(PROC.resolve("self"));

    private final long group;
    private volatile String member;

    /** Creates the view of a group; its leader is checked first. */
    public GroupMembers(long group) {
        this.group = group;
        this.member = Long.toString(group);
    }

    /**
     * Whether the member that was found last is still one, and more than a zombie. Reads one small
     * file. True where that cannot be told.
     */
    public boolean hasKnown() {
        return !VISIBLE || isLiveMember(PROC.resolve(member));
    }

    /**
     * Whether a member is more than a zombie; true where that cannot be told. Asks every process of
     * the system if the one that was found last has ended: ten microseconds for each, not for a
     * loop that has other things to do.
     */
    public boolean findLive() {
        if (hasKnown()) {
            return true;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (isLiveMember(process)) {
                    member = process.getFileName().toString();
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private boolean isLiveMember(Path process) {
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
