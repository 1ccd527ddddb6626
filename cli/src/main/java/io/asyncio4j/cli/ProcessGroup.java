package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.TimerHandle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The processes of one job, as far as they stay in the group that its shell leads.
 *
 * <pre>
 *   running --terminate--> terminating --grace over, or kill--> killing
 *      \                        |                                  |
 *       +-----------------------+-------- no member left ----------+--> gone
 * </pre>
 *
 * <p>A signal meets this group or nobody. Until the shell has been reaped, the library excludes the
 * two. After that the number stays the group's while it has a member, and can be told from one that
 * was given away again; once it was seen empty it is never signalled again.
 *
 * <p>Belongs to the loop.
 */
final class ProcessGroup {
    private static final Duration FIRST_LOOK = Duration.ofMillis(2);
    private static final Duration LONGEST_BETWEEN_LOOKS = Duration.ofMillis(100);
    private static final Path PROC = Path.of("/proc");

    private final EventLoop loop;
    private final long id;
    private final Duration grace;
    private @Nullable TimerHandle killTimer;
    private boolean terminated;
    private boolean killed;
    private boolean leaderGone;
    private boolean gone;

    ProcessGroup(EventLoop loop, long id, Duration grace) {
        this.loop = loop;
        this.id = id;
        this.grace = grace;
    }

    /** Asks all to end, and kills those that are left after the grace. */
    void terminate() {
        if (!terminated && !killed && signal("TERM")) {
            terminated = true;
            // One that is stopped would not hear of it.
            signal("CONT");
            killTimer = loop.callLater(grace, this::kill);
        }
    }

    /** Ends all at once. */
    void kill() {
        cancelTimer();
        killed = true;
        signal("KILL");
    }

    /** Ends what is left now that the shell has exited, and calls {@code whenGone} after that. */
    void finish(Runnable whenGone) {
        leaderGone = true;
        if (killed) {
            // It may have come between the shell's end and now, when it reached nobody.
            signal("KILL");
        } else {
            terminate();
        }
        look(FIRST_LOOK, whenGone);
    }

    private void look(Duration next, Runnable whenGone) {
        if (!exists() || !hasLiveMember()) {
            gone = true;
            cancelTimer();
            whenGone.run();
            return;
        }
        Duration twice = next.multipliedBy(2);
        Duration after = twice.compareTo(LONGEST_BETWEEN_LOOKS) < 0 ? twice : LONGEST_BETWEEN_LOOKS;
        loop.callLater(next, () -> look(after, whenGone));
    }

    /** Returns whether the signal has reached a member. */
    private boolean signal(String signal) {
        try {
            if (!leaderGone) {
                Native.signalGroupOf(id, signal);
                return true;
            }
            gone = gone || !Native.signalRestOfGroup(id, signal);
            return !gone;
        } catch (NoSuchProcessException e) {
            // The shell has just been reaped; finish comes next.
            return false;
        } catch (IOException e) {
            // Only members of another user are left (EPERM): out of reach.
            gone = leaderGone;
            return false;
        }
    }

    private boolean exists() {
        try {
            return !gone && Native.signalRestOfGroup(id, "");
        } catch (IOException e) {
            return false;
        }
    }

    private void cancelTimer() {
        if (killTimer != null) {
            killTimer.cancel();
            killTimer = null;
        }
    }

    /**
     * Returns whether a member is more than a zombie: where the first process of a container does
     * not reap, zombies stay.
     */
    private boolean hasLiveMember() {
        if (!Files.isDirectory(PROC.resolve("self"))) {
            return true;
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (isLiveMember(process)) {
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
                && Long.parseLong(fields[2]) == id
                && !fields[0].equals("Z")
                && !fields[0].equals("X");
    }
}
