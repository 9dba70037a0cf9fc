"""The laws of a fix, held over one file of real code.

Each law is told by other means than the engine's own: the compiler, ``tokenize``, a diff of lines, ``ast.dump``,
pyflakes. A law that is broken is a :class:`Breach`, never an exception.
"""

from __future__ import annotations

import ast
import functools
import io
import os
import re
import signal
import sys
import time
import tokenize
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from platform_lint.finding import Finding
from platform_lint.fixes.fixing import fix
from platform_lint.hits import Hit
from platform_lint.linting import Linter, Result
from platform_lint.source import Source, SourceError
from platform_lint.suppressions import read as read_suppressions

#: Seconds of processor time one file may take: its check, its safe and its unsafe fixes, each twice.
BOUND = 60.0

#: The laws, and what each says.
LAWS = {
    "no crash": "no exception comes out of the engine, and no worker dies",
    "in time": f"checking and fixing the file stays below {BOUND:.0f} s of processor time",
    "settles": "the fixes come to an end: none undoes another, none goes on for ever",
    "untouched": "a file in which nothing is found is not changed",
    "compiles": "what compiled before compiles after",
    "clean": "no fix that may be applied is left over",
    "stable": "a second run changes nothing",
    "comments": "every comment is still there after safe fixes",
    "elsewhere": "every statement that the diff does not touch is the same, by `ast.dump`, and in the same place",
    "tidy": "no empty lines come or go where nothing else does, no line gets white space at its end, and ruff finds no"
    " more to say of empty lines and white space than before",
    "newlines": "a file of one kind of newline stays so; byte order mark and end of file are as they were",
    "names": "pyflakes finds no name undefined, no import unused and nothing redefined that was not so before; lines"
    " with a `noqa` and what an `__init__.py` imports apart, which stay for others",
    "sorted": "imports that were in order for ruff (isort's defaults) still are",
}

#: What pyflakes finds of a fix that lost a name or left an import behind. Its other messages are matters of taste.
_NAMES = {"UndefinedName", "UndefinedLocal", "UndefinedExport", "UnusedImport", "RedefinedWhileUnused"}

_NEWLINE = re.compile(rb"\r\n|\r|\n")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass(frozen=True, slots=True)
class Breach:
    """A *law* that the fixes of one file break; *step* is what was run, *codes* the rules it seems to be about."""

    law: str
    step: str
    detail: str
    codes: tuple[str, ...] = ()


@dataclass(slots=True)
class Judgement:
    """What came of one file. Counts are by code; *seconds* are of processor time, the engine's alone."""

    found: Counter[str] = field(default_factory=Counter)
    safe: Counter[str] = field(default_factory=Counter)
    unsafe: Counter[str] = field(default_factory=Counter)
    #: Fixes that are left over because they are only suggested: (code, reason).
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    breaches: list[Breach] = field(default_factory=list)
    seconds: float = 0.0
    #: The file after its safe, and after all its fixes; None where there were none.
    after_safe: bytes | None = None
    after_all: bytes | None = None


class _Late(BaseException):
    """The bound is reached."""


def judge(linter: Linter, data: bytes, path: str, *, unsafe: bool = True) -> Judgement:
    """Check and fix *data*, the file at absolute *path*, and hold the laws over what comes of it."""
    judgement = Judgement()
    step = "check"
    try:
        with _bound(BOUND):
            found = _found(linter, data, path, judgement)
            judgement.found.update(finding.code for finding in found)
            for step in ("safe", "unsafe") if unsafe else ("safe",):
                before = judgement.after_safe or data
                result = _step(linter, before, path, found, step, judgement)
                if step == "safe":
                    judgement.after_safe = judgement.after_all = result.after
                    if not any(
                        finding.fix is not None and finding.fix.safety == "unsafe" for finding in result.findings
                    ):
                        _refused(result, judgement)
                        break
                else:
                    judgement.after_all = result.after or judgement.after_safe
                    _refused(result, judgement)
                found = result.findings
    except _Late:
        judgement.breaches.append(Breach("in time", step, f"not done after {BOUND:.0f} s"))
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error} ({os.path.basename(place.filename)}:{place.lineno})"
        judgement.breaches.append(Breach("no crash", step, told))
    return judgement


