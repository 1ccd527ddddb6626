package io.asyncio4j.os;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawTextTest {

    @Test
    void anyBytes_comeBackUnchanged() {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(20)];
            random.nextBytes(bytes);

            assertThat(RawText.bytes(RawText.of(bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void text_isItself() {
        String text = "rm caf\u00e9 \u2026 \ud83d\ude00";

        assertThat(RawText.bytes(text)).isEqualTo(text.getBytes(UTF_8));
        assertThat(RawText.of(text.getBytes(UTF_8))).isEqualTo(text);
    }

    @Test
    void byteThatIsNoText_isALoneSurrogate() {
        byte[] latin = "caf\u00e9 \u00e9".getBytes(ISO_8859_1);

        assertThat(RawText.of(latin)).isEqualTo("caf\udce9 \udce9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\ud800", "\udc7f", "x\udd00y", "\ud83d"})
    void characterWithoutBytes_isRefusedByName(String string) {
        assertThatThrownBy(() -> RawText.bytes(string))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s)U\\+D[0-9A-F]{3} at index \\d of .* has no bytes in UTF-8");
    }
}
