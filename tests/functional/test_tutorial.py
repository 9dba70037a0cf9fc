"""The tutorial is what happens: every command of it is run, in order, and says what the page says."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial.md"
_FENCE = re.compile(r"^```(\w+)(?: (shows|write)=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: What is never the same twice.
_SECONDS = re.compile(r"\b\d+\.\d s\b")


def blocks(text: str) -> Iterator[tuple[str, str, str, str]]:
    """(language, what is done with it, path, content) of what stands in fences."""
    for match in _FENCE.finditer(text):
        yield match[1], match[2] or "", match[3] or "", match[4]


class Reader:
    """Somebody who does what the tutorial says, in *place*."""

    def __init__(self, place: Path, environment: Mapping[str, str]) -> None:
        self.here = place
        ours = place / "bin"
        ours.mkdir()
        for name, command in (("platform-lint", "-m platform_lint"), ("python3", "")):
            (ours / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {command} "$@"\n')
            (ours / name).chmod(0o755)
        # On a terminal, what is said comes in the order it is said in.
        self.env = {
            **environment,
            "LC_ALL": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PATH": f"{ours}{os.pathsep}{environment['PATH']}",
        }
        shutil.copytree(ROOT / "examples", place / "examples")

    def does(self, content: str) -> str:
        """A block of commands with what they say, as it should be."""
        lines = []
        for command in re.findall(r"^\$ (.*)$", content, re.MULTILINE):
            # Where a command goes, the next one is.
            done = subprocess.run(
                ["bash", "-c", f'{command}\npwd > "$OLDHERE"'],
                cwd=self.here,
                env={**self.env, "OLDHERE": str(self.here / ".here")},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            note = self.here / ".here"
            self.here = Path(note.read_text().strip())
            note.unlink()
            lines += [f"$ {command}\n", done.stdout]
        return "".join(lines)

    def reads(self, text: str) -> Iterator[tuple[str, str]]:
        """What each block says, and what it should say."""
        for language, what, path, content in blocks(text):
            if language == "console":
                yield content, _SECONDS.sub("0.1 s", self.does(content))
            elif what == "write":
                (self.here / path).write_text(content, encoding="utf-8")
            elif what == "shows":
                there = (self.here / path).read_text("utf-8")
                yield content, content if content in there else f"{path} has nothing like it"


@pytest.mark.slow
def test_every_command_of_the_tutorial_says_what_the_page_says(tmp_path, environment):
    reader = Reader(tmp_path, environment)
    ran = 0
    for said, found in reader.reads(PAGE.read_text(encoding="utf-8")):
        assert said == found, "".join(
            difflib.unified_diff(said.splitlines(True), found.splitlines(True), "page", "run")
        )
        ran += said.startswith("$ ")
    assert ran > 10


def test_every_block_of_the_tutorial_is_run_or_held_against_a_file():
    assert [
        language for language, what, _, _ in blocks(PAGE.read_text("utf-8")) if language != "console" and not what
    ] == []


def refresh() -> None:
    """Write what the commands say now into the page: ``python -m tests.functional.test_tutorial``."""
    import tempfile

    text = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as place:
        cache = {"PLATFORM_LINT_CACHE_DIR": str(Path(place) / "cache")}
        for said, found in Reader(Path(place), {**os.environ, **cache}).reads(text):
            if said.startswith("$ "):
                text = text.replace(f"```console\n{said}```", f"```console\n{found}```", 1)
            elif said != found:
                print(found, file=sys.stderr)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    refresh()
