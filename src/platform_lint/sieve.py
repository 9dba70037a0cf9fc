"""The look at a file before any parse: can it hold a finding, and if so, which names matter in it?

Two steps, both on raw bytes. One Aho-Corasick automaton over the anchors of all names passes over the file once; on a
clean code base nearly every file ends there. Then the import statements, found by one regular expression, tell how the
file spells what a name stands for, and one of those spellings must occur with the tail after it (``osp.join``).

The sieve may let a file through for nothing; it must never hold one back that the index would find something in.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from platform_lint import import_lines
from platform_lint.call_text import Uses, may_call_with, may_state
from platform_lint.import_lines import ATTRIBUTE, COMMENT, IMPORTS, LETTERS, WORD, absolute, text_before
from platform_lint.names import NameTable, anchor, glob_pattern, is_glob, literal_prefix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from platform_lint.import_lines import Item
    from platform_lint.modules import ModuleView
    from platform_lint.rule import Trace
    from platform_lint.scopes import QualifiedName

_CHAIN = re.compile(ATTRIBUTE + rb"+")
# `h = hashlib`, `(x := a.b)`: after the name comes the end of the expression.
_ENDS = re.compile(ATTRIBUTE + rb"*[ \t\f)]*(?:[\r\n;#)\],]|\Z)")
_WORD_END = re.compile(rb"[\w.\x80-\xff]")
_PART = re.compile(WORD)
_BOM = b"\xef\xbb\xbf"
_BEHIND_ARGUMENT = re.compile(rb"(?:[\s\\]|#[^\r\n]*[\r\n])*=(?!=)|['\"]")
#: The term of a trace that asks for import statements.
_IMPORT = ("word", "import")
#: What is looked at first: a word is there or not, a name takes the imports, a type the whole project.
_COST = {"word": 0, "argument": 1, "module": 1, "name": 2, "call": 3, "statement": 3, "type": 4}

if TYPE_CHECKING:
    #: See :meth:`Sieve.reach`.
    _Reaches = tuple[str, tuple[tuple[QualifiedName, int], ...]]
    #: An import that may matter: absolute base, imported name, local name, whether `as` says it, whether of the
    #: project.
    _Active = tuple[QualifiedName, str | None, str, bool, bool]


class Sieve:
    """The compiled first look for one set of names.

    *table* holds the names, *settled* the numbers in it of names that are reported where an import names them, whatever
    is done with it then; *mentioned* are dotted names that also count when they stand whole inside a string; a
    ``noqa`` for a code of one of the *families* lets a file through as well. *traces* are what rules of shape look
    for, by code, and *leading_to* gives the names that lead to an instance of a class.
    """

    def __init__(
        self,
        table: NameTable,
        settled: Container[int] = (),
        mentioned: Iterable[str] = (),
        families: Iterable[str] = (),
        traces: Iterable[tuple[str, tuple[Trace, ...]]] = (),
        leading_to: Callable[[str], tuple[QualifiedName, ...]] = lambda cls: (tuple(cls.split(".")),),
    ) -> None:
        self.table = table
        self._mentioned: dict[str, list[tuple[str, bytes]]] = {}
        for dotted in mentioned:
            self._mentioned.setdefault(dotted.rpartition(".")[2], []).append((dotted, dotted.encode()))
        self._settled = settled
        #: Rules that any file may break, and those that need a trace, by a word of it.
        self._always: set[str] = set()
        self._traces: dict[str, list[tuple[str, Trace]]] = {}
        #: By class, the names that lead to an instance of it.
        self.leads: dict[str, tuple[QualifiedName, ...]] = {}
        self._patterns: dict[str, re.Pattern[str]] = {}
        for code, alternatives in traces:
            for said in alternatives:
                trace = tuple(sorted(said, key=lambda term: _COST[term[0]]))
                self.leads.update({text: leading_to(text) for kind, text in trace if kind == "type"})
                for word in _keys(trace, self.leads):
                    self._traces.setdefault(word, []).append((code, trace))
                if not trace:
                    self._always.add(code)
        terms = {term for traced in self._traces.values() for _, trace in traced for term in trace}
        told = [
            text if kind in ("word", "argument") else anchor(tuple(text.split()[0].split(".")))
            for kind, text in sorted(terms)
            if kind not in ("type", "module")
        ]
        self._anchors = tuple(dict.fromkeys((*table.by_anchor, *self._traces, *told)))
        words = [anchor.encode() for anchor in self._anchors]
        letters = "|".join(map(re.escape, families))
        self._ours = re.compile(rf"noqa[^\r\n]*(?:{letters})[0-9]".encode(), re.IGNORECASE) if letters else None
        if letters:
            words += [spelling.encode() for spelling in _any_case("noqa")]
        # Anchors are identifiers, so a longest match can never hide a whole word that begins inside it.
        self._automaton = (
            BytesAhoCorasick(words, MatchKind.LeftmostLongest, Implementation.ContiguousNFA) if words else None
        )
        self._statements: dict[tuple[bytes, bytes], tuple[Item, ...]] = {}
        self.active: dict[tuple[object, bytes, bytes], tuple[_Active, ...]] = {}
        self._reaches: dict[tuple[QualifiedName, str | None, bool], _Reaches] = {}
        self.globs = [(parts, literal_prefix(parts)) for parts, _ in table.globs]
        #: A sieve for each name that a trace speaks of.
        self._alone: dict[str, Sieve] = {}

    def alone(self, dotted: str) -> Sieve:
        """The sieve that looks for the name *dotted* only."""
        known = self._alone.get(dotted)
        if known is None:
            known = self._alone[dotted] = Sieve(NameTable([(tuple(dotted.split(".")), 0)]))
        return known

    def may_hold(self, data: bytes) -> set[int] | None:
        """The first step alone: the numbers of the words that occur in *data*, None where it can hold nothing."""
        matches = self._automaton.find_matches_as_indexes(data) if self._automaton is not None else ()
        found: set[int] = set()
        letters, size, count = LETTERS, len(data), len(self._anchors)
        for number, start, end in matches:
            if number in found or (end < size and letters[data[end]] and number < count):
                continue
            if not start or not letters[data[start - 1]] or number >= count or _begins(data, start):
                found.add(number)
        return found if found or self._always else None

    def look(self, data: bytes, view: ModuleView | None = None, numbers: set[int] | None = None) -> Look | None:
        """What of *data* deserves an index: None for nothing.

        *view* tells what the file is called and which imports may be re-exports of the project; *numbers* is what
        :meth:`may_hold` found, where it was asked already.
        """
        if numbers is None:
            numbers = self.may_hold(data)
            if numbers is None:
                return None
        anchors = self._anchors
        count = len(anchors)
        noqa = self._ours is not None and max(numbers, default=0) >= count and self._ours.search(data) is not None
        found = {anchors[number] for number in numbers if number < count}
        look = Look(noqa)
        look.shapes |= self._always
        text = _Text(data)
        if self._traces:
            signs = _Signs(self, text, view, found)
            for word in found:
                for code, trace in self._traces.get(word, ()):
                    if code not in look.shapes and all(signs.hold(*term) for term in trace):
                        look.shapes.add(code)
                        if _IMPORT in trace:
                            # The keyword stands for all import statements: no name of Python's is spelled like it.
                            look.words.add("import")
        if not found.isdisjoint(self.table.by_anchor):
            _Reach(self, text, found, view, look).run()
            if self._mentioned:
                look.strings = tuple(
                    dotted for anchor in found for dotted, text in self._mentioned.get(anchor, ()) if text in data
                )
        return look or None

    def pattern(self, glob: str) -> re.Pattern[str]:
        """The compiled form of a dotted *glob*: it matches names that are like it or lie below one that is."""
        known = self._patterns.get(glob)
        if known is None:
            known = self._patterns[glob] = glob_pattern(tuple(glob.split(".")))
        return known

    def items(self, before: bytes, clause: bytes) -> tuple[Item, ...]:
        """The imports of a statement, from the texts before and after its ``import``."""
        known = self._statements.get((before, clause))
        if known is None:
            known = self._statements[before, clause] = tuple(import_lines.items(before, clause))
        return known

    def reach(self, base: QualifiedName, name: str | None, aliased: bool) -> _Reaches:
        """For an import: what of the file it makes interesting by naming something in the table, and the names below
        it.

        The former is ``"import"`` for the statement alone, ``"uses"`` for what it binds, ``""`` for nothing. Each of
        the latter comes with the number of its parts that the local name stands for.
        """
        known = self._reaches.get((base, name, aliased))
        if known is None:
            known = self._reaches[base, name, aliased] = self._reach(base, name, aliased)
        return known

    def _reach(self, base: QualifiedName, name: str | None, aliased: bool) -> _Reaches:
        table = self.table
        whole = base if name is None or name == "*" else (*base, name)
        named = [number for count in range(1, len(whole) + 1) for number in table.exact.get(whole[:count], ())]
        if any(number not in self._settled for number in named):
            return "uses", ()
        for _, prefix in self.globs:
            common = min(len(prefix), len(whole))
            if prefix[:common] == whole[:common]:
                return "uses", ()
        bound = whole[:1] if name is None and not aliased else whole
        below = tuple((parts, len(bound)) for parts in sorted(table.below.get(bound, ())))
        return "import" if named else "", below


class _Text:
    """The bytes of one file, and its import statements: the texts before and after their ``import``."""

    __slots__ = ("_clauses", "_statements", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._clauses: list[tuple[int, int]] | None = None
        self._statements: list[tuple[bytes, bytes]] | None = None

    @property
    def statements(self) -> list[tuple[bytes, bytes]]:
        known = self._statements
        if known is None:
            data = self.data
            known = [(text_before(data, start - len("import")), data[start:end]) for start, end in self.clauses]
            self._statements = known
        return known

    @property
    def clauses(self) -> list[tuple[int, int]]:
        """The spans of what the statements import."""
        known = self._clauses
        if known is None:
            known = self._clauses = [match.span(1) for match in IMPORTS.finditer(self.data)]
        return known


class _Signs:
    """Whether one file, in which the words *found* occur, holds what the terms of traces ask for."""

    __slots__ = ("data", "found", "imported", "names", "sieve", "text", "types", "view")

    def __init__(self, sieve: Sieve, text: _Text, view: ModuleView | None, found: set[str]) -> None:
        self.sieve = sieve
        self.text = text
        self.data = text.data
        self.view = view
        self.found = found
        self.imported: list[tuple[QualifiedName, str]] | None = None
        self.types: dict[str, bool] = {}
        self.names: dict[str, set[str]] = {}

    def hold(self, kind: str, text: str) -> bool:
        """Whether the term (*kind*, *text*) of a trace may be true of the file."""
        if kind == "word":
            return text in self.found
        if kind == "argument":
            return text in self.found and _is_argument(text.encode(), self.data)
        if kind == "call":
            dotted, argument = text.split()
            uses = self._uses(dotted)
            return uses is None or may_call_with(self.data, dotted.rpartition(".")[2], argument, uses)
        if kind == "statement":
            uses = self._uses(text)
            return uses is None or may_state(self.data, text.rpartition(".")[2], uses)
        if kind == "module":
            own = self.view.module if self.view is not None else None
            return own is not None and self.sieve.pattern(text).match(".".join(own)) is not None
        if kind == "name":
            return bool(self._roots(text))
        known = self.types.get(text)
        if known is None:
            known = self.types[text] = self._may_have_type(self.sieve.leads[text])
        return known

    def _roots(self, dotted: str) -> set[str]:
        """The local names through which the qualified name *dotted* may be used; ``*`` where it may be any."""
        known = self.names.get(dotted)
        if known is None:
            alone = self.sieve.alone(dotted)
            found = self.found.intersection(alone.table.by_anchor)
            look = Look()
            if found:
                reach = _Reach(alone, self.text, found, self.view, look)
                reach.run()
                if look.stars or any(map(reach.is_renamed, look.words)):
                    look.words.add("*")
            known = self.names[dotted] = look.words
        return known

    def _uses(self, dotted: str) -> Uses | None:
        """Where the file may use *dotted*; None for anywhere."""
        roots = self._roots(dotted)
        return None if "*" in roots else Uses(roots, self.text.clauses)

    def _may_have_type(self, leads: tuple[QualifiedName, ...]) -> bool:
        """Whether an import, or the file's own name, may lead to one of *leads*, or to something made of it."""
        view = self.view
        own = view.module if view is not None else None
        if any(parts[0] == "builtins" or (own and parts[: len(own)] == own) for parts in leads):
            return True
        imports = self._imports()
        for whole, _ in imports:
            for parts in leads:
                common = min(len(whole), len(parts))
                if whole[:common] == parts[:common]:
                    return True
        return view is not None and any(
            view.may_lead(whole, leads, local, self.data) for whole, local in imports if whole[0] in view.first_party
        )

    def _imports(self) -> list[tuple[QualifiedName, str]]:
        """What the file imports: qualified names, each with its local name; ``*`` for all that a module has."""
        if self.imported is None:
            found: dict[tuple[QualifiedName, str], None] = {}
            for before, clause in self.text.statements:
                for module, level, name, local, aliased in self.sieve.items(before, clause):
                    base = _absolute(module, level, self.view)
                    if not base:
                        continue
                    if name is None:
                        # `import a.b` makes all of `a` known that is loaded.
                        found[base if aliased else base[:1], local] = None
                    else:
                        found[base if name == "*" else (*base, name), "*" if name == "*" else local] = None
            self.imported = list(found)
        return self.imported


