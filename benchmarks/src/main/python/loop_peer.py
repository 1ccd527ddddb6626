"""The micro-benchmarks of loop and tasks on CPython's asyncio, or on uvloop.

    loop_peer.py [--uvloop] [--rounds N] [--only NAME[,NAME...]]

Prints one line of JSON for each: {"bench": name, "nanosPerOp": median over the rounds, ...}; for
sleeping-tasks also "bytesPerTask". The names and what one operation is are in benchmarks/README.md,
and the Java benchmarks have the same.
"""

import argparse
import asyncio
import gc
import importlib.util
import json
import platform
import resource
import statistics
import sys
import threading
import time

NOT_HERE = 3
SLEEPERS = 1_000_000
TIMERS_PENDING = 100_000
HOUR = 3600


def resident_bytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


async def callback_from_callback(count):
    """A callback that schedules the next one."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    left = count

    def step():
        nonlocal left
        left -= 1
        if left:
            loop.call_soon(step)
        else:
            done.set_result(None)

    begin = time.perf_counter_ns()
    loop.call_soon(step)
    await done
    return time.perf_counter_ns() - begin


async def timer_set_and_cancel(count):
    """A timer set and cancelled while 100,000 others wait."""
    loop = asyncio.get_running_loop()
    waiting = [loop.call_later(HOUR + i / 1000, int) for i in range(TIMERS_PENDING)]
    begin = time.perf_counter_ns()
    for i in range(count):
        loop.call_later(HOUR + (i * 7919 % TIMERS_PENDING) / 1000, int).cancel()
        if i % 1000 == 999:
            await asyncio.sleep(0)  # cancelled timers are removed by an iteration
    elapsed = time.perf_counter_ns() - begin
    for timer in waiting:
        timer.cancel()
    return elapsed


async def callback_from_thread(count):
    """Callbacks scheduled by another thread, until the last has run."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    left = count

    def step():
        nonlocal left
        left -= 1
        if not left:
            done.set_result(None)

    def produce():
        for _ in range(count):
            loop.call_soon_threadsafe(step)

    thread = threading.Thread(target=produce)
    begin = time.perf_counter_ns()
    thread.start()
    await done
    elapsed = time.perf_counter_ns() - begin
    thread.join()
    return elapsed


async def task_step(count):
    """A task that gives way to the loop and is resumed."""
    begin = time.perf_counter_ns()
    for _ in range(count):
        await asyncio.sleep(0)
    return time.perf_counter_ns() - begin


async def create_and_await(count):
    """A task that returns at once, created and awaited."""

    async def nothing():
        return None

    begin = time.perf_counter_ns()
    for _ in range(count):
        await asyncio.create_task(nothing())
    return time.perf_counter_ns() - begin


async def queue_round_trip(count):
    """An item to another task through a queue, and its answer through a second one."""
    questions = asyncio.Queue()
    answers = asyncio.Queue()

    async def answer():
        for _ in range(count):
            await answers.put(await questions.get())

    other = asyncio.create_task(answer())
    begin = time.perf_counter_ns()
    for i in range(count):
        await questions.put(i)
        await answers.get()
    elapsed = time.perf_counter_ns() - begin
    await other
    return elapsed


async def sleeping_tasks(count):
    """Tasks that sleep: all started and asleep, then all cancelled and gone."""
    gc.collect()
    before = resident_bytes()
    begin = time.perf_counter_ns()
    tasks = [asyncio.create_task(asyncio.sleep(HOUR)) for _ in range(count)]
    await asyncio.sleep(0)
    started = time.perf_counter_ns()
    size = resident_bytes() - before
    cancelling = time.perf_counter_ns()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    cancelled = time.perf_counter_ns()
    return {
        "elapsed": started - begin + cancelled - cancelling,
        "startNanosPerTask": (started - begin) / count,
        "cancelNanosPerTask": (cancelled - cancelling) / count,
        "bytesPerTask": size // count,
    }


BENCHES = {
    "callback": (callback_from_callback, 300_000),
    "timer": (timer_set_and_cancel, 200_000),
    "cross-thread": (callback_from_thread, 200_000),
    "task-step": (task_step, 200_000),
    "create-await": (create_and_await, 100_000),
    "queue-round-trip": (queue_round_trip, 100_000),
    "sleeping-tasks": (sleeping_tasks, SLEEPERS),
}


def run(loop, bench, count):
    return loop.run_until_complete(bench(count))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--uvloop", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    runtime = "cpython"
    new_loop = asyncio.new_event_loop
    if chosen.uvloop:
        if importlib.util.find_spec("uvloop") is None:
            print("uvloop cannot be imported here", file=sys.stderr)
            sys.exit(NOT_HERE)
        import uvloop

        runtime = "uvloop"
        new_loop = uvloop.new_event_loop
    only = [name for name in chosen.only.split(",") if name]
    for unknown in set(only) - set(BENCHES):
        parser.error(f"no benchmark {unknown}, there are {', '.join(BENCHES)}")
    for name, (bench, count) in BENCHES.items():
        if only and name not in only:
            continue
        loop = new_loop()
        report = {"runtime": runtime, "python": platform.python_version(), "bench": name}
        if bench is sleeping_tasks:
            result = run(loop, bench, count)  # once: later rounds would find the memory mapped
            report["nanosPerOp"] = result.pop("elapsed") / count
            report.update(result)
        else:
            run(loop, bench, count // 4)
            times = [run(loop, bench, count) / count for _ in range(chosen.rounds)]
            report["nanosPerOp"] = statistics.median(times)
        loop.close()
        print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main()
