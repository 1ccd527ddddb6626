package io.asyncio4j.child;

import io.asyncio4j.os.SignalNames;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.watcher.ChildExit;

/** Says in the words of this package what a watcher has found. */
final class Exits {
    private Exits() {}

    static ExitStatus statusOf(ChildExit exit) {
        if (exit.lost() != null) {
            return new ExitStatus.Lost(exit.lost());
        }
        int code = exit.returncode();
        if (code < 0) {
            return new ExitStatus.Signaled(
                    SignalNames.describe(-code), -code, exit.coreDumped(), exit.usage());
        }
        return new ExitStatus.Exited(code, exit.usage());
    }
}
