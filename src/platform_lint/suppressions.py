"""``# noqa``, read as flake8 reads it, and what we ask of a suppression beyond that.

:func:`read` a file that contains the letters "noqa", :func:`split` its findings, and ask for :func:`complaints`: a
suppression may carry a reason and a last day, ``# noqa: LIB101 -- legacy client; until 2027-03-01``, which flake8 skips
over and we hold its author to.

flake8 (6.1 to 7.5 agree) is the authority on what is suppressed, its surprises included:

- it looks for ``# noqa`` with exactly one space, in any case, anywhere in the text of a line, inside a string as well;
- only the first one in a line counts;
- codes are prefixes, compared *with* their case; what does not read as codes after one colon and at most one space
  makes it a blanket, so ``# noqa : LIB101`` and ``# noqa: because`` hide everything;
- a line that begins with ``# flake8: noqa`` switches the whole file off, also where codes follow it.

Units: as in :mod:`platform_lint.finding`. The text of a file is decoded, has its own newlines, and no byte order mark.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date

    from platform_lint.finding import Finding

Kind = Literal["unused", "expired", "reasonless", "malformed"]

_CODES = r"(?::\s?(?P<codes>(?:[A-Z]+[0-9]+[,\s]*)+))?"
#: Not ``re.ASCII``: flake8 takes any Unicode space between codes, and the few letters that fold to ASCII ones.
_NOQA = re.compile("# noqa" + _CODES, re.IGNORECASE)
_CODE = re.compile(r"[^,\s]+")
#: flake8 has no codes here and stops at "noqa"; they are matched only so as not to be taken for the reason.
_FILE_NOQA = re.compile(r"\s*(?P<noqa># flake8[:=]\s*noqa)" + _CODES, re.IGNORECASE)

#: Where a remark ends and another comment begins on the same line, as in ``-- why  # type: ignore``.
_NEXT_COMMENT = re.compile(r"(?<=\s)#\s")
_UNTIL = re.compile(r"(?:^|[;,])\s*until\b:?\s*(?P<when>[^;]*)", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w/:-])")
#: Meant as a date, though it is none: a year, or numbers joined as days and months are. "until 3.9 is gone" is prose.
_DATE_LIKE = re.compile(r"\b(?:19|20)[0-9]{2}|[0-9]+[-/][0-9]+")
_AROUND_REASON = " \t\f\n-\u2013\u2014:;,."


@dataclass(frozen=True, slots=True)
class Noqa:
    """One ``noqa`` of a file.

    *column* and *end_column* enclose it with its codes, reason and date. *codes* are as written, *code_columns* where
    each begins; no codes: it hides everything. *remark* is the text after the codes. *rows* are the rows it speaks for,
    none where flake8 never gets to it. *is_comment* is false for a ``# noqa`` inside a string: it hides findings all
    the same, but may be prose about suppressions, so nobody is asked to justify it.
    """

    row: int
    column: int
    end_column: int
    codes: tuple[str, ...]
    code_columns: tuple[int, ...]
    remark: str
    rows: range
    is_comment: bool

    def hides(self, code: str) -> bool:
        """Whether a finding of *code* on one of the rows is suppressed."""
        return not self.codes or code.startswith(self.codes)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong with a suppression itself, from *column* to *end_column* (exclusive) of *row*.

    ``unused`` points at one code, which is all of *codes*; the other kinds at the whole suppression, with all of its
    codes (none: a blanket). *reason* is ``""`` and *until* is ``None`` where the comment has none.
    """

    kind: Kind
    row: int
    column: int
    end_column: int
    codes: tuple[str, ...]
    reason: str
    until: date | None
    message: str


