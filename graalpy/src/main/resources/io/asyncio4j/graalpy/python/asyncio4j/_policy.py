"""The policy that makes Java loops, and the short ways to it."""

import asyncio

from . import _watchers
from ._loop import EventLoop


class EventLoopPolicy(asyncio.DefaultEventLoopPolicy):
    """asyncio's default policy, but that its loops are Java's."""

    _loop_factory = EventLoop
    _init_watcher = _watchers.init_watcher
    set_child_watcher = _watchers.set_child_watcher


def new_event_loop():
    """Create an event loop."""
    return EventLoop()


def install():
    """Make asyncio4j's policy that of the process."""
    asyncio.set_event_loop_policy(EventLoopPolicy())


def run(main, *, debug=None):
    """Run a coroutine on a new Java loop, as asyncio.run does."""
    with asyncio.Runner(debug=debug, loop_factory=new_event_loop) as runner:
        return runner.run(main)
