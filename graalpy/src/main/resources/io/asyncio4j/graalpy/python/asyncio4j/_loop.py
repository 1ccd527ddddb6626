"""The event loop: asyncio's face, a Java loop's engine.

    asyncio (tasks, futures, streams)
        |  call_soon, call_at            add_reader, add_signal_handler
        v                                          v
    _ready, _scheduled  <--_drain, _due--   Java loop: waits, wakes up, I/O,
                                            signals, children, Java's tasks

Crossing the languages costs more than a callback does. So what Python
schedules is queued in Python, and worked off by one turn of the Java loop in
each of its iterations; the earliest timer is the one that the Java loop knows.
"""

import _signal
import asyncio
import collections
import heapq
import math
import selectors
import signal
import sys
import threading
import time
import weakref
from asyncio import base_events, coroutines, events

from . import _java, _pipes, _subprocess
from ._errors import is_java, java_errors, translated

# The signals whose Python handlers run while the loop does, if they are set
# when it starts. SIGCHLD is the watchers'.
_SIGNALS = tuple(
    int(getattr(signal, name))
    for name in (
        "SIGINT",
        "SIGTERM",
        "SIGHUP",
        "SIGUSR1",
        "SIGUSR2",
        "SIGALRM",
        "SIGWINCH",
    )
    if hasattr(signal, name)
)

# The asyncio loop over each Java loop.
_loops = weakref.WeakValueDictionary()


def _descriptor(file):
    """Return the number of a file, which may be given as it."""
    try:
        number = file if isinstance(file, int) else int(file.fileno())
    except (AttributeError, TypeError, ValueError):
        number = -1
    if number < 0:
        raise ValueError(f"{file!r} has no valid file descriptor")
    return number


class _JavaSelector:
    """What asyncio's classes take for the selector; descriptors are Java's."""

    def __init__(self, readers, writers):
        self._readers = readers
        self._writers = writers

    def close(self):
        pass

    def get_key(self, fd):
        """Tell what a descriptor, given by its number, is watched for."""
        reader, writer = self._readers.get(fd), self._writers.get(fd)
        ops = (selectors.EVENT_READ if reader else 0) | (
            selectors.EVENT_WRITE if writer else 0
        )
        if not ops:
            raise KeyError(f"{fd!r} is not watched")
        return selectors.SelectorKey(fd, fd, ops, (reader, writer))

    def get_map(self):
        numbers = self._readers.keys() | self._writers.keys()
        return {fd: self.get_key(fd) for fd in numbers}


