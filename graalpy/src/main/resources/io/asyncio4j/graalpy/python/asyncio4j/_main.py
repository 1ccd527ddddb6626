"""Runs a program as ``python`` does, with asyncio4j's policy set before it."""

import atexit
import os
import runpy
import sys
import threading
import traceback
from importlib.machinery import SourceFileLoader

from ._policy import install

_INTERRUPTED = 130  # what a shell makes of an end by SIGINT
_NOT_FLUSHED = 120


def run(policy, kind, text, arguments):
    """Run a file, a module or code, and return the exit status."""
    arguments = [str(each) for each in arguments]
    install(policy)
    status = _status_of(lambda: _PROGRAMS[kind](text, arguments))
    return _finish() or status


def _run_file(path, arguments):
    sys.argv[:] = [path, *arguments]
    if path == "-":
        sys.path.insert(0, "")
        _run_in_main(compile(sys.stdin.read(), "<stdin>", "exec"))
        return
    if os.path.isdir(path) or _is_archive(path):
        sys.path.insert(0, path)
        runpy._run_module_as_main("__main__", False)
        return
    try:
        with open(path, "rb") as file:
            source = file.read()
    except OSError as e:
        print(
            f"asyncio4j: can't open file {os.path.abspath(path)!r}:"
            f" [Errno {e.errno}] {e.strerror}",
            file=sys.stderr,
        )
        sys.exit(2)
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    _run_in_main(
        compile(source, path, "exec"),
        __file__=path,
        __cached__=None,
        __loader__=SourceFileLoader("__main__", path),
    )


def _is_archive(path):
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"PK"
    except OSError:
        return False


def _run_module(name, arguments):
    sys.argv[:] = ["-m", *arguments]
    sys.path.insert(0, os.getcwd())
    runpy._run_module_as_main(name)


def _run_code(text, arguments):
    sys.argv[:] = ["-c", *arguments]
    sys.path.insert(0, "")
    _run_in_main(compile(text, "<string>", "exec"))


def _run_in_main(code, **names):
    main = sys.modules["__main__"].__dict__
    main.update(names, __name__="__main__")
    exec(code, main)


_PROGRAMS = {"FILE": _run_file, "MODULE": _run_module, "CODE": _run_code}


def _status_of(code):
    """Return the exit status that code ends with, and report exceptions."""
    try:
        code()
        return 0
    except SystemExit as e:
        return _exit_status(e.code)
    except KeyboardInterrupt as e:
        _report(e)
        return _INTERRUPTED
    except BaseException as e:
        _report(e)
        return 1


def _exit_status(code):
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def _report(exception):
    """Have sys.excepthook show an exception, without the frames of this."""
    stack = exception.__traceback__
    while stack is not None and (
        stack.tb_frame.f_globals is globals()
        or stack.tb_frame.f_globals is runpy.__dict__
    ):
        stack = stack.tb_next
    exception.__traceback__ = stack
    try:
        sys.excepthook(type(exception), exception, stack)
    except BaseException:
        print("Error in sys.excepthook:", file=sys.stderr)
        traceback.print_exc()
        print("\nOriginal exception was:", file=sys.stderr)
        traceback.print_exception(exception)


def _finish():
    """Wait for threads and run the exit handlers, as the interpreter does.

    Returns a status if that is to replace the program's.
    """
    try:
        threading._shutdown()
    except KeyboardInterrupt as e:
        _report(e)
        return _INTERRUPTED
    atexit._run_exitfuncs()
    status = 0
    for stream in (sys.stdout, sys.stderr):
        if stream is None or getattr(stream, "closed", False):
            continue
        try:
            stream.flush()
        except BaseException as e:
            # Nobody is left to catch it.
            status = _NOT_FLUSHED
            if stream is sys.stdout and sys.stderr is not None:
                print(f"asyncio4j: stdout: {e!r}", file=sys.stderr)
    return status
