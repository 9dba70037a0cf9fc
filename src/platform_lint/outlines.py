"""What the names of a module lead to, told from its bytes: enough to say that a file cannot get hold of a class.

An :class:`Outline` cuts a module into stretches, one for each statement of its top level, without a parse. What a
stretch defines can only ever be, give or inherit from what its words name. Where that cannot be told for sure, a
stretch holds too much rather than too little.
"""

from __future__ import annotations

import re

from platform_lint.import_lines import ATTRIBUTE, COMMENT, IMPORTS, WORD, absolute, items, text_before

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from platform_lint.scopes import QualifiedName

_PART = re.compile(WORD)
#: How much space, in bytes, may stand after an equals sign.
_MAX_SPACE = 200
_CHAIN = re.compile(ATTRIBUTE + rb"+")
_IN_WORD = re.compile(rb"[\w.\x80-\xff]")
# A line of the top level; what closes a bracket belongs to what is before it.
_TOP = re.compile(rb"^(?=[@\w\x80-\xff])", re.MULTILINE)
_DEFINITION = re.compile(rb"(?:async[ \t\f]+)?(def|class)[ \t\f]+(" + WORD + rb")")
_GLOBALS = re.compile(rb"\bglobal[ \t\f]+([^\r\n;#]+)")
_STATEMENT = re.compile(
    rb"@|(?:async|def|class|import|from|if|elif|else|try|except|finally|with|for|while|match|case|del|assert|raise|type)\b"
    rb"|" + WORD + rb"[ \t\f]*(?:=[^=]|:)"
)
_AT = ord("@")
_IMPORT = re.compile(rb"(?:from|import)\b")
_ASSIGNMENT = re.compile(WORD + rb"(?:[ \t\f]*,[ \t\f]*" + WORD + rb")*[ \t\f]*(?:=(?!=)|:)")
_BOUND = re.compile(rb"(" + WORD + rb")[ \t\f]*:?=(?!=)")
_CLASS = re.compile(rb"class\b")
_METHOD = re.compile(rb"(?:async[ \t\f]+)?def\b")
# `self.x = …`, `self.x: T`, several at once; `with … as self.x`; and all of it on the line of a `def`.
_STORES = re.compile(rb"[\s\w.,()\[\]*\\]*\.[ \t\f]*" + WORD + rb"[\s\w.,()\[\]*\\]*(?:=(?!=)|:[ \t\f]*[^\s#])")
_STORES_AS = re.compile(rb"\bas\b[^=]*\.")
_STORED_INLINE = re.compile(rb"\.[ \t\f]*" + WORD + rb"[ \t\f]*(?:=(?!=)|:)")
_BINDS = re.compile(rb"=|\bas\b|\bfor\b|\bglobal\b")
_STRING = re.compile(rb"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|#.*")


class Outline:
    """One module: what it imports, and the stretches that bind its names.

    *imports* maps local names to what they were imported as; *stars* are the modules it star-imports.
    """

    __slots__ = ("_found", "_names", "_stretches", "data", "imports", "loaded", "stars")

    def __init__(self, data: bytes, module: QualifiedName, package: bool) -> None:
        self.data = data if b"\n" in data else data.replace(b"\r", b"\n")
        self.imports: dict[str, list[QualifiedName]] = {}
        self.stars: list[QualifiedName] = []
        #: What `import a.b` names in full.
        self.loaded: list[QualifiedName] = []
        self._names: dict[str, list[int]] | None = None
        self._stretches: list[tuple[int, int]] = []
        self._found: dict[int, frozenset[str]] = {}
        self._read_imports(module, package)

    @property
    def names(self) -> dict[str, list[int]]:
        """The stretches that bind a name, by number."""
        if self._names is None:
            self._names = {}
            self._cut(self._names)
        return self._names

    def _read_imports(self, own: QualifiedName, package: bool) -> None:
        for match in IMPORTS.finditer(self.data):
            for module, level, name, local, aliased in items(text_before(self.data, match.start()), match[1]):
                base = absolute(module, level, own, package)
                if not base:
                    continue
                if name == "*":
                    self.stars.append(base)
                    continue
                whole = base if name is None else (*base, name)
                if name is None:
                    self.loaded.append(base)
                self.imports.setdefault(local, []).append(whole if name is not None or aliased else whole[:1])

    def _cut(self, found: dict[str, list[int]]) -> None:
        data = self.data
        starts = [match.start() for match in _TOP.finditer(data)]
        ends = [*starts[1:], len(data)] if starts else []
        stretches = self._stretches
        quotes = _is_open(data, 0, starts[0]) if starts else False
        for start, end in zip(starts, ends, strict=True):
            # Text inside a string, or an expression over several lines, begins no statement.
            if not quotes and _STATEMENT.match(data, start):
                stretches.append((start, end))
            elif stretches:
                stretches[-1] = (stretches[-1][0], end)
            quotes ^= _is_open(data, start, end)
        for number, (start, end) in enumerate(stretches):
            match = _DEFINITION.match(data, start)
            names: Iterable[bytes]
            if _IMPORT.match(data, start) or (data[start] == _AT and b":=" not in data[start:end]):
                continue  # Imports are read by themselves, and a decorator binds nothing.
            if match is not None:
                names = [match[2]]
            elif (assigned := _ASSIGNMENT.match(data, start)) is not None:
                # Besides what is before the first sign, more may be bound by further ones: `a = b = c`, `:=`.
                names = {*_PART.findall(assigned[0]), *_BOUND.findall(data, start, end)}
            else:
                names = set(_PART.findall(data, start, end))
            for globals_ in _GLOBALS.finditer(data, start, end):
                names = {*names, *_PART.findall(globals_[1])}
            for name in names:
                found.setdefault(name.decode("utf-8", "replace"), []).append(number)

    @property
    def bound(self) -> set[str]:
        """The names that the module may bind itself."""
        return {*self.imports, *self.names}

    def chains(self, number: int, local: str) -> frozenset[QualifiedName] | None:
        """What the stretch *number* reads from *local*, as :func:`chains_of` tells it."""
        return chains_of(local, self.data, *self._stretches[number])

    def definition(self, name: str) -> tuple[str, bytes]:
        """``"class"`` or ``"def"`` with the text of it, where a statement of that kind is all that may bind *name*.

        Otherwise ``""``: it takes a parse to tell.
        """
        numbers = self.names.get(name, ())
        if len(numbers) == 1 and name not in self.imports:
            start, end = self._stretches[numbers[0]]
            match = _DEFINITION.match(self.data, start, end)
            if match is not None and b"global" not in self.data[start:end]:
                return match[1].decode(), self.data[start:end]
        return "", b""

    def words(self, number: int) -> frozenset[str]:
        """The words of the stretch *number* that may say what it binds."""
        known = self._found.get(number)
        if known is None:
            start, end = self._stretches[number]
            match = _DEFINITION.match(self.data, start, end)
            if match is None or b"global" in self.data[start:end]:
                known = words_of(self.data, start, end)
            elif match[1] == b"def":
                known = words_of(self.data, *self._returned(start, end))
            else:
                known = words_of(typed(self.data[start:end]))
            self._found[number] = known
        return known

    def _returned(self, start: int, end: int) -> tuple[int, int]:
        """The part of a function's header that says what it returns, and whatever else cannot be told from it."""
        end = header_end(self.data, start, end)
        arrow = self.data.find(b"->", start, end)
        return (arrow, end) if arrow >= 0 else (start, start)


