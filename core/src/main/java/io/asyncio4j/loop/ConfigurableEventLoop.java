package io.asyncio4j.loop;

import io.asyncio4j.ExceptionContext;
import io.asyncio4j.ExceptionHandler;
import io.asyncio4j.annotation.Nullable;
import java.time.Duration;

/** The settings of a loop for failures and for code that holds it for long. */
@SuppressWarnings("this-escape") // the parts keep the loop, and use it only once it runs
abstract class ConfigurableEventLoop extends LoopConveniences {

    private final ExceptionReports failures = new ExceptionReports(this);
    private final TurnTimer turnTimer = new TurnTimer(failures);
    private final BlockingGrace blockingGrace = new BlockingGrace(this);

    final TurnTimer turnTimer() {
        return turnTimer;
    }

    final BlockingGrace blockingGrace() {
        return blockingGrace;
    }

    @Override
    public final void setExceptionHandler(@Nullable ExceptionHandler handler) {
        failures.setHandler(handler);
    }

    @Override
    public final @Nullable ExceptionHandler getExceptionHandler() {
        return failures.handler();
    }

    @Override
    public void defaultExceptionHandler(ExceptionContext context) {
        ExceptionReports.log(context);
    }

    @Override
    public final void callExceptionHandler(ExceptionContext context) {
        failures.report(context);
    }

    @Override
    public final Duration getSlowCallbackDuration() {
        return turnTimer.slow();
    }

    @Override
    public final void setSlowCallbackDuration(Duration duration) {
        turnTimer.setSlow(duration);
    }

    @Override
    public final Duration getBlockingGrace() {
        return blockingGrace.get();
    }

    @Override
    public final void setBlockingGrace(Duration grace) {
        blockingGrace.set(grace);
    }
}