class _Reach:
    """The second step for one file: which of the names that may occur in it can be reached, through which local
    names.
    """

    __slots__ = ("chains", "data", "first_party", "found", "look", "renamed", "sieve", "table", "text", "view")

    def __init__(self, sieve: Sieve, text: _Text, found: set[str], view: ModuleView | None, look: Look) -> None:
        self.sieve = sieve
        self.table = sieve.table
        self.text = text
        self.data = text.data
        self.found = found
        self.view = view
        self.look = look
        self.first_party = view.first_party if view is not None else frozenset()
        #: Local name -> the attribute chains read from it, and all their beginnings.
        self.chains: dict[str, set[QualifiedName]] = {}
        self.renamed: dict[str, bool] = {}

    def run(self) -> None:
        """Add to the look every local name through which one of the names may be used."""
        data, found, words = self.data, self.found, self.look.words
        view = self.view
        absolute_key = view.root if view is not None else None
        relative_key = (view.root, view.module, view.package) if view is not None else None
        active_items = self.sieve.active
        for before, clause in self.text.statements:
            # What an absolute import means does not depend on the file, so most are settled by one look-up.
            key = (relative_key if b"." in before else absolute_key, before, clause)
            active = active_items.get(key)
            if active is None:
                active = active_items[key] = tuple(self._active_items(before, clause))
            for item in active:
                self._import(*item)
        for parts in self.table.by_head.get("builtins", ()):
            if len(parts) > 1 and parts[-1] in found:
                words.add(parts[1])
        own = self.view.module if self.view is not None else None
        if own:
            # Names the file itself defines: what is left of a name below the file's own.
            for parts in self.table.below.get(own, ()):
                if parts[-1] in found:
                    words.add(parts[len(own)])
        for parts, _ in self.sieve.globs:
            for start in ((own,) if own else ()) + (("builtins",),):
                words.update(_below(parts, start, data))

    def _active_items(self, before: bytes, clause: bytes) -> Iterator[_Active]:
        """The imports of a statement that may lead to a name in the table, whatever the rest of the file says."""
        view = self.view
        for module, level, name, local, aliased in self.sieve.items(before, clause):
            base = _absolute(module, level, view)
            project = bool(base) and base[0] in self.first_party
            named, below = self.sieve.reach(base, name, aliased)
            active = bool(named or below)
            if project and view is not None and not active:
                whole = base if name is None else (*base, name)
                active = name == "*" or (name is None and not aliased) or view.is_module(whole)
                active = active or bool(name in self.table.by_part and view.follow(whole))
            if active:
                yield base, name, local, aliased, project

    def _import(self, base: QualifiedName, name: str | None, local: str, aliased: bool, project: bool) -> None:
        """Add what one import makes reachable: ``import base`` or ``from base import name``, bound to *local*."""
        words = self.look.words
        if local in words:
            return
        named, below = self.sieve.reach(base, name, aliased)
        if name == "*":
            wanted = [parts[used] for parts, used in below if parts[-1] in self.found]
            reexported = self._star(base) if project else ()
            if named or wanted or reexported:
                self.look.stars = True
                words.update(wanted, reexported)
            if named:
                words.update(_identifiers("*", self.data))
            return
        if named == "import":
            words.add("import")
        if (
            named == "uses"
            or self._leads_below(local, below)
            or (project and self.view is not None and self._reexported(self.view, base, name, local, aliased))
        ):
            words.add(local)

    def _leads_below(self, local: str, below: Iterable[tuple[QualifiedName, int]]) -> bool:
        return any(parts[-1] in self.found and self._spelled(local, parts[used:]) for parts, used in below)

    def _reexported(self, view: ModuleView, base: QualifiedName, name: str | None, local: str, aliased: bool) -> bool:
        """Whether an import from the project leads to one of the names by way of a re-export."""
        whole = base if name is None else (*base, name)
        if name is not None and name in self.table.by_part:
            for hop in view.follow(whole):
                named, below = self.sieve.reach(hop[:-1], hop[-1], True)
                if named or self._leads_below(local, below):
                    return True
        bound = whole if aliased or name is not None else whole[:1]
        if len(bound) > 1 and not view.is_module(bound):
            return False
        # `compat.get_session`, where the module `compat` got it from elsewhere.
        for chain in self._chains(local):
            if chain[-1] in self.table.by_part:
                for hop in view.follow((*bound, *chain)):
                    named, below = self.sieve.reach(hop[:-1], hop[-1], True)
                    if named or below:
                        return True
        return False

    def _star(self, module: QualifiedName) -> set[str]:
        """The names that a star import of a project module may bind to something in the table."""
        exports = self.view.star_exports(module) if self.view is not None else None
        if exports is None or self.view is None:
            return set()
        return {
            name
            for name in exports
            if name in self.table.by_part
            and any(any(self.sieve.reach(hop[:-1], hop[-1], True)) for hop in self.view.follow((*module, name)))
        }

    def _spelled(self, local: str, tail: QualifiedName) -> bool:
        """Whether the file has ``local.tail``, or gives *local* another name that may carry the tail."""
        return tail in self._chains(local) or self.is_renamed(local)

    def _chains(self, local: str) -> set[QualifiedName]:
        known = self.chains.get(local)
        if known is None:
            known = self.chains[local] = set()
            chains = {match[0] for end in self._places(local) if (match := _CHAIN.match(self.data, end))}
            for chain in chains:
                parts = tuple(part.decode("utf-8", "replace") for part in _PART.findall(COMMENT.sub(b"", chain)))
                # Longer chains than the longest name have no more to say.
                known.update(parts[:count] for count in range(1, min(len(parts), self.table.longest) + 1))
        return known

    def _places(self, local: str) -> Iterator[int]:
        """The offsets where *local* ends as a name of its own: no longer word, and no attribute."""
        data = self.data
        name = local.encode()
        at = data.find(name)
        while at >= 0:
            end = at + len(name)
            if not _WORD_END.match(data, at - 1 if at else len(data)):
                yield end
            at = data.find(name, end)

    def is_renamed(self, local: str) -> bool:
        """Whether an assignment may give *local* another name."""
        known = self.renamed.get(local)
        if known is None:
            data, length = self.data, len(local.encode())
            known = self.renamed[local] = any(
                _ENDS.match(data, end) and _may_be_assigned(data, end - length) for end in self._places(local)
            )
        return known


