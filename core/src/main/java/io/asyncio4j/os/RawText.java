package io.asyncio4j.os;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Strings that stand for the bytes of file names, arguments and variables. A byte that is no text
 * in the platform's encoding is a lone surrogate, from U+DC80 for 0x80 to U+DCFF for 0xFF, as in
 * Python (PEP 383): every sequence of bytes without NUL can be handed to {@link Spawn}.
 */
public final class RawText {
    private static final char ESCAPE = 0xDC00;
    private static final int FIRST_ESCAPED = 0x80;
    private static final int LAST_ESCAPED = 0xFF;

    private static final boolean UTF_8 = CStrings.CHARSET.equals(StandardCharsets.UTF_8);

    private RawText() {}

    /** Returns the string that {@link #bytes} turns into these bytes again. */
    public static String of(byte[] bytes) {
        CharsetDecoder decoder =
                CStrings.CHARSET
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        // No charset of a locale makes more characters than it takes bytes.
        CharBuffer out = CharBuffer.allocate(bytes.length);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                return out.flip().toString();
            }
            out.put((char) (ESCAPE + (in.get() & 0xFF)));
            decoder.reset();
        }
    }

    /**
     * Returns the bytes that a string stands for.
     *
     * @throws IllegalArgumentException if it contains a character that has none
     */
    public static byte[] bytes(String string) {
        if (isPlain(string)) {
            return string.getBytes(CStrings.CHARSET);
        }
        CharsetEncoder encoder =
                CStrings.CHARSET
                        .newEncoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer in = CharBuffer.wrap(string);
        int most = (int) Math.ceil((double) encoder.maxBytesPerChar() * (string.length() + 1));
        ByteBuffer out = ByteBuffer.allocate(most);
        while (encoder.encode(in, out, true).isError()) {
            int escaped = in.get(in.position()) - ESCAPE;
            if (escaped < FIRST_ESCAPED || escaped > LAST_ESCAPED) {
                throw new IllegalArgumentException(
                        String.format(
                                "U+%04X at index %d of \"%s\" has no bytes in %s",
                                Character.codePointAt(in, 0),
                                in.position(),
                                string,
                                CStrings.CHARSET));
            }
            in.get();
            encoder.flush(out);
            encoder.reset();
            out.put((byte) escaped);
        }
        encoder.flush(out);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Whether each character has bytes for sure, as in nearly all strings. */
    private static boolean isPlain(String string) {
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c >= FIRST_ESCAPED && (!UTF_8 || Character.isSurrogate(c))) {
                return false;
            }
        }
        return true;
    }
}
