"""Import statements as text: rewriting, extending, adding and removing them token by token.

An :class:`ImportEditor` collects what is to happen to the import statements of one file and turns it into text edits in
one go, so that many changes to one statement come out as one good statement. It decides nothing about names: which
local name means what, and whether one is still needed, is the caller's business.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from platform_lint import import_lines
from platform_lint.fences import Fences
from platform_lint.scopes import QualifiedName
from platform_lint.source import Source

Statement = ast.Import | ast.ImportFrom
#: (start offset, end offset, new text)
TextEdit = tuple[int, int, str]


#: Comments about a file: shebang, directives of tools, licences.
_ABOUT_THE_FILE = re.compile(
    r"#!|#.*(?:-\*-|coding[:=]|copyright|\(c\)|licen[cs]e|spdx|all rights reserved)"
    r"|#\s*(?:flake8|fmt|isort|mypy|pragma|pylint|pyright|ruff|type|yapf|noqa)\b",
    re.IGNORECASE,
)


class CommentLost(Exception):
    """The change would drop a comment."""


class Item:
    """One imported name: ``from module import name as local``, or ``import module as local`` where *name* is ""."""

    __slots__ = ("local", "module", "name")

    def __init__(self, module: QualifiedName, name: str = "", local: str = "") -> None:
        self.module = module
        self.name = name
        #: The name after ``as``; "" for none.
        self.local = "" if local == (name or ".".join(module)) else local

    @property
    def qualified(self) -> QualifiedName:
        """What is imported."""
        return (*self.module, self.name) if self.name else self.module

    @property
    def clause(self) -> str:
        """What stands after ``import``."""
        return (self.name or ".".join(self.module)) + (f" as {self.local}" if self.local else "")

    @property
    def statement(self) -> str:
        """The whole statement."""
        return f"from {'.'.join(self.module)} import {self.clause}" if self.name else f"import {self.clause}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Item) and self.statement == other.statement

    def __hash__(self) -> int:
        return hash(self.statement)


class _Change:
    """What is to happen to one statement."""

    __slots__ = ("added", "comments", "dropped", "extended", "module", "renamed")

    def __init__(self) -> None:
        #: What is to stand behind new imports.
        self.comments: dict[Item, str] = {}
        self.module: str | None = None
        self.renamed: dict[ast.alias, str] = {}
        self.dropped: set[ast.alias] = set()
        #: New imports, each with the name it stands in for.
        self.added: dict[Item, ast.alias | None] = {}
        self.extended: list[Item] = []


class ImportEditor:
    """Changes to the import statements of *source*, whose syntax tree is *tree*."""

    def __init__(self, source: Source, tree: ast.Module) -> None:
        self.source = source
        self.tree = tree
        self.fences = Fences(source.text)
        self._changes: dict[Statement, _Change] = {}
        self._top: list[Item] = []
        self._siblings: dict[ast.stmt, list[ast.stmt]] | None = None

    def _change(self, statement: Statement) -> _Change:
        return self._changes.setdefault(statement, _Change())

    def set_module(self, statement: ast.ImportFrom, module: str) -> None:
        """``from old import …`` becomes ``from module import …``, dots of a relative import included."""
        self._change(statement).module = module

    def rename(self, statement: Statement, alias: ast.alias, clause: str) -> None:
        """Write *clause* (``new as local``) where *alias* stands."""
        self._change(statement).renamed[alias] = clause

    def drop(self, statement: Statement, alias: ast.alias) -> None:
        """Take *alias* out, and the statement with it where it was the last one."""
        self._change(statement).dropped.add(alias)

    def add(self, item: Item, at: Statement, instead: ast.alias | None = None, comment: str = "") -> None:
        """Import *item* where *at* stands: in its place if all of it is dropped, else after it. *instead* is the name
        it stands in for, whose comment it gets; where that has none of its own, *comment* may say one.
        """
        change = self._change(at)
        change.added.setdefault(item, instead)
        if comment:
            change.comments[item] = comment

    def extend(self, statement: ast.ImportFrom, item: Item) -> None:
        """Add *item* to the names *statement* imports."""
        extended = self._change(statement).extended
        if item not in extended:
            extended.append(item)

    def add_on_top(self, item: Item) -> None:
        """Import *item* with the other imports at the top of the file."""
        if item not in self._top:
            self._top.append(item)

    def is_shrinking(self, statement: Statement) -> bool:
        """Whether names are taken out of *statement*, so that it had better not be extended."""
        change = self._changes.get(statement)
        return change is not None and bool(change.dropped or change.module)

    def edits(self) -> list[TextEdit]:
        """The text edits. Raises CommentLost where one would drop a comment."""
        last = self._leading()[-1:] if self._top else []
        if last and self._is_gone(last[0]):
            # Where the last import at the top goes, the new ones take its place.
            for item in self._top:
                self.add(item, last[0])  # type: ignore[arg-type]
            self._top = []
        made = self._deletions()
        for statement, change in self._changes.items():
            made += self._statement(statement, change)
        if self._top:
            made.append(self._on_top())
        # A name behind the last import comes before the line behind it.
        return [(start, end, self.source.with_newlines(text, start)) for start, end, text in _joined(made)]

    # One statement

    def _statement(self, statement: Statement, change: _Change) -> list[TextEdit]:
        kept = [alias for alias in statement.names if alias not in change.dropped]
        places = {alias: place for place, alias in enumerate(statement.names)}
        added = sorted(change.added, key=lambda item: places.get(change.added[item], len(places)))  # type: ignore[arg-type]
        statements = _merged(added if kept else [*added, *change.extended])
        if not kept:
            return self._replacement(statement, statements, change.comments) if statements else []
        # What stands in for a name gets its comment.
        comments = {item: self.comment_of(statement, alias) for item, alias in change.added.items() if alias}
        lines = [_line(items, change.comments) for items in statements]
        carried: set[ast.alias | None] = set()
        for number, items in enumerate(statements):
            if len(items) == 1 and comments.get(items[0]):
                lines[number] = f"{_text(items)}  {comments[items[0]]}"
                carried.add(change.added[items[0]])
        made: list[TextEdit] = []
        if change.module is not None and isinstance(statement, ast.ImportFrom):
            made.append(self._new_module(statement, change.module))
        for alias, clause in change.renamed.items():
            if alias not in change.dropped:
                made.append((*self.alias_span(alias), clause))
        if change.dropped:
            made += self._without(statement, kept, carried)
        for item in change.extended:
            made.append(self._extension(statement, kept, item))
        if statements:
            made.append(self._after(statement, lines))
        return _joined(made)

    def span(self, statement: Statement) -> tuple[int, int]:
        """The offsets of a statement."""
        return self._span(statement)

    def alias_span(self, alias: ast.alias) -> tuple[int, int]:
        """The offsets of one name of an import with its ``as``."""
        return self._span(alias)

    def _span(self, node: Statement | ast.alias | ast.stmt) -> tuple[int, int]:
        source = self.source
        start = source.offset(node.lineno, node.col_offset)
        return start, source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def module_span(self, statement: ast.ImportFrom) -> tuple[int, int]:
        """The offsets of what stands between ``from`` and ``import``."""
        return import_lines.module_span(self.source.text, self._span(statement)[0])

    def _new_module(self, statement: ast.ImportFrom, module: str) -> TextEdit:
        text = self.source.text
        start, end = self.module_span(statement)
        # Dots need no space around them: `from.import x`.
        before = " " if text[start - 1].isalnum() else ""
        return (start, end, before + module + (" " if text[end].isalnum() else ""))

    def _is_parenthesised(self, statement: Statement) -> bool:
        if not isinstance(statement, ast.ImportFrom):
            return False
        end = self.module_span(statement)[1]
        return (
            re.compile(rf"{import_lines.TEXT_GAP}import{import_lines.TEXT_GAP}\(").match(self.source.text, end)
            is not None
        )

    def _replacement(
        self, statement: Statement, statements: list[list[Item]], comments: Mapping[Item, str]
    ) -> list[TextEdit]:
        """Put new statements where *statement* stood."""
        first, rest = statements[0], statements[1:]
        made: list[TextEdit] = []
        names = statement.names
        if isinstance(statement, ast.ImportFrom) and first[0].name and len(first) == len(names):
            # Same shape: only module and names change, so parentheses, comments and line breaks stay.
            made.append(self._new_module(statement, ".".join(first[0].module)))
            for alias, item in zip(names, first, strict=True):
                start, end = self.alias_span(alias)
                if self.source.text[start:end] != item.clause:
                    made.append((start, end, item.clause))
        elif isinstance(statement, ast.Import) and not first[0].name and len(first) == len(names):
            for alias, item in zip(names, first, strict=True):
                made.append((*self.alias_span(alias), item.clause))
        else:
            start, end = self._span(statement)
            if "#" in self.source.text[start:end]:
                raise CommentLost("a comment inside the import would be lost")
            made.append((start, end, _text(first)))
        if rest:
            made.append(self._after(statement, [_line(items, comments) for items in rest]))
        return made

    def comment_of(self, statement: Statement, alias: ast.alias) -> str:
        """The comment behind *alias*, where that has a line of the parentheses to itself."""
        line = self._line_of(alias) if self._is_parenthesised(statement) else None
        if line is None:
            return ""
        return "".join(self.source.text[self.alias_span(alias)[1] : line[1]].partition("#")[1:]).rstrip()

    def _without(
        self, statement: Statement, kept: list[ast.alias], carried: Collection[ast.alias | None] = ()
    ) -> list[TextEdit]:
        """Delete the names not in *kept*, each with its comma: with its line where it has one to itself.

        The comments of the names *carried* stand elsewhere then.
        """
        text = self.source.text
        names = statement.names
        spans: list[tuple[int, int]] = []
        behind = names.index(kept[-1]) + 1
        lines = {alias: self._line_of(alias) for alias in names} if self._is_parenthesised(statement) else {}
        for alias, following in pairwise(names[:behind]):
            if alias not in kept:
                spans.append(lines.get(alias) or (self.alias_span(alias)[0], self.alias_span(following)[0]))
        last = [lines.get(alias) for alias in names[behind:]]
        if last and not all(last):
            spans.append((self.alias_span(kept[-1])[1], self.alias_span(names[-1])[1]))
        else:
            spans += filter(None, last)
        beside = {lines.get(alias) for alias in names if alias in carried}
        if any("#" in text[start:end] for start, end in spans if (start, end) not in beside):
            raise CommentLost("a comment beside the imported name would be lost")
        return [(start, end, "") for start, end in spans]

    def _line_of(self, alias: ast.alias) -> tuple[int, int] | None:
        """The offsets of the line *alias* stands on, if it stands there alone."""
        text = self.source.text
        start, end = self.alias_span(alias)
        line_start = _line_start(text, start)
        rest = re.compile(r"[ \t\f]*,?[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)").match(text, end)
        return (line_start, rest.end()) if rest and not text[line_start:start].strip() else None

    def _extension(self, statement: Statement, names: list[ast.alias], item: Item) -> TextEdit:
        """Insert *item* among *names*, those of *statement* that stay, in order if they are in order."""
        text = self.source.text
        written = [alias.name + (f" as {alias.asname}" if alias.asname else "") for alias in names]
        parenthesised = self._is_parenthesised(statement)
        position = len(names)
        for key in (_by_kind, _case_insensitive, _case_sensitive):
            keys = [key(name) for name in written]
            if keys == sorted(keys):
                wanted = key(item.clause)
                position = next((number for number, other in enumerate(keys) if wanted < other), len(names))
                break
        if position < len(names):
            start = self.alias_span(names[position])[0]
            indent = _before(text, start)
            if parenthesised and not indent.strip() and len(statement.names) > 1:
                return (start, start, f"{item.clause},{self.source.newline}{indent}")
            return (start, start, f"{item.clause}, ")
        start, end = self.alias_span(names[-1])
        indent = _before(text, start)
        if parenthesised and not indent.strip():
            comment = re.compile(r"[ \t\f]*,[ \t\f]*#[^\r\n]*").match(text, end)
            if comment:
                return (comment.end(), comment.end(), f"{self.source.newline}{indent}{item.clause},")
            return (end, end, f",{self.source.newline}{indent}{item.clause}")
        return (end, end, f", {item.clause}")

    def _after(self, statement: ast.stmt, lines: Sequence[str]) -> TextEdit:
        """Insert statements after *statement*, on lines of their own where it has one."""
        text = self.source.text
        start, end = self._span(statement)
        indent = _before(text, start)
        region = self.fences.region(start)
        outside = self._outside(region, indent) if region is not None else None
        if outside is not None:
            return (outside, outside, "".join(f"{indent}{line}{self.source.newline}" for line in lines))
        rest = re.compile(r"[^\r\n]*").match(text, end)
        assert rest is not None
        after = rest.group()
        if indent.strip() or after.lstrip().startswith(";"):
            if any("#" in line for line in lines):
                raise CommentLost("a comment beside the imported name would be lost")
            return (end, end, "".join(f"; {line}" for line in lines))
        stop = rest.end()
        newline = self.source.newline
        following = self.fences.line_end(stop)
        if following > stop and self.fences.holds(start, end):
            # Beside a line that is not to be sorted, but among those that are.
            return (following, following, "".join(f"{indent}{line}{newline}" for line in lines))
        return (stop, stop, "".join(f"{newline}{indent}{line}" for line in lines))

    def _deletions(self) -> list[TextEdit]:
        """Take out the statements that lose all their names and get none, those that share a line together."""
        gone = {statement for statement in self._changes if self._is_gone(statement)}
        made: list[TextEdit] = []
        for block in {id(block): block for block in map(self._block_of, gone)}.values():
            empty = block is not self.tree.body and gone.issuperset(block)
            run: list[ast.stmt] = []
            for statement, following in zip(block, [*block[1:], None], strict=True):
                if statement not in gone:
                    continue
                run.append(statement)
                if following not in gone or following.lineno != statement.end_lineno:
                    inside = block is not self.tree.body and following is not None
                    above = self._line_above(run[0])
                    opens = inside and (not above or (run[0] is block[0] and not above.startswith("#")))
                    made.append(self._deletion(run[0], run[-1], "pass" if empty else "", opens))
                    run, empty = [], False
        return made

    def _is_gone(self, statement: ast.stmt) -> bool:
        """Whether *statement* is an import that loses all its names and gets none."""
        change = self._changes.get(statement)  # type: ignore[call-overload]
        return (
            change is not None
            and change.dropped.issuperset(statement.names)  # type: ignore[attr-defined]
            and not change.added
            and not change.extended
        )

    def _line_above(self, statement: ast.stmt) -> str:
        """What stands on the line above *statement*, without white space around it."""
        starts = self.source.starts
        return (
            self.source.text[starts[statement.lineno - 2] : starts[statement.lineno - 1]].strip()
            if statement.lineno > 1
            else ""
        )

    def _deletion(self, first: ast.stmt, last: ast.stmt, instead: str, opens: bool) -> TextEdit:
        """Take out the statements from *first* to *last*, on one line: with the line where nothing else is on it, and
        with the empty lines below where they come first (*opens*) or below an empty line.
        """
        text = self.source.text
        start, end = self._span(first)[0], self._span(last)[1]
        if "#" in text[start:end]:
            raise CommentLost("a comment inside the import would be lost")
        if instead:
            return (start, end, instead)
        line_start = _line_start(text, start)
        rest = re.compile(r"([ \t\f]*)(;?)([ \t\f]*)(#[^\r\n]*)?(\r\n|\r|\n|\Z)?").match(text, end)
        assert rest is not None
        last_of_line = rest.group(5) is not None
        if last_of_line and not text[line_start:start].strip():
            # A comment after the statement stays, on the line it had.
            if rest.group(4):
                return (start, rest.start(4), "")
            stop = rest.end()
            if opens or not text[:line_start].strip():
                # A file does not begin with empty lines, nor does a block.
                blank = re.compile(r"(?:[ \t\f]*(?:\r\n|\r|\n))*").match(text, stop)
                assert blank is not None
                stop = blank.end()
            return (line_start, stop, "")
        if rest.group(2) and not last_of_line:
            return (start, rest.end(3), "")
        before = re.compile(r"[ \t\f]*;[ \t\f]*\Z").search(text, line_start, start)
        return (before.start(), end, "") if before else (start, end, "pass")

    def _block_of(self, statement: ast.stmt) -> list[ast.stmt]:
        """The list of statements *statement* is in."""
        if self._siblings is None:
            self._siblings = {}
            for node in ast.walk(self.tree):
                for field in ("body", "orelse", "finalbody"):
                    block = getattr(node, field, None)
                    if isinstance(block, list):
                        for child in block:
                            self._siblings[child] = block
        return self._siblings[statement]

    # The top of the file

    def _leading(self) -> list[ast.stmt]:
        """The docstring and the imports the file begins with."""
        found: list[ast.stmt] = []
        for number, statement in enumerate(self.tree.body):
            docstring = number == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if not docstring and not isinstance(statement, ast.Import | ast.ImportFrom):
                break
            found.append(statement)
        return found

    def _outside(self, region: tuple[int, int], indent: str) -> int | None:
        """Where statements go that must not stand in *region*: above it, or below where what is in it comes first."""
        text = self.source.text
        start, end = region
        if re.compile(r"[ \t]*").match(text, start).group() != indent:  # type: ignore[union-attr]
            return None
        first = any(start <= self._span(statement)[0] < end for statement in self._preamble())
        if first or any(self._span(statement)[0] < start < self._span(statement)[1] for statement in self.tree.body):
            return end if end < len(text) else None
        return start

    def _preamble(self) -> list[ast.stmt]:
        """What must stay above everything: the docstring and ``from __future__``."""
        return [
            statement
            for statement in self._leading()
            if not isinstance(statement, ast.Import)
            and (not isinstance(statement, ast.ImportFrom) or statement.module == "__future__")
        ]

    def _on_top(self) -> TextEdit:
        """Insert imports after the leading block of imports, or after docstring, comments and ``__future__``."""
        text = self.source.text
        newline = self.source.newline
        lines = [_text(items) for items in _merged(self._top)]
        leading = self._leading()
        free = [statement for statement in leading if self.fences.region(self._span(statement)[0]) is None]
        after = free[-1] if free else leading[-1] if leading else None
        last = self._preamble()[-1:]
        if last and after is not None and leading.index(after) < leading.index(last[0]):
            after = last[0]
        if isinstance(after, ast.Import | ast.ImportFrom):
            return self._after(after, lines)
        # None is there whose order they could follow.
        lines = [_text(items) for items in _merged(sorted(self._top, key=_by_default))]
        body = "".join(f"{line}{newline}" for line in lines)
        if after is not None:
            start, stop, inserted = self._after(after, [""])
            if ";" in inserted:
                return (start, stop, "".join(f"; {line}" for line in lines))
            stop, above, below = self._room(stop)
            # The line of the docstring has an end, or there are empty lines above.
            body = body if above else f"{newline}{newline}" + body.rstrip("\r\n")
            return (stop, stop, body + newline * below)
        at, _, below = self._room(_after_header(text))
        return (at, at, body + newline * below)

    def _room(self, at: int) -> tuple[int, int, int]:
        """Where to put imports in between what ends at *at* and what comes next, how many empty lines are above them
        then, and how many to add below: one should be there, two before a function or class.
        """
        following = next((each for each in self.tree.body if self._begin(each) >= at), None)
        if following is None or isinstance(following, ast.Import | ast.ImportFrom):
            return at, 0, 0
        wanted = 2 if isinstance(following, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else 1
        text = self.source.text
        blank = re.compile(r"[ \t\f]*(?:\r\n|\r|\n)")
        match = blank.match(text, at)
        if match is not None and at and text[at - 1] not in "\r\n":
            match = blank.match(text, match.end())  # The rest of the line itself.
        starts: list[int] = []
        end = at
        while match is not None:
            starts.append(match.start())
            end = match.end()
            match = blank.match(text, end)
        if re.compile(r"(?:[ \t\f]*#[^\r\n]*(?:\r\n|\r(?!\n)|\n))+[ \t\f]*[\r\n]").match(text, end):
            wanted = 1  # A comment that stands by itself.
        if len(starts) > wanted:
            return starts[-wanted], len(starts) - wanted, 0
        return at, 0, max(wanted - len(starts), 0)

    def _begin(self, statement: ast.stmt) -> int:
        """The offset of a statement, its decorators included."""
        first = next(iter(getattr(statement, "decorator_list", ())), statement)
        return self.source.offset(first.lineno, first.col_offset)


def about_the_file(comment: str) -> bool:
    """Whether a comment at the top is about the file: a shebang, a licence, what a tool is told."""
    return _ABOUT_THE_FILE.match(comment) is not None


def _line_start(text: str, offset: int) -> int:
    """Where the line of *offset* begins."""
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1


def _before(text: str, offset: int) -> str:
    """What stands on the line of *offset* before it: where that is blank, how a line below it is indented."""
    # A form feed begins the line anew.
    return text[_line_start(text, offset) : offset].rpartition("\f")[2]


def _after_header(text: str) -> int:
    """The offset after shebang, encoding line and licence at the very top.

    Comments with an empty line below them are about the file; those right above its first statement are about that,
    but for what tools read and for licences.
    """
    at = end = 0
    for match in re.finditer(r"([^\r\n]*)(\r\n|\r|\n|\Z)", text):
        line = match.group(1)
        if not line.startswith("#"):
            return end if line.strip() else at
        at = match.end()
        if about_the_file(line):
            end = at
    return at


def _merged(items: Iterable[Item]) -> list[list[Item]]:
    """Group *items* into statements: names from one module share one."""
    groups: dict[object, list[Item]] = {}
    for number, item in enumerate(items):
        groups.setdefault(item.module if item.name else number, []).append(item)
    return list(groups.values())


def _text(items: Sequence[Item]) -> str:
    first = items[0]
    if not first.name:
        return "import " + ", ".join(item.clause for item in items)
    return f"from {'.'.join(first.module)} import " + ", ".join(item.clause for item in items)


def _by_default(item: Item) -> tuple[object, ...]:
    """isort's and ruff's order of imports and the names in them."""
    module = ".".join(item.module)
    return bool(item.name), natural(module.lower()), natural(module), member_key(item.name, item.local)


def _line(items: Sequence[Item], comments: Mapping[Item, str]) -> str:
    """The statement that imports *items*, with the first comment that one of them has."""
    return "  ".join([_text(items), *[comments[item] for item in items if item in comments][:1]])


def _joined(edits: list[TextEdit]) -> list[TextEdit]:
    """Merge insertions at one place into one edit, in the order they were made."""
    made: dict[tuple[int, int], str] = {}
    for start, end, text in edits:
        made[start, end] = made.get((start, end), "") + text
    return [(start, end, text) for (start, end), text in made.items()]


@lru_cache(maxsize=4096)
def natural(name: str) -> tuple[tuple[int, int], ...]:
    """A key that sorts *name* as people count: ``a9`` before ``a10``."""
    pieces = re.findall(r"\d+|\D", name)
    return tuple((ord("0"), int(piece)) if piece.isdecimal() else (ord(piece), 0) for piece in pieces)


def member_key(name: str, local: str = "") -> tuple[object, ...]:
    """isort's order of imported names: CONSTANTS, Classes, functions."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, natural(name.lower()), natural(name), local


def _by_kind(clause: str) -> tuple[object, ...]:
    name, _, local = clause.partition(" as ")
    return member_key(name, local)


def _case_insensitive(clause: str) -> tuple[object, ...]:
    return natural(clause.lower())


def _case_sensitive(clause: str) -> tuple[object, ...]:
    return natural(clause)
