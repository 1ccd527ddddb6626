"""One loop for two languages.

    Python awaits Java:   await java_future
        Java Future --done callback--> _JavaFuture --wakes--> asyncio task

    Java awaits Python:   Python.await(coroutine)
        asyncio task --done callback--> PythonFuture --wakes--> Java task

A cancellation takes the opposite way: it asks the other side to end, and comes
back as the outcome. All of this happens in turns of the loop.
"""

import asyncio
import sys
import threading
from asyncio import events

import java
import polyglot

from ._errors import JavaException, translated
from ._java import bind
from ._loop import EventLoop, _loops

_Asyncio = java.type("io.asyncio4j.Asyncio")
_Future = java.type("io.asyncio4j.Future")
_PythonTask = java.type("io.asyncio4j.graalpy.PythonTask")
_CompletionStage = java.type("java.util.concurrent.CompletionStage")


def _message(exception):
    return str(exception.args[0]) if exception.args else None


class _Turn:
    """Lets Python know, in the current thread, that the loop's turn is here.

    For threads that asyncio does not know: those of Java's tasks, and those in
    which Java runs a loop.
    """

    __slots__ = ("_hooks", "_loop", "_running", "_thread")

    def __init__(self, loop):
        self._loop = loop

    def __enter__(self):
        loop = self._loop
        self._thread = loop._thread_id
        self._running = events._get_running_loop()
        self._hooks = sys.get_asyncgen_hooks()
        loop._thread_id = threading.get_ident()
        sys.set_asyncgen_hooks(
            firstiter=loop._asyncgen_firstiter_hook,
            finalizer=loop._asyncgen_finalizer_hook,
        )
        events._set_running_loop(loop)

    def __exit__(self, *exc_info):
        events._set_running_loop(self._running)
        sys.set_asyncgen_hooks(*self._hooks)
        self._loop._thread_id = self._thread


class _JavaRunLoop(EventLoop):
    """The asyncio loop over a Java one that Java runs and closes."""

    def __init__(self, java_loop):
        super().__init__(java_loop)
        self._entered = True  # each turn of Python's enters by itself
        java_loop.addCloseCallback(self.close)

    def _bind(self):
        # What fails in it remains Java's to report.
        bind(self._java, None)

    def is_running(self):
        return self._java.isRunning()

    def _drain(self):
        with _Turn(self):
            super()._drain()

    def _run_now(self, handle):
        with _Turn(self):
            super()._run_now(handle)

    def _end_with(self, exception):
        # There is no run_forever of Python's that could raise it.
        self.call_exception_handler(
            {
                "message": "A callback wanted to end a loop that Java runs",
                "exception": exception,
            }
        )


def running(java_loop=None):
    """Return the asyncio loop over a running Java loop.

    Without an argument, that is the loop which runs the current Java task or
    callback. If there is no asyncio loop over it yet, one is made; it is
    closed together with the Java one.
    """
    if java_loop is None:
        try:
            java_loop = _Asyncio.getRunningLoop()
        except polyglot.ForeignException:
            raise RuntimeError("no running Java event loop") from None
    loop = _loops.get(java_loop)
    if loop is None:
        loop = _JavaRunLoop(java_loop)
    return loop


# Java awaits Python


def _begin(java_loop, awaitable, target):
    """Start what a Java task awaits, and report its outcome to target."""
    loop = running(java_loop)
    with _Turn(loop):
        future = asyncio.ensure_future(awaitable, loop=loop)
        future.add_done_callback(lambda done: _report(done, target))
    return future


def _report(future, target):
    if future.cancelled():
        try:
            future.result()
        except asyncio.CancelledError as e:
            target.cancelled(_message(e))
        return
    exception = future.exception()
    if exception is None:
        target.succeeded(future.result())
        return

    def throw():
        raise exception

    cause = exception.__cause__
    if isinstance(cause, JavaException):
        target.failed(throw, cause.throwable)
    else:
        target.failed(throw, None)


def _cancel(java_loop, future, message):
    with _Turn(running(java_loop)):
        return future.cancel(message)


# Python awaits Java


class _JavaFuture(asyncio.Future):
    """Follows a Java future of the same loop."""

    def __init__(self, java_future, loop):
        super().__init__(loop=loop)
        self._java_future = java_future
        if java_future.isDone():
            self._take_over(java_future)
        else:
            java_future.addDoneCallback(self._take_over)

    def _take_over(self, java_future):
        if self.done():
            return
        if java_future.isCancelled():
            try:
                java_future.result()
            except BaseException as e:
                super().cancel(e.getMessage())
            return
        exception = java_future.exception()
        if exception is None:
            self.set_result(java_future.result())
        else:
            self.set_exception(translated(exception))

    def cancel(self, msg=None):
        """Cancel the Java future, which may take its time to end."""
        if self.done() or not self._java_future.cancel(
            None if msg is None else str(msg)
        ):
            return False
        if self._java_future.isCancelled():
            super().cancel(msg)
        return True


def wrap(java_future):
    """Return an asyncio future for a Java Future, Task or CompletionStage.

    Cancelling it cancels the Java one. A Future or Task must be one of the
    running loop; a stage may be completed in any thread. What Java throws is
    raised as the Python exception that stands for it, with a JavaException as
    its cause. To write ``await java_future`` is the same.
    """
    loop = asyncio.get_running_loop()
    if not isinstance(loop, EventLoop):
        raise RuntimeError(
            f"The running loop is not a Java one: {loop!r};"
            " set asyncio4j.EventLoopPolicy"
        )
    if java.instanceof(java_future, _CompletionStage):
        java_future = loop._java.wrapFuture(java_future)
    elif not java.instanceof(java_future, _Future):
        raise TypeError(
            "A Future, Task or CompletionStage of Java is required,"
            f" not {java_future!r}"
        )
    elif java_future.loop() != loop._java:
        raise RuntimeError(f"It belongs to another loop: {java_future}")
    return _JavaFuture(java_future, loop)


def java_task(function, *args):
    """Run a function in a Java task of the running loop.

    For Java methods that await, such as ``get`` of a Queue: they suspend the
    Java task, while the loop continues. Returns an asyncio future.
    """
    loop = asyncio.get_running_loop()
    return wrap(_PythonTask.start(loop._java, lambda: function(*args)))


class _Awaitable:
    """What Java's futures and stages are for Python, beside Java objects."""

    def __await__(self):
        return wrap(self).__await__()


polyglot.register_interop_type(_Future, _Awaitable)
polyglot.register_interop_type(_CompletionStage, _Awaitable)
