"""The flake8 plugin: reports what the command line reports, and fixes nothing.

flake8 hands over the syntax tree it has made anyway. Everything else waits until the sieve lets a file through, so a
clean tree costs next to nothing. ``noqa`` is left to flake8.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    import ast
    from collections.abc import Iterator
    from typing import ClassVar

    from platform_lint.linting import Linter
    from platform_lint.profiles import Profile, Profiles

    Row = tuple[int, int, str, type]


class Plugin:
    """What flake8 makes for each file. *tree*, *filename* and *lines* are flake8's names for what it hands over."""

    name = "platform-lint"
    off_by_default = False

    _config = ""
    _linters: ClassVar[dict[str, Linter]] = {}
    _profiles: ClassVar[Profiles | None] = None

    def __init__(self, tree: ast.Module, filename: str, lines: list[str]) -> None:
        self.tree = tree
        self.filename = filename
        self.lines = lines

    @classmethod
    def add_options(cls, manager: object) -> None:
        """Register our option."""
        manager.add_option(  # type: ignore[attr-defined]
            "--platform-lint-config",
            default="",
            parse_from_config=True,
            normalize_paths=True,
            help="configuration file of platform-lint (default: the nearest one to each file)",
        )

    @classmethod
    def parse_options(cls, manager: object, options: argparse.Namespace, paths: list[str]) -> None:
        """Keep what flake8 read, and tell it of the code families of the packs in force for *paths*.

        It reports only codes that begin with an entry point's name unless it is told of others.
        """
        cls._config = options.platform_lint_config
        cls._linters = {}
        cls._profiles = None
        manager.extend_default_select(cls._families(paths or ["."]))  # type: ignore[attr-defined]

    def run(self) -> Iterator[Row]:
        """Yield (row, 0-based column, "CODE message", type). Never raises: flake8 would lose every other file's
        results.
        """
        try:
            yield from self._findings()
        except Exception as error:
            yield (1, 0, f"LIB008 platform-lint failed: {type(error).__name__}: {_one_line(str(error))}", type(self))

    def _findings(self) -> Iterator[Row]:
        path = os.path.abspath(self.filename if self.filename not in ("-", "stdin") else "stdin.py")
        linter = self._linter(os.path.dirname(path))
        inside = os.path.relpath(path, linter.settings.root).replace(os.sep, "/")
        if linter.settings.force_exclude and linter.settings.excluded.match(inside):
            return
        text = "".join(self.lines)
        if text[:1] == "\ufeff":
            text = text[1:]
        for finding in linter.findings_in(text, path, self.filename, self.tree):
            message = f"{finding.code} {_one_line(finding.message)}"
            yield (finding.start.row, finding.start.column - 1, message, type(self))

    @classmethod
    def _profile(cls, directory: str) -> Profile:
        if cls._profiles is None:
            from platform_lint.profiles import Profiles

            cls._profiles = Profiles(config=cls._config)
        return cls._profiles.for_directory(directory)

    @classmethod
    def _linter(cls, directory: str) -> Linter:
        """The linter for the files of *directory*, made once for each configuration."""
        profile = cls._profile(directory)
        key = profile.settings.source or profile.settings.root
        linter = cls._linters.get(key)
        if linter is None:
            import time

            from platform_lint.linting import Linter

            linter = cls._linters[key] = Linter(profile, time.strftime("%Y-%m-%d"))
        return linter

    @classmethod
    def _families(cls, paths: list[str]) -> list[str]:
        """The letters of all codes known to the configurations of *paths*."""
        found: set[str] = set()
        here = os.getcwd()
        for directory in {here, *(_directory(os.path.join(here, path)) for path in paths)}:
            try:
                found |= {rule.code.rstrip("0123456789") for rule in cls._profile(directory).rules}
            except Exception:
                continue  # Each file there will say so.
        return sorted(found - {"LIB"})


def _directory(path: str) -> str:
    return os.path.normpath(path if os.path.isdir(path) else os.path.dirname(path))


def _one_line(text: str) -> str:
    return " ".join(text.split())
