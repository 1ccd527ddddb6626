package io.asyncio4j.io;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.io.Transports.connection;
import static io.asyncio4j.io.Transports.run;
import static io.asyncio4j.io.Transports.turns;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.os.FdTable;
import io.asyncio4j.testing.LeakCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A descriptor is closed, or its number reused, while a transport has it. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource(names = {"EPOLL", "POLL"})
class LostDescriptorTest {
    @Parameter Rig rig;

    enum Then {
        PAUSE(StreamTransport.Duplex::pauseReading),
        CLOSE(StreamTransport.Duplex::close),
        ABORT(StreamTransport.Duplex::abort);

        final Consumer<StreamTransport.Duplex> action;

        Then(Consumer<StreamTransport.Duplex> action) {
            this.action = action;
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("closed by another, the connection is lost once, and the loop goes on")
    void closedByAnother_lostOnce(Then then) throws Exception {
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.connected(engine);
                    var w = new Witness(loop);
                    StreamTransport.Duplex transport = connection(loop, engine, w, ends);
                    transport.write(new byte[2_000_000]); // waits for both directions now
                    FdTable.close(ends.near().fd());
                    then.action.accept(transport);
                    await(w.lost);
                    turns(5);
                    assertThat(w.events.stream().filter(e -> e.startsWith("lost"))).hasSize(1);
                    assertThat(w.events.getLast())
                            .matches(
                                    then == Then.ABORT
                                            ? "lost"
                                            : "lost .*(closed or replaced|EBADF).*");
                    assertThat(transport.isClosing()).isTrue();
                    assertThat(engine.isWaiting()).isFalse();
                    ends.far().close();
                });
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a file that has got its number since is left alone, where that can be seen")
    void numberReused_otherFileLeftOpen(Then then) throws Exception {
        if (rig != Rig.EPOLL) {
            return; // poll knows numbers only
        }
        run(
                rig,
                (loop, engine) -> {
                    Rig.Ends ends = rig.connected(engine);
                    int fd = ends.near().fd();
                    var w = new Witness(loop);
                    StreamTransport.Duplex transport = connection(loop, engine, w, ends);
                    transport.write(new byte[2_000_000]);
                    FdTable.close(fd);
                    List<Integer> others = new ArrayList<>();
                    do {
                        others.add(FdTable.open(Path.of("/dev/null"), FdTable.O_RDWR, 0));
                    } while (others.getLast() < fd);
                    then.action.accept(transport);
                    await(w.lost);
                    for (int other : others) {
                        assertThat(FdTable.isOpen(other)).as("descriptor %s", other).isTrue();
                        FdTable.close(other);
                    }
                    ends.far().close();
                });
    }
}
