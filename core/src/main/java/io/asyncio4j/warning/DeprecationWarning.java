package io.asyncio4j.warning;

/** Use of something that will be removed, or that has a better replacement. */
public final class DeprecationWarning extends Warning {

    private static final long serialVersionUID = 1L;

    /** Creates the warning. */
    public DeprecationWarning(String message) {
        super(message);
    }
}
