package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Converts arguments, variables and paths to and from the bytes that the system uses. Safe from any
 * thread.
 *
 * <p>A string stands for its characters in the encoding of the locale. A byte that is not part of a
 * character is written as a lone surrogate, U+DC80 to U+DCFF for 0x80 to 0xFF, as Python does: so
 * every sequence of bytes has a string. A string with another lone surrogate, or with a character
 * that the encoding lacks, has no bytes.
 *
 * <p>The JDK replaces such a byte by U+FFFD. {@link Originals} knows the original bytes of the
 * arguments and the environment of this process; the JDK itself knows those of a {@link Path}.
 */
public final class NativeStrings {
    /**
     * The encoding of file names and arguments: the JDK's, except in the C locale, where the JDK
     * has only ASCII and UTF-8 keeps more names intact.
     */
    static final Charset CHARSET = charset();

    static final char REPLACEMENT = '\ufffd';

    private static final char FIRST_BYTE = '\udc80';
    private static final char LAST_BYTE = '\udcff';
    private static final String UNRESERVED = "/-._~";

    private NativeStrings() {}

    /**
     * Returns why a string has no bytes, or cannot be passed to the system.
     *
     * @return the end of a sentence about it; null if it can be encoded
     */
    public static @Nullable String problem(String string) {
        if (isPlain(string)) {
            return null;
        }
        if (string.indexOf('\0') >= 0) {
            return "contains a NUL byte";
        }
        return Os.HOST.isUnix() ? encode(string, new ByteArrayOutputStream()) : null;
    }

    /**
     * The bytes of a string, without a terminator.
     *
     * @throws IllegalArgumentException if it has none, naming it
     */
    public static byte[] encode(String string) {
        if (isPlain(string)) {
            return string.getBytes(StandardCharsets.ISO_8859_1);
        }
        if (string.indexOf(REPLACEMENT) >= 0) {
            byte[] original = Originals.of(string);
            if (original != null) {
                return original;
            }
        }
        var bytes = new ByteArrayOutputStream(string.length() + 16);
        String problem = string.indexOf('\0') >= 0 ? problem(string) : encode(string, bytes);
        if (problem != null) {
            throw new IllegalArgumentException('"' + show(string) + "\" " + problem);
        }
        return bytes.toByteArray();
    }

    /** The string that stands for {@code bytes}; {@link #encode} gives them back. */
    public static String decode(byte[] bytes) {
        CharsetDecoder decoder =
                CHARSET.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        while (decoder.decode(in, out, true).isError()) {
            out.put((char) (0xdc00 | (in.get() & 0xff)));
            decoder.reset();
        }
        return out.flip().toString();
    }

    /**
     * Returns the string for the original bytes of {@code string}, which the JDK may have decoded
     * with losses.
     */
    static String exact(String string) {
        return string.indexOf(REPLACEMENT) < 0 ? string : decode(encode(string));
    }

    /** As {@link #exact}, of an environment variable's value. */
    static String exactVariable(String name, String value) {
        if (value.indexOf(REPLACEMENT) < 0) {
            return value;
        }
        byte[] original = Originals.of(name + '=' + value);
        return original == null
                ? exact(value)
                : decode(original).substring(decode(encode(name)).length() + 1);
    }

    /** Returns the bytes of a path, also if its characters have lost them. */
    public static byte[] encode(Path path) {
        String text = path.toString();
        if (text.indexOf(REPLACEMENT) < 0) {
            return encode(text);
        }
        // What the path is made of: a URI has an escape for each byte. It is absolute, and ends
        // with a slash if a directory is there.
        byte[] bytes = unescape(path.toUri().getRawPath());
        int end =
                bytes.length > 1 && bytes[bytes.length - 1] == '/'
                        ? bytes.length - 1
                        : bytes.length;
        if (path.isAbsolute()) {
            return Arrays.copyOf(bytes, end);
        }
        int base = encode(Path.of("").toAbsolutePath()).length;
        // The root is the only directory whose name ends with a slash.
        return Arrays.copyOfRange(bytes, base == 1 ? 1 : base + 1, end);
    }

    private static byte[] unescape(String uri) {
        var bytes = new ByteArrayOutputStream(uri.length());
        for (int i = 0; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(uri, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }

    /** The path of that name, taken relative to {@code directory}, or else to this process's. */
    static Path path(byte[] name, @Nullable Path directory) {
        Path base = directory == null ? Path.of("") : directory;
        if (isPlain(name)) {
            return base.resolve(new String(name, StandardCharsets.ISO_8859_1));
        }
        var uri = new StringBuilder("file://");
        if (name[0] != '/') {
            appendEscaped(uri, encode(base.toAbsolutePath()));
            uri.append('/');
        }
        appendEscaped(uri, name);
        return Path.of(URI.create(uri.toString()));
    }

    /** The text of a string for a message: bytes that are no character, and NUL, are escaped. */
    public static String show(String string) {
        if (isPlain(string)) {
            return string;
        }
        var text = new StringBuilder(string.length() + 16);
        string.codePoints()
                .forEach(c -> {
                    if (c >= FIRST_BYTE && c <= LAST_BYTE) {
                        text.append("\\x%02X".formatted(c & 0xff));
                    } else if (c == 0) {
                        text.append("\\0");
                    } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                        text.append("\\u%04X".formatted(c));
                    } else {
                        text.appendCodePoint(c);
                    }
                });
        return text.toString();
    }

    /** Returns why it cannot be encoded, or null. */
    private static @Nullable String encode(String string, ByteArrayOutputStream bytes) {
        CharsetEncoder encoder =
                CHARSET.newEncoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer in = CharBuffer.wrap(string);
        ByteBuffer out = ByteBuffer.allocate(256);
        for (; ; ) {
            CoderResult result = encoder.encode(in, out, true);
            bytes.write(out.array(), 0, out.position());
            out.clear();
            if (result.isUnderflow()) {
                return null;
            }
            if (result.isError()) {
                char c = in.get(in.position());
                if (c < FIRST_BYTE || c > LAST_BYTE) {
                    return describe(string, in.position());
                }
                bytes.write(in.get());
                encoder.reset();
            }
        }
    }

    private static String describe(String string, int index) {
        int c = string.codePointAt(index);
        String which = "U+%04X at index %d".formatted(c, index);
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE
                ? "cannot be encoded: " + which + " is half a character"
                : "cannot be encoded: "
                        + which
                        + " does not exist in "
                        + CHARSET.name()
                        + ", the encoding of this locale";
    }

    /** Whether it is ASCII, without NUL. */
    private static boolean isPlain(String string) {
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == 0 || c >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(byte[] bytes) {
        for (byte b : bytes) {
            if (b <= 0) {
                return false;
            }
        }
        return true;
    }

    private static void appendEscaped(StringBuilder uri, byte[] bytes) {
        for (byte b : bytes) {
            char c = (char) (b & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
                uri.append(c);
            } else {
                uri.append("%%%02X".formatted((int) c));
            }
        }
    }

    private static Charset charset() {
        Charset jnu = jdkCharset();
        return jnu.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : jnu;
    }

    /** What the JDK decodes with. */
    static Charset jdkCharset() {
        return Charset.forName(
                System.getProperty("sun.jnu.encoding", "UTF-8"), StandardCharsets.UTF_8);
    }
}
