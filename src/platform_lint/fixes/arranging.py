"""Order among imports: what a fix adds or renames comes to stand where isort and ruff would put it.

Only where the imports around it were in order before, in the default sections or in the sections the file has; what the
fix does not touch stays where it is, and a block that follows no order is left to itself.
"""

from __future__ import annotations

import ast
import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from platform_lint.fences import Fences
from platform_lint.imports import ImportEditor, Item, Statement, TextEdit, about_the_file, member_key, natural
from platform_lint.source import Source

#: Modules that are in the standard library of some version only.
_STDLIB = sys.stdlib_module_names | set(
    re.findall(
        r"\w+",
        "aifc asynchat asyncore audioop cgi cgitb chunk crypt distutils imghdr imp lib2to3 mailcap msilib nis nntplib "
        "ossaudiodev pipes smtpd sndhdr spwd sunau telnetlib tomllib uu xdrlib",
    )
)
_FUTURE, _STANDARD, _THIRD, _FIRST, _LOCAL = 0, 1, 2, 10, 11
#: How long an import may get before its names stand one on a line: the default of ruff and black.
_LINE_LENGTH = 88
#: A block longer than this is left to itself.
_MAX_ENTRIES = 300
#: Comments that are about what follows them in general.
_HEADING = re.compile(
    r"#\W*(?:python|standard|stdlib|builtins?|core|future|third|3rd|external|vendor|first|1st|local|internal|own|"
    r"project|relative|test|django|app|typing|imports?|[-=#*~_]{3,})\b|#\s*[-=#*~_]{3,}|#.*\b(?:imports|librar(?:y|ies))\b",
    re.IGNORECASE,
)
#: A suppression that says of an import that its names need not be used, and no more.
_UNUSED = re.compile(r"[ \t]*#[ \t]*noqa:[ \t]*F401[ \t]*\Z")
_BLANK_OR_COMMENT = re.compile(r"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*[ \t\f]*\Z")

_Key = tuple[object, ...]


class _Entry:
    """One import with the comments right above it. *blanks* counts the empty lines above them."""

    __slots__ = ("blanks", "comments", "lines", "node", "section")

    def __init__(self, node: Statement, lines: list[str], comments: list[str], blanks: int) -> None:
        self.node = node
        self.lines = lines
        self.comments = comments
        self.blanks = blanks
        self.section = -1

    @property
    def root(self) -> str:
        """The top-level module, ``""`` for a relative import."""
        if isinstance(self.node, ast.ImportFrom):
            return "" if self.node.level else (self.node.module or "").partition(".")[0]
        return self.node.names[0].name.partition(".")[0]

    @property
    def module(self) -> tuple[str, int]:
        """What it imports or imports from, and the dots before that."""
        if isinstance(self.node, ast.ImportFrom):
            return self.node.module or "", self.node.level
        return self.node.names[0].name, 0

    @property
    def bound(self) -> list[tuple[str, object]]:
        """The names it binds anew, and to what; that of a package is the same whoever imports it."""
        if isinstance(self.node, ast.ImportFrom):
            return [(alias.asname or alias.name, (self.module, alias.name)) for alias in self.node.names]
        return [(alias.asname, alias.name) for alias in self.node.names if alias.asname]

    @property
    def base(self) -> int:
        """The section as far as the name tells, or -1."""
        if isinstance(self.node, ast.ImportFrom) and self.node.level:
            return _LOCAL
        root = self.root
        return _FUTURE if root == "__future__" else _STANDARD if root in _STDLIB else -1

    @property
    def aliased(self) -> bool:
        """Whether any of its names has an ``as``."""
        return any(alias.asname for alias in self.node.names)

    @property
    def combined(self) -> bool:
        """Whether it is a ``from`` import that has an ``as`` among several names."""
        return isinstance(self.node, ast.ImportFrom) and len(self.node.names) > 1 and self.aliased


def _by_kind_and_name(entry: _Entry) -> _Key:
    """isort's and ruff's default: ``import`` before ``from``."""
    return (isinstance(entry.node, ast.ImportFrom), *_by_name(entry))


def _by_name(entry: _Entry) -> _Key:
    """``force-sort-within-sections``: by the module, however it is imported."""
    node = entry.node
    if isinstance(node, ast.Import):
        module, level, first = node.names[0].name, 0, (-1, (), (), node.names[0].asname or "")
        return (-level, natural(module.lower()), natural(module), first)
    module, level = node.module or "", node.level
    alias = node.names[0]
    return (-level, natural(module.lower()), natural(module), member_key(alias.name, alias.asname or ""))