class EventLoop(asyncio.SelectorEventLoop):
    """An asyncio event loop that a Java one drives."""

    def __init__(self, java_loop=None, *, selector=None):
        """Create a loop, or adopt a Java one.

        selector is the name of one: "epoll", "poll", or None for the best
        that works here.
        """
        self._java = java_loop = _java.open_loop(java_loop, selector)
        self._drain_due = False
        self._timer = None
        self._timer_when = math.inf
        self._readers = {}
        self._writers = {}
        self._bridges = {}
        self._signals = collections.deque()
        self._entered = False
        self._fatal = None
        super().__init__(_JavaSelector(self._readers, self._writers))
        self._bind()
        # Both clocks are the same but for their origins, and asking Java takes
        # ten times as long. Read before, so that no timer comes early.
        self._java_origin = time.monotonic() - java_loop.time() / 1e9
        _loops[java_loop] = self

    def _bind(self):
        _java.bind(self._java, self._report)

    # asyncio's own way to be woken, which the Java loop has no need of.

    def _make_self_pipe(self):
        self._ssock = self._csock = None

    def _close_self_pipe(self):
        pass

    def _write_to_self(self):
        pass

    # Callbacks and timers

    def _call_soon(self, callback, args, context):
        # Also for call_soon_threadsafe, in the same order. From other threads
        # it is seen, since a turn clears _drain_due before it looks.
        handle = events.Handle(callback, args, self, context)
        if handle._source_traceback:
            del handle._source_traceback[-1]
        self._ready.append(handle)
        if not self._drain_due:
            self._schedule_drain()
        return handle

    def _add_callback(self, handle):
        if not handle._cancelled:
            self._ready.append(handle)
            if not self._drain_due:
                self._schedule_drain()

    def _schedule_drain(self):
        self._drain_due = True
        if self._thread_id == threading.get_ident():
            self._java.callSoon(self._drain)
        else:
            self._java.callSoonThreadsafe(self._drain)

    def _drain(self):
        """Run what was ready when this turn began."""
        self._drain_due = False
        if not self._entered:
            self._enter_run()
        ready = self._ready
        signals = self._signals
        try:
            for _ in range(len(ready)):
                if signals:
                    self._run_signals()
                handle = ready.popleft()
                if not handle._cancelled:
                    if self._debug:
                        self._run_timed(handle)
                    else:
                        handle._run()
            if signals:
                self._run_signals()
        except BaseException as e:
            self._end_with(e)
        if ready and not self._drain_due:
            self._schedule_drain()

    def _run_timed(self, handle):
        self._current_handle = handle
        try:
            begin = self.time()
            handle._run()
            took = self.time() - begin
            if took >= self.slow_callback_duration:
                base_events.logger.warning(
                    "Executing %s took %.3f seconds",
                    base_events._format_handle(handle),
                    took,
                )
        finally:
            self._current_handle = None

    def _run_now(self, handle):
        """Run the handle of a descriptor or a signal, in a turn of its own."""
        if not self._entered:
            self._enter_run()
        if handle._cancelled:
            return
        try:
            if self._debug:
                self._run_timed(handle)
            else:
                handle._run()
        except BaseException as e:
            self._end_with(e)

    def _end_with(self, exception):
        """Have run_forever raise what a callback must not swallow."""
        self._fatal = exception
        self._java.stop()

    def call_at(self, when, callback, *args, context=None):
        if when is None:
            raise TypeError("when cannot be None")
        self._check_closed()
        if self._debug:
            self._check_thread()
            self._check_callback(callback, "call_at")
        timer = events.TimerHandle(when, callback, args, self, context)
        if timer._source_traceback:
            del timer._source_traceback[-1]
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        if when < self._timer_when:
            self._arm(when)
        return timer

    def _arm(self, when):
        if self._timer is not None:
            self._timer.cancel()
        self._timer_when = when
        delay = min(max(when - self._java_origin, 0.0), 9e9)
        nanos = math.ceil(delay * 1e9)
        self._timer = self._java.callAt(nanos, self._due)

    def _due(self):
        """Move the timers whose time has come to the ready queue."""
        self._timer = None
        self._timer_when = math.inf
        scheduled = self._scheduled
        now = self.time()
        while scheduled:
            timer = scheduled[0]
            if timer._cancelled:
                heapq.heappop(scheduled)
                self._timer_cancelled_count -= 1
                timer._scheduled = False
            elif timer._when <= now:
                heapq.heappop(scheduled)
                timer._scheduled = False
                self._add_callback(timer)
            else:
                self._arm(timer._when)
                break

    def _timer_handle_cancelled(self, handle):
        if not handle._scheduled:
            return
        self._timer_cancelled_count += 1
        scheduled = self._scheduled
        if (
            self._timer_cancelled_count > 100
            and self._timer_cancelled_count * 2 > len(scheduled)
        ):
            kept = []
            for timer in scheduled:
                if timer._cancelled:
                    timer._scheduled = False
                else:
                    kept.append(timer)
            heapq.heapify(kept)
            self._scheduled = kept
            self._timer_cancelled_count = 0

    # Running

    def run_forever(self):
        self._check_closed()
        self._check_running()
        hooks = sys.get_asyncgen_hooks()
        self._thread_id = threading.get_ident()
        self._set_coroutine_origin_tracking(self._debug)
        try:
            self._bridge_signals()
            self._java.runForever()
        except BaseException as e:
            if not is_java(e):
                raise
            raise translated(e)
        finally:
            self._entered = False
            self._stopping = False
            self._thread_id = None
            events._set_running_loop(None)
            self._set_coroutine_origin_tracking(False)
            sys.set_asyncgen_hooks(*hooks)
            fatal, self._fatal = self._fatal, None
            if self._bridges:
                self._unbridge_signals()
        if self._signals and fatal is None:
            self._run_signals()
        if fatal is not None:
            try:
                raise fatal
            finally:
                del fatal

    def _enter_run(self):
        """Tell Python of the run, in whose first turn of Python's this is.

        In carrier mode it is in another thread than run_forever.
        """
        self._entered = True
        self._thread_id = threading.get_ident()
        sys.set_asyncgen_hooks(
            firstiter=self._asyncgen_firstiter_hook,
            finalizer=self._asyncgen_finalizer_hook,
        )
        events._set_running_loop(self)

    def stop(self):
        self._stopping = True
        self._java.stop()

    def close(self):
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        if not self._closed:
            super().close()
            self._readers.clear()
            self._writers.clear()
            with java_errors:
                self._java.close()

    def _report(self, message, exception):
        """Hand a failure of the Java loop to Python's exception handler."""
        context = {"message": message}
        if exception is not None:
            context["exception"] = translated(exception)
        self.call_exception_handler(context)

    # Signals

    def add_signal_handler(self, sig, callback, *args):
        if coroutines.iscoroutine(callback) or coroutines.iscoroutinefunction(
            callback
        ):
            raise TypeError(
                "coroutines cannot be used with add_signal_handler()"
            )
        self._check_signal(sig)
        self._check_closed()
        handle = events.Handle(callback, args, self, None)
        former = self._signal_handlers.get(sig)
        bridged = self._bridges.pop(sig, None)
        if bridged is not None:
            bridged[0].close()
        try:
            self._java.addSignalHandler(
                int(sig), lambda: self._run_now(handle)
            )
        except BaseException as e:
            if bridged is not None:
                self._bridge(sig, bridged[1])
            if not is_java(e):
                raise
            # Also for a signal that cannot be caught, as asyncio does.
            error = translated(e)
            raise RuntimeError(str(error)) from error.__cause__
        self._signal_handlers[sig] = handle
        if former is not None:
            former.cancel()

    def remove_signal_handler(self, sig):
        self._check_signal(sig)
        handle = self._signal_handlers.pop(sig, None)
        if handle is None:
            return False
        handle.cancel()
        with java_errors:
            self._java.removeSignalHandler(int(sig))
        return True

    def _bridge_signals(self):
        """Have the handlers of Python's signal module run by the loop.

        Python runs them in its main thread, between two instructions: there
        are none while that thread waits in Java.
        """
        if threading.current_thread() is not threading.main_thread():
            return
        for number in _SIGNALS:
            if number in self._signal_handlers:
                continue
            # Not asked for again: Python sees Java's in its place.
            handler = _signal.getsignal(number)
            if callable(handler):
                self._bridge(number, handler)

    def _bridge(self, number, handler):
        try:
            bridge = _java.SignalBridge(number, self._signal_came)
        except BaseException as e:
            # One of the JVM's own: Python's way remains.
            if not is_java(e):
                raise
        else:
            self._bridges[number] = bridge, handler

    def _unbridge_signals(self):
        while self._bridges:
            self._bridges.popitem()[1][0].close()

    def _signal_came(self, number):
        """Note a signal, in a thread of the JVM."""
        if number in self._bridges:
            self._signals.append((number, self._bridges[number][1]))
            if not self._drain_due and not self._closed:
                self._schedule_drain()

    def _run_signals(self):
        while self._signals:
            number, handler = self._signals.popleft()
            handler(number, sys._getframe())

    # Descriptors

    def _watch(self, handles, add, fd, callback, args):
        self._check_closed()
        number = _descriptor(fd)
        handle = events.Handle(callback, args, self, None)
        former = handles.get(number)
        with java_errors:
            add(number, lambda: self._run_now(handle))
        handles[number] = handle
        if former is not None:
            former.cancel()
        return handle

    def _unwatch(self, handles, remove, fd):
        if self.is_closed():
            return False
        number = _descriptor(fd)
        handle = handles.pop(number, None)
        if handle is None:
            return False
        with java_errors:
            remove(number)
        handle.cancel()
        return True

    def _add_reader(self, fd, callback, *args):
        return self._watch(
            self._readers, self._java.addReader, fd, callback, args
        )

    def _remove_reader(self, fd):
        return self._unwatch(self._readers, self._java.removeReader, fd)

    def _add_writer(self, fd, callback, *args):
        return self._watch(
            self._writers, self._java.addWriter, fd, callback, args
        )

    def _remove_writer(self, fd):
        return self._unwatch(self._writers, self._java.removeWriter, fd)

    # Pipes and processes

    connect_read_pipe = _pipes.connect_read_pipe
    connect_write_pipe = _pipes.connect_write_pipe
    _make_subprocess_transport = _subprocess.make_subprocess_transport


class ProactorEventLoop(EventLoop):
    """An asyncio event loop whose I/O the kernel completes: over io_uring.

    Unlike asyncio's on Windows, it watches descriptors as well, which is what
    connections and servers do on it.
    """

    def __init__(self):
        super().__init__(_java.open_proactor())
