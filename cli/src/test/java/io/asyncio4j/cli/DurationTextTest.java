package io.asyncio4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({"500ms,500", "1.5s,1500", "2m,120000", "1h,3600000", "5,5000", "0.25,250", "0,0"})
    void parse_numberAndUnit_countsMillis(String text, long millis) throws UsageException {
        assertThat(DurationText.parse("--grace", text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1d", "1 s", "1.s", ".5s", "1e3", "5x", "NaN"})
    void parse_anythingElse_isRefusedNamingIt(String text) {
        assertThatThrownBy(() -> DurationText.parse("--grace", text))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--grace " + text)
                .hasMessageContaining("500ms");
    }

    @Test
    void parse_moreNanosThanALong_isRefused() {
        assertThatThrownBy(() -> DurationText.parse("--timeout", "99999999999999h"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("292 years");
    }

    @Test
    void parsePositive_zero_isRefused() {
        assertThatThrownBy(() -> DurationText.parsePositive("--timeout", "0ms"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("--timeout 0ms");
    }

    @ParameterizedTest
    @CsvSource({
        "12,0.012s",
        "59999,59.999s",
        "60000,1m00.0s",
        "3599999,59m59.9s",
        "3723000,1h02m03s"
    })
    void format_growsCoarser(long millis, String text) {
        assertThat(DurationText.format(Duration.ofMillis(millis))).isEqualTo(text);
    }
}
