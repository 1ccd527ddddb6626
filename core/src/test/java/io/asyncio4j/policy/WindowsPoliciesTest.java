package io.asyncio4j.policy;

import static io.asyncio4j.Asyncio.createSubprocess;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Os;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.Stdio;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Properties;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies for Windows, where this process takes itself to be there, and elsewhere. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
class WindowsPoliciesTest {

    static Stream<Arguments> policies() {
        return Stream.of(
                Arguments.of(
                        Named.of("selector", named(WindowsSelectorEventLoopPolicy::new)),
                        SelectorEventLoop.class),
                Arguments.of(
                        Named.of("proactor", named(WindowsProactorEventLoopPolicy::new)),
                        ProactorEventLoop.class));
    }

    static Stream<Supplier<EventLoopPolicy>> proactorPoliciesOnWindows() {
        return Stream.of(
                DefaultEventLoopPolicy::new,
                WindowsProactorEventLoopPolicy::new,
                () -> Policies.named("proactor"));
    }

    static Stream<Supplier<EventLoopPolicy>> selectorPoliciesOnWindows() {
        return Stream.of(WindowsSelectorEventLoopPolicy::new, () -> Policies.named("selector"));
    }

    private static Supplier<EventLoopPolicy> named(Supplier<EventLoopPolicy> constructor) {
        return constructor;
    }

    @ParameterizedTest
    @MethodSource("policies")
    @DisplayName("elsewhere the constructor throws and names the loop class to use instead")
    void constructor_elsewhere_throws(Supplier<EventLoopPolicy> constructor, Class<?> loop) {
        assertThatThrownBy(constructor::get)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Windows")
                .hasMessageContaining(Os.current().toString())
                .hasMessageContaining(loop.getName());
    }

    @Test
    @DisplayName("chosen by name elsewhere, the reason is told")
    void named_elsewhere_tellsWhy() {
        assertThatThrownBy(() -> Policies.named(WindowsProactorEventLoopPolicy.class.getName()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is for Windows");
    }

    @ParameterizedTest
    @MethodSource("proactorPoliciesOnWindows")
    @DisplayName("on Windows the loop is the portable proactor, and has subprocesses")
    void proactorLoop_windows_hasSubprocesses(Supplier<EventLoopPolicy> constructor)
            throws Exception {
        try (var _ = Os.substitute(Os.WINDOWS)) {
            String output =
                    Policies.where(constructor.get())
                            .call(() ->
                                    Asyncio.run(() -> {
                                        assertThat(Asyncio.getRunningLoop())
                                                .isInstanceOfSatisfying(
                                                        ProactorEventLoop.class,
                                                        loop ->
                                                                assertThat(loop.proactorName())
                                                                        .isEqualTo("portable"));
                                        var echo =
                                                Command.exec("echo", "windows").stdout(Stdio.PIPE);
                                        try (var child = createSubprocess(echo)) {
                                            return child.communicate(null).stdoutText();
                                        }
                                    }));
            assertThat(output).isEqualTo("windows\n");
        }
    }

    @ParameterizedTest
    @MethodSource("proactorPoliciesOnWindows")
    @DisplayName("on Windows the proactor loop watches no descriptors and says what to use")
    void addReader_windowsProactor_refused(Supplier<EventLoopPolicy> constructor) {
        try (var _ = Os.substitute(Os.WINDOWS);
                EventLoop loop = constructor.get().newEventLoop()) {
            assertThatThrownBy(() -> loop.addReader(0, () -> {}))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("Descriptor 0")
                    .hasMessageContaining("SelectorEventLoop");
            assertThat(loop.removeReader(0)).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("selectorPoliciesOnWindows")
    @DisplayName("on Windows the selector loop is java.nio's, and refuses subprocesses")
    void selectorLoop_windows_refusesSubprocesses(Supplier<EventLoopPolicy> constructor) {
        try (var _ = Os.substitute(Os.WINDOWS)) {
            Policies.where(constructor.get())
                    .run(() ->
                            Asyncio.run(() -> {
                                var loop = (SelectorEventLoop) Asyncio.getRunningLoop();
                                assertThat(loop.selectorName()).isEqualTo("nio");
                                assertThatThrownBy(() -> createSubprocess(Command.exec("true")))
                                        .isInstanceOf(UnsupportedOperationException.class)
                                        .hasMessageContaining("ProactorEventLoop");
                            }));
        }
    }

    @ParameterizedTest
    @MethodSource("proactorPoliciesOnWindows")
    @DisplayName("on Windows there are no child watchers")
    @SuppressWarnings("deprecation") // what is asked for
    void getChildWatcher_windows_refused(Supplier<EventLoopPolicy> constructor) {
        try (var _ = Os.substitute(Os.WINDOWS)) {
            EventLoopPolicy policy = constructor.get();
            assertThatThrownBy(policy::getChildWatcher)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("no child watchers");
            assertThatThrownBy(() -> policy.setChildWatcher(null))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    @DisplayName("on Windows a command line is the command interpreter's")
    void shell_windows_isCmd() {
        try (var _ = Os.substitute(Os.WINDOWS)) {
            assertThat(Command.shell("dir C:\\").arguments())
                    .hasSize(3)
                    .first()
                    .asString()
                    .endsWith("cmd.exe");
            assertThat(Command.shell("dir C:\\").arguments()).endsWith("/c", "dir C:\\");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"proactor", "selector"})
    @DisplayName("the short names choose the kind of loop on every system")
    void property_shortName_choosesLoop(String name) {
        EventLoopPolicy before = Policies.get();
        try (var _ = Properties.set("asyncio4j.policy", name)) {
            Policies.set(null);
            try (EventLoop loop = Policies.get().newEventLoop()) {
                assertThat(loop)
                        .isInstanceOf(
                                name.equals("proactor")
                                        ? ProactorEventLoop.class
                                        : SelectorEventLoop.class);
                assertThat(loop.runUntilComplete(() -> 7)).isEqualTo(7);
            }
        } finally {
            Policies.set(before);
        }
    }
}
