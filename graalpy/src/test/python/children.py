"""Children, watchers and pipes: each function is a test of its own.

All of them run on the loops of each policy; see use.
"""

import asyncio
import errno
import os
import signal
import socket
import tempfile
import warnings

import asyncio4j

PIPE = asyncio.subprocess.PIPE
WATCHERS = (
    asyncio4j.ThreadedChildWatcher,
    asyncio4j.PidfdChildWatcher,
    asyncio4j.MultiLoopChildWatcher,
    asyncio4j.SafeChildWatcher,
    asyncio4j.FastChildWatcher,
)
_policy = asyncio4j.EventLoopPolicy


def use(policy):
    """Have run use a policy, given by its name."""
    global _policy
    _policy = getattr(asyncio4j, policy)


def on_proactor():
    return _policy is asyncio4j.ProactorEventLoopPolicy


def run(main, watcher=None, policy=None):
    """Run main on a loop of a policy of ours."""
    policy = (policy or _policy)()
    asyncio.set_event_loop_policy(policy)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            with asyncio.Runner() as runner:
                if watcher is not None:
                    made = watcher()
                    made.attach_loop(runner.get_loop())
                    policy.set_child_watcher(made)
                return runner.run(asyncio.wait_for(main, 60))
        finally:
            asyncio.set_event_loop_policy(None)


