package io.asyncio4j;

/** A callback that an event loop was asked to run at a time of its clock. */
public abstract class TimerHandle extends Handle {

    private final long when;

    /**
     * Creates a timer.
     *
     * @param when the deadline on the loop's clock, in nanoseconds
     */
    protected TimerHandle(long when, Runnable callback, EventLoop loop) {
        super(callback, loop);
        this.when = when;
    }

    /** Returns the deadline in nanoseconds of {@link EventLoop#time()}. */
    public final long when() {
        return when;
    }
}
