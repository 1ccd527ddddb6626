package io.asyncio4j.os;

import java.util.Locale;

/** The operating system, as far as this library distinguishes it. */
public enum Os {
    /** Linux, with glibc or musl. */
    LINUX,
    /** macOS. */
    MAC,
    /** A Unix that is neither: no native calls are made there. */
    OTHER_UNIX,
    /** Windows. */
    WINDOWS;

    /** The machine's own system: what structure layouts and constants depend on. */
    static final Os HOST = detect(System.getProperty("os.name", ""));

    /** Whether the processor is an x86-64, where the kernel packs {@code epoll_event}. */
    static final boolean X86_64 = isX86(System.getProperty("os.arch", ""));

    private static volatile Os current = HOST;

    /** The system this process is taken to run on; safe from any thread. */
    public static Os current() {
        return current;
    }

    /** Whether this is any Unix. */
    public boolean isUnix() {
        return this != WINDOWS;
    }

    /**
     * Makes {@link #current()} return {@code os} until the result is closed. For tests: it changes
     * which defaults are chosen, never how native structures are laid out.
     *
     * @param os the system to pretend
     * @return restores the previous answer when closed
     */
    public static Substitution substitute(Os os) {
        Os previous = current;
        current = os;
        return () -> current = previous;
    }

    /** Ends a substitution. */
    public interface Substitution extends AutoCloseable {
        @Override
        void close();
    }

    private static boolean isX86(String arch) {
        return arch.equals("amd64") || arch.equals("x86_64");
    }

    private static Os detect(String osName) {
        String name = osName.toLowerCase(Locale.ROOT);
        if (name.startsWith("linux")) {
            return LINUX;
        }
        if (name.startsWith("mac") || name.contains("darwin")) {
            return MAC;
        }
        return name.startsWith("windows") ? WINDOWS : OTHER_UNIX;
    }
}