def _found(linter: Linter, data: bytes, path: str, judgement: Judgement) -> list[Finding]:
    """What is found before anything is fixed; fixes are not worked out."""
    started = time.process_time()
    try:
        source = Source.from_bytes(data)
        tree = ast.parse(source.text)
    except (SourceError, SyntaxError, ValueError, RecursionError, MemoryError):
        return linter.check(data, path, path).findings
    else:
        return linter.findings_in(source.text, path, path, tree)
    finally:
        judgement.seconds += time.process_time() - started


def _refused(result: Result, judgement: Judgement) -> None:
    for finding in result.findings:
        if finding.fix is not None and finding.fix.safety == "suggest":
            judgement.refused[finding.code, _general(finding.fix.reason)] += 1


def _step(
    linter: Linter, before: bytes, path: str, found: Sequence[Finding], step: str, judgement: Judgement
) -> Result:
    """Apply the fixes of one *step*, and hold the laws over them."""
    unsafe = step == "unsafe"
    started = time.process_time()
    result = linter.fix(before, path, path, unsafe=unsafe)
    judgement.seconds += time.process_time() - started
    (judgement.unsafe if unsafe else judgement.safe).update(result.fixed)
    breaches = [*_of_run(result, ("safe", "unsafe") if unsafe else ("safe",))]
    if result.after is not None:
        if again := _fixed_again(linter, result.after, path, unsafe):
            breaches.append(("stable", f"{sum(again.values())} more fixed: {', '.join(again)}"))
        if not found:
            breaches.append(("untouched", "nothing was found"))
        package = os.path.basename(path) == "__init__.py"
        breaches += broken(before, result.after, keeps_comments=not unsafe, package=package)
    judgement.breaches += [Breach(law, step, detail, tuple(result.fixed)) for law, detail in breaches]
    return result


def _fixed_again(linter: Linter, data: bytes, path: str, unsafe: bool) -> dict[str, int]:
    """How much of each code a second run fixes."""

    reading = functools.cache(read_suppressions)

    def suppressed(source: Source, hit: Hit) -> bool:
        return reading(source.text).covers(source.position(hit.start).row, hit.rule.code)

    return fix(
        Source.from_bytes(data),
        linter.catalog,
        view=linter.modules.view(path),
        applies=lambda rule: linter.applies(rule, path),
        suppressed=suppressed,
        unsafe=unsafe,
    ).fixed