class Look:
    """What the sieve found in a file.

    *words* are the local names to index; *stars* tells that a star import may hide one; *strings* are the dotted names
    that occur somewhere; *shapes* are the codes of rules a trace of which is there; *noqa* tells whether a suppression
    of ours is.
    """

    __slots__ = ("noqa", "shapes", "stars", "strings", "words")

    def __init__(self, noqa: bool = False) -> None:
        self.words: set[str] = set()
        self.stars = False
        self.strings: tuple[str, ...] = ()
        self.shapes: set[str] = set()
        self.noqa = noqa

    def __bool__(self) -> bool:
        """Whether there is anything in the file that deserves an index."""
        return bool(self.words or self.stars or self.strings or self.shapes or self.noqa)


def _keys(trace: Trace, leads: Mapping[str, tuple[QualifiedName, ...]]) -> list[str]:
    """The words one of which stands in any file that *trace* is true of: the longest is the rarest, as a rule."""
    words = sorted(
        (text for kind, text in trace if kind in ("word", "argument")), key=lambda word: (word != "import", len(word))
    )
    if words:
        return words[-1:]
    # A type comes from an import, or from the file that is its own module.
    return ["import", *(parts[-1] for kind, text in trace if kind == "type" for parts in leads[text])] if trace else []


def _begins(data: bytes, at: int) -> bool:
    """Whether a word may begin *at*, though a letter stands before: it is part of an escape, or of the file's mark."""
    return data[at - 2 : at - 1] == b"\\" or (at == len(_BOM) and data.startswith(_BOM))


