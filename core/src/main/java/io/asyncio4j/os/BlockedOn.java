package io.asyncio4j.os;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Describes what a thread is blocked on, and which thread holds it, as far as the JDK reports that:
 * for monitors always, for {@code java.util.concurrent} locks only if the holder is a platform
 * thread.
 *
 * <p>For diagnosis: takes a dump of all threads, in a temporary file for virtual ones.
 */
public final class BlockedOn {

    private static final Pattern PROPERTY =
            Pattern.compile("\\s*\"(tid|name|blockedOn|waitingOn)\": \"?(.*?)\"?,?");

    private BlockedOn() {}

    /**
     * Returns what {@code thread} is blocked on, such as {@code java.lang.Object@1f3, held by
     * 'main'}; null if it is not blocked or the JDK does not report it.
     */
    public static @Nullable String describe(Thread thread) {
        try {
            Object blocker = LockSupport.getBlocker(thread);
            if (blocker != null) {
                return describeLock(blocker);
            }
            return switch (thread.getState()) {
                case BLOCKED, WAITING, TIMED_WAITING -> describeMonitor(thread);
                default -> null;
            };
        } catch (IOException | RuntimeException | LinkageError e) {
            return null; // without jdk.management, say, or with nowhere to write to
        }
    }

    private static String describeLock(Object lock) {
        String text = identity(lock);
        for (ThreadInfo each : ManagementFactory.getThreadMXBean().dumpAllThreads(false, true, 0)) {
            for (LockInfo held : each.getLockedSynchronizers()) {
                if (held.toString().equals(text)) {
                    return text + ", held by '" + each.getThreadName() + "'";
                }
            }
        }
        return text;
    }

    private static String identity(Object object) {
        return object.getClass().getName()
                + "@"
                + Integer.toHexString(System.identityHashCode(object));
    }

    private static @Nullable String describeMonitor(Thread thread) throws IOException {
        Path directory = Files.createTempDirectory("asyncio4j-dump");
        Path dump = directory.resolve("threads.json");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
            return describeMonitor(Files.readString(dump), thread.threadId());
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(directory);
        }
    }

    /** Reads a dump, in which each property is on a line of its own. */
    private static @Nullable String describeMonitor(String dump, long thread) {
        String monitor = null;
        String tid = "";
        for (String line : dump.lines().toList()) {
            Matcher property = PROPERTY.matcher(line);
            if (property.matches()) {
                if (property.group(1).equals("tid")) {
                    tid = property.group(2);
                } else if (!property.group(1).equals("name") && tid.equals(Long.toString(thread))) {
                    monitor = property.group(2);
                }
            }
        }
        return monitor == null ? null : monitor + holderIn(dump, monitor);
    }

    private static String holderIn(String dump, String monitor) {
        String name = "";
        String owned = '"' + monitor + '"';
        for (String line : dump.lines().toList()) {
            Matcher property = PROPERTY.matcher(line);
            if (property.matches()) {
                if (property.group(1).equals("name")) {
                    name = property.group(2);
                }
            } else if (line.strip().startsWith(owned)) { // in a list of the monitors owned
                return ", held by '" + name + "'";
            }
        }
        return "";
    }
}
