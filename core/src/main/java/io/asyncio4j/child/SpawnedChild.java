package io.asyncio4j.child;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Pty;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.util.function.Consumer;

/** A child that was started with {@code posix_spawn}. */
final class SpawnedChild implements StartedChild {
    private static final int SIGKILL = 9;

    private final Child child;
    private final StdioPlan plan;
    private final boolean leadsGroup;

    SpawnedChild(Child child, StdioPlan plan, boolean leadsGroup) {
        this.child = child;
        this.plan = plan;
        this.leadsGroup = leadsGroup;
    }

    @Override
    public long pid() {
        return child.pid();
    }

    @Override
    public @Nullable Pipe pipe(int stream) {
        int fd = plan.ours(stream);
        return fd < 0 ? null : new Pipe(fd);
    }

    @Override
    public void pipeTaken(int stream) {
        plan.takeOurs(stream);
    }

    @Override
    public void closePipes() {
        plan.close();
    }

    @Override
    public boolean inputTellsHangUp() {
        return true;
    }

    @Override
    public void signal(int signal) throws IOException {
        child.signal(signal);
    }

    @Override
    public @Nullable ExitStatus peek() {
        return Reaper.peek(child);
    }

    @Override
    public LastLook lastLook(EventLoop loop, Consumer<ExitStatus> ended) {
        return new LastLook(loop, child, ended);
    }

    @Override
    public @Nullable ChildGroup group(EventLoop loop) {
        return leadsGroup ? new ChildGroup(loop, child) : null;
    }

    @Override
    public @Nullable Pty terminal() {
        return plan.terminal();
    }

    @Override
    public void kill() {
        try {
            child.signal(SIGKILL);
        } catch (IOException e) {
            // It has ended already.
        }
    }

    @Override
    public void killAndReap() {
        kill();
        try {
            WaitId.await(child.pid());
            Reaper.reap(child);
        } catch (IOException e) {
            // Other code has reaped it.
        }
    }
}
