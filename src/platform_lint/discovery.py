"""Finding the files to lint below the paths somebody named."""

from __future__ import annotations

import os

from platform_lint.paths import relative
from platform_lint.profiles import Profiles, UsageError
from platform_lint.settings import CONFIG_FILENAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from platform_lint.profiles import Profile

SUFFIXES = (".py", ".pyi")
#: Python by other names, where a file is named.
_OTHER_SUFFIXES = (".pyw", ".wsgi", ".gyp", ".gypi")
#: As much of a file as tells which program runs it.
_SHEBANG = 256
#: Listing writes nothing, and fetches nothing: what a partial clone lacks is got by a program that its configuration
#: names.
GIT_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
#: The one program that listing files would run because a repository's own configuration names it; and a repository
#: that lies in another as data is none.
GIT_SETTINGS = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit")
#: A configuration that includes a pipe keeps git waiting for ever.
GIT_SECONDS = 120


class File:
    """A file to lint: its absolute path, how it is shown, and the profile that holds for it."""

    __slots__ = ("path", "profile", "shown")

    def __init__(self, path: str, shown: str, profile: Profile) -> None:
        self.path = path
        self.shown = shown
        self.profile = profile


def discover(
    paths: Iterable[str],
    profiles: Profiles,
    working_directory: str,
    *,
    remember: bool = False,
    skipped: list[str] | None = None,
) -> list[File]:
    """The Python files that *paths* name: files as they are, directories with all below them.

    Exclusions hold for what is found in a directory, and for named files where ``force-exclude`` is set. Inside a git
    work tree what git ignores is left out. Each file comes once, in the order of the paths and then of their names.
    With *remember*, a directory that did not change since the last time is not read again. Named files that are no
    Python by their extension, and say nothing else in their first line, are left out and added to *skipped*. Raises
    UsageError for a path that does not exist.
    """
    found: dict[str, File] = {}
    for path in paths:
        absolute = os.path.normpath(os.path.join(working_directory, path))
        if os.path.isdir(absolute):
            below = _below(absolute, profiles, working_directory, remember)
            if found:
                for file in below:
                    found.setdefault(file.path, file)
            else:
                found = {file.path: file for file in below}
        elif os.path.lexists(absolute):
            if not _may_be_python(absolute):
                if skipped is not None:
                    skipped.append(path)
                continue
            profile = profiles.for_directory(os.path.dirname(absolute))
            settings = profile.settings
            if not (settings.force_exclude and settings.excluded.match(relative(absolute, settings.root))):
                found.setdefault(absolute, File(absolute, _shown(absolute, working_directory), profile))
        else:
            raise UsageError(f"{path}: no such file or directory")
    return list(found.values())


def _may_be_python(path: str) -> bool:
    """Whether the file at *path* may be Python: all but a file that has another extension."""
    extension = os.path.splitext(path)[1]
    if not extension or extension in SUFFIXES or extension in _OTHER_SUFFIXES or not os.path.isfile(path):
        return True
    try:
        with open(path, "rb") as file:
            first = file.readline(_SHEBANG)
    except OSError:
        return True  # Reading it will tell why it cannot be read.
    return first.startswith(b"#!") and b"python" in first


def _below(directory: str, profiles: Profiles, working_directory: str, remember: bool) -> Iterator[File]:
    profile = profiles.for_directory(directory)
    settings = profile.settings
    if settings.force_exclude and settings.excluded.match(relative(directory, settings.root)):
        return
    prefix = working_directory.rstrip(os.sep) + os.sep
    cut = len(prefix)
    listed = _git_files(directory) if settings.respect_gitignore else None
    if listed is None:
        for path, held in _listed(directory, profiles, profile, remember):
            yield File(path, path[cut:] if path.startswith(prefix) else path, held)
        return
    for name, files in listed:
        profile = profiles.for_directory(name)
        excluded, root = profile.settings.excluded, profile.settings.root
        for path in files:
            if not excluded.match(relative(path, root)):
                yield File(path, path[cut:] if path.startswith(prefix) else path, profile)


def _listed(directory: str, profiles: Profiles, profile: Profile, remember: bool) -> Iterable[tuple[str, Profile]]:
    """The Python files below *directory*, each with its profile; from the last walk where that still holds."""
    if not remember:
        return _walk(directory, profiles, profile, [])
    from platform_lint.listings import Listing

    conditions = (profiles.uniform, profile.settings.root, profile.settings.excluded.patterns)
    listing = Listing(directory, repr(conditions))
    known = listing.read()
    if known is not None:
        return [(path, profile) for path in known]
    seen: list[str] = []
    files = list(_walk(directory, profiles, profile, seen))
    if all(held is profile and path.endswith(SUFFIXES) for path, held in files):
        # Where a configuration further down holds for some, its exclusions may change without any directory changing;
        # so may the permissions of a directory that could not be read.
        listing.write(seen, [path for path, _ in files])
    return files


def _walk(directory: str, profiles: Profiles, profile: Profile, seen: list[str]) -> Iterator[tuple[str, Profile]]:
    """The Python files below *directory*, each with its profile; links to directories are not followed: no loops.

    What decides about the result is added to *seen*: the directories read and the configuration files in them.
    """
    pending = [(directory, profile)]
    while pending:
        here, profile = pending.pop()
        seen.append(here)
        try:
            with os.scandir(here) as entries:
                listed = sorted(entries, key=_name)
        except OSError:
            yield here, profile  # Reading it will tell why it cannot be read.
            continue
        profile = profiles.for_child(here, [entry.name for entry in listed], profile)
        seen += [entry.path for entry in listed if entry.name in CONFIG_FILENAMES]
        excluded, root = profile.settings.excluded, profile.settings.root
        below: list[tuple[str, Profile]] = []
        for entry in listed:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if not excluded.match_entry(name, entry.path, root):
                    below.append((entry.path, profile))
            # `entry.is_dir()` fails on a link to itself.
            elif (
                name.endswith(SUFFIXES)
                and not excluded.match_entry(name, entry.path, root)
                and not (entry.is_symlink() and os.path.isdir(entry.path))
            ):
                yield entry.path, profile
        below.reverse()
        pending += below


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _git_files(directory: str) -> list[tuple[str, list[str]]] | None:
    """The Python files below *directory* that git tracks or would track, by directory; None outside a work tree."""
    here = directory
    while not os.path.exists(os.path.join(here, ".git")):
        parent = os.path.dirname(here)
        if parent == here:
            return None
        here = parent
    import subprocess

    command = [
        "git",
        *GIT_SETTINGS,
        "-C",
        directory,
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        *("*" + s for s in SUFFIXES),
    ]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            check=True,
            env={**os.environ, **GIT_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            timeout=GIT_SECONDS,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    grouped: dict[str, list[str]] = {}
    for name in sorted(set(os.fsdecode(done.stdout).split("\0"))):
        if name:
            path = os.path.join(directory, name)
            # A tracked file may have been deleted, or be a link to a directory.
            if os.path.isfile(path) or (os.path.islink(path) and not os.path.isdir(path)):
                grouped.setdefault(os.path.dirname(path), []).append(path)
    return sorted(grouped.items())


def _shown(path: str, working_directory: str) -> str:
    prefix = working_directory.rstrip(os.sep) + os.sep
    return path[len(prefix) :] if path.startswith(prefix) else path
