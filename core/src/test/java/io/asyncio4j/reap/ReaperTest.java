package io.asyncio4j.reap;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.TestRequest;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the kernel says, and how the library says it. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class ReaperTest {

    private static Child ended(String script) throws IOException {
        Child child = Children.started(Spawn.spawn(TestRequest.of(List.of("sh", "-c", script))));
        WaitId.await(child.pid());
        return child;
    }

    @Test
    @DisplayName("an exit has its status and what the child used")
    void reap_exited() throws IOException {
        ExitStatus status = Reaper.reap(ended("exit 3"));
        assertThat(status).isEqualTo(new ExitStatus.Exited(3, status.usage()));
        assertThat(status.usage()).isNotNull();
        assertThat(status.usage().maxRssKiB()).isGreaterThan(100);
    }

    @Test
    @DisplayName("a signal has its name and number")
    void reap_signaled() throws IOException {
        ExitStatus status = Reaper.reap(ended("ulimit -c 0; kill -TERM $$"));
        assertThat(status).isEqualTo(new ExitStatus.Signaled("SIGTERM", 15, false, status.usage()));
        assertThat(status.usage()).isNotNull();
        assertThat(status.returncode()).isEqualTo(-15);
    }

    @Test
    @DisplayName("one that runs is not reaped")
    void reap_running_null() throws IOException {
        Child child = Children.started(Spawn.spawn(TestRequest.of(List.of("sleep", "60"))));
        assertThat(Reaper.reap(child)).isNull();
        assertThat(Reaper.reapOrRecall(child)).isNull();
        child.signal(9);
        WaitId.await(child.pid());
        assertThat(Reaper.reap(child)).isInstanceOf(ExitStatus.Signaled.class);
    }

    @Test
    @DisplayName("a status that other code took is lost, with the reason")
    void reap_taken_lost() throws IOException {
        Child child = ended("exit 3");
        WaitId.reap(child.pid());
        assertThat(Reaper.reap(child))
                .isInstanceOfSatisfying(
                        ExitStatus.Lost.class,
                        lost ->
                                assertThat(lost.reason())
                                        .contains("other code has taken its status")
                                        .contains("wait4(" + child.pid() + ")"));
        assertThat(Reaper.recall(child)).isInstanceOf(ExitStatus.Lost.class);
    }

    @Test
    @DisplayName("an exit that was reaped and not reported is recalled, with what the child used")
    void recall_whole() throws IOException {
        Child child = ended("exit 4");
        ExitStatus status = Reaper.reap(child);
        assertThat(status.usage()).isNotNull();
        assertThat(Reaper.reapOrRecall(child)).isEqualTo(status);
        assertThat(Reaper.recall(child)).isEqualTo(status);
    }

    @Test
    @DisplayName("a wait for any child says which")
    void reapAny() throws IOException {
        Child child = ended("exit 5");
        Reaper.Reaped reaped = Reaper.reapAny(() -> {});
        assertThat(reaped.pid()).isEqualTo(child.pid());
        assertThat(reaped.status().returncode()).isEqualTo(5);
        assertThat(Reaper.reapAny(() -> {})).as("no child at all").isNull();
    }

    @Test
    @DisplayName("a return code alone makes a status, without usage")
    void ofReturncode() {
        assertThat(ExitStatus.ofReturncode(7)).isEqualTo(new ExitStatus.Exited(7, null));
        assertThat(ExitStatus.ofReturncode(-9))
                .isEqualTo(new ExitStatus.Signaled("SIGKILL", 9, false, null));
        assertThat(ExitStatus.ofReturncode(255)).isEqualTo(new ExitStatus.Exited(255, null));
    }
}
