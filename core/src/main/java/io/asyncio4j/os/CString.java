package io.asyncio4j.os;

import java.lang.foreign.Arena;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A NUL-terminated string in native memory, confined to the thread that made it. */
final class CString implements AutoCloseable {
    /**
     * How file names and arguments are encoded: as the JDK does, save that where it has nothing but
     * ASCII, in the C locale, UTF-8 keeps more names intact.
     */
    static final Charset CHARSET = charset();

    private final Arena arena;
    private final long address;

    private CString(Arena arena, long address) {
        this.arena = arena;
        this.address = address;
    }

    /**
     * Encodes a string.
     *
     * @throws IllegalArgumentException if it contains a NUL character
     */
    @SuppressWarnings("MustBeClosed") // the string owns the arena and closes it
    static CString of(String string) {
        byte[] bytes = encode(string);
        Arena arena = Arena.ofConfined();
        NativeBuffer memory = NativeBuffer.allocate(arena, bytes.length + 1L);
        memory.bytes().put(0, bytes);
        return new CString(arena, memory.address());
    }

    /** The encoded string without its terminator. */
    static byte[] encode(String string) {
        if (string.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "contains a NUL character: \"" + string.replace("\0", "\\0") + '"');
        }
        return string.getBytes(CHARSET);
    }

    long address() {
        return address;
    }

    @Override
    public void close() {
        arena.close();
    }

    private static Charset charset() {
        Charset jnu =
                Charset.forName(
                        System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);
        return jnu.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : jnu;
    }
}
