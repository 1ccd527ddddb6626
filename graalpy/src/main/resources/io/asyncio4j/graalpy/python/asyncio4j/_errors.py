"""Java's exceptions as the Python ones that say the same.

    IOException "epoll_ctl(7): EBADF (...)"  ->  OSError, with its errno
    IllegalStateException "... is closed"    ->  RuntimeError

The Java exception, with its stack, is the ``__cause__``, in a JavaException.
"""

import asyncio
import errno
import re

import java

_ERRNO = re.compile(r"\b(E[A-Z0-9]+) \(([^()]*)\)")


class JavaException(Exception):
    """A Java exception, as the cause of the Python one that stands for it.

    ``throwable`` is the Java object.
    """

    def __init__(self, throwable):
        super().__init__(str(throwable.toString()))
        self.throwable = throwable


class QueueShutDown(Exception):
    """A queue of Java's was shut down; as asyncio has it from 3.13 on."""


# The first row whose type fits; the more special types come first.
_ROWS = [
    (java.type(name), kind)
    for name, kind in (
        ("java.util.concurrent.CancellationException", asyncio.CancelledError),
        ("io.asyncio4j.NoSuchProcessException", ProcessLookupError),
        ("java.util.concurrent.TimeoutException", TimeoutError),
        ("java.nio.file.NoSuchFileException", FileNotFoundError),
        ("java.nio.file.FileAlreadyExistsException", FileExistsError),
        ("java.nio.file.AccessDeniedException", PermissionError),
        ("java.nio.file.NotDirectoryException", NotADirectoryError),
        ("java.net.ConnectException", ConnectionRefusedError),
        ("java.io.EOFException", EOFError),
        ("java.io.IOException", OSError),
        ("io.asyncio4j.sync.QueueEmptyException", asyncio.QueueEmpty),
        ("io.asyncio4j.sync.QueueFullException", asyncio.QueueFull),
        ("io.asyncio4j.sync.QueueShutDownException", QueueShutDown),
        ("java.lang.UnsupportedOperationException", NotImplementedError),
        ("java.lang.IllegalArgumentException", ValueError),
        ("java.lang.NullPointerException", TypeError),
        ("java.lang.ClassCastException", TypeError),
        ("java.lang.OutOfMemoryError", MemoryError),
        ("java.lang.StackOverflowError", RecursionError),
        ("java.lang.IllegalStateException", RuntimeError),
    )
]
_Throwable = java.type("java.lang.Throwable")
_PolyglotException = java.type("org.graalvm.polyglot.PolyglotException")
_UncheckedIOException = java.type("java.io.UncheckedIOException")


def is_java(exception):
    """Return whether an exception comes from Java."""
    return isinstance(exception, _Throwable)


def translated(exception):
    """Return the Python exception for one of Java's; others stay."""
    if isinstance(exception, _PolyglotException):
        # What crossed into Java and comes back.
        if exception.isHostException():
            exception = exception.asHostException()
        elif exception.getGuestObject() is not None:
            exception = exception.getGuestObject()
        elif exception.isExit():
            return SystemExit(exception.getExitStatus())
    if not is_java(exception):
        return exception
    cause = exception
    if isinstance(exception, _UncheckedIOException):
        cause = exception.getCause()
    for java_type, kind in _ROWS:
        if isinstance(cause, java_type):
            message = str(cause.getMessage() or cause.toString())
            break
    else:
        kind = RuntimeError
        message = str(cause.toString())
    result = _os_error(kind, message) if issubclass(kind, OSError) else None
    if result is None:
        result = kind(message)
    result.__cause__ = JavaException(exception)
    return result


def _os_error(kind, message):
    """Return an OSError with the errno that the message names, if any."""
    found = _ERRNO.search(message)
    number = getattr(errno, found.group(1), None) if found else None
    if number is None and kind is ProcessLookupError:
        number = errno.ESRCH
    return None if number is None else OSError(number, message)


class JavaErrors:
    """As a context, raises Java's exceptions as Python's."""

    def __enter__(self):
        return self

    def __exit__(self, kind, exception, stack):
        if exception is not None and is_java(exception):
            raise translated(exception)


java_errors = JavaErrors()
