"""Java's exceptions as Python's."""

import errno
import os
import re

import java

# The first that fits: Java's class, Python's, and errno for those of OSError.
_TABLE = tuple(
    (java.type(name), python_type, number)
    for name, python_type, number in (
        ("io.asyncio4j.NoSuchProcessException", OSError, errno.ESRCH),
        ("java.nio.file.NoSuchFileException", OSError, errno.ENOENT),
        ("java.nio.file.AccessDeniedException", OSError, errno.EACCES),
        ("java.nio.file.FileAlreadyExistsException", OSError, errno.EEXIST),
        ("java.nio.file.NotDirectoryException", OSError, errno.ENOTDIR),
        ("java.io.IOException", OSError, None),
        ("java.io.UncheckedIOException", OSError, None),
        ("java.lang.IllegalArgumentException", ValueError, None),
        ("java.lang.UnsupportedOperationException", NotImplementedError, None),
    )
)
_SYMBOL = re.compile(r"\bE[A-Z0-9]{2,}\b")


def translated(exception, filename=None):
    """Return the Python exception for what Java has thrown.

    None, and what is Python's already, is returned as it is. filename is
    that of an OSError, which has the errno that the Java message names.
    """
    if exception is None or not java.is_object(exception):
        return exception
    text = str(exception.getMessage() or exception)
    for java_type, python_type, number in _TABLE:
        if java.instanceof(exception, java_type):
            break
    else:
        python_type = RuntimeError
    if python_type is OSError:
        result = _os_error(text, number, filename)
    else:
        result = python_type(text)
    result.__cause__ = exception
    return result


def _os_error(text, number, filename):
    if number is None:
        for symbol in _SYMBOL.findall(text):
            number = getattr(errno, symbol, None)
            if number is not None:
                break
        else:
            return OSError(text)
    if filename is None:
        return OSError(number, text)
    return OSError(number, os.strerror(number), filename)