class Suppressions:
    """What the ``noqa`` comments of one file hide. Make it with :func:`read`; it does not change."""

    def __init__(self, text: str) -> None:
        """Look through *text*, the whole file."""
        # Universal newlines, as flake8 opens files: \r\n and \r end a line, form feeds and U+2028 do not.
        self._lines = io.StringIO(text, newline=None).readlines()
        mentions = [(row, line) for row, line in enumerate(self._lines, 1) if "noqa" in line.lower()]
        #: True if flake8 does not look at the file at all; then not even a syntax error in it is reported.
        self.whole_file = any(_FILE_NOQA.match(line) for _, line in mentions)
        pattern = _FILE_NOQA.match if self.whole_file else _NOQA.search
        self._rows = [row for row, line in mentions if pattern(line)]

    def covers(self, row: int, code: str) -> bool:
        """Whether flake8 would keep silent about *code* on *row* (1-based; 0 and rows past the end are no line)."""
        if self.whole_file:
            return True
        if not code.startswith(self._prefixes):
            return False
        noqa = self._effective.get(row)
        return noqa is not None and noqa.hides(code)

    @cached_property
    def noqas(self) -> tuple[Noqa, ...]:
        """Every ``noqa`` in the file, in order; in a file that is switched off, only what switches it off."""
        if not self._rows:
            return ()
        joined, comments = _layout(self._lines)
        if self.whole_file:
            return tuple(self._file_level(comments))
        spans = dict.fromkeys(joined.get(row, (row, row)) for row in self._rows)
        return tuple(noqa for first, last in spans for noqa in self._inline(first, last, comments))

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        """All that may be hidden anywhere: the codes named, ``""`` for a blanket, and no less.

        Without this, files that only silence other tools (nearly all that say ``noqa``) would be tokenized too.
        """
        if not self._rows or self.whole_file:
            return ()
        named = (_CODE.findall(match["codes"] or "") or [""] for match in _NOQA.finditer("".join(self._lines)))
        return tuple({code for codes in named for code in codes})

    @cached_property
    def _effective(self) -> dict[int, Noqa]:
        return {row: noqa for noqa in self.noqas for row in noqa.rows}

    def _file_level(self, comments: dict[int, int]) -> Iterator[Noqa]:
        rows = range(len(self._lines) + 1)
        for row in self._rows:
            line = self._lines[row - 1]
            if match := _FILE_NOQA.match(line):
                start = match.start("noqa")
                end, remark = _remark(line, start, match.end(), len(line))
                yield Noqa(row, start + 1, end + 1, (), (), remark, rows, comments.get(row) == start)
                rows = range(0)

    def _inline(self, first: int, last: int, comments: dict[int, int]) -> Iterator[Noqa]:
        # flake8 searches the joined lines at once: codes may go on in the next line of a string.
        text = "".join(self._lines[first - 1 : last])
        rows, row, line_start, counted = range(first, last + 1), first, 0, 0
        for match in _NOQA.finditer(text):
            # Counting on from the last match, not from the top, keeps a line of a million of them linear.
            row += text.count("\n", counted, match.start())
            line_start = max(line_start, text.rfind("\n", counted, match.start()) + 1)
            counted = match.start()
            line = self._lines[row - 1]
            start = counted - line_start
            spoken = min(match.end() - line_start, len(line))
            following = _NOQA.search(line, spoken)
            end, remark = _remark(line, start, spoken, following.start() if following else len(line))
            codes = list(_CODE.finditer(text, *match.span("codes"))) if match["codes"] else []
            yield Noqa(
                row=row,
                column=start + 1,
                end_column=end + 1,
                codes=tuple(code[0] for code in codes),
                code_columns=tuple(code.start() - line_start + 1 for code in codes),
                remark=remark,
                rows=rows,
                is_comment=comments.get(row, len(line)) <= start,
            )
            rows = range(0)

    def _may_deserve_complaint(self, own_codes: Callable[[str], bool], require_reason: bool) -> bool:
        """Whether it is worth reading the comments one by one."""
        return (
            (require_reason and bool(self._rows))
            or any(own_codes(code) or own_codes(code.upper()) for code in self._prefixes if code)
            or any("until" in self._lines[row - 1].lower() for row in self._rows)
        )


def read(text: str) -> Suppressions:
    """The suppressions in the *text* of a file. Costs one look at each line; files are tokenized only on demand."""
    return Suppressions(text)


def split(findings: Iterable[Finding], suppressions: Suppressions) -> tuple[list[Finding], list[Finding]]:
    """The *findings* to report and the suppressed ones, both in the order given. The row that counts is the first."""
    kept: list[Finding] = []
    suppressed: list[Finding] = []
    for finding in findings:
        (suppressed if suppressions.covers(finding.start.row, finding.code) else kept).append(finding)
    return kept, suppressed


def complaints(
    suppressions: Suppressions,
    findings: Iterable[Finding],
    own_codes: Callable[[str], bool],
    today: date,
    require_reason: bool = False,
) -> list[Complaint]:
    """What is wrong with the suppressions of a file, by row and column.

    *findings* are all of the file's, before :func:`split`. *own_codes* tells whether a code as written in a comment is
    ours and everything it can hide was checked in this run; for a prefix such as ``LIB1`` that means each code below
    it. A date is the last day a suppression is good for; afterwards it still hides what it hid, since flake8 goes on
    as well. A reason is required only of a comment that hides something.

    A file that cannot be tokenized earns no complaints: its findings are not known.
    """
    if not suppressions._may_deserve_complaint(own_codes, require_reason):
        return []
    found: dict[int, list[str]] = {}
    for finding in findings:
        found.setdefault(finding.start.row, []).append(finding.code)

    made: list[Complaint] = []
    for noqa in suppressions.noqas:
        if noqa.is_comment:
            hidden = {code for row in noqa.rows for code in found.get(row, ()) if noqa.hides(code)}
            made += _complaints_about(noqa, hidden, own_codes, today, require_reason)
    return sorted(made, key=lambda complaint: (complaint.row, complaint.column))


