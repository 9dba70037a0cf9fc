"""Splices as text: what a repair puts into a file, with its names spelled as the place allows.

A qualified name is spelled through an import that is there, else through one that is added; what a splice quotes of
the file keeps its text. Where each piece comes to stand is kept, so that the result can be proved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from platform_lint.hits import Quote, Repair, Splice
from platform_lint.index import Index, Reference
from platform_lint.rule import Target


class Laid:
    """One splice with its text: *quotes* and *names* tell where in the text what stands.

    They are pairs of a 0-based offset into *text* and the quote, or the qualified name and how it is spelled.
    """

    __slots__ = ("end", "names", "quotes", "start", "text")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self.text = ""
        self.quotes: list[tuple[int, Quote]] = []
        self.names: list[tuple[int, Target, str]] = []

    def add(self, piece: str) -> None:
        """Append literal text."""
        self.text += piece

    def quote(self, quote: Quote, text: str) -> None:
        """Append what stands at *quote* in *text*, the text of the file."""
        self.quotes.append((len(self.text), quote))
        self.text += text[quote.start : quote.end]

    def name(self, target: Target, spelled: str) -> None:
        """Append *spelled*, which means *target*."""
        self.names.append((len(self.text), target, spelled))
        self.text += spelled

    def precede(self, text: str) -> None:
        """Put *text* before what is there."""
        self.text = text + self.text
        self.quotes = [(at + len(text), quote) for at, quote in self.quotes]
        self.names = [(at + len(text), target, spelled) for at, target, spelled in self.names]

    def literal(self) -> str:
        """The text that is neither quoted nor a qualified name, with blanks between its pieces."""
        taken = [(at, at + quote.end - quote.start) for at, quote in self.quotes]
        taken += [(at, at + len(spelled)) for at, _, spelled in self.names]
        pieces: list[str] = []
        done = 0
        for start, end in sorted(taken):
            pieces.append(self.text[done:start])
            done = end
        return " ".join([*pieces, self.text[done:]])


def dropped(index: Index, repairs: Iterable[Repair]) -> Iterator[Reference]:
    """The references that are gone once *repairs* are made: inside a splice, and quoted by none of its pieces."""
    for repair in repairs:
        for splice in repair.splices:
            for reference in within(index, splice.start, splice.end):
                if not any(_holds(piece, reference) for piece in splice.pieces if isinstance(piece, Quote)):
                    yield reference


def within(index: Index, start: int, end: int) -> Sequence[Reference]:
    """The references that begin between *start* and *end*."""
    return index.references[bisect_left(index.starts, start) : bisect_left(index.starts, end)]


def _holds(quote: Quote, reference: Reference) -> bool:
    """Whether *quote* has the name of *reference*, with all of its attributes or some."""
    return quote.start <= reference.start and reference.ends[0] <= quote.end


def place_of(index: Index, splice: Splice) -> Reference:
    """A stand-in for a use of a name where *splice* stands."""
    starts = index.starts
    number = bisect_left(starts, splice.start)
    near = index.references[number] if number < len(starts) else None
    if near is not None and splice.start <= near.start < splice.end:
        scope, block = near.scope, near.block
    else:
        row = index.source.row(splice.start)
        line = index.source.text[index.source.starts[row - 1] : splice.start]
        scope, block = index.surroundings(row, len(line.encode("utf-8", "surrogatepass")))
    return Reference((), 0, splice.start, [splice.start], None, scope, block, "load", False, False)
