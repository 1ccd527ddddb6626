package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Sends signals, and handles those that arrive. Safe from any thread.
 *
 * <p>Handlers are installed through the JVM, which catches the signal and runs the handler on a
 * thread of its own: Java must never run inside a signal handler.
 */
public final class Signals {
    private static final long SIG_DFL = 0;
    private static final long SIG_IGN = 1;

    /** Names of the signals that no process can catch. */
    private static final Set<String> UNCATCHABLE = Set.of("KILL", "STOP");

    /**
     * Those that HotSpot handles itself: null checks and safepoints, stack banging, thread dumps,
     * truncated mapped files, broken pipes, suspending threads. It refuses to give only some up.
     */
    private static final Set<String> OWNED_BY_VM =
            Set.of("QUIT", "ILL", "FPE", "SEGV", "BUS", "TRAP", "XFSZ", "PIPE", "USR2");

    private Signals() {}

    /** Linked when first needed; names and refusals work without native access. */
    private static final class Calls {
        static final NativeFunction KILL = Libc.function("kill");
        static final NativeFunction KILLPG = Libc.function("killpg");
        static final NativeFunction SIGACTION = Libc.function("sigaction");
    }

    /**
     * A handler that was installed and what it replaced.
     *
     * @param name of the signal, without {@code SIG}
     * @param number of the signal
     * @param handler for the JVM
     * @param previous what the JVM returned
     * @param disposition the address that the kernel calls, 0 if it cannot be asked
     */
    public record Installation(
            String name, int number, Object handler, Object previous, long disposition) {

        /** This one, restoring what {@code former} would have, if that is what it replaced. */
        public Installation inPlaceOf(Installation former) {
            return previous == former.handler
                    ? new Installation(name, number, handler, former.previous, disposition)
                    : this;
        }
    }

    /**
     * Sends a signal to one process: {@code kill(2)}. The caller must make sure that the process
     * has not been reaped, or the signal may reach another one.
     *
     * @param signal its number; 0 only asks whether the process exists
     * @throws io.asyncio4j.NoSuchProcessException if there is no such process
     * @throws IllegalArgumentException if the pid is not positive: those address groups, or all
     */
    public static void kill(long pid, int signal) throws IOException {
        checkTarget("process id", pid, 1);
        send(Calls.KILL, pid, signal);
    }

    /**
     * Sends a signal to every process of a group: {@code killpg(3)}.
     *
     * @throws io.asyncio4j.NoSuchProcessException if there is no such group
     * @throws IllegalArgumentException if the group is not greater than 1
     */
    public static void killpg(long group, int signal) throws IOException {
        checkTarget("process group", group, 2);
        send(Calls.KILLPG, group, signal);
    }

    /**
     * Handles a signal.
     *
     * @param name with or without {@code SIG}
     * @param handler called with the signal's number, each time on a new thread of the JVM
     * @return what {@link #restore} needs
     * @throws IllegalArgumentException if there is no such signal, it cannot be caught, or it
     *     belongs to the JVM
     */
    public static Installation install(String name, IntConsumer handler) {
        String bare = SignalNames.bare(name);
        int number = SignalNames.number(bare);
        checkCatchable(bare, number);
        if (bare.equals("CHLD") || bare.equals("CLD")) {
            bare = "CHLD";
            initializeProcessImpl();
        }
        // A program started by nohup, or in the background by a script, has HUP or INT ignored, and
        // the JVM then takes a handler and never installs it.
        boolean ignored = disposition(number) == SIG_IGN;
        if (ignored) {
            setDefault(number);
        }
        Object proxy = SunSignals.proxy(handler);
        Object previous = SunSignals.handle(bare, proxy);
        if (ignored) {
            previous = SunSignals.ignore();
        }
        return new Installation(bare, number, proxy, previous, disposition(number));
    }

    /** Puts back what an installation replaced. */
    public static void restore(Installation installation) {
        SunSignals.handle(installation.name(), installation.previous());
    }

    /**
     * Restores what an installation replaced, unless other code has installed another handler
     * since. Returns whether it did.
     */
    public static boolean restoreIfCurrent(Installation installation) {
        Object current = SunSignals.handle(installation.name(), installation.previous());
        if (current == installation.handler()) {
            return true;
        }
        SunSignals.handle(installation.name(), current);
        return false;
    }

    /**
     * Returns whether the kernel ignores a signal: this process was started so, as by {@code nohup}
     * or in the background of a shell, or some code has had it ignored since.
     *
     * @param name with or without {@code SIG}
     */
    public static boolean isIgnored(String name) {
        int number = SignalNames.number(SignalNames.bare(name));
        return NativeAccess.available()
                ? disposition(number) == SIG_IGN
                : ignoredByStatus().testBit(number - 1);
    }

