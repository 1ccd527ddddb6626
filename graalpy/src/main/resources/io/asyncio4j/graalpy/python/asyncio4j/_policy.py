"""The policy that makes Java loops, and the short ways to it."""

import asyncio

from . import _watchers
from ._loop import EventLoop, ProactorEventLoop


class EventLoopPolicy(asyncio.DefaultEventLoopPolicy):
    """asyncio's default policy, but that its loops are Java's."""

    _loop_factory = EventLoop
    _init_watcher = _watchers.init_watcher
    set_child_watcher = _watchers.set_child_watcher


class ProactorEventLoopPolicy(EventLoopPolicy):
    """The policy whose loops are over io_uring."""

    _loop_factory = ProactorEventLoop


# As the tool's option --policy names them.
_POLICIES = {
    "default": EventLoopPolicy,
    "selector": EventLoopPolicy,
    "proactor": ProactorEventLoopPolicy,
}


def new_event_loop():
    """Create an event loop."""
    return EventLoop()


def install(policy="default"):
    """Make asyncio4j's policy that of the process.

    policy is the name of one: "selector", which is the default, or "proactor".
    """
    kind = _POLICIES.get(policy)
    if kind is None:
        raise ValueError(
            f"there is no policy {policy!r}; choose one of "
            + ", ".join(_POLICIES)
        )
    asyncio.set_event_loop_policy(kind())


def run(main, *, debug=None):
    """Run a coroutine on a new Java loop, as asyncio.run does."""
    with asyncio.Runner(debug=debug, loop_factory=new_event_loop) as runner:
        return runner.run(main)