def header_end(data: bytes, start: int, end: int) -> int:
    """Where the first logical line of the stretch ends, as far as its brackets tell."""
    depth = 0
    at = start
    while at < end:
        newline = data.find(b"\n", at, end)
        newline = newline if newline >= 0 else end
        depth += sum(data.count(opener, at, newline) for opener in (b"(", b"[", b"{"))
        depth -= sum(data.count(closer, at, newline) for closer in (b")", b"]", b"}"))
        at = newline + 1
        if depth <= 0 and data[newline - 1 : newline] != b"\\":
            break
    return min(at, end)


def _is_open(data: bytes, start: int, end: int) -> bool:
    """Whether a string of several lines that begins in the stretch does not end in it, or the other way round."""
    return bool((data.count(b'"""', start, end) + data.count(b"'''", start, end)) % 2)


def typed(text: bytes) -> bytes:
    """The lines of a class that may say what its attributes and methods are.

    Those are its own, what the headers of its methods say they return, and in a method that assigns to an attribute its
    header and what assigns at all.
    """
    kept: list[bytes] = []
    #: What counts only if the method at hand assigns to an attribute, now or later.
    pending: list[bytes] = []
    #: The indent of that method, -1 in the body of the class.
    method = -1
    depth = 0
    sink = kept
    for line in text.splitlines():
        stripped = line.lstrip()
        indent = len(line) - len(stripped)
        if _CLASS.match(stripped):
            method, depth, sink = -1, 0, kept
        elif _METHOD.match(stripped):
            if method < 0 or indent <= method:
                method, pending = indent, []
            at = line.rfind(b"->")
            if at >= 0:
                kept.append(line[at:])
            depth, sink = 0, pending
            if _STORED_INLINE.search(line):
                sink = kept
        elif method < 0 or (stripped and indent <= method and depth <= 0):
            if b"->" in line and depth > 0:
                kept.append(line)
            method, sink = -1, kept
        elif any(map(_STORES.match, line.split(b";"))) or _STORES_AS.search(line):
            if pending is not kept:
                kept += pending
            pending = sink = kept
        elif depth <= 0:
            if not _BINDS.search(line):
                continue
            sink = pending
        elif b"->" in line:
            kept.append(line)
        sink.append(line)
        bare = _STRING.sub(b"", line)
        depth = max(depth, 0) + sum(map(bare.count, (b"(", b"[", b"{"))) - sum(map(bare.count, (b")", b"]", b"}")))
    return b"\n".join(kept)


def words_of(data: bytes, start: int = 0, end: int | None = None) -> frozenset[str]:
    """The identifiers, keywords and numbers in *data*."""
    found = set(_PART.findall(data, start, len(data) if end is None else end))
    return frozenset(word.decode("utf-8", "replace") for word in found)


def chains_of(local: str, data: bytes, start: int = 0, end: int | None = None) -> frozenset[QualifiedName] | None:
    """The chains of attributes that *data* reads from *local*; None where it gives that another name."""
    name = local.encode()
    end = len(data) if end is None else end
    found: set[QualifiedName] = set()
    at = data.find(name, start, end)
    while at >= 0:
        after = at + len(name)
        match = _CHAIN.match(data, after, end)
        if match is not None:
            if not _IN_WORD.match(data, at - 1 if at else end):
                found.add(tuple(part.decode("utf-8", "replace") for part in _PART.findall(COMMENT.sub(b"", match[0]))))
        # Without an attribute after it what comes before counts: `h = http`, `(h := http)`.
        elif data[max(0, at - _MAX_SPACE) : at].rstrip(b" \t(\\\r\n").endswith(b"="):
            return None
        at = data.find(name, after, end)
    return frozenset(found)
