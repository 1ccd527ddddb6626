"""The Python half of BadUseTest; each test_ function is a test of its own."""

import asyncio
import concurrent.futures
import contextlib
import os
import tempfile
import traceback
import warnings

import asyncio4j
from asyncio4j._errors import is_java


@contextlib.contextmanager
def a_loop():
    loop = asyncio4j.new_event_loop()
    try:
        yield loop
    finally:
        loop.close()


async def sleep():
    await asyncio.sleep(3600)


async def add(a, b):
    await asyncio.sleep(0.001)
    return a + b


def new_loop():
    return asyncio4j.new_event_loop()


def adopt(java_loop):
    return asyncio4j.EventLoop(java_loop)


def raising(exception):
    raise exception


def test_what_ends_a_run_comes_out_of_run_forever():
    for kind in (SystemExit, KeyboardInterrupt):
        for schedule in (
            lambda loop, *call: loop.call_soon(*call),
            lambda loop, *call: loop.call_later(0.001, *call),
            lambda loop, *call: loop.call_soon_threadsafe(*call),
        ):
            with a_loop() as loop:
                exception = kind(3)
                schedule(loop, raising, exception)
                try:
                    loop.run_forever()
                except kind as e:
                    assert e is exception
                    assert e.args == (3,)
                    names = [
                        f.name for f in traceback.extract_tb(e.__traceback__)
                    ]
                    assert names[-1] == "raising", names
                else:
                    raise AssertionError(f"{kind} is lost")
                assert not loop.is_running()
                # As on CPython, the loop can run again.
                assert loop.run_until_complete(add(1, 2)) == 3


def test_what_ends_a_run_comes_out_of_a_descriptors_callback():
    for kind in (SystemExit, KeyboardInterrupt):
        with a_loop() as loop:
            reader, writer = os.pipe()
            os.write(writer, b"x")
            loop.add_reader(reader, raising, kind(4))
            try:
                loop.run_forever()
            except kind as e:
                assert e.args == (4,)
            else:
                raise AssertionError(f"{kind} is lost")
            finally:
                loop.remove_reader(reader)
                os.close(reader)
                os.close(writer)


def test_what_ends_a_run_comes_out_of_a_task():
    for kind in (SystemExit, KeyboardInterrupt):

        async def leave():
            await asyncio.sleep(0)
            raise kind(5)

        async def main():
            task = asyncio.create_task(leave())
            await asyncio.sleep(3600)
            return task

        try:
            asyncio4j.run(main())
        except kind as e:
            assert e.args == (5,)
        else:
            raise AssertionError(f"{kind} is lost")


def test_others_wait_for_the_next_run():
    with a_loop() as loop:
        ran = []
        loop.call_soon(raising, SystemExit())
        loop.call_soon(ran.append, 1)
        try:
            loop.run_forever()
        except SystemExit:
            pass
        loop.call_soon(loop.stop)
        loop.run_forever()
        assert ran == [1]


def test_a_failing_callback_is_reported_and_the_loop_goes_on():
    with a_loop() as loop:
        reported = []
        loop.set_exception_handler(
            lambda loop, context: reported.append(context["exception"])
        )
        reader, writer = os.pipe()
        os.write(writer, b"x")

        def read():
            loop.remove_reader(reader)
            raise ValueError("of a descriptor")

        loop.add_reader(reader, read)
        loop.call_soon(raising, ValueError("of a callback"))
        loop.call_later(0.001, raising, ValueError("of a timer"))
        loop.call_soon_threadsafe(raising, ValueError("from a thread"))
        loop.call_later(0.05, loop.stop)
        loop.run_forever()
        os.close(reader)
        os.close(writer)
        assert sorted(map(str, reported)) == [
            "from a thread",
            "of a callback",
            "of a descriptor",
            "of a timer",
        ], reported


def test_java_exceptions_are_only_causes():
    with a_loop() as loop, tempfile.TemporaryFile() as file:
        closed = asyncio4j.new_event_loop()
        closed.close()
        for kind, call in (
            (ValueError, lambda: loop.add_reader(-1, print)),
            (OSError, lambda: loop.add_reader(987654, print)),
            (OSError, lambda: loop.add_writer(987654, print)),
            (PermissionError, lambda: loop.add_reader(file, print)),
            (ValueError, lambda: loop.add_reader(0.5, print)),
            (RuntimeError, lambda: loop.add_signal_handler(9, print)),
            (ValueError, lambda: loop.add_signal_handler(0, print)),
            (ValueError, lambda: loop.add_signal_handler(1000, print)),
            (TypeError, lambda: loop.add_signal_handler("1", print)),
            (TypeError, lambda: loop.call_later("1", print)),
            (TypeError, lambda: loop.call_at(None, print)),
            (RuntimeError, lambda: closed.call_soon(print)),
            (RuntimeError, lambda: closed.call_later(1, print)),
            (RuntimeError, lambda: closed.call_soon_threadsafe(print)),
            (RuntimeError, lambda: closed.add_reader(0, print)),
            (RuntimeError, lambda: closed.add_signal_handler(10, print)),
            (RuntimeError, closed.run_forever),
            (RuntimeError, lambda: closed.run_until_complete(None)),
            (RuntimeError, lambda: asyncio4j.wrap(1)),
            (RuntimeError, lambda: asyncio4j.java_task(print)),
            (RuntimeError, asyncio4j.running),
            (ValueError, lambda: asyncio4j.EventLoop(selector="none")),
            (TypeError, lambda: asyncio4j.EventLoop(selector=1)),
            (RuntimeError, lambda: asyncio4j.EventLoop(selector="nio")),
            (TypeError, lambda: asyncio4j.EventLoop(1)),
            (TypeError, lambda: asyncio4j.ProactorEventLoop(selector="poll")),
            (ValueError, lambda: asyncio4j.install("none")),
            (RuntimeError, lambda: attach_in_a_thread(loop)),
        ):
            expect(kind, call)
        loop.call_soon(lambda: expect(RuntimeError, loop.run_forever))
        loop.call_soon(lambda: expect(RuntimeError, loop.close))
        loop.call_soon(loop.stop)
        loop.run_forever()
        failures, _failures[:] = list(_failures), []
        assert not failures, failures


def attach_in_a_thread(loop):
    """Attach a watcher that handles a signal, outside of the main thread."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        watcher = asyncio4j.SafeChildWatcher()
        with concurrent.futures.ThreadPoolExecutor() as executor:
            executor.submit(watcher.attach_loop, loop).result()


_failures = []


def expect(kind, call):
    try:
        call()
    except BaseException as e:
        code = getattr(call, "__code__", None)
        where = code.co_firstlineno if code else call
        if is_java(e) or not isinstance(e, kind) or not str(e):
            _failures.append(f"{where}: {type(e)}: {e}")
    else:
        _failures.append(f"nothing raised by {call}")


def test_calls_without_effect_are_quiet():
    with a_loop() as loop:
        assert not loop.remove_reader(99)
        assert not loop.remove_writer(99)
        assert not loop.remove_signal_handler(10)
        for when in (float("inf"), 1e300, 2**70, -1e300):
            loop.call_at(when, print).cancel()
            loop.call_later(when, print).cancel()
        loop.call_soon(loop.stop)
        loop.run_forever()
        loop.close()
        loop.close()
        assert not loop.remove_reader(99)
