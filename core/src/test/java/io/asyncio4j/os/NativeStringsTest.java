package io.asyncio4j.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("mode-independent")
class NativeStringsTest {

    @Test
    @DisplayName("every sequence of bytes has a string that gives it back")
    void decode_anyBytes_roundTrip() {
        for (int first = 1; first < 256; first++) {
            for (int second = 1; second < 256; second++) {
                byte[] bytes = {'a', (byte) first, (byte) second, (byte) 0xbf, 'z', (byte) first};
                assertThat(NativeStrings.encode(NativeStrings.decode(bytes))).isEqualTo(bytes);
            }
        }
    }

    @Test
    @DisplayName("characters are encoded, and bytes that are none have Python's surrogates")
    void decode_mixed() {
        byte[] bytes = {'f', (byte) 0xe9, (byte) 0xc3, (byte) 0xbc, (byte) 0xf0, (byte) 0x9f};
        assertThat(NativeStrings.decode(bytes)).isEqualTo("f\udce9ü\udcf0\udc9f");
        assertThat(NativeStrings.show("f\udce9ü\ud800\0")).isEqualTo("f\\xE9ü\\uD800\\0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\ud800", "\udc00b", "\udc7f", "\udd00", "\udbff\ud83d\ude00"})
    @DisplayName("a lone surrogate that stands for no byte is refused by name")
    void encode_loneSurrogate_refused(String string) {
        assertThat(NativeStrings.problem(string)).contains("half a character");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NativeStrings.encode(string))
                .withMessageContaining("\\uD");
    }

    @Test
    @DisplayName("a character outside of the BMP is one character")
    void encode_supplementary() {
        assertThat(NativeStrings.encode("😀")).isEqualTo("😀".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("a path gives the bytes that it was made of")
    void encode_path_exact() {
        Path path = Path.of(URI.create("file:///x%20y/caf%E9/%C3%BC"));
        byte[] bytes = "/x y/caf?/ü".getBytes(StandardCharsets.UTF_8);
        bytes[8] = (byte) 0xe9;
        assertThat(NativeStrings.encode(path)).isEqualTo(bytes);
        assertThat(NativeStrings.path(bytes, null)).isEqualTo(path);
        Path here = Path.of("").toAbsolutePath();
        Path relative = here.relativize(NativeStrings.path(new byte[] {'a', (byte) 0xe9}, here));
        assertThat(NativeStrings.encode(relative)).containsExactly('a', 0xe9);
    }
}
