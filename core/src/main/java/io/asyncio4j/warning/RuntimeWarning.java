package io.asyncio4j.warning;

/** Doubtful behaviour of the program at run time. */
public final class RuntimeWarning extends Warning {

    private static final long serialVersionUID = 1L;

    /** Creates the warning. */
    public RuntimeWarning(String message) {
        super(message);
    }
}
