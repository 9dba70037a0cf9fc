"""Reading a file that may be anything: a pipe nobody writes to, a device, more than there is memory for."""

from __future__ import annotations

import errno
import os
import stat

#: What a file of configuration, of rules or of results may hold at most.
MAX_PLAIN_BYTES = 16 << 20
#: What a file of Python may hold.
MAX_SOURCE_BYTES = 64 << 20


def read_regular(path: str | os.PathLike[str], most: int = MAX_PLAIN_BYTES) -> bytes:
    """The content of the regular file at *path*, of *most* bytes at the most. Raises OSError."""
    return read_with_status(path, most)[0]


def read_with_status(path: str | os.PathLike[str], most: int) -> tuple[bytes, os.stat_result]:
    """The same, and the status the file had when it was opened."""
    # Opening a pipe to read would wait for a writer.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            code = errno.EISDIR if stat.S_ISDIR(status.st_mode) else errno.EINVAL
            raise OSError(code, "it is no regular file")
        pieces = [os.read(descriptor, min(status.st_size, most) + 1)]
        size = len(pieces[0])
        while pieces[-1] and size <= most:
            pieces.append(os.read(descriptor, 1 << 20))
            size += len(pieces[-1])
        if size > most:
            raise OSError(errno.EFBIG, f"it is larger than {most >> 20} MB")
    finally:
        os.close(descriptor)
    return b"".join(pieces), status
