"""Writing a file whole or not at all, and nowhere but where somebody asked for it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import stat
from collections.abc import Iterable, Iterator

from platform_lint.reading import MAX_SOURCE_BYTES, read_regular

try:
    import fcntl
except ImportError:  # no such locks on Windows
    fcntl = None  # type: ignore[assignment]

#: What is being written is called like this until it is whole.
_TEMPORARY = re.compile(r"\.platform-lint-[0-9a-f]{16}\.tmp")
#: Directories that this process has looked through for what others left behind.
_swept: set[str] = set()


class WriteError(Exception):
    """A file that was left as it was; the text says why, for people."""


class ChangedError(WriteError):
    """A file that somebody else wrote meanwhile; *content* is what it holds now."""

    def __init__(self, content: bytes) -> None:
        super().__init__("it changed while it was being fixed")
        self.content = content


def given_places(paths: Iterable[str], working_directory: str) -> frozenset[str]:
    """Where a run over *paths* may write: the real paths of the directories and files.

    A directory may be named by a link to it. A link to a file counts for the directory it is in: lists of files come
    from programs, and a repository can hold links to anywhere.
    """
    places: set[str] = set()
    for path in paths:
        absolute = os.path.normpath(os.path.join(working_directory, path))
        if os.path.isdir(absolute):
            places.add(os.path.realpath(absolute))
        else:
            directory, name = os.path.split(absolute)
            real = os.path.realpath(directory)
            places.add(real if os.path.islink(absolute) else os.path.join(real, name))
    return frozenset(places)


def why_not_there(path: str, places: frozenset[str]) -> str:
    """Why the file at *path* is not to be written where only *places* may be, for people; ``""`` if it is."""
    target = here = os.path.realpath(path)
    while here not in places:
        above = os.path.dirname(here)
        if above == here:
            return f"it is a link to {target}, which is outside of the given paths"
        here = above
    return ""


def replace_file(path: str, before: bytes, after: bytes) -> None:
    """Make the file at *path*, last read as *before*, hold *after*: in one step, with its mode, through symbolic links.

    Its owner and extended attributes are kept as far as this user may set them; other hard links keep the old text.
    Raises WriteError, and leaves the file alone, where it changed meanwhile or cannot be written.
    """
    with _undisturbed():
        _replace(os.path.realpath(path), before, after)


def _replace(target: str, before: bytes, after: bytes) -> None:
    temporary = ""
    try:
        _expect(target, before)
        status = os.stat(target)
        if not os.access(target, os.W_OK):
            raise WriteError("it is read-only")
        directory = os.path.dirname(target)
        _sweep(directory)
        descriptor, temporary = _made_in(directory)
        with open(descriptor, "wb") as file:
            file.write(after)
            file.flush()
            _keep(target, status, descriptor)
            os.fsync(descriptor)
            os.chmod(temporary, stat.S_IMODE(status.st_mode))
            # The last look: what is between it and the rename is one system call.
            _expect(target, before)
            os.replace(temporary, target)
    except OSError as error:
        raise WriteError(error.strerror or str(error)) from None
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _expect(target: str, content: bytes) -> None:
    found = read_regular(target, MAX_SOURCE_BYTES)
    if found != content:
        raise ChangedError(found)


def _made_in(directory: str) -> tuple[int, str]:
    """A file that is no one else's in *directory*: its descriptor, which holds the lock on it, and its path."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    while True:
        path = os.path.join(directory, f".platform-lint-{os.urandom(8).hex()}.tmp")
        try:
            descriptor = os.open(path, flags, 0o600)
        except FileExistsError:
            continue
        _locked(descriptor, wait=True)
        if _is_still(path, descriptor):
            return descriptor, path
        os.close(descriptor)  # Somebody swept it away before it was locked.


def _sweep(directory: str) -> None:
    """Remove what runs that were killed left in *directory*: files like ours that nobody holds a lock on."""
    if fcntl is None or directory in _swept:
        return
    _swept.add(directory)
    for name in os.listdir(directory):
        if not _TEMPORARY.fullmatch(name):
            continue
        path = os.path.join(directory, name)
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                if _locked(descriptor, wait=False) and _is_still(path, descriptor):
                    os.unlink(path)
            finally:
                os.close(descriptor)


def _locked(descriptor: int, *, wait: bool) -> bool:
    """Lock an open file, for as long as it is open, however its process ends; False where that cannot be had."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_still(path: str, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.lstat(path), os.fstat(descriptor))
    except OSError:
        return False


def _keep(target: str, status: os.stat_result, descriptor: int) -> None:
    """Give an open file the owner and the extended attributes of *target*, as far as this user may."""
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid) and hasattr(os, "fchown"):
        for owner in (status.st_uid, -1):
            try:
                os.fchown(descriptor, owner, status.st_gid)
                break
            except OSError:
                continue
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(target):
                with contextlib.suppress(OSError):
                    os.setxattr(descriptor, name, os.getxattr(target, name))


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back the signals that would end the process, so that no temporary file stays behind."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
