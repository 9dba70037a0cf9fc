"""Who owns a file: ``CODEOWNERS``, as GitHub and GitLab read it.

Patterns are those of ``.gitignore``, without negation; the last one that fits a path decides, and one without owners
says that there are none. In GitLab's sections (``[Documentation] @docs``) each section decides by itself, and owners
named behind its heading are those of patterns that name none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

#: Where such a file may lie, in the order it is looked for.
PLACES = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")

_SECTION = re.compile(r"\^?\[([^\]]+)\](?:\[\d+\])?(?:\s+(.*))?\Z")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")


class Owners:
    """The owners of the files of one repository. *root* is its directory, *source* the file's path from there."""

    def __init__(self, text: str, root: str = "", source: str = "CODEOWNERS") -> None:
        self.root = root
        self.source = source
        #: Patterns with their owners, by section.
        self._sections: dict[str, list[tuple[re.Pattern[str], tuple[str, ...]]]] = {}
        for section, pattern, owners in _entries(text):
            self._sections.setdefault(section, []).append((re.compile(_translate(pattern)), owners))

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of *path*, relative to the root, with forward slashes; () for nobody."""
        found: dict[str, None] = {}
        for entries in self._sections.values():
            for pattern, owners in reversed(entries):
                if pattern.match(path):
                    found.update(dict.fromkeys(owners))
                    break
        return tuple(found)


def find_owners(directory: str) -> Owners | None:
    """The owners of the repository that absolute *directory* is in; None where it names none."""
    here = Path(directory)
    for folder in (here, *here.parents):
        for place in PLACES:
            try:
                return Owners((folder / place).read_text("utf-8", errors="replace"), str(folder), place)
            except OSError:
                continue
        if os.path.exists(folder / ".git"):
            break
    return None


def _entries(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(section, pattern, owners) of every line that has any."""
    section = ""
    default: tuple[str, ...] = ()
    known: dict[str, str] = {}
    for line in text.splitlines():
        line = line.strip()
        heading = _SECTION.match(line)
        if heading:
            # Sections of one name are one section, however it is capitalised.
            section = known.setdefault(heading[1].lower(), heading[1])
            default = _owners((heading[2] or "").split())
            continue
        words = _WORD.findall(line)
        if not words or words[0].startswith("#"):
            continue
        named = _owners(words[1:])
        yield section, words[0], named or default


def _owners(words: list[str]) -> tuple[str, ...]:
    """Those of *words*, up to a comment, that name somebody: ``@user``, ``@org/team``, an address."""
    end = next((number for number, word in enumerate(words) if word.startswith("#")), len(words))
    return tuple(word for word in words[:end] if "@" in word)


def _translate(pattern: str) -> str:
    """A regular expression for the paths *pattern* is about."""
    anchored = "/" in pattern.rstrip("/")
    only_directories = pattern.endswith("/")
    text = pattern.strip("/")
    pieces: list[str] = []
    at = 0
    while at < len(text):
        if text.startswith("**/", at) and (at == 0 or text[at - 1] == "/"):
            pieces.append("(?:[^/]+/)*")
            at += 3
        elif text[at:] == "**" and (at == 0 or text[at - 1] == "/"):
            pieces.append(".*")
            at += 2
        elif text[at] == "*":
            pieces.append("[^/]*")
            at += 1
        elif text[at] == "?":
            pieces.append("[^/]")
            at += 1
        elif text[at] == "\\" and at + 1 < len(text):
            pieces.append(re.escape(text[at + 1]))
            at += 2
        else:
            pieces.append(re.escape(text[at]))
            at += 1
    if only_directories:
        end = "/.*"
    elif text.endswith("/*"):
        end = ""  # What lies directly in a directory, and no deeper.
    else:
        end = "(?:/.*)?"
    return ("" if anchored else "(?:.*/)?") + "".join(pieces) + end + r"\Z"
