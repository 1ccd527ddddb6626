"""Child processes, which the Java loop starts and whose ends it reports.

    subprocess_exec --Popen's arguments--> Command (Java)
                                              | started, watched by the
                                              v policy's child watcher
    protocol <--- SubprocessTransport <--- ChildEvents
                     |- pipes: ReadPipeTransport, WritePipeTransport
                     \\- ChildProcess, what stands for a Popen
"""

import contextvars
import errno
import os
import signal
import subprocess
import time
import warnings
from asyncio import events, transports
from asyncio.log import logger

import java

from . import _watchers
from ._errors import java_errors
from ._pipes import (
    ReadPipeTransport,
    WritePipeTransport,
    done,
    python_error,
)

_ChildEvents = java.type("io.asyncio4j.graalpy.ChildEvents")
_INHERIT = -4
_LARGEST_ID = 2**31 - 1


class ChildProcess:
    """A child as ``get_extra_info('subprocess')`` returns it.

    It has of subprocess.Popen what does not concern the pipes, which are the
    transport's.
    """

    stdin = stdout = stderr = None

    def __init__(self, java_transport, pid, args):
        self._java = java_transport
        self.pid = pid
        self.args = args
        self.returncode = None

    def __repr__(self):
        return (
            f"<{self.__class__.__name__}: pid={self.pid} "
            f"returncode={self.returncode} args={self.args!r}>"
        )

    def poll(self):
        """Return the return code, or None while the child runs."""
        if self.returncode is None:
            status = self._java.peekExitStatus()
            if status is not None:
                self.returncode = status.returncode()
        return self.returncode

    def wait(self, timeout=None):
        """Wait in this thread, as nothing that runs on a loop should."""
        end = None if timeout is None else time.monotonic() + timeout
        delay = 0.0005
        while self.poll() is None:
            if end is not None:
                left = end - time.monotonic()
                if left <= 0:
                    raise subprocess.TimeoutExpired(self.args, timeout)
                delay = min(delay, left)
            time.sleep(delay)
            delay = min(delay * 2, 0.05)
        return self.returncode

    def send_signal(self, sig):
        """Send a signal, unless the child is known to be gone."""
        try:
            with java_errors:
                self._java.sendSignal(int(sig))
        except ProcessLookupError:
            pass

    def terminate(self):
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self):
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)


