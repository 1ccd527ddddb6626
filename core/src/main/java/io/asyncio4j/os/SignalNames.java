package io.asyncio4j.os;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Names and numbers of signals on the host. Plain Java: works without native access. */
public final class SignalNames {
    private static final String LINUX =
            """
            HUP=1 INT=2 QUIT=3 ILL=4 TRAP=5 ABRT=6 BUS=7 FPE=8 KILL=9 USR1=10 SEGV=11 USR2=12
            PIPE=13 ALRM=14 TERM=15 STKFLT=16 CHLD=17 CONT=18 STOP=19 TSTP=20 TTIN=21 TTOU=22
            URG=23 XCPU=24 XFSZ=25 VTALRM=26 PROF=27 WINCH=28 IO=29 PWR=30 SYS=31
            IOT=6 CLD=17 POLL=29
            """;

    private static final String MAC =
            """
            HUP=1 INT=2 QUIT=3 ILL=4 TRAP=5 ABRT=6 EMT=7 FPE=8 KILL=9 BUS=10 SEGV=11 SYS=12
            PIPE=13 ALRM=14 TERM=15 URG=16 STOP=17 TSTP=18 CONT=19 CHLD=20 TTIN=21 TTOU=22 IO=23
            XCPU=24 XFSZ=25 VTALRM=26 PROF=27 WINCH=28 INFO=29 USR1=30 USR2=31 IOT=6
            """;

    // The first two of the kernel's belong to the thread library, of glibc as of musl (three
    // there).
    private static final int RTMIN = Os.HOST == Os.MAC ? 0 : 34;
    private static final int RTMAX = Os.HOST == Os.MAC ? 0 : 64;
    private static final int LAST = Os.HOST == Os.MAC ? 31 : 64;

    private static final Map<String, Integer> NUMBERS = new HashMap<>();
    private static final Map<Integer, String> NAMES = new TreeMap<>();

    static {
        for (String entry : (Os.HOST == Os.MAC ? MAC : LINUX).strip().split("\\s+")) {
            int equals = entry.indexOf('=');
            Integer number = Integer.valueOf(entry.substring(equals + 1));
            NUMBERS.put(entry.substring(0, equals), number);
            NAMES.putIfAbsent(number, entry.substring(0, equals));
        }
    }

    private SignalNames() {}

    /**
     * The number of a signal.
     *
     * @param name such as {@code TERM} or {@code SIGTERM}, {@code RTMIN+3}, {@code RTMAX-1}
     * @throws IllegalArgumentException if there is no such signal, listing those there are
     */
    public static int number(String name) {
        String bare = bare(name);
        Integer number = NUMBERS.get(bare);
        if (number != null) {
            return number;
        }
        int realTime = realTime(bare);
        if (realTime < 0) {
            throw new IllegalArgumentException(
                    "unknown signal \"" + name + "\": known are " + String.join(", ", all()));
        }
        return realTime;
    }

    /**
     * The name of a signal, such as {@code SIGTERM} or {@code SIGRTMIN+3}.
     *
     * @throws IllegalArgumentException if there is no signal of that number
     */
    public static String name(int number) {
        String name = NAMES.get(number);
        if (name != null) {
            return "SIG" + name;
        }
        if (number >= RTMIN && number <= RTMAX && RTMIN > 0) {
            return number == RTMIN ? "SIGRTMIN" : "SIGRTMIN+" + (number - RTMIN);
        }
        throw new IllegalArgumentException("no signal has the number " + number);
    }

    /**
     * Returns {@code number} if it may be sent: a signal's, or 0, which only asks whether the
     * receiver exists.
     *
     * @throws IllegalArgumentException if there is no signal of that number
     */
    public static int requireSendable(int number) {
        if (number < 0 || number > LAST) {
            throw new IllegalArgumentException(
                    "no signal has the number " + number + ": the numbers are 0 to " + LAST);
        }
        return number;
    }

    /** The name of a signal, or {@code signal N} if the number is none. */
    public static String describe(int number) {
        boolean realTime = RTMIN > 0 && number >= RTMIN && number <= RTMAX;
        return NAMES.containsKey(number) || realTime ? name(number) : "signal " + number;
    }

    /** The names without {@code SIG} of the signals that are not real-time, by number. */
    public static Iterable<String> all() {
        return NAMES.values();
    }

    /** The name without {@code SIG}, in capitals. */
    static String bare(String name) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        return upper.startsWith("SIG") ? upper.substring(3) : upper;
    }

    private static int realTime(String bare) {
        boolean fromMax = bare.startsWith("RTMAX");
        if (RTMIN == 0 || !(fromMax || bare.startsWith("RTMIN"))) {
            return -1;
        }
        String offset = bare.substring(5);
        if (!offset.isEmpty() && !offset.matches(fromMax ? "-\\d{1,2}" : "\\+\\d{1,2}")) {
            return -1;
        }
        int number = (fromMax ? RTMAX : RTMIN) + (offset.isEmpty() ? 0 : Integer.parseInt(offset));
        return number < RTMIN || number > RTMAX ? -1 : number;
    }
}
