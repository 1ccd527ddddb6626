package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
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
 * <p>While a group has a member, no other process gets its number; once it was seen empty it is
 * never signalled again. Belongs to the loop.
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
    private boolean gone;

    ProcessGroup(EventLoop loop, long id, Duration grace) {
        this.loop = loop;
        this.id = id;
        this.grace = grace;
    }

    /** Asks all to end, and kills those that are left after the grace. */
    void terminate() {
        if (terminated) {
            return;
        }
        terminated = true;
        if (signal("TERM")) {
            // One that is stopped would not hear of it.
            signal("CONT");
            killTimer = loop.callLater(grace, this::kill);
        }
    }

    /** Ends all at once. */
    void kill() {
        terminated = true;
        cancelTimer();
        signal("KILL");
    }

    /** Ends what is left now that the shell has exited, and calls {@code whenGone} after that. */
    void finish(Runnable whenGone) {
        terminate();
        look(FIRST_LOOK, whenGone);
    }

    private void look(Duration next, Runnable whenGone) {
        if (!signal("") || !hasLiveMember()) {
            gone = true;
            cancelTimer();
            whenGone.run();
            return;
        }
        Duration twice = next.multipliedBy(2);
        Duration after = twice.compareTo(LONGEST_BETWEEN_LOOKS) < 0 ? twice : LONGEST_BETWEEN_LOOKS;
        loop.callLater(next, () -> look(after, whenGone));
    }

    private boolean signal(String signal) {
        if (gone) {
            return false;
        }
        try {
            if (Native.signalGroup(id, signal)) {
                return true;
            }
        } catch (IOException e) {
            // Members of another user (EPERM): they are there, and out of reach.
            return !signal.equals("KILL");
        }
        gone = true;
        return false;
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
