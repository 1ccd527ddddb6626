package io.asyncio4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Os;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WindowsPoliciesTest {

    static Stream<Named<Supplier<EventLoopPolicy>>> policies() {
        return Stream.of(
                Named.of("selector", WindowsSelectorEventLoopPolicy::new),
                Named.of("proactor", WindowsProactorEventLoopPolicy::new));
    }

    static Stream<Named<Supplier<EventLoopPolicy>>> policiesOnWindows() {
        return Stream.concat(
                policies(), Stream.of(Named.of("default", DefaultEventLoopPolicy::new)));
    }

    @ParameterizedTest
    @MethodSource("policies")
    @DisplayName("elsewhere the constructor throws and names the loop class to use instead")
    void constructor_elsewhere_throws(Supplier<EventLoopPolicy> constructor) {
        assertThatThrownBy(constructor::get)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Windows")
                .hasMessageContaining(Os.current().toString())
                .hasMessageContaining(SelectorEventLoop.class.getName());
    }

    @ParameterizedTest
    @MethodSource("policiesOnWindows")
    @DisplayName("on Windows the loops work without native access, and run tasks")
    void newEventLoop_windows_isPortable(Supplier<EventLoopPolicy> constructor) {
        try (var windows = Os.substitute(Os.WINDOWS);
                EventLoop loop = constructor.get().newEventLoop()) {
            assertThat(windows).isNotNull();
            assertThat(loop).isInstanceOf(SelectorEventLoop.class);
            assertThat(((SelectorEventLoop) loop).selectorName()).isEqualTo("nio");
            assertThat(loop.runUntilComplete(() -> 7)).isEqualTo(7);
        }
    }

    @Test
    @DisplayName("chosen by name elsewhere, the reason is told")
    void named_elsewhere_tellsWhy() {
        assertThatThrownBy(() -> Policies.named(WindowsProactorEventLoopPolicy.class.getName()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is for Windows");
    }
}
