"""The scenarios as CPython runs them. Prints their traces, to be recorded:

    python3.12 conformance/src/test/python/scenarios.py > conformance/src/test/resources/traces.txt

Each scenario writes what it sees into the trace, one line an event. Scenarios.java has the same
scenarios under the same names, statement by statement.
"""

import asyncio

SCENARIOS = []


def scenario(function):
    SCENARIOS.append(function)
    return function


def on_loop(trace, schedule):
    loop = asyncio.new_event_loop()
    try:
        schedule(loop, trace)
        loop.run_forever()
    finally:
        loop.close()


@scenario
def callbacks_run_in_order_and_new_ones_next(trace):
    def schedule(loop, trace):
        def first():
            trace("first")
            loop.call_soon(trace, "from first")

        loop.call_soon(first)
        loop.call_soon(trace, "second")
        loop.call_later(0, lambda: (trace("timer"), loop.stop()))

    on_loop(trace, schedule)


@scenario
def timers_run_by_deadline_and_not_when_cancelled(trace):
    # No ties: CPython's heap runs those in any order, ours in the order of scheduling.
    def schedule(loop, trace):
        when = loop.time() + 0.01
        loop.call_at(when, trace, "b")
        loop.call_at(when - 0.005, trace, "a")
        cancelled = loop.call_at(when + 0.001, trace, "cancelled")
        cancelled.cancel()
        loop.call_at(when + 0.002, lambda: (trace("c"), loop.stop()))

    on_loop(trace, schedule)


@scenario
def stop_before_run_runs_one_iteration(trace):
    loop = asyncio.new_event_loop()
    loop.call_soon(lambda: (trace("one"), loop.call_soon(trace, "two")))
    loop.stop()
    loop.run_forever()
    trace("stopped")
    loop.stop()
    loop.run_forever()
    loop.close()


@scenario
def a_callback_that_throws_reaches_the_handler(trace):
    def schedule(loop, trace):
        loop.set_exception_handler(
            lambda loop, context: trace("handler " + str(context["exception"]))
        )

        def fail():
            raise RuntimeError("boom")

        loop.call_soon(fail)
        loop.call_soon(trace, "next")
        loop.call_soon(loop.stop)

    on_loop(trace, schedule)


@scenario
def future_callbacks_run_soon_not_at_once(trace):
    def schedule(loop, trace):
        future = loop.create_future()
        future.add_done_callback(lambda f: trace("callback 1"))
        future.add_done_callback(lambda f: (trace("callback 2"), loop.stop()))

        def complete():
            future.set_result(None)
            trace("completed")
            future.add_done_callback(lambda f: trace("added late"))

        loop.call_soon(complete)

    on_loop(trace, schedule)


def in_task(main):
    @scenario
    def run(trace):
        asyncio.run(main(trace))

    SCENARIOS[-1].__name__ = main.__name__
    return main


@in_task
async def tasks_take_turns_at_awaits(trace):
    async def count(name):
        for i in range(3):
            trace(f"{name}{i}")
            await asyncio.sleep(0)

    a = asyncio.create_task(count("a"))
    b = asyncio.create_task(count("b"))
    trace("created")
    await a
    trace("a done")
    await b
    trace("b done")


@in_task
async def awaiting_what_is_done_does_not_give_way(trace):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.set_result("value")
    loop.call_soon(trace, "callback")
    trace(await future)
    await asyncio.sleep(0)
    trace("end")


@in_task
async def cancel_before_the_first_step(trace):
    async def body():
        trace("never")

    task = asyncio.create_task(body())
    trace(str(task.cancel()))
    try:
        await task
    except asyncio.CancelledError:
        trace("cancelled")
    trace(str(task.cancelled()) + " " + str(task.cancel()))


@in_task
async def cancel_reaches_the_awaited_future(trace):
    future = asyncio.get_running_loop().create_future()

    async def body():
        try:
            await future
        finally:
            trace("future cancelled " + str(future.cancelled()))

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel("enough")
    trace("asked")
    try:
        await task
    except asyncio.CancelledError as e:
        trace("message " + str(e.args[0]) if e.args else "no message")


@in_task
async def a_task_may_swallow_one_cancel(trace):
    async def body():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            trace("swallowed, cancelling " + str(asyncio.current_task().cancelling()))
            trace("uncancel " + str(asyncio.current_task().uncancel()))
        await asyncio.sleep(0)
        return "result"

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel()
    trace(await task)


@in_task
async def cancelled_twice_before_it_runs(trace):
    async def body():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            trace("first " + str(asyncio.current_task().cancelling()))
        try:
            await asyncio.sleep(0)
            trace("no second")
        except asyncio.CancelledError:
            trace("second")

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel()
    task.cancel()
    await task


@in_task
async def cancel_while_finishing(trace):
    async def body():
        await asyncio.sleep(0)
        asyncio.current_task().cancel()
        return "result"

    try:
        trace(await asyncio.create_task(body()))
    except asyncio.CancelledError:
        trace("cancelled")


@in_task
async def gather_keeps_order_and_throws_the_first(trace):
    async def after(steps, name, error=None):
        for _ in range(steps):
            await asyncio.sleep(0)
        trace("end " + name)
        if error:
            raise ValueError(error)
        return name

    trace(",".join(await asyncio.gather(after(2, "slow"), after(0, "quick"))))
    slow = asyncio.create_task(after(3, "survivor"))
    try:
        await asyncio.gather(after(1, "bad", "first"), after(2, "worse", "second"), slow)
    except ValueError as e:
        trace("error " + str(e))
    trace(await slow)


@in_task
async def timeout_becomes_timeout_error(trace):
    try:
        async with asyncio.timeout(0.01):
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                trace("inside cancelled " + str(asyncio.current_task().cancelling()))
                raise
    except TimeoutError:
        trace("timeout, cancelling " + str(asyncio.current_task().cancelling()))


@in_task
async def outer_cancel_during_a_timeout_stays_a_cancel(trace):
    async def body():
        async with asyncio.timeout(10):
            await asyncio.sleep(10)

    task = asyncio.create_task(body())
    await asyncio.sleep(0)
    task.cancel("outer")
    try:
        await task
    except asyncio.CancelledError as e:
        trace("cancelled " + str(e.args[0]))
    except TimeoutError:
        trace("timeout")


@in_task
async def wait_for_cancels_and_waits(trace):
    async def body():
        try:
            await asyncio.sleep(10)
        finally:
            trace("cleaning up")
            await asyncio.sleep(0)
            trace("clean")

    try:
        await asyncio.wait_for(asyncio.create_task(body()), 0.01)
    except TimeoutError:
        trace("timeout")


@in_task
async def done_callbacks_before_the_waiter(trace):
    async def body():
        return "x"

    task = asyncio.create_task(body())
    task.add_done_callback(lambda t: trace("callback"))
    await task
    trace("waiter")


if __name__ == "__main__":
    for each in SCENARIOS:
        print("# " + each.__name__)
        each(print)
