package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The original arguments and variables of this process, by the strings that the JDK has decoded
 * them to: if such a string contains U+FFFD, its bytes cannot be derived from its characters. Read
 * from {@code /proc} when first needed, which is rare.
 */
final class Originals {
    private static final byte[] AMBIGUOUS = {};

    private static final Map<String, byte[]> BY_TEXT = read();

    private Originals() {}

    /** The bytes that the JDK has decoded to {@code text}; null if it has not, or several have. */
    static byte @Nullable [] of(String text) {
        byte[] bytes = BY_TEXT.get(text);
        return bytes == null || bytes.length == 0 ? null : bytes.clone();
    }

    private static Map<String, byte[]> read() {
        var all = new HashMap<String, byte[]>();
        add(all, "/proc/self/cmdline");
        add(all, "/proc/self/environ");
        return all;
    }

    private static void add(Map<String, byte[]> all, String file) {
        byte[] list;
        try {
            list = Files.readAllBytes(Path.of(file));
        } catch (IOException notLinux) {
            return;
        }
        int begin = 0;
        for (int i = 0; i < list.length; i++) {
            if (list[i] == 0) {
                byte[] each = Arrays.copyOfRange(list, begin, i);
                String text = new String(each, NativeStrings.jdkCharset());
                if (text.indexOf(NativeStrings.REPLACEMENT) >= 0) {
                    all.merge(text, each, (a, b) -> Arrays.equals(a, b) ? a : AMBIGUOUS);
                }
                begin = i + 1;
            }
        }
    }
}
