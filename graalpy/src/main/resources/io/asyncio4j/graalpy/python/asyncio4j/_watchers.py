"""The child watchers: asyncio's interface, Java's watchers."""

import asyncio
import contextlib
import warnings
import weakref
from asyncio import events

import java

from ._errors import java_errors

_Policy = java.type("io.asyncio4j.graalpy.WatcherPolicy")
_PythonChildWatcher = java.type("io.asyncio4j.graalpy.PythonChildWatcher")
_Warnings = java.type("io.asyncio4j.warning.Warnings")

_CATEGORIES = {
    "DeprecationWarning": DeprecationWarning,
    "RuntimeWarning": RuntimeWarning,
    "ResourceWarning": ResourceWarning,
}

with warnings.catch_warnings():
    # Deriving from it is deprecated, and is what all watchers have to do.
    warnings.simplefilter("ignore", DeprecationWarning)

    class ChildWatcher(asyncio.AbstractChildWatcher):
        """A watcher of Java's."""

        _java_class = None

        def __init_subclass__(cls):
            pass

        def __init__(self):
            with _from_java(DeprecationWarning):
                java_type = java.type(
                    "io.asyncio4j.watcher." + self._java_class
                )
                self._java = java_type()
            self._callbacks = {}
            self._guards = []

        def add_child_handler(self, pid, callback, *args):
            loop = self._loop_of_child(pid)
            handle = events.Handle(callback, (), loop, None)

            def exited(exited_pid, returncode):
                if self._callbacks.get(pid) is handle:
                    del self._callbacks[pid]
                handle._args = (exited_pid, returncode, *args)
                self._present_loop(loop)._run_now(handle)

            self._callbacks[pid] = handle
            try:
                with _from_java():
                    self._java.addChildHandler(pid, exited)
            except BaseException:
                self._callbacks.pop(pid, None)
                raise

        def _loop_of_child(self, pid):
            loop = events.get_running_loop()
            _check_loop(loop)
            return loop

        def _present_loop(self, loop):
            return loop

        def remove_child_handler(self, pid):
            self._callbacks.pop(pid, None)
            with _from_java():
                return self._java.removeChildHandler(pid)

        def attach_loop(self, loop):
            if loop is not None:
                _check_loop(loop)
            with _from_java():
                self._java.attachLoop(None if loop is None else loop._java)

        def is_active(self):
            return self._java.isActive()

        def close(self):
            with _from_java():
                self._java.close()

        def __enter__(self):
            self._guards.append(self._java.enter())
            return self

        def __exit__(self, *exc_info):
            self._guards.pop().close()


class _LoopWatcher(ChildWatcher):
    """A watcher whose callbacks run on the loop that it is attached to."""

    def __init__(self):
        _warn_deprecated(self)
        super().__init__()
        self._loop = None

    def attach_loop(self, loop):
        super().attach_loop(loop)
        self._loop = loop

    def _loop_of_child(self, pid):
        if self._loop is None:
            raise RuntimeError(
                f"{self.__class__.__name__} cannot watch child {pid}: it is "
                "attached to no loop; call attach_loop first"
            )
        return self._loop

    def _present_loop(self, loop):
        return self._loop or loop

    def close(self):
        self._callbacks.clear()
        super().close()
        self._loop = None


class ThreadedChildWatcher(ChildWatcher):
    """Waits for each child in a thread."""

    _java_class = "ThreadedChildWatcher"


class PidfdChildWatcher(ChildWatcher):
    """Waits for pidfds on the loop, without threads and signals: Linux."""

    _java_class = "PidfdChildWatcher"


class UringChildWatcher(ChildWatcher):
    """Waits for children by io_uring on a ProactorEventLoop: Linux 6.7."""

    _java_class = "UringChildWatcher"


class MultiLoopChildWatcher(ChildWatcher):
    """Looks at each child on SIGCHLD; for loops of any thread."""

    _java_class = "MultiLoopChildWatcher"

    def __init__(self):
        _warn_deprecated(self)
        super().__init__()


