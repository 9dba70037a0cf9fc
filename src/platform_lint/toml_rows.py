"""Where things stand in a TOML file: the row of every key, table and item of a list.

TOML parsers give values without places, so this reads the text again, and only for messages. The text must be TOML:
what is none is told by the parser, with its own row.
"""

from __future__ import annotations

import re
from bisect import bisect_right

#: The way to a value: keys of tables and 0-based numbers of items.
Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
# Those in three quotes come first; up to two more quotes may stand before the last three.
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' r"|'''(?:[^']|'(?!''))*'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'", re.S
)
_SCALAR = re.compile(r"[^,\]}#\n]+")
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([btnfre"\\]))')
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}


def toml_rows(text: str) -> dict[Path, int]:
    """The 1-based rows of what the TOML file *text* holds, by the way to it."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.rows: dict[Path, int] = {}
        #: How many tables there are in each list of tables.
        self.counts: dict[Path, int] = {}
        self.breaks = [match.start() for match in re.finditer("\n", text)]

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while True:
            self._skip(_GAP)
            if self.at >= len(self.text):
                return self.rows
            before = self.at
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._entry(table)
            if self.at == before:
                return self.rows  # This is no TOML.

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def _take(self, char: str) -> bool:
        """Step over *char*, if it is next."""
        found = self.text.startswith(char, self.at)
        self.at += len(char) if found else 0
        return found

    def _note(self, path: Path, at: int) -> None:
        self.rows.setdefault(path, bisect_right(self.breaks, at - 1) + 1)

    def _header(self) -> Path:
        """``[table]`` or ``[[list.of.tables]]``."""
        start, many = self.at, self._take("[[")
        if not many:
            self._take("[")
        *outer, last = self._key() or [""]
        path: Path = ()
        for part in outer:
            path = self._latest((*path, part))
            self._note(path, start)
        path = (*path, last)
        if many:
            number = self.counts.get(path, 0)
            self.counts[path] = number + 1
            self._note(path, start)
            path = (*path, number)
        self._note(path, start)
        self._take("]]" if many else "]")
        return path

    def _latest(self, path: Path) -> Path:
        """*path*, or the last of the tables in the list that is there."""
        return (*path, self.counts[path] - 1) if path in self.counts else path

    def _key(self) -> list[str]:
        """The parts of a dotted key."""
        parts: list[str] = []
        while True:
            self._skip(_BLANK)
            if self.text[self.at : self.at + 1] in ('"', "'"):
                parts.append(_unquoted(self._skip(_STRING)))
            else:
                parts.append(self._skip(_BARE))
            self._skip(_BLANK)
            if not self._take("."):
                return parts

    def _entry(self, table: Path) -> None:
        """``key = value``."""
        start, path = self.at, table
        for part in self._key():
            path = (*path, part)
            self._note(path, start)
        self._take("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip(_BLANK)
        if self._take("["):
            number = 0
            while not self._ends("]"):
                self._note((*path, number), self.at)
                self._value((*path, number))
                number += 1
        elif self._take("{"):
            while not self._ends("}"):
                self._entry(path)
        elif not self._skip(_STRING) and not self._skip(_SCALAR):
            self.at += 1  # This is no TOML.

    def _ends(self, closer: str) -> bool:
        """Whether a list or table is over, before its next item."""
        self._skip(_GAP)
        if self._take(","):
            self._skip(_GAP)
        return self._take(closer) or self.at >= len(self.text)


def _unquoted(literal: str) -> str:
    """The text of a string on one line."""
    if not literal.startswith('"'):
        return literal[1:-1]
    return _ESCAPE.sub(
        lambda match: _ESCAPED[match[3]] if match[3] else chr(int(match[1] or match[2], 16)), literal[1:-1]
    )
