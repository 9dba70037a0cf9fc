"""The look at a file before any parse: can it hold a finding, and if so, which names matter in it?

Two steps, both on raw bytes. One Aho-Corasick automaton over the anchors of all names passes over the file once; on a
clean code base nearly every file ends there. Then the import statements, found by one regular expression, tell how the
file spells what a name stands for, and one of those spellings must occur with the tail after it (``osp.join``).

The sieve may let a file through for nothing; it must never hold one back that the index would find something in.
"""

from __future__ import annotations

import re

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from platform_lint.names import NameTable, anchor, is_glob, literal_prefix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_lint.modules import ModuleView
    from platform_lint.scopes import QualifiedName

# The keyword, and what it imports: up to the closing parenthesis, or the end of the logical line. The clause is captured
# in a lookahead, so that a match inside prose cannot swallow a statement after it.
_GAP = rb"(?:[ \t\f]|\\\r?\n|\\\r)*"
_IMPORTS = re.compile(rb"import\b(?=(" + _GAP + rb"\((?:[^)#]|#[^\r\n]*)*|(?:[^\r\n;#\\]|\\\r?\n|\\\r)*))")
_WORD = rb"[\w\x80-\xff]+"
_ORIGIN = re.compile(
    rb"\bfrom" + _GAP + rb"((?:\." + _GAP + rb")*(?:" + _WORD + _GAP + rb"(?:\." + _GAP + _WORD + _GAP + rb")*)?)\Z"
)
_COMMENT = re.compile(rb"#[^\r\n]*")
_ANY_GAP = r"(?:\s|\\|#[^\r\n]*[\r\n])*"

if TYPE_CHECKING:
    #: An import as the sieve reads it: module parts, dots before them, imported name, local name, whether `as` says it.
    _Item = tuple[QualifiedName, int, str | None, str, bool]


class Sieve:
    """The compiled first look for one set of names.

    *table* holds the names; *mentioned* are dotted names that also count when they stand whole inside a string;
    *literals* are further byte strings any of which lets a file through.
    """

    def __init__(self, table: NameTable, mentioned: Iterable[str] = (), literals: Iterable[bytes] = ()) -> None:
        self.table = table
        self._mentioned: dict[str, list[tuple[str, bytes]]] = {}
        for dotted in mentioned:
            self._mentioned.setdefault(dotted.rpartition(".")[2], []).append((dotted, dotted.encode()))
        self._literals = tuple(literals)
        self._anchors = tuple(table.by_anchor)
        words = [anchor.encode() for anchor in self._anchors]
        words += self._literals
        # Anchors are identifiers, so a longest match can never hide a whole word that begins inside it.
        self._automaton = (
            BytesAhoCorasick(words, MatchKind.LeftmostLongest, Implementation.ContiguousNFA) if words else None
        )
        self._statements: dict[tuple[bytes, bytes], tuple[_Item, ...]] = {}
        self._reaches: dict[
            tuple[QualifiedName, str | None, bool], tuple[bool, tuple[tuple[QualifiedName, int], ...]]
        ] = {}
        self._spellings: dict[tuple[str, QualifiedName, bool], re.Pattern[bytes]] = {}
        self._globs = [(parts, literal_prefix(parts)) for parts, _ in table.globs]

    def look(self, data: bytes, view: ModuleView | None = None) -> Look | None:
        """What of *data* deserves an index: None for nothing.

        *view* tells what the file is called and which imports may be re-exports of the project.
        """
        if self._automaton is None:
            return None
        matches = self._automaton.find_matches_as_indexes(data)
        if not matches:
            return None
        anchors = self._anchors
        count = len(anchors)
        numbers = {match[0] for match in matches}
        literal = bool(self._literals) and any(number >= count for number in numbers)
        found = {anchors[number] for number in numbers if number < count}
        look = Look(literal)
        if found:
            self._reachable(data, found, view, look)
            if self._mentioned:
                look.strings = tuple(
                    dotted for anchor in found for dotted, text in self._mentioned.get(anchor, ()) if text in data
                )
        return look if look.words or look.stars or look.strings or literal else None

    def _reachable(self, data: bytes, found: set[str], view: ModuleView | None, look: Look) -> None:
        """Add to *look* every local name through which one of the names may be used."""
        table = self.table
        words = look.words
        own = view.module if view is not None else None
        first_party = view.first_party if view is not None else frozenset()
        statements = self._statements
        for match in _IMPORTS.finditer(data):
            statement = (_before(data, match.start()), match[1])
            items = statements.get(statement)
            if items is None:
                items = statements[statement] = tuple(_items(*statement))
            for module, level, name, local, aliased in items:
                if level:
                    base = _absolute(module, level, view)
                    self._import(data, base, name, local, aliased, True, found, look)
                else:
                    self._import(data, module, name, local, aliased, module[0] in first_party, found, look)
        for parts in table.by_head.get("builtins", ()):
            if len(parts) > 1 and parts[-1] in found:
                words.add(parts[1])
        if own:
            # Names the file itself defines: what is left of a name below the file's own.
            for parts in table.below.get(own, ()):
                if parts[-1] in found:
                    words.add(parts[len(own)])
        for parts, prefix in self._globs:
            for start in ((own,) if own else ()) + (("builtins",),):
                if prefix[: len(start)] == start and len(parts) > len(start) and anchor(parts) in found | {"builtins"}:
                    words.update(_identifiers(parts[len(start)], data))

    def _import(
        self,
        data: bytes,
        base: QualifiedName,
        name: str | None,
        local: str,
        aliased: bool,
        project: bool,
        found: set[str],
        look: Look,
    ) -> None:
        """Add what one import makes reachable: ``import base`` or ``from base import name``, bound to *local*."""
        words = look.words
        if local in words:
            return
        key = (base, name, aliased)
        known = self._reaches.get(key)
        if known is None:
            known = self._reaches[key] = self._reach(base, name, aliased)
        named, below = known
        if name == "*":
            wanted = [parts[used] for parts, used in below if parts[-1] in found]
            if named or wanted or project:
                look.stars = True
                words.update(found if project else wanted)
            return
        if named:
            words.add(local)
            return
        for parts, used in below:
            if parts[-1] in found and self._spelled(data, local, parts[used:]):
                words.add(local)
                return
        if not project:
            return
        # Perhaps a re-export: the name keeps its last part, or the part that is a module on the way there.
        if name is None:
            if any(self._spelled(data, local, (last,), within=True) for last in found):
                words.add(local)
            return
        for parts in self.table.by_part.get(name, ()):
            if parts[-1] in found:
                tail = parts[parts.index(name) + 1 :]
                if not tail or self._spelled(data, local, tail):
                    words.add(local)
                    return

    def _reach(
        self, base: QualifiedName, name: str | None, aliased: bool
    ) -> tuple[bool, tuple[tuple[QualifiedName, int], ...]]:
        """For an import: whether it names something in the table itself, and the names below what it binds.

        Each of those comes with the number of its parts that the local name stands for.
        """
        table = self.table
        whole = base if name is None or name == "*" else (*base, name)
        if any(whole[:count] in table.exact for count in range(1, len(whole) + 1)):
            return True, ()
        for _, prefix in self._globs:
            common = min(len(prefix), len(whole))
            if prefix[:common] == whole[:common]:
                return True, ()
        bound = whole[:1] if name is None and not aliased else whole
        return False, tuple((parts, len(bound)) for parts in sorted(table.below.get(bound, ())))

    def _spelled(self, data: bytes, local: str, tail: QualifiedName, within: bool = False) -> bool:
        """Whether *data* has ``local.tail`` (``local.….tail`` if *within*), or gives *local* another name."""
        key = (local, tail, within)
        pattern = self._spellings.get(key)
        if pattern is None:
            dot = rf"{_ANY_GAP}\.{_ANY_GAP}"
            name = re.escape(local)
            middle = rf"(?:{dot}\w+)*" if within else ""
            spelled = name + middle + "".join(dot + re.escape(part) for part in tail)
            # `h = hashlib`, `x = a.b`: an assignment alias may carry the tail.
            alias = rf"=[\s\\(]*{name}(?:{dot}\w+)*[\s)]*(?:[\r\n;#)\],]|\Z)"
            pattern = re.compile(rf"(?<!\w){spelled}(?!\w)|{alias}".encode())
            self._spellings[key] = pattern
        return pattern.search(data) is not None


