package io.asyncio4j;

/** A callback scheduled for a time of an event loop's clock. */
public abstract class TimerHandle extends Handle {

    private final long when;

    /**
     * Creates a timer. For authors of event loops.
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
