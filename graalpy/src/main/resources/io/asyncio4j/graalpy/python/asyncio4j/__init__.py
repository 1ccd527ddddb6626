"""asyncio on the event loops of the JVM.

    import asyncio, asyncio4j
    asyncio.set_event_loop_policy(asyncio4j.EventLoopPolicy())
    asyncio.run(main())

or, shorter, ``asyncio4j.run(main())``. What is asyncio's stays asyncio's:
tasks, futures, locks, streams. The loop under them is the Java one, which the
program's Java tasks, timers and children share.
"""

from . import _java  # noqa: F401, I001 (first: it says what is missing)
from ._errors import JavaException, QueueShutDown
from ._interop import java_task, running, wrap
from ._loop import EventLoop, ProactorEventLoop
from ._policy import (
    EventLoopPolicy,
    ProactorEventLoopPolicy,
    install,
    new_event_loop,
    run,
)
from ._watchers import (
    FastChildWatcher,
    MultiLoopChildWatcher,
    PidfdChildWatcher,
    SafeChildWatcher,
    ThreadedChildWatcher,
    UringChildWatcher,
)

__all__ = (
    "EventLoop",
    "EventLoopPolicy",
    "FastChildWatcher",
    "MultiLoopChildWatcher",
    "PidfdChildWatcher",
    "ProactorEventLoop",
    "ProactorEventLoopPolicy",
    "SafeChildWatcher",
    "ThreadedChildWatcher",
    "UringChildWatcher",
    "JavaException",
    "QueueShutDown",
    "install",
    "java_task",
    "new_event_loop",
    "run",
    "running",
    "wrap",
)
