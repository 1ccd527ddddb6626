package io.asyncio4j.conformance;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.currentTask;
import static io.asyncio4j.Asyncio.gather;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.newEventLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.timeout;
import static io.asyncio4j.Asyncio.waitFor;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The scenarios of {@code scenarios.py}, statement by statement. The names are CPython's, so that a
 * trace, a scenario there and a method here can be searched for with one word.
 */
@SuppressWarnings("unused") // found by reflection
final class Scenarios {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(10);

    private final Consumer<String> trace;

    Scenarios(Consumer<String> trace) {
        this.trace = trace;
    }

    void callbacks_run_in_order_and_new_ones_next() {
        onLoop(loop -> {
            loop.callSoon(() -> {
                trace.accept("first");
                loop.callSoon(() -> trace.accept("from first"));
            });
            loop.callSoon(() -> trace.accept("second"));
            loop.callLater(Duration.ZERO, traceAndStop(loop, "timer"));
        });
    }

    void timers_run_by_deadline_and_not_when_cancelled() {
        onLoop(loop -> {
            long when = loop.time() + SHORT.toNanos();
            loop.callAt(when, () -> trace.accept("b"));
            loop.callAt(when - 5_000_000, () -> trace.accept("a"));
            loop.callAt(when + 1_000_000, () -> trace.accept("cancelled")).cancel();
            loop.callAt(when + 2_000_000, traceAndStop(loop, "c"));
        });
    }

    void stop_before_run_runs_one_iteration() {
        try (var loop = newEventLoop()) {
            loop.callSoon(() -> {
                trace.accept("one");
                loop.callSoon(() -> trace.accept("two"));
            });
            loop.stop();
            loop.runForever();
            trace.accept("stopped");
            loop.stop();
            loop.runForever();
        }
    }

    void a_callback_that_throws_reaches_the_handler() {
        onLoop(loop -> {
            loop.setExceptionHandler(
                    (each, context) -> trace.accept("handler " + context.exception().getMessage()));
            loop.callSoon(() -> {
                throw new IllegalStateException("boom");
            });
            loop.callSoon(() -> trace.accept("next"));
            loop.callSoon(loop::stop);
        });
    }

    void future_callbacks_run_soon_not_at_once() {
        onLoop(loop -> {
            Future<Void> future = loop.createFuture();
            future.addDoneCallback(done -> trace.accept("callback 1"));
            future.addDoneCallback(done -> traceAndStop(loop, "callback 2").run());
            loop.callSoon(() -> {
                future.setResult(null);
                trace.accept("completed");
                future.addDoneCallback(done -> trace.accept("added late"));
            });
        });
    }

    void tasks_take_turns_at_awaits() {
        run(() -> {
            Task<Void> a = createTask(() -> count("a"));
            Task<Void> b = createTask(() -> count("b"));
            trace.accept("created");
            await(a);
            trace.accept("a done");
            await(b);
            trace.accept("b done");
        });
    }

    private Void count(String name) {
        for (int i = 0; i < 3; i++) {
            trace.accept(name + i);
            sleep(Duration.ZERO);
        }
        return null;
    }

    void awaiting_what_is_done_does_not_give_way() {
        run(() -> {
            Future<String> future = getRunningLoop().createFuture();
            future.setResult("value");
            getRunningLoop().callSoon(() -> trace.accept("callback"));
            trace.accept(await(future));
            sleep(Duration.ZERO);
            trace.accept("end");
        });
    }

    void cancel_before_the_first_step() {
        run(() -> {
            var task = createTask(() -> trace.accept("never"));
            trace.accept(python(task.cancel()));
            try {
                await(task);
            } catch (CancellationException e) {
                trace.accept("cancelled");
            }
            trace.accept(python(task.isCancelled()) + " " + python(task.cancel()));
        });
    }

    void cancel_reaches_the_awaited_future() {
        run(() -> {
            Future<Void> future = getRunningLoop().createFuture();
            Task<Void> task =
                    createTask(() -> {
                        try {
                            return await(future);
                        } finally {
                            trace.accept("future cancelled " + python(future.isCancelled()));
                        }
                    });
            sleep(Duration.ZERO);
            task.cancel("enough");
            trace.accept("asked");
            try {
                await(task);
            } catch (CancellationException e) {
                trace.accept("message " + e.getMessage());
            }
        });
    }