def _of_run(result: Result, allowed: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What a fix says of itself that breaks a law: (law, detail)."""
    for finding in result.findings:
        if finding.code == "LIB009":
            yield "settles", finding.message
        if finding.code == "LIB008":
            yield "no crash", finding.message
        if finding.fix is not None and finding.fix.safety in allowed:
            yield "clean", f"row {finding.start.row}: {finding.code} has a {finding.fix.safety} fix left"


def broken(
    before: bytes, after: bytes, *, keeps_comments: bool = True, package: bool = False
) -> Iterator[tuple[str, str]]:
    """The laws that *after* breaks, which fixes made of *before*: (law, detail). In a *package*'s own
    file, what is imported may be there for others.
    """
    yield from _newlines(before, after)
    old, new = _tree(before), _tree(after)
    if old is None:
        return
    if isinstance(new, str):
        yield "compiles", new
        return
    if isinstance(old, str):
        return
    assert new is not None
    if keeps_comments and (lost := _comments(before) - _comments(after)):
        yield "comments", f"lost: {', '.join(sorted(lost))}"
    diff = _Diff(_text(before).splitlines(), _text(after).splitlines())
    yield from diff.strays(old, new)
    yield from diff.untidy()
    yield from _misnamed(before, after, package)


def _newlines(before: bytes, after: bytes) -> Iterator[tuple[str, str]]:
    kinds = set(_NEWLINE.findall(before))
    if len(kinds) == 1 and not set(_NEWLINE.findall(after)) <= kinds:
        yield "newlines", f"{kinds} became {set(_NEWLINE.findall(after))}"
    if before.startswith(b"\xef\xbb\xbf") != after.startswith(b"\xef\xbb\xbf"):
        yield "newlines", "the byte order mark"
    # A file of which nothing is left has no line that could end.
    if after and before.endswith((b"\n", b"\r")) != after.endswith((b"\n", b"\r")):
        yield "newlines", "the newline at the end of the file"


def _tree(data: bytes) -> ast.Module | str | None:
    """The syntax tree, or why there is none: a text where it does not compile, None where it does not even parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(data, "<corpus>", "exec", dont_inherit=True)
            return ast.parse(data)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return f"{type(error).__name__}: {error}"


def _text(data: bytes) -> str:
    """*data* with rows as ``ast`` counts them: decoded by its coding line, newlines made one."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    return re.sub(r"\r\n?", "\n", data.decode(encoding)).replace("\f", " ").replace("\v", " ")


def _comments(data: bytes) -> Counter[str]:
    tokens = tokenize.tokenize(io.BytesIO(data).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def _misnamed(before: bytes, after: bytes, package: bool) -> Iterator[tuple[str, str]]:
    old, new = _messages(before), _messages(after)
    for kind in sorted(_NAMES - {"UnusedImport"} if package else _NAMES):
        if len(new[kind]) > len(old[kind]):
            yield "names", f"{kind}: {', '.join(sorted((Counter(new[kind]) - Counter(old[kind])).elements()))}"


def _messages(data: bytes) -> dict[str, list[str]]:
    from pyflakes.checker import Checker

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        messages = Checker(ast.parse(data), "<corpus>", withDoctest=True).messages
    lines = re.split(rb"\r\n|\r|\n", data)
    found: dict[str, list[str]] = {kind: [] for kind in _NAMES}
    for message in messages:
        if (kind := type(message).__name__) in _NAMES and b"noqa" not in lines[message.lineno - 1].lower():
            found[kind].append(str(message.message_args[0]))
    return found


class _Diff:
    """The lines of a file before and after, beside each other. Rows are 1-based, spans of rows inclusive."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        self.before, self.after = before, after
        head = 0
        while head < min(len(before), len(after)) and before[head] == after[head]:
            head += 1
        tail = 0
        while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
            tail += 1
        middle = SequenceMatcher(None, before[head : len(before) - tail], after[head : len(after) - tail])
        #: For rows that are the same: where they come to stand.
        self.rows: dict[int, int] = {row: row for row in range(1, head + 1)}
        shift = len(after) - len(before)
        self.rows.update((row, row + shift) for row in range(len(before) - tail + 1, len(before) + 1))
        #: What is not the same: the rows before and the rows after.
        self.changes: list[tuple[tuple[int, int], tuple[int, int]]] = []
        for tag, i1, i2, j1, j2 in middle.get_opcodes():
            if tag == "equal":
                self.rows.update((head + i1 + n + 1, head + j1 + n + 1) for n in range(i2 - i1))
            else:
                self.changes.append(((head + i1 + 1, head + i2), (head + j1 + 1, head + j2)))

    def strays(self, old: ast.Module, new: ast.Module) -> Iterator[tuple[str, str]]:
        """The statements that no change touches and that are not what they were."""
        back = {there: here for here, there in self.rows.items()}
        stayed = {
            (self.rows[first], path, dump)
            for first, last, path, dump in _statements(old, self.before)
            if _together(self.rows, first, last)
        }
        there = {
            (first, path, dump)
            for first, last, path, dump in _statements(new, self.after)
            if _together(back, first, last)
        }
        rows = {row for row, _, _ in stayed ^ there}
        if rows:
            yield "elsewhere", f"other statements at rows {', '.join(map(str, sorted(rows)[:5]))} after"

    def untidy(self) -> Iterator[tuple[str, str]]:
        """The empty lines that come or go where nothing else does, and white space at new ends of lines."""
        for (first, last), (start, stop) in self.changes:
            gone, come = self.before[first - 1 : last], self.after[start - 1 : stop]
            if not any(line.strip() for line in (*gone, *come)):
                yield "tidy", f"{len(gone)} empty lines became {len(come)} at row {start} after"
            trailing = [line for line in come if line != line.rstrip()]
            if trailing and not any(line != line.rstrip() for line in gone):
                yield "tidy", f"white space at the end of {trailing[0].strip()[:80]!r}"


def _together(rows: Mapping[int, int], first: int, last: int) -> bool:
    """Whether all from *first* to *last* came to stand one after another."""
    start = rows.get(first)
    return start is not None and all(rows.get(row) == start + row - first for row in range(first, last + 1))


def _statements(tree: ast.Module, lines: Sequence[str]) -> Iterator[tuple[int, int, str, str]]:
    """Every statement of *lines* without what stands in its blocks, and every decorator: first and last row, the blocks
    it is in, its dump.
    """
    pending: list[tuple[ast.AST, str]] = [(tree, "")]
    while pending:
        node, path = pending.pop()
        # A `try:` may have become a `with`, around the same lines.
        owner = type(node).__name__ if isinstance(node, _SCOPES) else ""
        inner = [(child, f"{path}/{owner}.{block}") for block in _BLOCKS for child in _listed(node, block)]
        pending += inner
        if not isinstance(node, ast.stmt):
            continue
        decorators = _listed(node, "decorator_list")
        for decorator in decorators:
            yield decorator.lineno, decorator.end_lineno or 0, path, ast.dump(decorator)
        fields = [value for name, value in ast.iter_fields(node) if name not in (*_BLOCKS, "decorator_list")]
        dump = ", ".join(_dumped(value) for value in fields)
        last = _head_end(lines, _last_row(fields, node.lineno), inner) if inner else node.end_lineno or 0
        yield node.lineno, last, path, f"{type(node).__name__}({dump})"


def _listed(node: ast.AST, block: str) -> list[ast.expr]:
    value = getattr(node, block, None)
    return value if isinstance(value, list) else []


def _last_row(fields: Sequence[object], row: int) -> int:
    """The last row of what stands in *fields*, at least *row*."""
    nodes = [node for field in fields for node in (field if isinstance(field, list) else [field])]
    rows = [getattr(inner, "end_lineno", 0) for node in nodes if isinstance(node, ast.AST) for inner in ast.walk(node)]
    return max(row, *rows, 0)


def _head_end(lines: Sequence[str], row: int, inner: Sequence[tuple[ast.AST, str]]) -> int:
    """The row of the colon of a head whose last node ends at *row*: it may stand below, behind a parenthesis."""
    first = min(getattr(part, "lineno", row) for node, _ in inner for part in (node, *_listed(node, "decorator_list")))
    between = (
        n for n in range(first - 1, row, -1) if lines[n - 1].strip() and not lines[n - 1].lstrip().startswith("#")
    )
    return next(between, row)


def _dumped(value: object) -> str:
    if isinstance(value, ast.AST):
        return ast.dump(value)
    return f"[{', '.join(map(_dumped, value))}]" if isinstance(value, list) else repr(value)


def _general(reason: str) -> str:
    """*reason* without the names it tells."""
    return re.sub(r"line \d+", "line …", re.sub(r"`[^`]*`", "`…`", reason))


@contextmanager
def _bound(seconds: float) -> Iterator[None]:
    """Raises _Late in what takes longer than *seconds* of processor time, where the system can tell."""
    if sys.platform == "win32":
        yield
        return

    def late(number: int, frame: object) -> None:
        raise _Late

    signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
