package io.asyncio4j.graalpy;

import io.asyncio4j.subprocess.Command;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.graalvm.polyglot.Value;

/**
 * Bytes on their way between the languages. To Python they go as a string of their Latin-1
 * characters, which both sides convert in one piece; a buffer would be copied byte by byte.
 */
final class Latin1 {
    private Latin1() {}

    /** Takes what {@code data} has left. */
    static String of(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Copies an object of Python's buffer protocol. */
    static ByteBuffer bytes(Value data) {
        byte[] bytes = new byte[Math.toIntExact(data.getBufferSize())];
        data.readBuffer(0, bytes, 0, bytes.length);
        return ByteBuffer.wrap(bytes);
    }

    /** Returns the argument or variable of these bytes. */
    static String argument(String latin1) {
        return isAscii(latin1)
                ? latin1
                : Command.decode(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Returns the path of these bytes, which may be no text. */
    static Path path(String latin1) {
        if (isAscii(latin1)) {
            return Path.of(latin1);
        }
        // A path cannot be made from bytes, but from a URI that has them.
        var uri = new StringBuilder("file://");
        for (int i = 0; i < latin1.length(); i++) {
            uri.append(String.format("%%%02x", (int) latin1.charAt(i)));
        }
        return Path.of(URI.create(uri.toString().replace("%2f", "/")));
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
