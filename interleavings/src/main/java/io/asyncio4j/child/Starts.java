package io.asyncio4j.child;

import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.Stdio;
import java.nio.file.Path;

/** What the tests of {@link Spawning} have in common. */
final class Starts {

    /** Fails before there is a process, at the opening of a file. */
    static final Command FAILING =
            Command.exec("true").stdin(Stdio.file(Path.of("/no/such/directory/file")));

    private Starts() {}

    /** Says who owns what was started, when nobody has closed the loop. */
    static String verdict(boolean calledOff, int arrivals, int taken, int disposals) {
        if (disposals == 0 && calledOff && arrivals == 0 && taken == 0) {
            return "called off";
        }
        if (disposals == 0 && !calledOff && arrivals == 1 && taken == 1) {
            return "taken";
        }
        return "wrong";
    }
}