_STYLES: tuple[Callable[[_Entry], _Key], ...] = (_by_kind_and_name, _by_name)


class _Run:
    """Imports that follow each other, as text: whole lines, and the empty lines below."""

    def __init__(self, text: str) -> None:
        self.lines = re.split(r"\r\n|\n|\r", text)
        self.entries: list[_Entry] = []
        self.tail: list[str] = []
        #: Whether the comments and empty lines are as isort leaves them.
        self.regular = True
        indented = text[:1] in (" ", "\t") or bool(re.match(r"(?:[ \t]*#[^\r\n]*[\r\n]+)*[ \t]+\S", text))
        tree = ast.parse(f"if 1:\n{text}" if indented else text)
        body: list[ast.stmt] = tree.body
        if indented:
            assert isinstance(tree.body[0], ast.If)
            body = tree.body[0].body
        at = 0
        shift = 2 if indented else 1
        for node in body:
            first, last = node.lineno - shift, (node.end_lineno or node.lineno) - shift
            if not isinstance(node, ast.Import | ast.ImportFrom) or first < at:
                raise ValueError("a line holds more than an import")
            above = [line.strip() for line in self.lines[at:first]]
            comments = [line for line in self.lines[at:first] if line.strip()]
            blanks = len(above) - len(comments)
            if any(above[:blanks]) or (at and comments and blanks != 1) or (not at and blanks):
                self.regular = False
            self.entries.append(_Entry(node, self.lines[first : last + 1], comments, blanks))
            at = last + 1
        self.tail = self.lines[at:]

    def order(self, first_party: Collection[str]) -> _Order | None:
        """The order the imports are in, None for none."""
        if not self.regular or not self.entries or len(self.entries) > _MAX_ENTRIES:
            return None
        for entry in self.entries:
            if isinstance(entry.node, ast.Import) and len(entry.node.names) > 1:
                return None
            if any(alias.name == "*" for alias in entry.node.names):
                return None
            if isinstance(entry.node, ast.ImportFrom):
                keys = [member_key(alias.name, alias.asname or "") for alias in entry.node.names]
                if keys != sorted(keys):
                    return None
        for style in _STYLES:
            order = _Order(style, first_party)
            if order.learn(self.entries):
                return order
        return None


class _Order:
    """A way to sort, and which module belongs into which section."""

    def __init__(self, style: Callable[[_Entry], _Key], first_party: Collection[str]) -> None:
        self.style = style
        self.first_party = first_party
        self.roots: dict[str, int] = {}
        #: Whether names with and without ``as`` share a statement.
        self.combines = False
        #: Imports on one line may be this long.
        self.width = _LINE_LENGTH

    def learn(self, entries: Sequence[_Entry]) -> bool:
        """Take the sections from *entries*; False where they are not in order."""
        groups: list[list[_Entry]] = []
        for entry in entries:
            if not groups or (entry.blanks and self._starts_section(groups[-1][-1], entry)):
                groups.append([])
            groups[-1].append(entry)
        others = [group for group in groups if any(entry.base < 0 for entry in group)]
        for group in groups:
            bases = {entry.base for entry in group}
            if len(bases) > 1:
                return False
            section = bases.pop()
            if section < 0:
                section = self._other_section(others, group)
                self.roots.update((entry.root, section) for entry in group)
            for entry in group:
                entry.section = section
        self.combines = any(entry.combined for entry in entries)
        self.width = max(_LINE_LENGTH, *(len(entry.lines[0]) for entry in entries if "#" not in entry.lines[0]), 0)
        return _is_sorted(entries, self.style) and all(
            (later.blanks == 1) == (bool(later.comments) or earlier.section != later.section)
            for earlier, later in pairwise(entries)
        )

    def _starts_section(self, earlier: _Entry, later: _Entry) -> bool:
        """Whether the empty line between two imports parts sections; above a comment there is one anyway."""
        if not later.comments or earlier.base != later.base:
            return True
        if earlier.base >= 0:
            return False
        return (later.root in self.first_party) > (earlier.root in self.first_party) or self.style(later) < self.style(
            earlier
        )

    def _other_section(self, others: Sequence[list[_Entry]], group: list[_Entry]) -> int:
        place = next(number for number, other in enumerate(others) if other is group)
        if len(others) == 1:
            return _FIRST if any(entry.root in self.first_party for entry in group) else _THIRD
        return _FIRST if place == len(others) - 1 else _THIRD + min(place, _FIRST - _THIRD - 1)

    def section(self, entry: _Entry) -> int:
        """Where *entry* belongs."""
        if entry.base >= 0:
            return entry.base
        root = entry.root
        return self.roots.get(root, _FIRST if root in self.first_party else _THIRD)

    def key(self, entry: _Entry) -> _Key:
        """What to sort *entry* by."""
        return (entry.section, self.style(entry))


