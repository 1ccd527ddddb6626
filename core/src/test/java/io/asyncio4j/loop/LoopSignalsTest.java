package io.asyncio4j.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.testing.Loops;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Real signals, which this process sends to itself. */
@Tag("portable")
@ParameterizedClass
@MethodSource("io.asyncio4j.testing.Loops#names")
class LoopSignalsTest {

    private final BaseEventLoop loop;
    private final List<String> events = new ArrayList<>();

    LoopSignalsTest(String selector) {
        loop = Loops.open(selector);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private static void raise(String signal) {
        Signals.raise(signal);
    }

    @Test
    @DisplayName("a signal's number does as well as its name")
    void addSignalHandler_byNumber() {
        int number = SignalNames.number("WINCH");
        loop.addSignalHandler(
                number,
                () -> {
                    events.add("came");
                    loop.stop();
                });
        loop.callSoon(() -> raise("WINCH"));
        loop.runForever();
        assertThat(events).containsExactly("came");
        assertThat(loop.removeSignalHandler(number)).isTrue();
        assertThat(loop.removeSignalHandler(number)).isFalse();
        for (int bad : new int[] {-1, 0, 99}) {
            assertThatThrownBy(() -> loop.addSignalHandler(bad, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("" + bad);
        }
    }

    @Test
    @DisplayName("a handler runs on the loop, which it wakes")
    void addSignalHandler_runsOnLoop() {
        loop.addSignalHandler(
                "SIGWINCH",
                () -> {
                    events.add("" + (LoopContext.current() != null && loop.isRunning()));
                    loop.stop();
                });
        loop.callSoon(() -> raise("WINCH"));
        loop.runForever();
        assertThat(events).containsExactly("true");
        assertThat(loop.removeSignalHandler("WINCH")).isTrue();
        assertThat(loop.removeSignalHandler("SIGWINCH")).isFalse();
    }

    @Test
    @DisplayName("a signal that comes while the loop is stopped waits for it")
    void signal_whileStopped_isKept() {
        loop.addSignalHandler(
                "WINCH",
                () -> {
                    events.add("handled");
                    loop.stop();
                });
        raise("WINCH");
        loop.runForever();
        assertThat(events).containsExactly("handled");
    }

    @Test
    @DisplayName("adding again replaces the handler; removing then restores the first state")
    void addSignalHandler_again_replaces() throws Exception {
        var before = new LinkedBlockingQueue<Integer>();
        var installation = Signals.install("WINCH", before::add);
        try {
            loop.addSignalHandler("WINCH", () -> events.add("old"));
            loop.addSignalHandler(
                    "WINCH",
                    () -> {
                        events.add("new");
                        loop.stop();
                    });
            raise("WINCH");
            loop.runForever();
            assertThat(events).containsExactly("new");
            assertThat(before).isEmpty();

            loop.removeSignalHandler("WINCH");
            raise("WINCH");
            assertThat(before.take()).isEqualTo(SignalNames.number("WINCH"));
        } finally {
            Signals.restore(installation);
        }
    }

    @Test
    @DisplayName("close removes all handlers and restores what was there")
    void close_restoresAll() throws Exception {
        var before = new LinkedBlockingQueue<Integer>();
        var winch = Signals.install("WINCH", before::add);
        var urg = Signals.install("URG", before::add);
        try {
            loop.addSignalHandler("WINCH", () -> events.add("loop"));
            loop.addSignalHandler("URG", () -> events.add("loop"));
            loop.close();
            raise("WINCH");
            raise("URG");
            assertThat(List.of(before.take(), before.take()))
                    .containsExactlyInAnyOrder(
                            SignalNames.number("WINCH"), SignalNames.number("URG"));
            assertThat(events).isEmpty();
        } finally {
            Signals.restore(urg);
            Signals.restore(winch);
        }
    }

    @Test
    @DisplayName("only the main thread's loop may add handlers; the error names the thread")
    void addSignalHandler_otherThread_refused() throws Exception {
        try (var other = new SelectorEventLoop()) {
            var refusals =
                    new FutureTask<>(() -> {
                        refuse(other);
                        other.runUntilComplete(() -> {
                            refuse(other);
                            return null;
                        });
                        return null;
                    });
            Thread.ofPlatform().name("worker-9").start(refusals);
            refusals.get();
        }
    }

    private static void refuse(BaseEventLoop loop) {
        assertThatThrownBy(() -> loop.addSignalHandler("WINCH", () -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("main thread")
                .hasMessageContaining("'worker-9'");
    }

    @Test
    @DisplayName("invalid signals and the VM's own are refused by name")
    void addSignalHandler_invalid_refused() {
        for (String signal : List.of("KILL", "SIGSTOP", "SEGV", "QUIT", "NOSUCH", "")) {
            assertThatThrownBy(() -> loop.addSignalHandler(signal, () -> {}))
                    .as(signal)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(signal);
        }
        assertThatThrownBy(() -> loop.removeSignalHandler("NOSUCH"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NOSUCH");
    }

    @Test
    @DisplayName("a handler that throws goes to the exception handler, and stays")
    void handlerThrows_isReported() {
        loop.setExceptionHandler((where, context) -> events.add("" + context.exception()));
        int[] calls = {0};
        loop.addSignalHandler(
                "WINCH",
                () -> {
                    if (++calls[0] == 2) {
                        loop.stop();
                        return;
                    }
                    loop.callSoon(() -> raise("WINCH"));
                    throw new IllegalArgumentException("made up");
                });
        raise("WINCH");
        loop.runForever();
        assertThat(events).hasSize(1).first().asString().contains("made up");
    }
}