async def output(*args, **options):
    process = await asyncio.create_subprocess_exec(
        *args, stdout=PIPE, **options
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, process.returncode
    return out


def raised(kind, coroutine, watcher=None, policy=None):
    try:
        run(coroutine, watcher, policy)
    except kind as e:
        return e
    raise AssertionError(f"no {kind.__name__}")


def test_each_watcher_reports_exits_and_signals():
    async def main():
        process = await asyncio.create_subprocess_shell("exit 7")
        assert await process.wait() == 7
        process = await asyncio.create_subprocess_exec("sleep", "60")
        process.kill()
        assert await process.wait() == -signal.SIGKILL

    for watcher in WATCHERS:
        run(main(), watcher)
    if on_proactor():
        run(main(), asyncio4j.UringChildWatcher)


def test_each_watcher_goes_with_pipes():
    async def main():
        kind = asyncio4j.EventLoop
        if on_proactor():
            kind = asyncio4j.ProactorEventLoop
        assert type(asyncio.get_running_loop()) is kind
        data = bytes(range(256)) * 1000
        processes = [
            await asyncio.create_subprocess_exec(
                "cat", stdin=PIPE, stdout=PIPE
            )
            for _ in range(3)
        ]
        outputs = await asyncio.gather(
            *(process.communicate(data) for process in processes)
        )
        assert outputs == [(data, None)] * 3
        assert [process.returncode for process in processes] == [0] * 3

    for watcher in WATCHERS:
        run(main(), watcher)
    if on_proactor():
        run(main(), asyncio4j.UringChildWatcher)


def test_the_watcher_of_io_uring_refuses_other_loops():
    try:
        asyncio4j.UringChildWatcher()
    except NotImplementedError as e:
        # As in a container that has no io_uring.
        assert "does not work here: " in str(e)
        return
    e = raised(
        NotImplementedError,
        output("echo"),
        asyncio4j.UringChildWatcher,
        asyncio4j.EventLoopPolicy,
    )
    for part in "SelectorEventLoop", "ProactorEventLoop", "PidfdChildWatcher":
        assert part in str(e), e


def test_a_descriptor_may_be_closed_when_it_is_watched_no_more():
    async def main():
        loop = asyncio.get_running_loop()
        reader, writer = os.pipe()
        loop.add_reader(reader, print)
        await asyncio.sleep(0.001)
        loop.remove_reader(reader)
        os.close(reader)
        try:
            os.write(writer, b"x")
        except BrokenPipeError:
            pass
        else:
            raise AssertionError("the pipe has no end")
        finally:
            os.close(writer)

    run(main())


def test_a_handler_gets_pid_status_and_its_arguments():
    async def main():
        done = asyncio.get_running_loop().create_future()
        process = await asyncio.create_subprocess_exec("cat", stdin=PIPE)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            watcher = asyncio.get_child_watcher()
        # In the place of the transport's own.
        with watcher:
            watcher.add_child_handler(
                process.pid, lambda *args: done.set_result(args), "x"
            )
        process.stdin.close()
        assert await done == (process.pid, 0, "x")

    run(main(), asyncio4j.ThreadedChildWatcher)
    run(main(), asyncio4j.SafeChildWatcher)


def test_an_inactive_watcher_starts_nothing():
    async def main():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            asyncio.set_child_watcher(asyncio4j.SafeChildWatcher())
        await asyncio.create_subprocess_exec("true")

    assert "not active" in str(raised(RuntimeError, main()))


def test_a_watcher_of_asyncio_is_adapted():
    async def main():
        process = await asyncio.create_subprocess_shell("exit 9")
        assert await process.wait() == 9

    run(main(), asyncio.ThreadedChildWatcher)


def test_streams_carry_all_bytes():
    async def main():
        data = bytes(range(256)) * 2000
        process = await asyncio.create_subprocess_shell(
            "cat; echo end >&2", stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
        assert await process.communicate(data) == (data, b"end\n")

    run(main())


def test_streams_may_be_files_and_descriptors():
    async def main():
        with tempfile.TemporaryFile() as file:
            file.write(b"in")
            file.seek(0)
            assert await output("cat", stdin=file) == b"in"
            process = await asyncio.create_subprocess_shell(
                "echo out; echo err >&2",
                stdout=file.fileno(),
                stderr=asyncio.subprocess.STDOUT,
            )
            await process.wait()
            file.seek(0)
            assert file.read() == b"inout\nerr\n"
        assert await output("cat", stdin=asyncio.subprocess.DEVNULL) == b""

    run(main())


def test_options_reach_the_child():
    async def main():
        with tempfile.TemporaryDirectory() as folder:
            folder = os.path.realpath(folder)
            inside = os.path.join(os.fsencode(folder), b"\xc3\xa9")
            os.mkdir(inside)
            assert await output("pwd", cwd=inside) == inside + b"\n"
        env = {"PATH": os.environ["PATH"], b"A": b"\xfe"}
        assert await output("sh", "-c", "echo $A", env=env) == b"\xfe\n"
        assert await output("sh", "-c", "umask", umask=0o27) == b"0027\n"
        get_ids = "echo $$; ps -o pgid= -o sid= -p $$ || cat /proc/$$/stat"
        for option in ({"start_new_session": True}, {"process_group": 0}):
            out = await output("sh", "-c", get_ids, **option)
            assert out.split().count(out.split()[0]) >= 2, out
        reader, writer = os.pipe()
        try:
            command = f"echo passed >/dev/fd/{writer}"
            await output("sh", "-c", command, pass_fds=(writer,))
            assert os.read(reader, 100) == b"passed\n"
        finally:
            os.close(reader)
            os.close(writer)
        os.environ["ASYNCIO4J_TEST"] = "set"
        try:
            out = await output("sh", "-c", "echo $ASYNCIO4J_TEST")
            assert out == b"set\n"
        finally:
            del os.environ["ASYNCIO4J_TEST"]

    run(main())


def test_failures_are_those_of_popen():
    start = asyncio.create_subprocess_exec
    error = raised(FileNotFoundError, start("no-such-program"))
    assert error.errno == errno.ENOENT
    assert error.filename == "no-such-program"
    assert "no-such-program" in str(error.__cause__)
    error = raised(FileNotFoundError, start("true", cwd="/no/such"))
    assert error.filename == "/no/such"
    raised(NotADirectoryError, start("true", cwd="/dev/null"))
    raised(PermissionError, start("/dev/null"))
    raised(ValueError, start("a\0b"))
    raised(ValueError, start("true", text=True))
    raised(ValueError, start("true", env={"a=b": "c"}))
    raised(TypeError, start("true", no_such_option=1))
    raised(NotImplementedError, start("true", preexec_fn=print))
    raised(OSError, start("true", stdin=987654))


def test_a_protocol_is_called_in_order():
    calls = []

    class Protocol(asyncio.SubprocessProtocol):
        def connection_made(self, transport):
            calls.append("made")

        def pipe_data_received(self, fd, data):
            calls.append((fd, data))

        def pipe_connection_lost(self, fd, exc):
            calls.append((fd, exc))

        def process_exited(self):
            calls.append("exited")
            raise ZeroDivisionError

        def connection_lost(self, exc):
            calls.append("lost")
            done.set_result(exc)

    async def main():
        global done
        loop = asyncio.get_running_loop()
        failures = []
        loop.set_exception_handler(lambda loop, e: failures.append(e))
        done = loop.create_future()
        transport, protocol = await loop.subprocess_exec(
            Protocol, "sh", "-c", "echo a; echo b >&2", stdin=None
        )
        assert isinstance(protocol, Protocol) and calls[0] == "made"
        assert await done is None
        assert calls[-1] == "lost" and "exited" in calls
        for event in ((1, b"a\n"), (2, b"b\n")):
            assert calls.index(event) < calls.index((event[0], None))
        assert isinstance(failures[0]["exception"], ZeroDivisionError)
        assert transport.get_returncode() == 0
        transport.close()
        try:
            transport.kill()
        except ProcessLookupError:
            return
        raise AssertionError("no ProcessLookupError")

    run(main())


def test_close_kills_the_child():
    async def main():
        loop = asyncio.get_running_loop()
        transport, _ = await loop.subprocess_exec(
            asyncio.SubprocessProtocol, "sleep", "60", stdout=None
        )
        child = transport.get_extra_info("subprocess")
        assert child.pid == transport.get_pid() and child.poll() is None
        transport.close()
        assert transport.is_closing()
        assert child.wait(30) == -signal.SIGKILL
        assert transport.get_returncode() is None
        assert await transport._wait() == -signal.SIGKILL

    run(main())


def test_cancelled_start_leaves_no_child():
    async def main():
        task = asyncio.ensure_future(
            asyncio.create_subprocess_exec("sleep", "60")
        )
        asyncio.get_running_loop().call_soon(task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            pass
        else:
            raise AssertionError("not cancelled")

    run(main())


def test_a_writer_is_paused_and_told_of_a_broken_pipe():
    async def main():
        process = await asyncio.create_subprocess_exec(
            "sleep", "60", stdin=PIPE
        )
        process.stdin.write(b"x" * 1_000_000)
        transport = process.stdin.transport
        assert transport.get_write_buffer_size() > 0
        drained = asyncio.ensure_future(process.stdin.drain())
        await asyncio.sleep(0)
        assert not drained.done()
        process.kill()
        try:
            await drained
        except (BrokenPipeError, ConnectionResetError):
            pass
        else:
            raise AssertionError("drained")
        await process.wait()

    run(main())


def test_input_that_close_drops_is_a_broken_pipe():
    async def main():
        process = await asyncio.create_subprocess_exec(
            "sleep", "60", stdin=PIPE
        )
        process.stdin.write(b"x" * 1_000_000)
        drained = asyncio.ensure_future(process.stdin.drain())
        await asyncio.sleep(0)
        process._transport.close()
        try:
            await drained
        except BrokenPipeError:
            pass
        else:
            raise AssertionError("drained")
        await process.wait()

    run(main())


def test_pipes_are_closed_once():
    async def main():
        loop = asyncio.get_running_loop()
        reader, writer = os.pipe()
        source = os.fdopen(reader, "rb", 0)
        sink = os.fdopen(writer, "wb", 0)
        stream = asyncio.StreamReader()
        reading, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), source
        )
        writing, _ = await loop.connect_write_pipe(asyncio.Protocol, sink)
        assert reading.get_extra_info("pipe") is source
        assert "open" in repr(reading) and "open" in repr(writing)
        writing.set_write_buffer_limits(100, 50)
        assert writing.get_write_buffer_limits() == (50, 100)
        writing.write(bytearray(b"a"))
        writing.write(memoryview(b"-b-c")[::2])
        assert await stream.readexactly(3) == b"a--"
        reading.pause_reading()
        assert not reading.is_reading()
        reading.resume_reading()
        writing.write(b"end")
        writing.write_eof()
        assert await stream.read() == b"end"
        while not (source.closed and sink.closed):
            await asyncio.sleep(0.001)
        assert reading.is_closing() and writing.is_closing()
        assert not reading.is_reading()
        reading.close()

    run(main())


def test_what_cannot_be_polled_is_no_pipe():
    async def main():
        loop = asyncio.get_running_loop()
        with tempfile.TemporaryFile() as file:
            await loop.connect_read_pipe(asyncio.Protocol, file)

    raised(ValueError, main())


def test_the_peer_of_a_socket_ends_a_write_pipe():
    class Protocol(asyncio.BaseProtocol):
        def __init__(self):
            self.lost = asyncio.get_running_loop().create_future()

        def connection_lost(self, exception):
            self.lost.set_result(exception)

    async def main():
        loop = asyncio.get_running_loop()
        # Of GraalPy's these are TCP sockets, which do not hang up.
        ours, peer = socket.socketpair()
        sink = os.fdopen(ours.detach(), "wb", 0)
        writing, protocol = await loop.connect_write_pipe(Protocol, sink)
        writing.write(b"end")
        # Not in this thread: a proactor loop writes when this turn has ended.
        assert await asyncio.to_thread(peer.recv, 10) == b"end"
        peer.close()
        assert await protocol.lost is None
        assert sink.closed and writing.is_closing()

    run(main())
