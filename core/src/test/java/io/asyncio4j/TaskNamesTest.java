package io.asyncio4j;

import static io.asyncio4j.Asyncio.createEagerTask;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TaskNamesTest {

    private static void work() {
        sleep(Duration.ZERO);
    }

    @Test
    @DisplayName(
            "Code with a result and code without one can be named alike, wherever it is started")
    void names_everywhere() {
        run(() -> {
            assertThat(createTask(() -> 1, "a").getName()).isEqualTo("a");
            assertThat(createTask(TaskNamesTest::work, "b").getName()).isEqualTo("b");
            assertThat(createEagerTask(() -> 1, "c").getName()).isEqualTo("c");
            assertThat(createEagerTask(TaskNamesTest::work).getName()).startsWith("Task-");
            TaskGroup.run(group -> {
                assertThat(group.createTask(() -> 1, "d").getName()).isEqualTo("d");
                assertThat(group.createTask(TaskNamesTest::work, "e").getName()).isEqualTo("e");
                assertThat(group.createTask(TaskNamesTest::work, null).getName())
                        .startsWith("Task-");
            });
        });
    }
}
