"""The Python half of InteropTest."""

import asyncio
import contextvars

import asyncio4j

log = []


async def add(a, b):
    await asyncio.sleep(0.001)
    return a + b


async def loops():
    await asyncio.sleep(0)
    return (
        asyncio.get_running_loop() is asyncio4j.running()
        and asyncio.get_running_loop().is_running()
    )


async def fail():
    await asyncio.sleep(0)
    raise KeyError("no such key")


async def leave():
    await asyncio.sleep(0)
    raise SystemExit(3)


async def sleep():
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError as e:
        log.append(f"cancelled: {e}")
        raise


async def be_stubborn():
    try:
        await asyncio.sleep(3600)
    except asyncio.CancelledError:
        return "stayed"


async def cancel_itself():
    asyncio.current_task().cancel("by itself")
    await asyncio.sleep(1)


async def await_java(java_object):
    return await java_object


async def caught(java_object):
    """Return what an await of something of Java's raises."""
    try:
        await asyncio4j.wrap(java_object)
    except BaseException as e:
        cause = e.__cause__
        java_name = cause and cause.throwable.getClass().getSimpleName()
        return f"{type(e).__name__}({e}) from {java_name}"


async def gathered(*java_objects):
    return ", ".join(map(str, await asyncio.gather(*java_objects)))


async def timed_out(java_object):
    try:
        async with asyncio.timeout(0.01):
            await java_object
    except TimeoutError:
        return "timed out"


async def give(queue):
    """Put two words for Java, and wait until it is done with them."""
    await asyncio4j.java_task(queue.put, "from Python 1")
    await asyncio4j.java_task(queue.put, "from Python 2")
    await asyncio4j.java_task(queue.join)


async def take(queue):
    """Take two words of Java's."""
    return [
        str(await asyncio4j.java_task(queue.get)),
        str(await asyncio4j.java_task(queue.get)),
    ]


async def of_another_loop(java_future):
    try:
        await java_future
    except RuntimeError as e:
        return str(e)


async def generator():
    for i in range(3):
        await asyncio.sleep(0)
        yield i


async def iterate():
    return sum([i async for i in generator()])


variable = contextvars.ContextVar("variable", default="unset")


async def context_of_tasks():
    variable.set("set")
    return await asyncio.create_task(context_in_task())


async def context_in_task():
    return variable.get()


async def in_executor():
    return await asyncio.to_thread(lambda: 42)


def raise_value_error():
    raise ValueError("from a Java task")


async def through_java_task():
    """Raise a Python exception in a Java task, and catch it again."""
    try:
        await asyncio4j.java_task(raise_value_error)
    except ValueError as e:
        return str(e)


def raise_system_exit():
    raise SystemExit(3)


async def exit_in_java_task():
    """Raise SystemExit in a Java task, and catch it again."""
    try:
        await asyncio4j.java_task(raise_system_exit)
    except SystemExit as e:
        return e.code


async def cancel_in_java_task():
    """Raise CancelledError in a Java task, and catch it again."""

    def cancel():
        raise asyncio.CancelledError("in a Java task")

    future = asyncio4j.java_task(cancel)
    await asyncio.wait([future])
    if future.cancelled():
        return future._cancel_message


def python_runs(java_body):
    """Run a Java body as a task of a loop that Python runs."""

    async def main():
        return await asyncio4j.java_task(java_body)

    return asyncio4j.run(main())
