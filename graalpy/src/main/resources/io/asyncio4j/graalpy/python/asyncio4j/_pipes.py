"""Pipes, whose bytes the Java loop moves.

    protocol  <--calls in the loop's turns--  transport  <--  PipeEvents
        \\----write, close, pause_reading--->  transport  -->  Java transport

The Java transport has a descriptor of its own, a duplicate: so each number is
closed once, by its owner, and the file object stays what it was.
"""

import contextvars
import os
import stat
import warnings
from asyncio import events, transports
from asyncio.log import logger

import java

from ._errors import translated

_PipeEvents = java.type("io.asyncio4j.graalpy.PipeEvents")
_HIGH_WATER = 64 * 1024
_MANY_LOST_WRITES = 5


class _PipeTransport(transports.BaseTransport):
    """What both directions have in common."""

    def __init__(self, loop, protocol, extra=None):
        super().__init__(extra)
        self._loop = loop
        self._protocol = protocol
        self._java = None
        self._pipe = None
        self._closing = False
        self._cause = None

    def __repr__(self):
        info = [self.__class__.__name__]
        if self._pipe is not None:
            info.append(f"fd={_number(self._pipe)}")
        if self._java is None:
            info.append("closed")
        else:
            info.append("closing" if self._closing else "open")
        return "<{}>".format(" ".join(info))

    def __del__(self, _warn=warnings.warn):
        if self._pipe is not None:
            _warn(f"unclosed transport {self!r}", ResourceWarning, source=self)
            self._pipe.close()

    def set_protocol(self, protocol):
        self._protocol = protocol

    def get_protocol(self):
        return self._protocol

    def is_closing(self):
        return self._closing

    def close(self):
        if not self._closing:
            self._closing = True
            if self._java is not None:
                self._java.close()

    # What Java calls

    def _open(self, pipe):
        self._pipe = pipe
        self._extra["pipe"] = pipe
        self._context = contextvars.copy_context()
        return self

    def _call(self, callback, *args):
        self._loop._run_now(
            events.Handle(callback, args, self._loop, self._context)
        )

    def _connected(self, java_transport):
        self._java = java_transport
        self._call(self._protocol.connection_made, self)

    def _unwatch(self):
        """Stop to watch what the Java transport does not."""

    def _lost(self, cause):
        self._closing = True
        self._java = None
        self._unwatch()
        exception = self._cause or python_error(cause)
        try:
            self._call(self._protocol.connection_lost, exception)
        finally:
            pipe, self._pipe = self._pipe, None
            if pipe is not None:
                pipe.close()


class ReadPipeTransport(_PipeTransport, transports.ReadTransport):
    """The read end of a pipe, or another descriptor that can be polled."""

    def is_reading(self):
        return (
            not self._closing
            and self._java is not None
            and self._java.isReading()
        )

    def pause_reading(self):
        if self._java is not None and not self._closing:
            self._java.pauseReading()
            if self._loop.get_debug():
                logger.debug("%r pauses reading", self)

    def resume_reading(self):
        if self._java is not None and not self._closing:
            self._java.resumeReading()
            if self._loop.get_debug():
                logger.debug("%r resumes reading", self)

    def _received(self, text):
        self._call(self._protocol.data_received, text.encode("latin-1"))

    def _ended(self):
        self._closing = True
        self._call(self._protocol.eof_received)


