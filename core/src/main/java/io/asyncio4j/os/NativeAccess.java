package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;

/** Checks whether this library may and can call native code in this process. */
public final class NativeAccess {
    private static final @Nullable String REASON = find();

    private NativeAccess() {}

    /**
     * Whether native calls work. Answering neither links anything nor makes the JVM print its
     * warning about restricted methods: a JVM that would only warn counts as one that refuses.
     */
    public static boolean available() {
        return REASON == null;
    }

    /** Returns why native calls do not work and what would help, or null if they work. */
    public static @Nullable String reason() {
        return REASON;
    }

    /**
     * Throws, with the reason, if native calls do not work.
     *
     * @throws UnsupportedOperationException if {@link #available()} is false
     */
    public static void require(String what) {
        if (REASON != null) {
            throw new UnsupportedOperationException(what + " needs native calls: " + REASON);
        }
    }

    private static @Nullable String find() {
        if ("portable".equals(System.getProperty("asyncio4j.backend"))) {
            return "switched off by -Dasyncio4j.backend=portable";
        }
        switch (Os.HOST) {
            case WINDOWS -> {
                return "they are made on Unix only, and this is Windows";
            }
            case OTHER_UNIX -> {
                return "they are made on Linux and macOS only, and this is "
                        + System.getProperty("os.name");
            }
            default -> {}
        }
        if (!"64".equals(System.getProperty("sun.arch.data.model", "64"))) {
            return "they are made on 64-bit machines only, and this JVM has 32 bits";
        }
        Module module = NativeAccess.class.getModule();
        if (!module.isNativeAccessEnabled()) {
            String name = module.isNamed() ? module.getName() : "ALL-UNNAMED";
            return "native access is not enabled: start java with --enable-native-access=" + name;
        }
        return null;
    }
}
