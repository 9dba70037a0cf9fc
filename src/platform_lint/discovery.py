"""Finding the files to lint below the paths somebody named."""

from __future__ import annotations

import os

from platform_lint.paths import relative
from platform_lint.profiles import Profiles, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from platform_lint.profiles import Profile

SUFFIXES = (".py", ".pyi")


class File:
    """A file to lint: its absolute path, how it is shown, and the profile that holds for it."""

    __slots__ = ("path", "profile", "shown")

    def __init__(self, path: str, shown: str, profile: Profile) -> None:
        self.path = path
        self.shown = shown
        self.profile = profile


def discover(paths: Iterable[str], profiles: Profiles, working_directory: str) -> list[File]:
    """The Python files that *paths* name: files as they are, directories with all below them.

    Exclusions hold for what is found in a directory, and for named files where ``force-exclude`` is set. Inside a git work tree
    what git ignores is left out. Each file comes once, in the order of the paths and then of their names. Raises UsageError
    for a path that does not exist.
    """
    found: dict[str, File] = {}
    for path in paths:
        absolute = os.path.normpath(os.path.join(working_directory, path))
        if os.path.isdir(absolute):
            for file in _below(absolute, profiles, working_directory):
                found.setdefault(file.path, file)
        elif os.path.lexists(absolute):
            profile = profiles.for_directory(os.path.dirname(absolute))
            settings = profile.settings
            if not (settings.force_exclude and settings.excluded.match(relative(absolute, settings.root))):
                found.setdefault(absolute, File(absolute, _shown(absolute, working_directory), profile))
        else:
            raise UsageError(f"{path}: no such file or directory")
    return list(found.values())


def _below(directory: str, profiles: Profiles, working_directory: str) -> Iterator[File]:
    profile = profiles.for_directory(directory)
    if profile.settings.force_exclude and profile.settings.excluded.match(relative(directory, profile.settings.root)):
        return
    listed = _git_files(directory) if profile.settings.respect_gitignore else None
    cut = len(working_directory) + 1 if working_directory != os.sep else 1
    prefix = working_directory.rstrip(os.sep) + os.sep
    for name, files in listed if listed is not None else _walk(directory, profiles):
        profile = profiles.for_directory(name)
        excluded = profile.settings.excluded
        root = profile.settings.root
        for path in files:
            if not excluded.match(relative(path, root)):
                yield File(path, path[cut:] if path.startswith(prefix) else path, profile)


def _walk(directory: str, profiles: Profiles) -> Iterator[tuple[str, list[str]]]:
    """The directories below *directory* with their Python files; links to directories are not followed, so there are no
    loops."""
    pending = [directory]
    while pending:
        here = pending.pop()
        profile = profiles.for_directory(here)
        excluded, root = profile.settings.excluded, profile.settings.root
        files: list[str] = []
        directories: list[str] = []
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    name = entry.name
                    if name.endswith(SUFFIXES) and not entry.is_dir():
                        files.append(entry.path)
                    elif entry.is_dir(follow_symlinks=False) and not excluded.match(relative(entry.path, root)):
                        directories.append(entry.path)
        except OSError:
            continue
        pending += sorted(directories, reverse=True)
        if files:
            files.sort()
            yield here, files


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
        done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"})
    except (OSError, subprocess.CalledProcessError):
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
