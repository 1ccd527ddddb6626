package io.asyncio4j.os;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** A child gets what this process was started with, not what HotSpot has made of it. */
@Tag("mode-independent")
@EnabledOnOs(OS.LINUX)
@ExtendWith(LeakCheck.class)
class StartedTest {
    private static final String LIMITS =
            "echo $(ulimit -Sn) $(ulimit -Hn) $(cat /proc/self/coredump_filter)";

    /** Starts children in each way, and prints what they have. */
    static final class Children {
        private Children() {}

        public static void main(String[] arguments) throws Exception {
            var user = TestChildren.sh(LIMITS).withUmask(022);
            for (int i = 0; i < 20; i++) {
                print(TestChildren.sh(LIMITS));
            }
            print(user);
            System.out.println("gate " + strangerAtGate());
            // A session of its own, descriptors to keep in the way of the gate, and a failure.
            FdPair pipe = FdTable.pipe(false, false);
            var passing =
                    TestChildren.sh(LIMITS).withPassDescriptors(pipe.readEnd(), pipe.writeEnd());
            print(passing.withNewSession());
            for (int i = 0; i < 20; i++) {
                try {
                    Spawn.spawn(TestChildren.command("/no/such/program"));
                } catch (IOException e) {
                    if (i == 0) {
                        System.out.println("failed " + e.getMessage());
                    }
                }
            }
            try (var executor = Executors.newFixedThreadPool(4)) {
                var running = new ArrayList<Future<String>>();
                for (int i = 0; i < 40; i++) {
                    running.add(
                            executor.submit(
                                    () -> TestChildren.run(TestChildren.sh(LIMITS)).output()));
                }
                for (Future<String> each : running) {
                    System.out.print("child " + each.get());
                }
            }
            System.out.println("own " + Limits.openFiles().soft());
            System.out.println(
                    "left "
                            + (FdTable.list(3).length < 40)
                            + " "
                            + LeakCheck.inventory().stream()
                                    .filter(each -> each.startsWith("child"))
                                    .toList());
        }

        /**
         * Opens a gate as a child of another start does, which has copies of all descriptors for a
         * moment, and says whether that was taken for the child that is to wait there.
         */
        private static String strangerAtGate() throws Exception {
            SpawnGate gate = SpawnGate.take();
            if (gate == null) {
                return "shut";
            }
            Thread attending = Thread.ofPlatform().start(gate::attend);
            int stranger = -1;
            while (stranger < 0) {
                stranger = open(gate.here(), FdTable.O_WRONLY);
            }
            int reader = open(gate.go(), FdTable.O_RDONLY);
            boolean opened = false;
            // It waits for the child, or has opened the gate.
            while (!opened && attending.getState() != Thread.State.TIMED_WAITING) {
                opened = Poll.isReady(reader, Poll.HUP, 0);
            }
            gate.enter();
            gate.leave();
            attending.join();
            FdTable.closeQuietly(stranger);
            FdTable.closeQuietly(reader);
            gate.release();
            return opened ? "open" : "shut";
        }

        private static int open(String path, int flags) {
            try {
                return FdTable.open(Path.of(path), flags | FdTable.O_NONBLOCK, 0);
            } catch (IOException nobodyThere) {
                return -1;
            }
        }

        private static void print(TestRequest request) throws IOException {
            System.out.print("child " + TestChildren.run(request).output());
        }
    }

    private static List<String> run(String before, String... options) throws Exception {
        var command = new ArrayList<>(List.of("sh", "-c", before + "\n\"$@\"; exit $?", "sh"));
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Children.class.getName()));
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        java.waitFor();
        return output.lines().toList();
    }

    private static void check(List<String> lines, String child, String own) {
        assertThat(lines).contains("own " + own, "left true []", "gate shut");
        assertThat(lines)
                .contains("failed spawn(/no/such/program): ENOENT (No such file or directory)");
        assertThat(lines.stream().filter(line -> line.startsWith("child")))
                .hasSize(62)
                .containsOnly("child " + child);
    }

    @Test
    @DisplayName(
            "the limit and the dump filter of the shell that has started the JVM are a child's")
    void shellsLimits_areTheChilds() throws Exception {
        long hard = Limits.openFiles().hard();
        var lines = run("ulimit -Sn 256; echo 0x31 >/proc/$$/coredump_filter");
        check(lines, "256 " + hard + " 00000031", Long.toString(hard));
    }

    @Test
    @DisplayName("a JVM that leaves the limit alone has what its children have")
    void limitLeftAlone_isPassedOn() throws Exception {
        long hard = Limits.openFiles().hard();
        var lines = run("ulimit -Sn 300; echo 0x33 >/proc/$$/coredump_filter", "-XX:-MaxFDLimit");
        check(lines, "300 " + hard + " 00000033", "300");
    }

    @Test
    @DisplayName("where the JVM is not what the shell has started, a property tells the limit")
    void property_tellsLimit() throws Exception {
        long hard = Limits.openFiles().hard();
        var lines = run("echo 0x33 >/proc/$$/coredump_filter", "-Dasyncio4j.openFiles=400");
        check(lines, "400 " + hard + " 00000033", Long.toString(hard));
    }

    @Test
    @DisplayName("where the soft limit is the hard one there is nothing to set")
    void sameLimits_noGate() throws Exception {
        long hard = Limits.openFiles().hard();
        var lines = run("echo 0x33 >/proc/$$/coredump_filter");
        check(lines, hard + " " + hard + " 00000033", Long.toString(hard));
    }
}
