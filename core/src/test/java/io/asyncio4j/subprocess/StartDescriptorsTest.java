package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Asyncio;
import io.asyncio4j.Task;
import io.asyncio4j.testing.ForkedJvm;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LibraryClasses;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many descriptors starts hold that are under way. */
@ExtendWith(LeakCheck.class)
class StartDescriptorsTest {
    private static final int CHILDREN = 100;

    /** Starts many children in one turn, each with two pipes. */
    static final class ManyStarts {
        private ManyStarts() {}

        public static void main(String[] arguments) throws Exception {
            LibraryClasses.load();
            Command plain = Command.exec("cat", "/dev/null").stdout(PIPE).stderr(PIPE);
            // A umask takes a thread of its own, so that the start is not the loop's.
            Command command = arguments[0].equals("beside") ? plain.umask(022) : plain;
            Asyncio.run(() -> {
                var starts = new ArrayList<Task<ChildProcess>>();
                for (int i = 0; i < CHILDREN; i++) {
                    starts.add(createTask(() -> createSubprocess(command)));
                }
                int ended = 0;
                var processes = new ArrayList<ChildProcess>();
                for (Task<ChildProcess> start : starts) {
                    processes.add(await(start));
                }
                for (ChildProcess process : processes) {
                    ended += process.waitFor().returncode() == 0 ? 1 : 0;
                    process.close();
                }
                System.out.println("ended " + ended);
                return null;
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"on the loop", "beside"})
    @DisplayName("100 children with two pipes each start at once under a limit of 330 descriptors")
    void manyStarts_inOneTurn_holdOurEndsOnly(String where) throws Exception {
        String output =
                ForkedJvm.run(
                        List.of("prlimit", "--nofile=330"),
                        List.of("--enable-native-access=ALL-UNNAMED"),
                        ManyStarts.class,
                        where);
        assertThat(output.lines()).as(output).contains("ended " + CHILDREN, "status 0");
    }
}