def _is_sorted(entries: Sequence[_Entry], style: Callable[[_Entry], _Key]) -> bool:
    keys = [(entry.section, style(entry)) for entry in entries]
    return keys == sorted(keys)


def _bound_again(entries: Sequence[_Entry]) -> list[tuple[str, object]]:
    """The names that *entries* bind several times, and to what each time: the last one counts."""
    bound = [found for entry in entries for found in entry.bound]
    times = Counter(name for name, _ in bound)
    return sorted((found for found in bound if times[found[0]] > 1), key=lambda found: found[0])


def arranged(
    source: Source,
    statements: Iterable[Statement],
    edits: Sequence[TextEdit],
    others: Sequence[TextEdit],
    first_party: Collection[str],
) -> list[TextEdit]:
    """*edits* to the import *statements* of *source*, with what they add or change put in order.

    Where *others* change text among the imports too, those stay as they are. *first_party* are the top-level modules
    of the project.
    """
    made = list(edits)
    fences = Fences(source.text)
    if not edits or fences.whole_file:
        return made
    runs = _runs(source, statements, fences)
    starts = [start for start, _ in runs]
    inside: dict[int, list[TextEdit]] = {}
    for edit in made:
        number = bisect_right(starts, edit[0]) - 1
        if number >= 0 and edit[1] <= runs[number][1]:
            inside.setdefault(number, []).append(edit)
    every = sorted({*made, *others})
    for number, found in inside.items():
        start, end = runs[number]
        first = bisect_left(every, (start, -1, ""))
        beside = every[max(first - 1, 0) : bisect_left(every, (end, -1, ""))]
        if any(edit[0] < end and start < edit[1] for edit in beside if edit not in found):
            continue
        better = _arranged_run(source, start, end, found, first_party)
        if better is not None:
            gone = set(found)
            made = [edit for edit in made if edit not in gone] + better
    return made


def _runs(source: Source, statements: Iterable[Statement], fences: Fences) -> list[tuple[int, int]]:
    """The offsets of imports on lines of their own that follow each other, comments above and empty lines below too."""
    text = source.text
    runs: list[tuple[int, int]] = []
    spans: list[tuple[int, int, int]] = []
    for node in sorted(statements, key=lambda node: (node.lineno, node.col_offset)):
        start = source.offset(node.lineno, node.col_offset)
        end = source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
        rest = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)").match(text, end)
        if text[line:start].strip(" \t") or rest is None or fences.holds(start, end):
            continue
        spans.append((line, start - line, rest.end()))
    for number, (line, column, end) in enumerate(spans):
        joins = (
            number > 0
            and runs
            and spans[number - 1][1] == column
            and _BLANK_OR_COMMENT.match(text[runs[-1][1] : line])
            and not fences.between(runs[-1][1], line)
        )
        if joins:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((_above(text, line), end))
    blank = re.compile(r"(?:[ \t\f]*(?:\r\n|\r|\n))*")
    return [(start, blank.match(text, end).end()) for start, end in runs]  # type: ignore[union-attr]


def _above(text: str, line: int) -> int:
    """Where the comments begin that are about the import that begins at *line* alone."""
    start = line
    while start > 0:
        end = start - (2 if text.endswith("\r\n", 0, start) else 1)
        above = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
        comment = text[above:start].strip()
        if not comment.startswith("#") or _HEADING.match(comment) or about_the_file(comment):
            break
        start = above
    # What stands at the very top is about the file.
    return line if start == 0 else start


