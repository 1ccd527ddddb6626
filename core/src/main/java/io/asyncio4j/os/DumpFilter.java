package io.asyncio4j.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Lets children inherit the dump filter that this process was started with: {@code core(5)}. The
 * filter is a property of a process's memory, and a new program inherits it from the memory it is
 * executed from. So this process restores its original filter while it starts a child, usually for
 * less than a millisecond. A core dump of this process in that moment lacks the mapped files. Safe
 * from any thread.
 */
final class DumpFilter {
    private static final String FILE = "/proc/self/coredump_filter";

    private static final NativeFunction PWRITE = Libc.function("pwrite");

    /** Stays open: a thread that is another user could not open it. */
    private static final int FD = open();

    private static final NativeBuffer FORMER = text(Started.DUMP_FILTER);
    private static final NativeBuffer OWN = text(Started.DUMP_FILTER | current());

    private static final Object LOCK = new Object();
    private static int starts;

    private DumpFilter() {}

    /** Opens what is needed; must be called by a thread that is permitted to. */
    static void prepare() {
        // Done by the initialisation of this class.
    }

    /** Sets the original filter, until {@link #end} has been called as often as this. */
    static void begin(Scratch s) {
        if (FD >= 0) {
            synchronized (LOCK) {
                if (starts++ == 0) {
                    write(s, FORMER);
                }
            }
        }
    }

    static void end(Scratch s) {
        if (FD >= 0) {
            synchronized (LOCK) {
                if (--starts == 0) {
                    write(s, OWN);
                }
            }
        }
    }

    private static void write(Scratch s, NativeBuffer text) {
        PWRITE.call(s, FD, text.address(), text.size(), 0);
    }

    private static int open() {
        if (Started.DUMP_FILTER < 0) {
            return -1;
        }
        try {
            return FdTable.open(FILE, FdTable.O_RDWR, 0);
        } catch (IOException e) {
            return -1; // no descriptor left, or a file system that is read-only
        }
    }

    private static int current() {
        if (FD < 0) {
            return 0;
        }
        try {
            var bytes = ByteBuffer.allocate(16);
            int n = Fds.read(FD, bytes);
            return Integer.parseUnsignedInt(new String(bytes.array(), 0, n).strip(), 16);
        } catch (IOException e) {
            return 0;
        }
    }

    private static NativeBuffer text(int filter) {
        byte[] text = "0x%x".formatted(filter).getBytes(StandardCharsets.US_ASCII);
        NativeBuffer memory = NativeBuffer.allocate(text.length);
        memory.bytes().put(0, text);
        return memory;
    }
}
