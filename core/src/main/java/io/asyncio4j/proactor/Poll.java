package io.asyncio4j.proactor;

/**
 * Waits once until a descriptor is ready. The result is a mask of these bits; {@link #ERROR} and
 * {@link #HANGUP} are always waited for, and so is the end of the other side's output.
 */
public abstract non-sealed class Poll extends Operation {
    /** Something can be read: {@code POLLIN}. */
    public static final int IN = 1;

    /** Something can be written: {@code POLLOUT}. */
    public static final int OUT = 4;

    /** {@code POLLERR}. */
    public static final int ERROR = 8;

    /** {@code POLLHUP}. */
    public static final int HANGUP = 16;

    final int fd;

    /** Creates a poll of a descriptor. */
    protected Poll(int fd) {
        this.fd = fd;
    }

    /** Returns the bits to wait for. Called when the operation begins. */
    protected abstract int mask();
}
