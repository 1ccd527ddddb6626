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
 * <p>Each exit passes {@link #observed}, and there once, in the thread that observed it. A lost one
 * may pass once for each watcher that asks for it, since nothing is left of the child by which they
 * could agree.
 */
public final class Reaper {

    /**
     * A child that was reaped by a wait for any child.
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
     * As {@link #reap}, of a child whose watcher may have reaped it and has not reported that: how
     * it ended is then recalled.
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

    /** Returns how a child has ended that is gone and whose exit was not reported. */
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
     * @param hiding called when others that have ended can be found only by a look at each of them
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

    /** Takes the exit of {@code child} from a watcher that knows no more than a return code. */
    public static ExitStatus reported(Child child, int returncode) {
        ExitStatus status = ExitStatus.ofReturncode(returncode);
        // One that was reaped here has passed already.
        return child.end() == null ? observed(child.pid(), status) : status;
    }

    /** The point that every exit passes. */
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
