"""A file's text: decoding, line numbers, offsets, and encoding it again without a changed byte.

The one unit inside the engine is the offset in code points into :attr:`Source.text`; ``ast`` counts UTF-8 bytes
within a line and is converted here.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from platform_lint.finding import Position
from platform_lint.reading import MAX_SOURCE_BYTES, read_regular

BOM = b"\xef\xbb\xbf"

# Python's tokenizer ends a line at these three and at nothing else (`str.splitlines` knows eight more).
_NEWLINE = re.compile(r"\r\n|\r|\n")
_IMPORT = "import"
_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")


class SourceError(Exception):
    """A file that cannot be read as Python text. *row* is 1-based; the message is one line."""

    def __init__(self, message: str, row: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.row = row
        self.column = column


class Source:
    """The text of one file and its line table.

    *text* has every newline as it stands in the file and no byte order mark; *encoding* is a codec name; *bom* tells
    whether the file began with one.
    """

    __slots__ = ("_ascii", "_mentions", "_starts", "bom", "encoding", "text")

    def __init__(self, text: str, encoding: str = "utf-8", bom: bool = False) -> None:
        self.text = text
        self.encoding = encoding
        self.bom = bom
        self._ascii = text.isascii()
        self._starts: list[int] | None = None
        self._mentions: tuple[frozenset[str], list[int]] | None = None

    @classmethod
    def from_bytes(cls, data: bytes) -> Source:
        """Decode *data* as Python does (PEP 263). Raises SourceError for bytes that are not text in their encoding."""
        bom = data.startswith(BOM)
        if bom:
            data = data[len(BOM) :]
        encoding = "utf-8" if bom else _declared_encoding(data)
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            row = data.count(b"\n", 0, error.start) + 1
            raise SourceError(f"not {encoding} text: byte 0x{data[error.start]:02x} on line {row}", row) from None
        except UnicodeError as error:  # not every codec says where
            raise SourceError(f"not {encoding} text: {error}") from None
        if "\0" in text:
            row = text.count("\n", 0, text.index("\0")) + 1
            raise SourceError(f"a null byte on line {row}", row)
        return cls(text, encoding, bom)

    def to_bytes(self, text: str) -> bytes:
        """Encode *text* as this file was. Raises SourceError where the file's encoding lacks one of its characters."""
        try:
            data = text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise SourceError(f"{self.encoding} cannot encode {error.object[error.start]!r}") from None
        except UnicodeError as error:
            raise SourceError(f"{self.encoding} cannot encode it: {error}") from None
        return BOM + data if self.bom else data

    @property
    def starts(self) -> list[int]:
        """Offset of the first character of each line; row *n* is at index *n* - 1."""
        if self._starts is None:
            if "\r" in self.text:
                self._starts = [0, *(match.end() for match in _NEWLINE.finditer(self.text))]
            else:
                self._starts = [0]
                self._starts += accumulate(len(line) + 1 for line in self.text.split("\n"))
                self._starts.pop()
        return self._starts

    def mentions(self, words: frozenset[str]) -> list[int]:
        """The offsets, ascending, where one of *words* or ``import *`` stands as a whole."""
        if self._mentions is None or self._mentions[0] != words:
            self._mentions = words, sorted(_mentions(self.text, words))
        return self._mentions[1]

    def rows_of(self, offsets: Iterable[int]) -> list[int]:
        """The 1-based rows of ascending *offsets*, each once."""
        if "\r" in self.text:
            return sorted({self.row(offset) for offset in offsets})
        # Counting line ends between a few offsets is faster than making the line table.
        rows: list[int] = []
        row, at = 1, 0
        for offset in offsets:
            row += self.text.count("\n", at, offset)
            at = offset
            if not rows or rows[-1] != row:
                rows.append(row)
        return rows

    def offset(self, row: int, utf8_column: int) -> int:
        """The offset of what ``ast`` calls line *row* (1-based), column *utf8_column* (0-based bytes)."""
        start = self.starts[row - 1]
        if self._ascii or utf8_column == 0:
            return start + utf8_column
        # A code point takes one byte at least, so this slice holds the column whatever the characters are.
        line = self.text[start : start + utf8_column].encode("utf-8", "surrogatepass")
        return start + len(line[:utf8_column].decode("utf-8", "surrogatepass"))

    def position(self, offset: int) -> Position:
        """The 1-based row and code-point column of *offset*."""
        row = self.row(offset)
        return Position(row, offset - self.starts[row - 1] + 1)

    def row(self, offset: int) -> int:
        """The 1-based row of *offset*."""
        return bisect_right(self.starts, offset)

    def line(self, row: int) -> str:
        """The text of 1-based *row*, its newline included."""
        starts = self.starts
        return self.text[starts[row - 1] : starts[row] if row < len(starts) else len(self.text)]

    @property
    def newline(self) -> str:
        """The newline of the file: its first one, ``\\n`` where it has none."""
        match = _NEWLINE.search(self.text)
        return match.group() if match else "\n"

    def newline_at(self, offset: int) -> str:
        """The newline a line gets that is added at *offset*: that of the line there, or else of the one above."""
        if "\r" not in self.text:
            return "\n"
        match = _NEWLINE.search(self.text, offset)
        if match is None:
            start = self.starts[self.row(offset) - 1]
            match = _NEWLINE.search(
                self.text, start - 2 if self.text[start - 2 : start] == "\r\n" else max(start - 1, 0)
            )
        return match.group() if match else "\n"

    def with_newlines(self, text: str, offset: int) -> str:
        """*text* as it is put in at *offset*: its lines end as those around them do."""
        if "\n" not in text and "\r" not in text:
            return text
        newline = self.newline_at(offset)
        return _NEWLINE.sub(lambda _: newline, text)


def _mentions(text: str, words: frozenset[str]) -> Iterator[int]:
    # `str.find` is many times faster than a regular expression of alternatives.
    for word in words | {_IMPORT}:
        wanted = word in words
        at = text.find(word)
        while at >= 0:
            end = at + len(word)
            if not (_is_word(text[at - 1 : at]) or _is_word(text[end : end + 1])) and (
                wanted or text[end : end + 80].lstrip(" \t\f\\(\r\n")[:1] == "*"
            ):
                yield at
            at = text.find(word, end)


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _declared_encoding(data: bytes) -> str:
    """The PEP 263 encoding of *data*, ``utf-8`` where none is declared."""
    for line in io.BytesIO(data[:2048]).readlines()[:2]:
        match = _COOKIE.match(line)
        if match:
            name = match.group(1).decode("ascii")
            try:
                "".encode(name)
                # A codec for host names: what it decodes takes the square of the length in time.
                known = name.lower() not in ("idna", "punycode")
            except (LookupError, UnicodeError):  # `undefined` raises the latter, whatever the text
                known = False
            if not known:
                raise SourceError(f"unknown encoding {name!r}")
            return name
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return "utf-8"


def text_of(path: str) -> str | None:
    """The text of the file at *path*; None where it cannot be read as Python text."""
    try:
        return decoded(read_regular(path, MAX_SOURCE_BYTES))
    except OSError:
        return None


def decoded(data: bytes) -> str | None:
    """The text of the file that holds *data*; None where that is no Python text."""
    try:
        return Source.from_bytes(data).text
    except SourceError:
        return None