def _complaints_about(
    noqa: Noqa, hidden: Collection[str], own_codes: Callable[[str], bool], today: date, require_reason: bool
) -> Iterator[Complaint]:
    """The complaints about one comment, which hides findings of the codes *hidden*."""
    reason, until, no_date = _promise(noqa.remark)
    comment = (noqa.row, noqa.column, noqa.end_column, noqa.codes, reason, until)
    if no_date:
        yield Complaint("malformed", *comment, f"'until {no_date}' is not a date; write 'until YYYY-MM-DD'")
    if until is not None and until < today:
        yield Complaint("expired", *comment, f"suppression expired after {until}" + (f": {reason}" if reason else ""))
    if require_reason and hidden and not reason:
        codes = ", ".join(noqa.codes or sorted(hidden))
        yield Complaint("reasonless", *comment, f"suppression of {codes} without a reason; add ' -- why' to it")
    for code, column in zip(noqa.codes, noqa.code_columns, strict=True):
        ours = own_codes(code)
        if (ours or own_codes(code.upper())) and not any(name.startswith(code) for name in hidden):
            place = (noqa.row, column, column + len(code))
            yield Complaint("unused", *place, (code,), reason, until, _why_unused(code, ours, noqa))


def _why_unused(code: str, ours: bool, noqa: Noqa) -> str:
    if not ours:
        return f"unused suppression: flake8 reads codes by their case, '{code}' is not {code.upper()}"
    if not noqa.rows:
        return f"unused suppression of {code}: only the first 'noqa' of a line counts"
    return f"unused suppression: nothing here is reported as {code}"


def _layout(lines: Sequence[str]) -> tuple[dict[int, tuple[int, int]], dict[int, int]]:
    """How flake8 joins rows, row → (first, last), and where comments begin, row → 0-based column.

    A run of tokens up to NEWLINE or NL is one line to flake8: rows joined by a string or a backslash belong
    together, while each row inside brackets ends in an NL of its own. That also decides about f-strings, which are one
    token before Python 3.12 and several from there on, with an NL for each line break inside their braces. Rows in no
    run, and every row of a file that cannot be tokenized, stand alone (flake8 then asks ``linecache`` for the row).
    """
    import tokenize
    import warnings

    ends = (tokenize.NEWLINE, tokenize.NL)
    ignored = (tokenize.DEDENT, tokenize.ENDMARKER)  # these may lie rows before the statement they precede
    joined: dict[int, tuple[int, int]] = {}
    comments: dict[int, int] = {}
    first = 0
    try:
        with warnings.catch_warnings():
            # From Python 3.12 on the tokenizer warns of escapes such as "\{"; where warnings are errors, it would fail.
            warnings.simplefilter("ignore")
            for token in tokenize.generate_tokens(iter(lines).__next__):
                if token.type in ignored:
                    continue
                first = first or token.start[0]
                if token.type == tokenize.COMMENT:
                    comments[token.start[0]] = token.start[1]
                elif token.type in ends:
                    last = token.start[0]
                    joined.update(dict.fromkeys(range(first, last + 1), (first, last)))
                    first = 0
    except (tokenize.TokenError, SyntaxError, ValueError):  # ValueError: lone surrogates, null bytes
        return {}, {}
    return joined, comments


def _remark(line: str, start: int, spoken: int, stop: int) -> tuple[int, str]:
    """Where a suppression that begins at *start* ends, and what it says behind its codes, which end at *spoken*.

    All are 0-based; it ends at *stop* at the latest, and never in space.
    """
    if other := _NEXT_COMMENT.search(line, spoken, stop):
        stop = other.start()
    return start + len(line[start:stop].rstrip()), line[spoken:stop].strip()


def _promise(remark: str) -> tuple[str, date | None, str]:
    """The reason in a remark, the last day it names, and what stands in that day's place without being one."""
    from datetime import date

    remark = remark.strip(_AROUND_REASON)
    clause = _UNTIL.search(remark)
    if clause is None:
        return remark, None, ""
    when = clause["when"].strip(_AROUND_REASON)
    reason = (remark[: clause.start()] + remark[clause.end() :]).strip(_AROUND_REASON)
    if written := _DATE.match(when):
        try:
            return reason, date.fromisoformat(written[0]), ""
        except ValueError:
            return reason, None, when
    if _DATE_LIKE.search(when):
        return reason, None, when
    return remark, None, ""
