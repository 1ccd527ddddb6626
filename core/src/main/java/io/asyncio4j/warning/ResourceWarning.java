package io.asyncio4j.warning;

/** Something that was opened was not closed. */
public final class ResourceWarning extends Warning {

    private static final long serialVersionUID = 1L;

    /** Creates the warning. */
    public ResourceWarning(String message) {
        super(message);
    }
}
