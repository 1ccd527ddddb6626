package io.asyncio4j.warning;

/** Something was opened and never closed. */
public final class ResourceWarning extends Warning {

    private static final long serialVersionUID = 1L;

    /** Creates the warning. */
    public ResourceWarning(String message) {
        super(message);
    }
}