class SubprocessTransport(transports.SubprocessTransport):
    """A child process, as its protocol's transport."""

    def __init__(self, loop, protocol, args, extra=None):
        super().__init__(extra)
        self._loop = loop
        self._protocol = protocol
        self._args = args
        self._java = None
        self._proc = None
        self._pid = None
        self._returncode = None
        self._pipes = {}
        self._closed = False
        self._unsent = 0
        self._begun = False
        self._finished = False
        self._context = contextvars.copy_context()
        self._beginning = None
        self._exit_waiters = []

    async def _start(self, policy, command, cwd):
        """Start the child; return when connection_made was called."""
        loop = self._loop
        self._beginning = beginning = loop.create_future()
        try:
            with java_errors:
                started = _ChildEvents.start(
                    loop._java, policy, command, self
                )
            await done(loop, started)
            if loop.get_debug():
                logger.debug(
                    "process %r created: pid %s", self._args[0], self._pid
                )
            await beginning
        except BaseException as e:
            self.close()
            if self._java is not None:
                await self._wait()
            if self._java is None and isinstance(e, OSError) and e.errno:
                raise _named(e, self._args[0], cwd) from e.__cause__
            raise

    def __repr__(self):
        info = [self.__class__.__name__]
        if self._closed:
            info.append("closed")
        if self._pid is None:
            info.append("not started")
        else:
            info.append(f"pid={self._pid}")
            if self._returncode is None:
                info.append("running")
            else:
                info.append(f"returncode={self._returncode}")
        for fd, name in enumerate(("stdin", "stdout", "stderr")):
            if fd in self._pipes:
                info.append(f"{name}={self._pipes[fd]!r}")
        return "<{}>".format(" ".join(info))

    def __del__(self, _warn=warnings.warn):
        if not self._closed:
            _warn(f"unclosed transport {self!r}", ResourceWarning, source=self)

    def set_protocol(self, protocol):
        self._protocol = protocol

    def get_protocol(self):
        return self._protocol

    def is_closing(self):
        return self._closed

    def get_pid(self):
        return self._pid

    def get_returncode(self):
        return self._returncode

    def get_pipe_transport(self, fd):
        return self._pipes.get(fd)

    def send_signal(self, signal):
        self._child().send_signal(signal)

    def terminate(self):
        self._child().terminate()

    def kill(self):
        self._child().kill()

    def _child(self):
        if self._proc is None or self._finished:
            raise ProcessLookupError()
        return self._proc

    def close(self):
        if self._closed:
            return
        self._closed = True
        if self._java is None:
            return
        # First the child: it must not take the end of its input, which is
        # closed now, for the whole of it.
        if self._returncode is None and self._proc.poll() is None:
            if self._loop.get_debug():
                logger.warning("Close running child process: kill %r", self)
            self._proc.kill()
        stdin = self._pipes.get(0)
        if stdin is not None:
            self._unsent = stdin.get_write_buffer_size()
        for pipe in self._pipes.values():
            pipe._closing = True
        self._java.close()

    async def _wait(self):
        """Wait until the child has exited, and return its return code."""
        if self._returncode is not None:
            return self._returncode
        waiter = self._loop.create_future()
        self._exit_waiters.append(waiter)
        return await waiter

    # What Java calls

    def _connected(self, java_transport, pid, stdin, stdout, stderr):
        self._java = java_transport
        self._pid = pid
        self._proc = ChildProcess(java_transport, pid, self._args)
        self._extra["subprocess"] = self._proc
        if stdin is not None:
            self._add_pipe(0, WritePipeTransport, stdin)
        if stdout is not None:
            self._add_pipe(1, ReadPipeTransport, stdout)
        if stderr is not None:
            self._add_pipe(2, ReadPipeTransport, stderr)
        # Not now: it may be inside of the task that starts the child.
        self._loop.call_soon(self._begin, context=self._context)

    def _add_pipe(self, fd, transport_type, java_transport):
        pipe = transport_type(self._loop, self._protocol)
        pipe._java = java_transport
        self._pipes[fd] = pipe

    def _begin(self):
        self._begun = True
        try:
            self._protocol.connection_made(self)
        finally:
            if not self._beginning.done():
                self._beginning.set_result(None)

    def _call(self, callback, *args):
        if self._begun:
            self._loop._run_now(
                events.Handle(callback, args, self._loop, self._context)
            )
        else:
            self._loop.call_soon(callback, *args, context=self._context)

    def _received(self, fd, text):
        self._call(
            self._protocol.pipe_data_received, fd, text.encode("latin-1")
        )

    def _pipe_lost(self, fd, cause):
        pipe = self._pipes[fd]
        pipe._closing = True
        pipe._java = None
        exception = python_error(cause)
        if fd == 0 and exception is None and self._unsent:
            # close() has dropped it: there is nobody to read it.
            exception = BrokenPipeError(
                errno.EPIPE,
                f"{self._unsent} bytes of the input were not sent",
            )
        self._call(self._protocol.pipe_connection_lost, fd, exception)

    def _exited(self, returncode):
        if self._loop.get_debug():
            logger.info("%r exited with return code %r", self, returncode)
        self._returncode = self._proc.returncode = returncode
        self._call(self._protocol.process_exited)
        self._call(self._wake_waiters)

    def _wake_waiters(self):
        for waiter in self._exit_waiters:
            if not waiter.done():
                waiter.set_result(self._returncode)
        self._exit_waiters.clear()

    def _lost(self):
        self._finished = True
        self._call(self._protocol.connection_lost, None)

    def _pause_writing(self):
        self._protocol.pause_writing()

    def _resume_writing(self):
        self._protocol.resume_writing()


def _named(error, program, cwd):
    """Return an error of the start with the file's name, as Popen has it."""
    in_cwd = error.strerror.startswith("chdir(")
    return OSError(
        error.errno, os.strerror(error.errno), cwd if in_cwd else program
    )


async def make_subprocess_transport(
    self,
    protocol,
    args,
    shell,
    stdin,
    stdout,
    stderr,
    bufsize,
    extra=None,
    **kwargs,
):
    """Start a child, of what subprocess.Popen takes."""
    arguments, cwd, command = _command(
        args, shell, stdin, stdout, stderr, **kwargs
    )
    if cwd is not None and not os.path.isdir(cwd):
        number = errno.ENOTDIR if os.path.exists(cwd) else errno.ENOENT
        raise OSError(number, os.strerror(number), cwd)
    watcher, policy = _watchers.current()
    with _watchers.guard(watcher):
        transport = SubprocessTransport(self, protocol, arguments, extra)
        await transport._start(policy, command, cwd)
    return transport


