"""CPython's asyncio, and uvloop, in the spawn race.

    spawn_peer.py [--watcher NAME | --uvloop] race TOTAL CONCURRENCY nopipe|pipe PROGRAM
    spawn_peer.py [--watcher NAME | --uvloop] crowd CHILDREN SAMPLES PROGRAM
    spawn_peer.py --describe

The watchers are threaded, pidfd, safe, fast and multiloop; an interpreter that no longer has one, or
has no uvloop, exits with status 3 and says so. The work and the line of JSON are those of
spawn_floor.c, described in benchmarks/README.md; --describe names the interpreter instead.
"""

import argparse
import asyncio
import gc
import importlib.util
import json
import os
import platform
import random
import resource
import signal
import sys
import threading
import time
import warnings
from asyncio.subprocess import DEVNULL, PIPE

HELLO = b"hello\n"
NOT_HERE = 3
WARM_UP = 500

WATCHERS = {
    "threaded": "ThreadedChildWatcher",
    "pidfd": "PidfdChildWatcher",
    "safe": "SafeChildWatcher",
    "fast": "FastChildWatcher",
    "multiloop": "MultiLoopChildWatcher",
}


def watcher_class(name):
    """The class, or None where this interpreter has none that the user can choose."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not hasattr(asyncio, "set_child_watcher"):
            return None
        return getattr(asyncio, WATCHERS[name], None)


def cpu_micros(who):
    usage = resource.getrusage(who)
    return (usage.ru_utime + usage.ru_stime) * 1e6


def resident_bytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


async def run_all(total, concurrency, pipe, program):
    """Runs the children, a worker task per place; returns how many went wrong."""
    left = total
    failures = 0

    async def worker():
        nonlocal left, failures
        while left > 0:
            left -= 1
            if pipe:
                child = await asyncio.create_subprocess_exec(
                    program, stdin=DEVNULL, stdout=PIPE
                )
                out, _ = await child.communicate()
                if out != HELLO:
                    failures += 1
            else:
                child = await asyncio.create_subprocess_exec(program, stdin=DEVNULL)
                await child.wait()
            if child.returncode != 0:
                failures += 1

    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return failures


async def race(contestant, total, concurrency, mode, program):
    pipe = mode == "pipe"
    failures = await run_all(total // 4, concurrency, pipe, program)
    own = cpu_micros(resource.RUSAGE_SELF)
    children = cpu_micros(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    failures += await run_all(total, concurrency, pipe, program)
    seconds = time.perf_counter() - begin
    own = cpu_micros(resource.RUSAGE_SELF) - own
    children = cpu_micros(resource.RUSAGE_CHILDREN) - children
    return {
        "contestant": contestant,
        "mode": mode,
        "total": total,
        "concurrency": concurrency,
        "seconds": seconds,
        "rate": total / seconds,
        "cpuPerChildMicros": (own + children) / total,
        "parentCpuPerChildMicros": own / total,
        "failures": failures,
    }


def percentile(values, fraction):
    values = sorted(values)
    return values[min(int(fraction * len(values)), len(values) - 1)]


async def start(program):
    return await asyncio.create_subprocess_exec(program, stdin=DEVNULL)


async def crowd(contestant, size, samples, program):
    # One after the other: a thread or an arena kept from a large crowd would not be counted below.
    for _ in range(WARM_UP):
        child = await start(program)
        child.kill()
        await child.wait()
    del child
    gc.collect()

    before = resident_bytes()
    begin = time.perf_counter()
    children = [await start(program) for _ in range(size)]
    start_seconds = time.perf_counter() - begin
    gc.collect()
    size_of_each = (resident_bytes() - before) // size
    threads = threading.active_count() - 1

    latencies = []
    costs = []
    dice = random.Random(42)
    for _ in range(samples):
        victim = dice.randrange(size)
        child = children[victim]
        cpu = cpu_micros(resource.RUSAGE_SELF)
        killed = time.perf_counter()
        child.kill()
        await child.wait()
        latencies.append((time.perf_counter() - killed) * 1e6)
        costs.append(cpu_micros(resource.RUSAGE_SELF) - cpu)
        children[victim] = await start(program)

    report = {
        "contestant": contestant,
        "mode": "crowd",
        "children": size,
        "samples": samples,
        "startSeconds": start_seconds,
        "learnMedianMicros": percentile(latencies, 0.5),
        "learnP99Micros": percentile(latencies, 0.99),
        "cpuPerExitMicros": percentile(costs, 0.5),
        "bytesPerChild": size_of_each,
        "extraThreads": threads,
    }
    print(json.dumps(report), flush=True)
    disband([child.pid for child in children])


def disband(pids):
    """Ends the process without the watcher's help: some would scan all for each of them."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    for pid in pids:
        try:
            os.waitpid(pid, 0)
        except ChildProcessError:
            pass  # a thread of the threaded watcher was first
    os._exit(0)


def arguments():
    parser = argparse.ArgumentParser()
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--watcher", choices=WATCHERS, default=None)
    choice.add_argument("--uvloop", action="store_true")
    choice.add_argument("--describe", action="store_true")
    commands = parser.add_subparsers(dest="command")
    racing = commands.add_parser("race")
    racing.add_argument("total", type=int)
    racing.add_argument("concurrency", type=int)
    racing.add_argument("mode", choices=["nopipe", "pipe"])
    racing.add_argument("program")
    crowding = commands.add_parser("crowd")
    crowding.add_argument("children", type=int)
    crowding.add_argument("samples", type=int)
    crowding.add_argument("program")
    chosen = parser.parse_args()
    if not chosen.describe and not chosen.command:
        parser.error("race or crowd?")
    return chosen


def describe():
    description = {
        "python": platform.python_version(),
        "watchers": [name for name in WATCHERS if watcher_class(name) is not None],
        "uvloop": None,
    }
    if importlib.util.find_spec("uvloop"):
        import uvloop

        description["uvloop"] = uvloop.__version__
    print(json.dumps(description))


def main():
    chosen = arguments()
    if chosen.describe:
        describe()
        return
    warnings.simplefilter("ignore", DeprecationWarning)
    if chosen.uvloop:
        if importlib.util.find_spec("uvloop") is None:
            print("uvloop cannot be imported here", file=sys.stderr)
            sys.exit(NOT_HERE)
        import uvloop

        loop = uvloop.new_event_loop()
        contestant = "uvloop"
    else:
        loop = asyncio.new_event_loop()
        contestant = "cpython-" + (chosen.watcher or "default")
    asyncio.set_event_loop(loop)
    if chosen.watcher:
        kind = watcher_class(chosen.watcher)
        if kind is None:
            print(f"this Python has no {chosen.watcher} watcher", file=sys.stderr)
            sys.exit(NOT_HERE)
        watcher = kind()
        watcher.attach_loop(loop)
        asyncio.set_child_watcher(watcher)
        if chosen.watcher == "multiloop":
            # It installs no wake-up descriptor: a SIGCHLD just before epoll_wait would go unnoticed
            # until something else happens. A handler of the loop's own installs one for all signals.
            loop.add_signal_handler(signal.SIGUSR1, int)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if chosen.command == "race":
        report = loop.run_until_complete(
            race(contestant, chosen.total, chosen.concurrency, chosen.mode, chosen.program)
        )
        print(json.dumps(report), flush=True)
    else:
        loop.run_until_complete(
            crowd(contestant, chosen.children, chosen.samples, chosen.program)
        )


if __name__ == "__main__":
    main()