    /** The mask of ignored signals as {@code proc(5)} has it; empty where there is none. */
    private static BigInteger ignoredByStatus() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> new BigInteger(line.substring(7).strip(), 16))
                    .findFirst()
                    .orElse(BigInteger.ZERO);
        } catch (IOException | UncheckedIOException e) {
            return BigInteger.ZERO;
        }
    }

    /**
     * Returns whether an installation replaced the JVM's initial handler, and not one of other
     * code.
     */
    public static boolean replacedDefault(Installation installation) {
        return SunSignals.isDefault(installation.previous());
    }

    /**
     * Returns the handler that an installation replaced, null if {@link #install} did not take it.
     */
    public static @Nullable IntConsumer replaced(Installation installation) {
        return SunSignals.behind(installation.previous());
    }

    /** Sends a signal to this process; works without native access. */
    public static void raise(String name) {
        SunSignals.raise(SignalNames.bare(name));
    }

    /**
     * Returns whether the kernel still calls the installed handler: false if native code or the JDK
     * has changed the signal's disposition since. Cannot distinguish one Java handler from another.
     * True where the kernel cannot be asked.
     */
    public static boolean isInstalled(Installation installation) {
        return disposition(installation.number()) == installation.disposition();
    }

    /** Installs a handler again that was lost, as {@link #isInstalled} tells. */
    public static void repair(Installation installation) {
        SunSignals.handle(installation.name(), installation.handler());
    }

    /**
     * Makes ended children stay zombies until they are reaped. In a process whose parent ignored
     * SIGCHLD, as some service managers do, the kernel would discard them at once, with their
     * status.
     *
     * @return whether SIGCHLD was ignored
     */
    public static boolean keepEndedChildren() {
        int number = SignalNames.number("CHLD");
        if (disposition(number) != SIG_IGN) {
            return false;
        }
        initializeProcessImpl();
        if (disposition(number) == SIG_IGN) {
            setDefault(number);
        }
        return true;
    }

    private static void checkCatchable(String bare, int number) {
        if (UNCATCHABLE.contains(bare)) {
            throw new IllegalArgumentException("SIG" + bare + " cannot be caught");
        }
        // macOS: the JDK interrupts blocking I/O with SIGIO; on Linux with a real-time signal.
        boolean interruptsIo = Os.HOST == Os.MAC && bare.equals("IO");
        if (OWNED_BY_VM.contains(bare) || interruptsIo) {
            throw new IllegalArgumentException("SIG" + bare + " belongs to the Java VM");
        }
        if (bare.startsWith("RT")) {
            throw new IllegalArgumentException(
                    SignalNames.name(number) + ": the Java VM cannot handle real-time signals");
        }
    }

    /** ProcessImpl's static initialiser resets SIGCHLD: it must not run after an installation. */
    private static void initializeProcessImpl() {
        try {
            Class.forName("java.lang.ProcessImpl", true, null);
        } catch (ClassNotFoundException | LinkageError e) {
            System.getLogger(Signals.class.getName())
                    .log(System.Logger.Level.DEBUG, "java.lang.ProcessImpl is not available", e);
        }
    }

    private static long disposition(int number) {
        if (!NativeAccess.available()) {
            return 0;
        }
        try (Scratch s = Scratch.take()) {
            // The handler is the first member of struct sigaction everywhere.
            return (int) Calls.SIGACTION.call(s, number, 0, s.address) < 0 ? 0 : s.bytes.getLong(0);
        }
    }

    private static void setDefault(int number) {
        try (Scratch s = Scratch.take()) {
            for (int i = 0; i < Scratch.SIZE; i += Long.BYTES) {
                s.bytes.putLong(i, SIG_DFL);
            }
            if ((int) Calls.SIGACTION.call(s, number, s.address, 0) < 0) {
                throw new IllegalStateException(
                        "sigaction(" + number + "): " + Errno.describe(s.errno()));
            }
        }
    }

    private static void send(NativeFunction call, long target, int signal) throws IOException {
        try (Scratch s = Scratch.take()) {
            if ((int) call.call(s, target, signal) < 0) {
                String operand = target + ", " + SignalNames.describe(signal);
                throw Errno.exception(call.name(), operand, s.errno());
            }
        }
    }

    private static void checkTarget(String what, long id, int least) {
        if (id < least || id > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("not a " + what + ": " + id);
        }
    }
}