class SafeChildWatcher(_LoopWatcher):
    """Looks at each child on SIGCHLD, which one loop handles."""

    _java_class = "SafeChildWatcher"


class FastChildWatcher(_LoopWatcher):
    """Waits for any child on SIGCHLD, which one loop handles."""

    _java_class = "FastChildWatcher"


def _check_loop(loop):
    if not hasattr(loop, "_java"):
        raise TypeError(
            f"a child watcher of asyncio4j needs a loop of asyncio4j: {loop!r}"
        )


def _warn_deprecated(watcher):
    warnings.warn(
        f"{watcher.__class__.__name__} is deprecated, as asyncio's is; use "
        "PidfdChildWatcher or ThreadedChildWatcher",
        DeprecationWarning,
        stacklevel=3,
    )


class _from_java:
    """Raise what Java throws, and warn of what Java warns of, in Python.

    Not a generator: GraalPy cannot throw Java's exceptions into one.
    """

    def __init__(self, *ignored):
        self._ignored = ignored

    def __enter__(self):
        self._recording = _Warnings.record()

    def __exit__(self, kind, exception, stack):
        recording = self._recording
        recording.close()
        for warning in recording.warnings():
            category = _CATEGORIES[str(warning.getClass().getSimpleName())]
            if category not in self._ignored:
                # This frame, and the watcher's own.
                warnings.warn(str(warning.getMessage()), category, stacklevel=3)
        return java_errors.__exit__(kind, exception, stack)


# The part of a policy

# For each policy of Python's the one of Java's, and the watcher that it has.
_java_policies = weakref.WeakKeyDictionary()


def init_watcher(self):
    """Create the watcher of a policy."""
    with events._lock:
        if self._watcher is None:
            self._watcher = _new_watcher()


def _new_watcher():
    try:
        return PidfdChildWatcher()
    except NotImplementedError:
        return ThreadedChildWatcher()


def set_child_watcher(self, watcher):
    """Replace the watcher, whose children the new one takes over."""
    if watcher is not None and not isinstance(
        watcher, asyncio.AbstractChildWatcher
    ):
        raise TypeError(f"not a child watcher: {watcher!r}")
    replaced, self._watcher = self._watcher, watcher
    _java_policy(self, replaced)
    _java_policy(self, watcher)
    if replaced is not None and replaced is not watcher:
        replaced.close()
    warnings.warn(
        "set_child_watcher is deprecated, as asyncio's is",
        DeprecationWarning,
        stacklevel=3,
    )


def current():
    """Return the watcher of the policy, and the policy of Java's."""
    policy = events.get_event_loop_policy()
    try:
        watcher = policy._watcher
    except AttributeError:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            watcher = policy.get_child_watcher()
    if watcher is None:
        if getattr(type(policy), "_init_watcher", None) is not init_watcher:
            # asyncio's own, which nobody has given a watcher.
            policy = _own
        if policy._watcher is None:
            init_watcher(policy)
        watcher = policy._watcher
    return watcher, _java_policy(policy, watcher)


@contextlib.contextmanager
def guard(watcher):
    """Guard a start that a watcher of Python is to watch; Java's do it."""
    if isinstance(watcher, ChildWatcher):
        yield
        return
    with watcher:
        if not watcher.is_active():
            raise RuntimeError(
                f"{watcher!r} is not active, so the child's exit would not "
                "be reported; attach it to a loop"
            )
        yield


def _java_policy(policy, watcher):
    entry = _java_policies.get(policy)
    if entry is None:
        entry = _java_policies[policy] = [_Policy(), None]
    java_policy, present = entry
    if present is not watcher:
        entry[1] = watcher
        java_policy.replaceWatcher(_java_watcher(watcher))
    return java_policy


def _java_watcher(watcher):
    if watcher is None:
        return None
    if isinstance(watcher, ChildWatcher):
        return watcher._java
    return _PythonChildWatcher(watcher)


class _OwnPolicy:
    """The watcher of loops that are used without our policy."""

    _watcher = None


_own = _OwnPolicy()
