package io.asyncio4j.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class SignalsTest {
    private static final long SELF = ProcessHandle.current().pid();

    @Test
    @DisplayName("names and numbers, with and without SIG, real-time ones too")
    void names_bothWays() {
        assertThat(SignalNames.number("TERM")).isEqualTo(15);
        assertThat(SignalNames.number("sigkill")).isEqualTo(9);
        assertThat(SignalNames.name(2)).isEqualTo("SIGINT");
        assertThat(SignalNames.number("RTMIN+3")).isEqualTo(37);
        assertThat(SignalNames.number("SIGRTMAX-1")).isEqualTo(63);
        assertThat(SignalNames.name(34)).isEqualTo("SIGRTMIN");
        assertThat(SignalNames.name(37)).isEqualTo("SIGRTMIN+3");
        assertThat(SignalNames.describe(99)).isEqualTo("signal 99");
        assertThat(SignalNames.requireSendable(0)).isZero();
        assertThat(SignalNames.requireSendable(64)).isEqualTo(64);
        for (int bad : new int[] {-1, 65}) {
            assertThatThrownBy(() -> SignalNames.requireSendable(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad + ": the numbers are 0 to 64");
        }
        for (String bad : new String[] {"NOPE", "", "RTMIN+99", "RTMIN-1", "RTMAX+1"}) {
            assertThatThrownBy(() -> SignalNames.number(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("TERM");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"KILL", "STOP", "QUIT", "SEGV", "FPE", "ILL", "BUS", "USR2", "RTMIN", "NO"})
    @DisplayName("signals that cannot be handled are refused by name")
    void install_refused(String name) {
        assertThatThrownBy(() -> Signals.install(name, signal -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"WINCH", "SIGCONT", "CHLD", "URG"})
    @DisplayName("a handler gets its signal until what it replaced is restored")
    void install_andRestore(String name) throws Exception {
        BlockingQueue<Integer> seen = new ArrayBlockingQueue<>(10);
        int number = SignalNames.number(name);
        Signals.Installation installation = Signals.install(name, seen::add);
        assertThat(Signals.isInstalled(installation)).isTrue();
        Signals.kill(SELF, number);
        assertThat(seen.take()).isEqualTo(number);
        Signals.restore(installation);
        assertThat(Signals.isInstalled(installation)).isFalse();
    }

    @Test
    @DisplayName("a handler that was replaced comes back when its replacement is restored")
    void restore_nested() throws Exception {
        BlockingQueue<String> seen = new ArrayBlockingQueue<>(10);
        Signals.Installation outer = Signals.install("URG", signal -> seen.add("outer"));
        Signals.Installation inner = Signals.install("URG", signal -> seen.add("inner"));
        Signals.kill(SELF, SignalNames.number("URG"));
        assertThat(seen.take()).isEqualTo("inner");
        Signals.restore(inner);
        Signals.kill(SELF, SignalNames.number("URG"));
        assertThat(seen.take()).isEqualTo("outer");
        Signals.restore(outer);
    }

    @Test
    @DisplayName("a SIGCHLD handler survives the JDK's first process, and hears of native children")
    void child_heard() throws Exception {
        BlockingQueue<Integer> seen = new ArrayBlockingQueue<>(10);
        Signals.Installation installation = Signals.install("CHLD", seen::offer);
        assertThat(new ProcessBuilder("true").start().waitFor()).isZero();
        assertThat(Signals.isInstalled(installation)).isTrue();
        seen.take();
        seen.clear();
        TestChildren.end(Spawn.spawn(TestChildren.command("true")));
        seen.take();
        Signals.restore(installation);
    }

    @Test
    @DisplayName("a handler that was lost is noticed and repaired")
    void repair_lost() throws Exception {
        BlockingQueue<Integer> seen = new ArrayBlockingQueue<>(10);
        Signals.Installation mine = Signals.install("WINCH", seen::add);
        SunSignals.handle("WINCH", SunSignals.ignore());
        assertThat(Signals.isInstalled(mine)).isFalse();
        Signals.repair(mine);
        assertThat(Signals.isInstalled(mine)).isTrue();
        Signals.kill(SELF, SignalNames.number("WINCH"));
        assertThat(seen.take()).isEqualTo(SignalNames.number("WINCH"));
        Signals.restore(mine);
    }

    @Test
    @DisplayName("a signal that was ignored from the start can be handled, and is ignored again")
    void ignored_handledAndRestored() throws IOException {
        String java = System.getProperty("java.home") + "/bin/java";
        var outcome =
                TestChildren.run(
                        TestChildren.sh(
                                "trap '' INT; exec \"$@\"",
                                java,
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Ignored.class.getName()));
        assertThat(outcome.output()).isEqualTo("handled 2\nsurvived\n");
    }

    /** Run in a JVM of its own, which has SIGINT ignored. */
    static final class Ignored {
        private Ignored() {}

        public static void main(String[] arguments) throws Exception {
            BlockingQueue<Integer> seen = new ArrayBlockingQueue<>(10);
            Signals.Installation installation = Signals.install("INT", seen::add);
            Signals.kill(SELF, 2);
            System.out.println("handled " + seen.take());
            Signals.restore(installation);
            Signals.kill(SELF, 2);
            System.out.println("survived");
        }
    }
}