def _arranged_run(
    source: Source, start: int, end: int, edits: Sequence[TextEdit], first_party: Collection[str]
) -> list[TextEdit] | None:
    """Edits that do what *edits* do to the run from *start* to *end*, and keep its order; None for no better ones."""
    old = source.text[start:end]
    try:
        before, order = _read(old, frozenset(first_party))
        if order is None:
            return None
        after = _Run(_applied(old, [(first - start, last - start, text) for first, last, text in edits]))
    except (SyntaxError, ValueError):
        return None
    if not after.entries:
        return None
    known = {tuple(entry.lines) for entry in before.entries}
    entries: list[_Entry] = []
    for entry in after.entries:
        if tuple(entry.lines) in known:
            entries.append(entry)
        else:
            entries += _tidied(entry, order)
    for entry in entries:
        entry.section = order.section(entry)
    entries = _united(entries, known, order)
    entries.sort(key=order.key)
    if _bound_again(entries) != _bound_again(after.entries):
        return None
    newline = source.newline
    lines: list[str] = []
    neighbours = {(tuple(one.lines), tuple(other.lines)): other.blanks for one, other in pairwise(before.entries)}
    for number, entry in enumerate(entries):
        if number:
            above = entries[number - 1]
            apart = int(bool(entry.comments) or above.section != entry.section)
            # What stood together, or apart, before goes on to.
            lines += [""] * neighbours.get((tuple(above.lines), tuple(entry.lines)), apart)
        lines += entry.comments
        lines += _wrapped(entry, order.width)
    left = [line for line in after.tail if line.strip()]
    # A comment whose import is gone.
    lines += ["", *left, *before.tail] if left else before.tail
    return _differences(before.lines, lines, start, source, newline)


@lru_cache(maxsize=4)
def _read(text: str, first_party: frozenset[str]) -> tuple[_Run, _Order | None]:
    """The imports in *text* and their order; many plans ask about one block."""
    run = _Run(text)
    return run, run.order(first_party)


def _applied(text: str, edits: Iterable[TextEdit]) -> str:
    for start, end, content in sorted(edits, reverse=True):
        text = text[:start] + content + text[end:]
    return text


def _tidied(entry: _Entry, order: _Order) -> list[_Entry]:
    """A changed import with its names in order, those with an ``as`` apart where the file has them so."""
    node = entry.node
    if not isinstance(node, ast.ImportFrom) or len(node.names) < 2:
        return [entry]
    keys = {alias: member_key(alias.name, alias.asname or "") for alias in node.names}
    in_order = sorted(node.names, key=lambda alias: keys[alias])
    apart = [alias for alias in in_order if alias.asname] if not order.combines else []
    if in_order == node.names and not apart:
        return [entry]
    if len(entry.lines) > 1:
        return _lines_in_order(entry, keys) if not apart else [entry]
    head, _, comment = entry.lines[0].partition("#")
    if apart and comment:
        return [entry]
    indent = head[: len(head) - len(head.lstrip())]
    module = "." * node.level + (node.module or "")
    found: list[_Entry] = []
    together = [alias for alias in in_order if alias not in apart]
    for aliases in ([together] if together else []) + [[alias] for alias in apart]:
        clause = ", ".join(ast.unparse(alias) for alias in aliases)
        line = f"{indent}from {module} import {clause}" + (f"  #{comment}" if comment else "")
        made = ast.parse(line.strip()).body[0]
        assert isinstance(made, ast.ImportFrom)
        found.append(_Entry(made, [line], [] if found else entry.comments, entry.blanks))
    return found


def _lines_in_order(entry: _Entry, keys: dict[ast.alias, _Key]) -> list[_Entry]:
    """Sort the lines of ``from m import (…)`` that has each name on a line of its own."""
    names = entry.node.names
    first = entry.node.lineno
    rows = [alias.lineno - first for alias in names]
    if rows != list(range(1, len(names) + 1)) or len(entry.lines) != len(names) + 2:
        return [entry]
    if any(not re.match(r"[^#]*,\s*(?:#|\Z)", entry.lines[row]) for row in rows):
        return [entry]
    ordered = sorted(zip(names, entry.lines[1:-1], strict=True), key=lambda pair: keys[pair[0]])
    lines = [entry.lines[0], *(line for _, line in ordered), entry.lines[-1]]
    node = ast.ImportFrom(entry.node.module, [alias for alias, _ in ordered], entry.node.level)  # type: ignore[union-attr]
    return [_Entry(node, lines, entry.comments, entry.blanks)]


def _united(entries: Sequence[_Entry], known: Collection[tuple[str, ...]], order: _Order) -> list[_Entry]:
    """*entries* with the names of what is added put into the import of the same module that is there."""
    found: dict[tuple[str, int], list[_Entry]] = {}
    for entry in sorted(entries, key=lambda entry: tuple(entry.lines) not in known):
        beside = found.setdefault(entry.module, [])
        stays = tuple(entry.lines) in known and not any(other.lines == entry.lines for other in beside)
        if stays or not any(_unite(beside, number, entry, order) for number in range(len(beside))):
            beside.append(entry)
    return [entry for several in found.values() for entry in several]