def _is_argument(name: bytes, data: bytes) -> bool:
    """Whether *data* has *name* as the name of an argument: ``name=``, or the key of a dict in a string."""
    at = data.find(name)
    while at >= 0:
        end = at + len(name)
        if _BEHIND_ARGUMENT.match(data, end) and not _WORD_END.match(data, at - 1 if at else len(data)):
            return True
        at = data.find(name, end)
    return False


def _absolute(module: QualifiedName, level: int, view: ModuleView | None) -> QualifiedName:
    """The absolute base of an import; ``()`` where the file's package is not known."""
    return (
        absolute(module, level, view.module, view.package) if view is not None else absolute(module, level, None, False)
    )


def _may_be_assigned(data: bytes, at: int) -> bool:
    """Whether what begins *at* can be all of an assignment's value: an equals sign comes before it."""
    while at > 0:
        newline = data.rfind(b"\n", 0, at)
        start = max(newline, data.rfind(b"\r", newline + 1, at)) + 1
        line = data[start:at].strip(b" \t\f\\(")
        if line and not line.startswith(b"#"):
            # Behind code may be a comment, or a string that looks like one.
            return b"=" in line if b"#" in line else line.endswith(b"=")
        at = start - 2 if data[start - 2 : start] == b"\r\n" else start - 1
    return False


def _any_case(letters: str) -> Iterator[str]:
    """*letters* in every mixture of cases."""
    if not letters:
        yield ""
        return
    for rest in _any_case(letters[1:]):
        yield letters[0].upper() + rest
        yield letters[0].lower() + rest


def _below(glob: QualifiedName, start: QualifiedName, data: bytes) -> set[str]:
    """The words of *data* that may follow *start* in what *glob* stands for."""
    if "**" in glob[: len(start) + 1]:
        return _identifiers("*", data)
    if len(glob) <= len(start) or not all(map(fnmatchcase, start, glob)):
        return set()
    return _identifiers(glob[len(start)], data)


def _identifiers(part: str, data: bytes) -> set[str]:
    """The words of *data* that *part* of a name, perhaps with wildcards, stands for."""
    if not is_glob((part,)):
        return {part}
    words = {word.decode("utf-8", "replace") for word in set(_PART.findall(data))}
    return {word for word in words if fnmatchcase(word, part)}
