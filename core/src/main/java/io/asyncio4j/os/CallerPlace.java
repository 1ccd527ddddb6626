package io.asyncio4j.os;

/**
 * Where the calling code called into this library, for warnings and reports of what was not closed.
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

    // By where the code came from: a package's name would not tell us from our users.
    private static boolean isOurs(Class<?> type) {
        return type.getProtectionDomain() == CallerPlace.class.getProtectionDomain();
    }
}