class Look:
    """What the sieve found in a file.

    *words* are the local names to index; *stars* tells that a star import may hide one; *strings* are the dotted names
    that occur somewhere; *literal* whether one of the further literals does.
    """

    __slots__ = ("literal", "stars", "strings", "words")

    def __init__(self, literal: bool = False) -> None:
        self.words: set[str] = set()
        self.stars = False
        self.strings: tuple[str, ...] = ()
        self.literal = literal


def _absolute(module: QualifiedName, level: int, view: ModuleView | None) -> QualifiedName:
    """The absolute base of a relative import; ``()`` where the file's package is not known."""
    if view is None or view.module is None:
        return ()
    package = view.module if view.package else view.module[:-1]
    keep = len(package) - (level - 1)
    return (*package[:keep], *module) if keep > 0 else ()


def _before(data: bytes, at: int) -> bytes:
    """What stands on the logical line before *at*."""
    start = at
    while True:
        newline = data.rfind(b"\n", 0, start)
        start = max(newline, data.rfind(b"\r", newline + 1, start)) + 1
        end = start - 2 if data[start - 2 : start] == b"\r\n" else start - 1
        if start == 0 or data[end - 1 : end] != b"\\":
            return data[start:at]
        start = end


def _items(before: bytes, clause: bytes) -> list[_Item]:
    """The imports of one statement, from the texts before and after the keyword ``import``."""
    match = _ORIGIN.search(before)
    origin = match[1] if match else b""
    source = "".join(origin.decode("utf-8", "replace").replace("\\", " ").split())
    level = len(source) - len(source.lstrip("."))
    module = tuple(part for part in source[level:].split(".") if part)
    items: list[_Item] = []
    text = _COMMENT.sub(b"", clause).decode("utf-8", "replace").replace("\\", " ").replace("(", " ")
    for piece in text.split(","):
        words = piece.split()
        aliased = "as" in words[1:-1]
        if not words:
            continue
        if source:
            items.append((module, level, words[0], words[-1] if aliased else words[0], aliased))
        else:
            dotted = "".join(words[: words.index("as")] if aliased else words)
            parts = tuple(part for part in dotted.split(".") if part)
            if parts:
                items.append((parts, 0, None, words[-1] if aliased else parts[0], aliased))
    return items


def _identifiers(part: str, data: bytes) -> set[str]:
    """The words of *data* that *part* of a name, perhaps with wildcards, stands for."""
    if not is_glob((part,)):
        return {part}
    pattern = "".join(r"\w*" if char == "*" else r"\w" if char == "?" else re.escape(char) for char in part)
    return {match.decode() for match in re.findall(rf"\b{pattern}\b".encode(), data) if match}
