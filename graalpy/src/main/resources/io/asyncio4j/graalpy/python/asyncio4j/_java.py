"""The Java side: what has to be there, and how a loop of it is made."""

import sys

if sys.implementation.name != "graalpy":
    raise ImportError(
        f"asyncio4j runs on GraalPy, and this is {sys.implementation.name}"
    )
if sys.version_info[:2] != (3, 12):
    raise ImportError(
        "asyncio4j is made for the asyncio of Python 3.12 (GraalPy 25.0),"
        f" and this is {sys.version_info[0]}.{sys.version_info[1]}"
    )

import java  # noqa: E402

try:
    _LoopBinding = java.type("io.asyncio4j.graalpy.LoopBinding")
    SignalBridge = java.type("io.asyncio4j.graalpy.SignalBridge")
except BaseException as e:
    raise ImportError(
        "asyncio4j needs access to Java classes: create the context with"
        " Python.contextBuilder(), or with allowAllAccess(true), and with"
        " asyncio4j-graalpy and asyncio4j-core on its class path"
    ) from e

from ._errors import java_errors  # noqa: E402


def open_loop(java_loop, selector):
    """Return the Java loop of a new Python one."""
    _check_backend()
    if java_loop is not None:
        if selector is not None:
            raise TypeError("a Java loop has its selector already")
        return java_loop
    if selector is not None and not isinstance(selector, str):
        raise TypeError(
            f"selector must be the name of one, such as 'epoll': {selector!r}"
        )
    with java_errors:
        return _LoopBinding.open(selector)


def open_proactor():
    """Return a Java loop over io_uring."""
    _check_backend()
    with java_errors:
        return _LoopBinding.openProactor()


def _check_backend():
    backend = __graalpython__.posix_module_backend()  # noqa: F821
    if backend != "native":
        raise RuntimeError(
            "asyncio4j needs Python's descriptors to be the kernel's, and"
            f" python.PosixModuleBackend is {backend!r}: create the context"
            " with Python.contextBuilder(), or set that option to 'native'"
        )


def bind(java_loop, report):
    """Make a Java loop that of this context, which gets its failures."""
    with java_errors:
        _LoopBinding.bind(java_loop, report)
