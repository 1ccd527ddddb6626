package io.asyncio4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownFaultsTest {

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.1", "25.0.3+9-LTS", "25.0.3.0.1+1"})
    void before25_0_4_namesTheFaultAndTheWayOut(String version) {
        assertThat(KnownFaults.of(Runtime.Version.parse(version)))
                .contains("JDK-8373120")
                .contains("update to 25.0.4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"25.0.4", "25.0.4+7-LTS", "25.0.10", "26", "26.0.1", "27"})
    void from25_0_4_nothingIsKnown(String version) {
        assertThat(KnownFaults.of(Runtime.Version.parse(version))).isNull();
    }
}