class WritePipeTransport(_PipeTransport, transports.WriteTransport):
    """The write end of a pipe, or another descriptor that can be polled."""

    def __init__(self, loop, protocol, extra=None):
        super().__init__(loop, protocol, extra)
        self._lost_writes = 0
        self._watched = None

    def _connected(self, java_transport):
        super()._connected(java_transport)
        if self._pipe is None or self._closing:
            return
        number = self._pipe.fileno()
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            # A TCP peer that closes does not hang up: it ends the input.
            self._loop._add_reader(number, self._peer_ended)
            self._watched = number

    def _peer_ended(self):
        self._unwatch()
        cause = BrokenPipeError() if self.get_write_buffer_size() else None
        self.abort()
        self._cause = cause

    def _unwatch(self):
        number, self._watched = self._watched, None
        if number is not None:
            self._loop._remove_reader(number)

    def is_closing(self):
        # Java notices first that the reader has gone.
        return (
            self._closing or self._java is not None and self._java.isClosing()
        )

    def write(self, data):
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(
                "data must be bytes, bytearray or memoryview, not "
                + type(data).__name__
            )
        if not data:
            return
        if self.is_closing() or self._java is None:
            if self._lost_writes >= _MANY_LOST_WRITES:
                logger.warning("%r: data is lost, the pipe is closed", self)
            self._lost_writes += 1
            return
        if isinstance(data, memoryview):
            data = data.tobytes()
        _PipeEvents.write(self._java, data)

    def can_write_eof(self):
        return True

    def write_eof(self):
        self.close()

    def abort(self):
        self._closing = True
        if self._java is not None:
            self._java.abort()

    def get_write_buffer_size(self):
        return 0 if self._java is None else self._java.getWriteBufferSize()

    def get_write_buffer_limits(self):
        if self._java is None:
            return _HIGH_WATER // 4, _HIGH_WATER
        return self._java.getLowWaterMark(), self._java.getHighWaterMark()

    def set_write_buffer_limits(self, high=None, low=None):
        if high is None:
            high = _HIGH_WATER if low is None else 4 * low
        if low is None:
            low = high // 4
        if not high >= low >= 0:
            raise ValueError(
                f"the limits must satisfy high >= low >= 0: "
                f"high {high!r}, low {low!r}"
            )
        if self._java is not None:
            self._java.setWriteBufferLimits(low, high)

    def _pause_writing(self):
        self._call_protocol("pause_writing")

    def _resume_writing(self):
        self._call_protocol("resume_writing")

    def _call_protocol(self, method):
        # At once: write() must have paused the protocol when it returns.
        try:
            getattr(self._protocol, method)()
        except (SystemExit, KeyboardInterrupt) as e:
            self._loop._end_with(e)
        except BaseException as e:
            self._loop.call_exception_handler(
                {
                    "message": f"protocol.{method}() failed",
                    "exception": e,
                    "transport": self,
                    "protocol": self._protocol,
                }
            )


def _number(pipe):
    try:
        return pipe.fileno()
    except ValueError:
        return "closed"


def _duplicate(pipe):
    """Return a descriptor for Java of a pipe that can be polled."""
    number = pipe.fileno()
    mode = os.fstat(number).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISCHR(mode)):
        raise ValueError(
            f"{pipe!r} is no pipe, socket or character device, "
            "which alone a loop can wait for"
        )
    return os.dup(number)


async def connect_read_pipe(self, protocol_factory, pipe):
    """Read a pipe, which is the transport's from now on."""
    protocol = protocol_factory()
    transport = ReadPipeTransport(self, protocol)
    await _connect(self, transport, _PipeEvents.connectRead, pipe)
    if self.get_debug():
        logger.debug(
            "Read pipe %r connected: (%r, %r)", pipe, transport, protocol
        )
    return transport, protocol


async def connect_write_pipe(self, protocol_factory, pipe):
    """Write a pipe, which is the transport's from now on."""
    protocol = protocol_factory()
    transport = WritePipeTransport(self, protocol)
    await _connect(self, transport, _PipeEvents.connectWrite, pipe)
    if self.get_debug():
        logger.debug(
            "Write pipe %r connected: (%r, %r)", pipe, transport, protocol
        )
    return transport, protocol


async def _connect(loop, transport, connect, pipe):
    number = _duplicate(pipe)
    transport._open(pipe)
    try:
        await done(loop, connect(loop._java, number, transport))
    except BaseException:
        if transport._java is None:
            # Not connected: the descriptor is still ours.
            transport._pipe = None
            os.close(number)
            pipe.close()
        else:
            transport.close()
        raise


async def done(loop, java_future):
    """Wait for a future of Java's; when cancelled, until that has ended."""
    if not java_future.isDone():
        waiter = loop.create_future()

        def wake(_):
            if not waiter.done():
                waiter.set_result(None)

        java_future.addDoneCallback(wake)
        try:
            await waiter
        except BaseException:
            java_future.cancel()
            while not java_future.isDone():
                waiter = loop.create_future()
                await waiter
            raise
    problem = java_future.exception()
    if problem is not None:
        raise python_error(problem)
    return java_future.result()


def python_error(throwable):
    """Return the Python exception for a Java object, or None for None."""
    if throwable is None:
        return None
    try:
        # Only what was thrown is an exception to Python.
        _PipeEvents.rethrow(throwable)
    except BaseException as e:
        return translated(e)