def _unite(beside: list[_Entry], number: int, entry: _Entry, order: _Order) -> bool:
    """Put *entry* into the one at *number*, if they had better be one and no comment stands against it."""
    other = beside[number]
    if _says_unused(other) and _says_unused(entry):
        entry = _Entry(entry.node, [_UNUSED.sub("", entry.lines[0])], [], entry.blanks)
    if not (_is_bare(entry) or _is_bare(other)):
        return False
    one, rest = (other, entry) if _is_bare(entry) else (entry, other)
    if _says_the_same(one, rest):
        beside[number] = one
    elif _may_unite(other, entry, order):
        beside[number] = _extended(one, rest)
    else:
        return False
    return True


def _says_the_same(one: _Entry, other: _Entry) -> bool:
    """Whether two plain imports are one and the same."""
    return isinstance(one.node, ast.Import) and ast.dump(one.node) == ast.dump(other.node)


def _says_unused(entry: _Entry) -> bool:
    """Whether an import on one line has no comment but a suppression that says its names need not be used."""
    return len(entry.lines) == 1 and not entry.comments and bool(_UNUSED.search(entry.lines[0]))


def _is_bare(entry: _Entry) -> bool:
    """Whether no comment belongs to an import."""
    return not entry.comments and "#" not in "".join(entry.lines)


def _extended(entry: _Entry, other: _Entry) -> _Entry:
    """*entry* with the names of *other*, in order."""
    assert isinstance(entry.node, ast.ImportFrom) and isinstance(other.node, ast.ImportFrom)
    indent = entry.lines[0][: len(entry.lines[0]) - len(entry.lines[0].lstrip())]
    text = "\n".join(entry.lines)[len(indent) :]
    tree = ast.parse(text)
    statement = tree.body[0]
    assert isinstance(statement, ast.ImportFrom)
    editor = ImportEditor(Source(text), tree)
    there = {(alias.name, alias.asname) for alias in statement.names}
    module = tuple((other.node.module or "").split("."))
    for alias in other.node.names:
        if (alias.name, alias.asname) not in there:
            editor.extend(statement, Item(module, alias.name, alias.asname or ""))
    lines = (indent + _applied(text, editor.edits())).split("\n")
    node = ast.parse("\n".join(lines).strip()).body[0]
    assert isinstance(node, ast.ImportFrom)
    extended = _Entry(node, lines, entry.comments, entry.blanks)
    extended.section = entry.section
    return extended


def _may_unite(one: _Entry, other: _Entry, order: _Order) -> bool:
    """Whether two imports had better be one."""
    return (
        isinstance(one.node, ast.ImportFrom)
        and isinstance(other.node, ast.ImportFrom)
        and (order.combines or not (one.aliased or other.aliased))
        and "\\" not in "".join(one.lines)
        # What is used may well stand where it need not be.
        and not re.search(r"#[ \t]*(?:noqa|type:)", "\n".join(_UNUSED.sub("", line) for line in one.lines))
    )


def _wrapped(entry: _Entry, width: int) -> list[str]:
    """The lines of an import, one name a line where it would be longer than *width*."""
    line = entry.lines[0]
    if len(entry.lines) > 1 or len(line) <= width or "#" in line or "(" in line or isinstance(entry.node, ast.Import):
        return entry.lines
    indent = line[: len(line) - len(line.lstrip())]
    head = line.partition(" import ")[0]
    names = [f"{indent}    {ast.unparse(alias)}," for alias in entry.node.names]
    return [f"{head} import (", *names, f"{indent})"]


def _differences(old: Sequence[str], new: Sequence[str], start: int, source: Source, newline: str) -> list[TextEdit]:
    """Edits from *old* lines, which begin at *start*, to *new* ones."""
    text = source.text
    begins = [start]
    ends: list[int] = []
    for line in old:
        ends.append(begins[-1] + len(line))
        after = ends[-1] + (2 if text.startswith("\r\n", ends[-1]) else 1)
        begins.append(min(after, len(text)))
    made: list[TextEdit] = []
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        lines = new[begin:end]
        if tag == "replace":
            made.append((begins[first], ends[last - 1], newline.join(lines)))
        elif tag == "delete" and last < len(old):
            made.append((begins[first], begins[last], ""))
        elif tag == "delete":
            # The last line has no end of its own: what follows it is not ours.
            made.append((ends[first - 1] if first else start, ends[-1], ""))
        elif tag == "insert" and first:
            made.append((ends[first - 1], ends[first - 1], "".join(f"{newline}{line}" for line in lines)))
        elif tag == "insert":
            made.append((start, start, "".join(f"{line}{newline}" for line in lines)))
    return made
