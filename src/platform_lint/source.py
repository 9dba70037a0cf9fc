"""A file's text: decoding, line numbers, offsets, and encoding it again without a changed byte.

The one unit inside the engine is the offset in code points into :attr:`Source.text`; ``ast`` counts UTF-8 bytes
within a line and is converted here.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_right

from platform_lint.finding import Position

BOM = b"\xef\xbb\xbf"

# Python's tokenizer ends a line at these three and at nothing else (`str.splitlines` knows eight more).
_NEWLINE = re.compile(r"\r\n|\r|\n")
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

    __slots__ = ("_ascii", "_starts", "bom", "encoding", "text")

    def __init__(self, text: str, encoding: str = "utf-8", bom: bool = False) -> None:
        self.text = text
        self.encoding = encoding
        self.bom = bom
        self._ascii = text.isascii()
        self._starts: list[int] | None = None

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
        return BOM + data if self.bom else data

    @property
    def starts(self) -> list[int]:
        """Offset of the first character of each line; row *n* is at index *n* - 1."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in _NEWLINE.finditer(self.text))]
        return self._starts

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
        """The newline an added line gets: the first one of the file, ``\\n`` where it has none."""
        match = _NEWLINE.search(self.text)
        return match.group() if match else "\n"


def _declared_encoding(data: bytes) -> str:
    """The PEP 263 encoding of *data*, ``utf-8`` where none is declared."""
    for line in io.BytesIO(data[:2048]).readlines()[:2]:
        match = _COOKIE.match(line)
        if match:
            name = match.group(1).decode("ascii")
            try:
                "".encode(name)
            except LookupError:
                raise SourceError(f"unknown encoding {name!r}") from None
            return name
        if line.strip() and not line.lstrip().startswith(b"#"):
            break
    return "utf-8"