    void a_task_may_swallow_one_cancel() {
        run(() -> {
            Task<String> task =
                    createTask(() -> {
                        try {
                            sleep(LONG);
                        } catch (CancellationException e) {
                            trace.accept("swallowed, cancelling " + currentTask().cancelling());
                            trace.accept("uncancel " + currentTask().uncancel());
                        }
                        sleep(Duration.ZERO);
                        return "result";
                    });
            sleep(Duration.ZERO);
            task.cancel();
            trace.accept(await(task));
        });
    }

    void cancelled_twice_before_it_runs() {
        run(() -> {
            var task =
                    createTask(() -> {
                        try {
                            sleep(LONG);
                        } catch (CancellationException e) {
                            trace.accept("first " + currentTask().cancelling());
                        }
                        try {
                            sleep(Duration.ZERO);
                            trace.accept("no second");
                        } catch (CancellationException e) {
                            trace.accept("second");
                        }
                    });
            sleep(Duration.ZERO);
            task.cancel();
            task.cancel();
            await(task);
        });
    }

    void cancel_while_finishing() {
        run(() -> {
            try {
                trace.accept(
                        await(
                                createTask(() -> {
                                    sleep(Duration.ZERO);
                                    currentTask().cancel();
                                    return "result";
                                })));
            } catch (CancellationException e) {
                trace.accept("cancelled");
            }
        });
    }

    void gather_keeps_order_and_throws_the_first() {
        run(() -> {
            trace.accept(
                    String.join(
                            ",",
                            gather(
                                    createTask(() -> after(2, "slow", null)),
                                    createTask(() -> after(0, "quick", null)))));
            Task<String> slow = createTask(() -> after(3, "survivor", null));
            try {
                gather(
                        createTask(() -> after(1, "bad", "first")),
                        createTask(() -> after(2, "worse", "second")),
                        slow);
            } catch (IllegalArgumentException e) {
                trace.accept("error " + e.getMessage());
            }
            trace.accept(await(slow));
        });
    }

    private String after(int steps, String name, String error) {
        for (int i = 0; i < steps; i++) {
            sleep(Duration.ZERO);
        }
        trace.accept("end " + name);
        if (error != null) {
            throw new IllegalArgumentException(error);
        }
        return name;
    }

    void timeout_becomes_timeout_error() {
        run(() -> {
            try {
                timeout(
                        SHORT,
                        () -> {
                            try {
                                sleep(LONG);
                            } catch (CancellationException e) {
                                trace.accept("inside cancelled " + currentTask().cancelling());
                                throw e;
                            }
                        });
            } catch (TimeoutException e) {
                trace.accept("timeout, cancelling " + currentTask().cancelling());
            }
        });
    }

    void outer_cancel_during_a_timeout_stays_a_cancel() {
        run(() -> {
            var task = createTask(() -> timeout(LONG, () -> sleep(LONG)));
            sleep(Duration.ZERO);
            task.cancel("outer");
            try {
                await(task);
            } catch (CancellationException e) {
                trace.accept("cancelled " + e.getMessage());
            }
        });
    }

    void wait_for_cancels_and_waits() {
        run(() -> {
            var task =
                    createTask(() -> {
                        try {
                            sleep(LONG);
                        } finally {
                            trace.accept("cleaning up");
                            sleep(Duration.ZERO);
                            trace.accept("clean");
                        }
                    });
            try {
                waitFor(task, SHORT);
            } catch (TimeoutException e) {
                trace.accept("timeout");
            }
        });
    }

    void done_callbacks_before_the_waiter() {
        run(() -> {
            Task<String> task = createTask(() -> "x");
            task.addDoneCallback(done -> trace.accept("callback"));
            await(task);
            trace.accept("waiter");
        });
    }

    private static void onLoop(Consumer<EventLoop> schedule) {
        try (var loop = newEventLoop()) {
            schedule.accept(loop);
            loop.runForever();
        }
    }

    private Runnable traceAndStop(EventLoop loop, String event) {
        return () -> {
            trace.accept(event);
            loop.stop();
        };
    }

    private static String python(boolean value) {
        return value ? "True" : "False";
    }
}
