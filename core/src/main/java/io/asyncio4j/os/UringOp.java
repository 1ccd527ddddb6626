package io.asyncio4j.os;

/** The operations of io_uring that are used here. */
public enum UringOp {
    /** Completes at once. */
    NOP(0),
    /** Waits until a descriptor is ready; once, or each time if its length is 1. */
    POLL_ADD(6),
    /** Ends other operations. */
    ASYNC_CANCEL(14),
    /** Reads: Linux 5.6. */
    READ(22),
    /** Writes: Linux 5.6. */
    WRITE(23),
    /** Reads each time that there is something, into buffers of a group: Linux 6.7. */
    READ_MULTISHOT(49),
    /** Waits for a child: Linux 6.7. */
    WAITID(50);

    static final int LAST = 50;

    private final int code;

    UringOp(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
