package io.asyncio4j.subprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be a command is refused when it is written down, long before a start. */
@Tag("mode-independent")
class CommandTest {
    private static final Command TRUE = Command.exec("true");

    @Test
    @DisplayName("an empty command names no program")
    void empty_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.exec(""))
                .withMessageContaining("The command is empty");
        assertThatIllegalArgumentException().isThrownBy(() -> Command.exec(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> Command.exec("", "argument"));
        assertThatIllegalArgumentException().isThrownBy(() -> Command.shell(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> Command.shell(""));
    }

    @Test
    @DisplayName("NUL bytes are shown where they are")
    void nul_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.exec("a\0b"))
                .withMessageContaining("a\\0b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Command.exec("echo", "a\0b"))
                .withMessageContaining("a\\0b");
        assertThatIllegalArgumentException().isThrownBy(() -> Command.shell("echo \0"));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused("A=B", c -> c.environment(Map.of("A=B", "1"))),
                refused("\"\"", c -> c.environment(Map.of("", "1"))),
                refused("A\\0", c -> c.environment(Map.of("A\0", "1"))),
                refused("value of A", c -> c.environment(Map.of("A", "1\0"))),
                refused("A=C", c -> c.environmentPlus("A=C", "1")),
                refused("A\\0B", c -> c.environmentPlus(Map.of("A\0B", "1"))),
                refused("A=D", c -> c.environmentWithout("A=D")),
                refused("without \"\"", "\"\"", c -> c.environmentWithout("")),
                refused("-1", c -> c.limit(-1)),
                refused("0", c -> c.limit(0)),
                refused("01000", c -> c.umask(01000)),
                refused("umask", "mask", c -> c.umask(-1)),
                refused("descriptor 1", c -> c.passDescriptors(List.of(1))),
                refused("descriptor -1", c -> c.passDescriptors(List.of(-1))),
                refused("STDOUT", c -> c.stdout(Stdio.STDOUT)),
                refused("STDOUT", c -> c.stdin(Stdio.STDOUT)),
                refused("-1", c -> c.stdin(Stdio.descriptor(-1))),
                refused("group 12", c -> c.newSession(true).processGroup(12)),
                refused("process group id must not be negative: -1", c -> c.processGroup(-1)),
                refused("user id must not be negative: -2", c -> c.userId(-2)),
                refused("group id must not be negative: -3", c -> c.groupId(-3)),
                refused("group id must not be negative: -4", c -> c.extraGroupIds(List.of(1, -4))));
    }

    private static Arguments refused(String told, UnaryOperator<Command> change) {
        return refused(told, told, change);
    }

    private static Arguments refused(String name, String told, UnaryOperator<Command> change) {
        return Arguments.of(name, told, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    @DisplayName("an option that cannot be is refused, with what was given")
    void option_impossible_refused(String name, String told, UnaryOperator<Command> change) {
        assertThatIllegalArgumentException()
                .as(name)
                .isThrownBy(() -> change.apply(TRUE))
                .withMessageContaining(told);
    }

    @Test
    @DisplayName("variables are added to, and removed from, the inherited environment")
    void environment_inherited_plusAndWithout() {
        var expected = new HashMap<>(System.getenv());
        assertThat(TRUE.environmentWithout("NO_SUCH_VARIABLE").environment()).isEqualTo(expected);
        expected.put("A", "1");
        expected.put("PATH", "/bin");
        assertThat(TRUE.environmentPlus(Map.of("A", "1", "PATH", "/bin")).environment())
                .isEqualTo(expected);
        expected.remove("PATH");
        assertThat(TRUE.environmentPlus("A", "1").environmentWithout("PATH").environment())
                .isEqualTo(expected);
    }

    @Test
    @DisplayName("variables are added to, and removed from, an environment that was set")
    void environment_set_plusAndWithout() {
        Command set = TRUE.environment(Map.of("A", "1", "B", "2"));
        Command changed = set.environmentPlus("B", "3").environmentPlus("C", "4");
        assertThat(changed.environment()).isEqualTo(Map.of("A", "1", "B", "3", "C", "4"));
        assertThat(changed.environmentWithout("A", "C").environment()).isEqualTo(Map.of("B", "3"));
        assertThat(set.environment()).isEqualTo(Map.of("A", "1", "B", "2"));
        assertThat(changed.environment(null).environment()).isNull();
    }

    @Test
    @DisplayName(
            "a command is a value: changes make another one, and what it was made of is copied")
    void command_isImmutable() {
        var environment = new HashMap<>(Map.of("A", "1"));
        Command changed = TRUE.environment(environment).limit(5).umask(022).userId(1).groupId(2);
        environment.put("B", "2");
        assertThat(changed.environment()).isEqualTo(Map.of("A", "1"));
        assertThat(changed.limit()).isEqualTo(5);
        assertThat(TRUE.environment()).isNull();
        assertThat(TRUE.limit()).isEqualTo(Command.DEFAULT_LIMIT).isEqualTo(65_536);
    }
}
