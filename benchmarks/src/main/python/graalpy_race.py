"""Races asyncio4j's loop against GraalPy's own asyncio, in one process.

    ./asyncio4j python benchmarks/src/main/python/graalpy_race.py [--rounds N] [--only NAME[,NAME...]]

GraalPy has no os.pidfd_open: its own loop waits for children by the default
watcher, a thread for each, and ours by pidfds.

Each round runs every benchmark on both, in turns. Prints the medians, in microseconds for each
operation, and how many times as fast as GraalPy's own loop ours is.
"""

import argparse
import asyncio
import statistics
import time
import warnings

import asyncio4j
import loop_peer

LINE = b"x" * 1023 + b"\n"
AT_A_TIME = 16


async def call_later(count):
    """A timer that is set for now and runs, a hundred at a time."""
    loop = asyncio.get_running_loop()
    for _ in range(count // 100):
        done = loop.create_future()
        left = 100

        def due():
            nonlocal left
            left -= 1
            if not left:
                done.set_result(None)

        for i in range(100):
            loop.call_later(i / 1e6, due)
        await done


async def echo(count):
    """1 KiB to a server on the loopback interface, and back."""

    async def answer(reader, writer):
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(
            *server.sockets[0].getsockname()
        )
        for _ in range(count):
            writer.write(LINE)
            await reader.readexactly(len(LINE))
        writer.close()
        await writer.wait_closed()


async def spawn(count):
    """A child that does nothing, started and waited for, 16 at a time."""
    left = count

    async def place():
        nonlocal left
        while left > 0:
            left -= 1
            child = await asyncio.create_subprocess_exec("/bin/true")
            assert await child.wait() == 0

    await asyncio.gather(*(place() for _ in range(AT_A_TIME)))


# Of loop_peer.py, or as those there but without returning the time.
BENCHMARKS = {
    "callback_chain": (loop_peer.callback_from_callback, 20_000),
    "call_later": (call_later, 5_000),
    "create_task": (loop_peer.create_and_await, 10_000),
    "echo": (echo, 1_000),
    "spawn": (spawn, 200),
}


def micros(benchmark, policy, watcher, count):
    """Return the time that one operation takes on a loop of policy."""
    asyncio.set_event_loop_policy(policy())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        asyncio.set_child_watcher(watcher())

    async def main():
        begin = time.perf_counter_ns()
        await benchmark(count)
        return (time.perf_counter_ns() - begin) / count / 1000

    try:
        return asyncio.run(main())
    finally:
        asyncio.set_event_loop_policy(None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    wanted = arguments.only.split(",") if arguments.only else None
    peers = (
        (asyncio.DefaultEventLoopPolicy, asyncio.ThreadedChildWatcher),
        (asyncio4j.EventLoopPolicy, asyncio4j.PidfdChildWatcher),
    )
    print(f"{'':16}{'GraalPy, us':>14}{'asyncio4j, us':>16}{'ratio':>8}")
    for name, (benchmark, count) in BENCHMARKS.items():
        if wanted and name not in wanted:
            continue
        times = [[], []]
        for i in range(arguments.rounds + 1):
            for peer, (policy, watcher) in enumerate(peers):
                taken = micros(benchmark, policy, watcher, count)
                if i:  # the first is to warm up
                    times[peer].append(taken)
        stock, ours = (statistics.median(each) for each in times)
        print(
            f"{name:16}{stock:14.1f}{ours:16.1f}"
            f"{stock / ours:8.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
