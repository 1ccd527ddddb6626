package io.asyncio4j.os;

/**
 * Finds the place from which this library was called, for warnings and reports of unclosed objects.
 */
public final class CallerPlace {

    private static final StackWalker WALKER =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private CallerPlace() {}

    /** Returns the innermost frame of the calling thread that is not this library's, as text. */
    public static String find() {
        return WALKER.walk(frames ->
                frames.filter(frame -> !isOurs(frame.getDeclaringClass()))
                        .findFirst()
                        .map(Object::toString)
                        .orElse("unknown place"));
    }

    // By the origin of the code: package names would not distinguish this library from its users.
    private static boolean isOurs(Class<?> type) {
        return type.getProtectionDomain() == CallerPlace.class.getProtectionDomain();
    }
}
