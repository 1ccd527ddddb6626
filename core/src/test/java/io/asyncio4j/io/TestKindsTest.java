package io.asyncio4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.selector.Selectors;
import io.asyncio4j.testing.LoopKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** That no selector is left out by the tests that run over each. */
@Tag("mode-independent")
class TestKindsTest {

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
    }

    @Test
    @DisplayName("Rig has every selector")
    void rig_everySelector() {
        assertThat(names(Rig.values())).containsAll(Selectors.NAMES);
    }

    @Test
    @DisplayName("LoopKind has every selector that serves descriptors")
    void loopKind_everySelectorButNio() {
        assertThat(names(LoopKind.values()))
                .filteredOn(
                        name -> !List.of("io_uring", "portable").contains(name)) // proactor loops
                .containsExactlyElementsOf(
                        Selectors.NAMES.stream().filter(name -> !name.equals("nio")).toList());
    }
}