def _command(
    args,
    shell,
    stdin,
    stdout,
    stderr,
    *,
    executable=None,
    preexec_fn=None,
    close_fds=True,
    cwd=None,
    env=None,
    startupinfo=None,
    creationflags=0,
    restore_signals=True,
    start_new_session=False,
    pass_fds=(),
    user=None,
    group=None,
    extra_groups=None,
    umask=-1,
    pipesize=-1,
    process_group=None,
):
    """Return the arguments, the directory, and the command of Java's.

    The signals of a child have their default actions in any case, and its
    pipes the system's size.
    """
    if preexec_fn is not None:
        raise NotImplementedError(
            "preexec_fn is not supported: a child of the JVM runs no Python "
            "before the program; use start_new_session, process_group, umask, "
            "user, group, extra_groups or cwd"
        )
    if startupinfo is not None or creationflags != 0:
        raise ValueError("startupinfo and creationflags are for Windows only")
    arguments = _arguments(args, shell, executable)
    if pass_fds and not close_fds:
        warnings.warn(
            "pass_fds overriding close_fds.", RuntimeWarning, stacklevel=4
        )
    passed = pass_fds if pass_fds or close_fds else _inheritable()
    if cwd is not None:
        cwd = os.fspath(cwd)
    with java_errors:
        command = _ChildEvents.command(
            [_bytes(argument) for argument in arguments],
            _stream(stdin),
            _stream(stdout),
            _stream(stderr),
            None if cwd is None else _bytes(os.path.abspath(cwd)),
            None if env is None else _environment(env),
            bool(start_new_session),
            process_group,
            None if umask < 0 else umask,
            _user(user),
            _group(group),
            _groups(extra_groups),
            [int(fd) for fd in passed],
        )
    return arguments, cwd, command


def _arguments(args, shell, executable):
    if isinstance(args, (str, bytes)):
        args = [args]
    else:
        args = [os.fspath(argument) for argument in args]
    if shell:
        args = ["/bin/sh", "-c", *args]
        if executable:
            args[0] = os.fspath(executable)
    elif executable and os.fspath(executable) != args[0]:
        raise NotImplementedError(
            f"executable={executable!r} is not supported, but as the program "
            f"itself: the child's name for itself would be {args[0]!r}"
        )
    if not args[0]:
        raise FileNotFoundError(
            errno.ENOENT, os.strerror(errno.ENOENT), args[0]
        )
    return args


def _bytes(value):
    """Return the bytes of an argument as the characters of a string."""
    if isinstance(value, str) and value.isascii():
        return value
    return os.fsencode(value).decode("latin-1")


def _stream(stream):
    if stream is None:
        return _INHERIT
    if isinstance(stream, int):
        if stream < 0:
            return stream
        os.fstat(stream)
        return stream
    return stream.fileno()


def _environment(env):
    parts = []
    for name, value in env.items():
        parts.append(_bytes(name))
        parts.append(_bytes(value))
    return parts


def _inheritable():
    """Return the descriptors that a child would have on CPython."""
    found = []
    for name in os.listdir("/dev/fd"):
        fd = int(name)
        try:
            if fd > 2 and os.get_inheritable(fd):
                found.append(fd)
        except OSError:
            pass  # That of the listing itself.
    return found


def _identity(value, kind, look_up):
    if value is None:
        return None
    if isinstance(value, str):
        return look_up(value)
    if not isinstance(value, int):
        raise TypeError(f"{kind} must be a name or an int: {value!r}")
    if not 0 <= value <= _LARGEST_ID:
        raise ValueError(f"not a {kind} id: {value!r}")
    return value


def _user_named(name):
    import pwd

    return pwd.getpwnam(name).pw_uid


def _group_named(name):
    import grp

    return grp.getgrnam(name).gr_gid


def _user(user):
    return _identity(user, "user", _user_named)


def _group(group):
    return _identity(group, "group", _group_named)


def _groups(groups):
    if groups is None:
        return None
    if isinstance(groups, str):
        raise TypeError("extra_groups must be a list, not a string")
    return [_group(group) for group in groups]
