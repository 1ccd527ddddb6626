package io.asyncio4j.reap;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.NoChildException;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.WaitStatus;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.ResourceUsage;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * Reaps children, and decodes how they ended. Safe from any thread; no method blocks.
 *
 * <p>Each exit passes through {@link #observed} once, in the thread that observed it. A lost exit
 * may pass once for each watcher that asks for it, because nothing of the child is left by which
 * they could coordinate.
 */
public final class Reaper {

    /**
     * A child and its exit, reaped by a wait for any child.
     *
     * @param pid the child
     * @param status how it ended
     */
    public record Reaped(long pid, ExitStatus status) {}

    private Reaper() {}

    /**
     * Reaps {@code child} if it has ended.
     *
     * @return how it ended, {@link ExitStatus.Lost} if it was reaped before, here or by other code;
     *     null while it runs
     */
    public static @Nullable ExitStatus reap(Child child) throws IOException {
        try {
            WaitStatus status = child.reap();
            return status == null ? null : observed(child.pid(), decode(status));
        } catch (NoChildException e) {
            return observed(
                    child.pid(),
                    new ExitStatus.Lost("other code has taken its status: " + e.getMessage()));
        }
    }

    /**
     * As {@link #reap}, for a child that its watcher may have reaped without reporting it: then
     * returns the recorded exit.
     */
    public static @Nullable ExitStatus reapOrRecall(Child child) {
        try {
            WaitStatus status = child.reap();
            return status == null ? null : observed(child.pid(), decode(status));
        } catch (IOException reaped) {
            return recall(child);
        }
    }

    /**
     * Looks how {@code child} has ended, leaving it to be reaped and reported; null while it runs.
     */
    public static @Nullable ExitStatus peek(Child child) {
        try {
            WaitStatus status = child.peek();
            return status == null ? null : decode(status);
        } catch (IOException e) {
            return new ExitStatus.Lost("other code has taken its status: " + e.getMessage());
        }
    }

    /** Returns the exit of a child that was reaped without being reported. */
    public static ExitStatus recall(Child child) {
        WaitStatus end = child.end();
        return end != null
                ? decode(end)
                : observed(
                        child.pid(),
                        new ExitStatus.Lost("the child watcher has not reported the exit"));
    }

    /**
     * Reaps any child that has ended, other code's included; see {@link Children#reapAny}.
     *
     * @param hiding called when other ended children can be found only by checking each of them
     * @return null if none has ended
     */
    public static @Nullable Reaped reapAny(Runnable hiding) throws IOException {
        try {
            WaitStatus status = Children.reapAny(hiding);
            return status == null
                    ? null
                    : new Reaped(status.pid(), observed(status.pid(), decode(status)));
        } catch (NoChildException none) {
            return null;
        }
    }

    /** Returns the exit of {@code child} for the return code that a custom watcher has reported. */
    public static ExitStatus reported(Child child, int returncode) {
        ExitStatus status = ExitStatus.ofReturncode(returncode);
        // An exit that was reaped here has passed already.
        return child.end() == null ? observed(child.pid(), status) : status;
    }

    /** Observes the exit of a child that the JDK has reaped. */
    public static ExitStatus told(Process child) {
        return observed(child.pid(), new ExitStatus.Exited(child.exitValue(), null));
    }

    /** Every exit passes through here. */
    private static ExitStatus observed(@SuppressWarnings("unused") long pid, ExitStatus status) {
        return status;
    }

    private static ExitStatus decode(WaitStatus status) {
        ResourceUsage usage = usage(status);
        int signal = status.signal();
        return signal == 0
                ? new ExitStatus.Exited(status.exitCode(), usage)
                : new ExitStatus.Signaled(
                        SignalNames.describe(signal), signal, status.coreDumped(), usage);
    }

    private static @Nullable ResourceUsage usage(WaitStatus status) {
        if (!status.hasUsage()) {
            return null;
        }
        return new ResourceUsage(
                Duration.of(status.userMicros(), ChronoUnit.MICROS),
                Duration.of(status.systemMicros(), ChronoUnit.MICROS),
                status.maxRssKiB());
    }
}
