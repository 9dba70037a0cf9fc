"""Re-spelling an example: the same code, with what a rule found in it imported in another way.

The example says how the name is used (called, subclassed, in an annotation, over several lines); the index says which
text that is. Where a re-spelling would say something else than the example does, there is none: nothing is guessed.

A rule about names is held to the names it reports. A rule of shape is held to as many hits as before, which the same
names led to, whatever import of the example is re-spelled. What is *about* imports has no other spelling.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable, Iterator, Sequence

from platform_lint.authoring.spelling import LOCAL, RuleNames, Spelling
from platform_lint.checking import Analysis
from platform_lint.fixes.proof import apply_edits
from platform_lint.imports import TextEdit
from platform_lint.index import Reference
from platform_lint.rule import NAME_VERBS, Rule
from platform_lint.scopes import Binding, QualifiedName
from platform_lint.tables import EXAMPLE_PATH

_SITE = f"{LOCAL}_site.py"
#: Verbs of rules that judge the imports themselves.
_ABOUT_IMPORTS = frozenset({"layers", "import_as"})
#: Verbs of rules that may mean something else inside a function.
_ABOUT_PLACES = frozenset({"class", "function", "python"})


class _Import:
    """A binding to re-spell: *path* is what its import names, *uses* the references with the parts that follow
    *path*.
    """

    def __init__(self, binding: Binding, path: QualifiedName, uses: list[Reference]) -> None:
        self.binding = binding
        self.path = path
        self.uses = uses

    @property
    def is_from(self) -> bool:
        return self.binding.kind == "from"

    def rest(self, use: Reference) -> QualifiedName:
        """What *use* reads from the imported thing."""
        return use.qualified[len(self.path) :]


#: An import respelled: the new import statement, the local names it binds, and the text of a use with how many parts
#: of the rest that covers. None where the form does not fit.
_Respelled = tuple[str, Sequence[str], Callable[[Reference], tuple[str, int]]]


def respellings(analysis: Analysis, names: RuleNames, path: str) -> Iterator[Spelling]:
    """Other spellings of the example that complete *analysis* is of, which stands at *path*."""
    respeller = _Respeller(analysis, names, path)
    for spelling in respeller.all():
        try:
            ast.parse(spelling.text)
        except (SyntaxError, ValueError):
            continue
        yield spelling


class _Respeller:
    def __init__(self, analysis: Analysis, names: RuleNames, path: str) -> None:
        assert analysis.index is not None and analysis.tree is not None
        self.source = analysis.source
        self.text = analysis.source.text
        self.tree = analysis.tree
        self.index = analysis.index
        self.names = names
        self.path = path
        self.hits = [hit for hit in analysis.hits if hit.rule.verb != "engine"]
        self.rule: Rule = names.rule
        #: Whether the rule is one of shape.
        self.shape = self.rule.verb not in NAME_VERBS
        self.matched = tuple(sorted(hit.matched for hit in self.hits)) if self.shape else None
        self.used_names = _used_names(analysis.tree)
        self.imports = self._imports()

    def all(self) -> Iterator[Spelling]:
        """Every re-spelling there is."""
        if not self.hits or self.rule.verb in _ABOUT_IMPORTS or (self.shape and self._at_imports()):
            return
        if self.rule.verb == "python" and not all(hit.matched for hit in self.hits):
            return  # Who knows what it is about.
        if "alias" in self.rule.body.get("without", ()):
            return  # It is about the spelling.
        for form, make in _FORMS:
            # In another file what depends on the file may hold no more.
            spelling = (
                None if make is _relative and self.shape and self.path != EXAMPLE_PATH else self._respelled(form, make)
            )
            if spelling is not None:
                yield spelling
        conditional = bool(self.rule.inside or self.rule.not_inside)
        if self.rule.verb not in _ABOUT_PLACES and not conditional:
            yield from self._local()
        # The others are about what becomes of the import, so all of it must hang on imports.
        if self._from_imports():
            yield from self._conditional()
            yield from self._shadowed()

    @property
    def _is_textual(self) -> bool:
        """Whether a pattern looks at the text of something."""
        conditions = self.rule.body.get("where", {}) if self.rule.verb == "match" else {}
        return any(condition.get("regex") for condition in conditions.values())

    def _at_imports(self) -> bool:
        """Whether a hit is at an import."""
        spans = [self._span(node) for node in ast.walk(self.tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        return any(hit.start < end and start < hit.end for hit in self.hits for start, end in spans)

    def _from_imports(self) -> bool:
        """Whether every hit is there because of what the example imports."""
        known = {id(item.binding) for item in self.imports}
        if not self.shape:
            return all(hit.binding is not None and id(hit.binding) in known for hit in self.hits)
        if self.rule.body.get("receiver") == "any" or (self.rule.verb == "python" and self.rule.traces):
            return False
        leading = [
            binding
            for binding in self.index.imports
            if binding.target is not None and any(_related(binding.target, hit.matched) for hit in self.hits)
        ]
        return all(id(binding) in known for binding in leading) and all(
            any(_related(item.path, hit.matched) for item in self.imports) for hit in self.hits
        )

    # What is to be re-spelled

    def _imports(self) -> list[_Import]:
        found: dict[int, _Import] = {}
        bindings: list[Binding | None] = [hit.binding for hit in self.hits]
        if self.shape:
            bindings = [binding for binding in self.index.imports if self._is_respelled(binding)]
        for binding in bindings:
            if binding is not None and id(binding) not in found:
                item = self._import(binding)
                if item is not None:
                    found[id(binding)] = item
        return list(found.values())

    def _is_respelled(self, binding: Binding) -> bool:
        """Whether a rule of shape means the same however what *binding* imports is spelled."""
        target = binding.target
        if target is None or target[0] == "__future__":
            return False
        # A regular expression is held against text, so what it may look at stays as it is.
        return not self._is_textual or any(_related(target, hit.matched) for hit in self.hits)

    def _import(self, binding: Binding) -> _Import | None:
        if (
            binding.kind not in ("import", "from")
            or binding.alias is None
            or binding.target is None
            or binding.contested
        ):
            return None
        name = binding.name
        if len(binding.scope.bindings.get(name, ())) != 1 or name in self.index.exported | self.index.declared:
            return None
        plain = binding.kind == "import" and not binding.alias.asname
        path = tuple(binding.alias.name.split(".")) if plain else binding.target
        uses = self.index.references_of(binding)
        for use in uses:
            if (
                use.qualified[: len(path)] != path
                or use.in_fstring
                or use.context != "load"
                or use.ends[-1] <= use.start
            ):
                return None
        return _Import(binding, path, uses)

    def _expected(self) -> frozenset[QualifiedName]:
        """The rule's names that the uses are of, as they were matched."""
        if self.shape:
            return frozenset()
        hidden = self.names.rule.type_checking == "allow"
        found = {hit.matched for hit in self.hits if hit.kind == "use"}
        for item in self.imports:
            for use in item.uses:
                skipped = use.block.versioned or (hidden and use.block.type_checking)
                best = None if skipped else self.names.best(use.qualified)
                if best is not None:
                    found.add(use.qualified[: best[1]])
        return frozenset(found)

    # Another form of the import

    def _respelled(self, form: str, make: Callable[[_Respeller, _Import], _Respelled | None]) -> Spelling | None:
        statements: dict[int, tuple[ast.Import | ast.ImportFrom, list[ast.alias], list[str]]] = {}
        edits: list[TextEdit] = []
        taken: set[str] = set()
        for item in self.imports:
            made = make(self, item) if item.uses else None
            if made is None or not self._sayable(made[1], item, taken):
                continue
            new, bound, respell = made
            taken.update(bound)
            statement, alias = item.binding.statement, item.binding.alias
            assert statement is not None and alias is not None
            _, gone, added = statements.setdefault(id(statement), (statement, [], []))
            gone.append(alias)
            added.append(new)
            for use in item.uses:
                text, covered = respell(use)
                edits.append((use.start, use.end_of(len(item.path) + covered), text))
        if not statements:
            return None
        for statement, gone, added in statements.values():
            edits.append(self._replacing(statement, gone, added))
        relative = make is _relative
        return Spelling(
            form,
            apply_edits(self.text, edits),
            "/".join((self.imports[0].path[0], _SITE)) if relative else self.path,
            names=self._expected(),
            matched=self.matched,
        )

    def _sayable(self, bound: Sequence[str], item: _Import, taken: set[str]) -> bool:
        """Whether the new local names are nobody else's."""
        return all(name == item.binding.name or name not in self.used_names | taken for name in bound)

    def _replacing(self, statement: ast.Import | ast.ImportFrom, gone: list[ast.alias], added: list[str]) -> TextEdit:
        """The edit that puts imports in place of some of a statement's."""
        start, end = self._span(statement)
        kept = [alias for alias in statement.names if alias not in gone]
        lines = list(dict.fromkeys(added))
        if kept:
            lines.insert(0, _unparsed(statement, kept))
        indent = self._indent(start)
        return start, end, "; ".join(lines) if indent is None else f"\n{indent}".join(lines)

    def _span(self, node: ast.stmt) -> tuple[int, int]:
        return (
            self.source.offset(node.lineno, node.col_offset),
            self.source.offset(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )

    def _indent(self, start: int) -> str | None:
        """The white space before the statement at *start*; None where more than that is there."""
        row = self.source.row(start)
        before = self.text[self.source.starts[row - 1] : start]
        return None if before.strip() else before

    # The import under a condition

    def _conditional(self) -> Iterator[Spelling]:
        quiet = self.rule.type_checking == "allow"
        checking = self._wrapped(lambda _: "TYPE_CHECKING = False\n{0}if TYPE_CHECKING:\n{0}    {1}")
        if checking is not None and not (quiet and self.shape):
            label = "imported under `if TYPE_CHECKING:`"
            if quiet:
                yield Spelling(label, checking, self.path, rows=frozenset())
            else:
                yield Spelling(label, checking, self.path, names=self._expected(), matched=self.matched)
        guarded = self._wrapped(
            lambda bound: "try:\n{0}    {1}\n{0}except ImportError:\n{0}    " + " = ".join(bound) + " = None"
        )
        if guarded is not None:
            yield Spelling("imported under `try` / `except ImportError`", guarded, self.path, rows=frozenset())
        versioned = self._wrapped(lambda _: "from sys import version_info\n{0}if version_info < (3, 0):\n{0}    {1}")
        if versioned is not None and self.names.best(("sys", "version_info")) is None:
            label = "imported under a test of the Python version"
            yield Spelling(label, versioned, self.path, rows=frozenset())

    def _wrapped(self, template: Callable[[list[str]], str]) -> str | None:
        """The text with every import in question put into *template*: {0} is its indentation, {1} the import."""
        edits: list[TextEdit] = []
        for statement in self._statements():
            start, end = self._span(statement)
            indent = self._indent(start)
            after = self.text[end:].partition("\n")[0].strip()
            if indent is None or (after and not after.startswith("#")):
                return None
            bound = [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
            edits.append((start, end, template(bound).format(indent, ast.unparse(statement))))
        return apply_edits(self.text, edits)

    def _statements(self) -> list[ast.Import | ast.ImportFrom]:
        found = {id(item.binding.statement): item.binding.statement for item in self.imports}
        return [statement for statement in found.values() if statement is not None]

    # In a function

    def _local(self) -> Iterator[Spelling]:
        """All of it inside a function, imports included."""
        head, body = self._split(lambda node: False)
        if head is not None:
            text = f"{head}def {LOCAL}_function():\n{_indented(body)}"
            names = frozenset(hit.matched for hit in self.hits)
            yield Spelling("inside a function", text, self.path, names=names, matched=self.matched)

    def _shadowed(self) -> Iterator[Spelling]:
        """The imports, and all else inside a function whose parameters have the imported names."""
        statements = self._statements()
        if any(statement not in self.tree.body for statement in statements):
            return
        head, body = self._split(lambda node: node in statements)
        if head is not None and body.strip():
            bound = dict.fromkeys(
                alias.asname or alias.name.partition(".")[0] for node in statements for alias in node.names
            )
            text = f"{head}def {LOCAL}_function({', '.join(bound)}):\n    pass\n{_indented(body)}"
            row = head.count("\n") + 1
            yield Spelling("hidden by the parameters of a function", text, self.path, quiet_from=row)

    def _split(self, is_head: Callable[[ast.stmt], bool]) -> tuple[str | None, str]:
        """The top-level statements that are head (the future ones always are), and the text without them.

        The head is None where what is left cannot be moved into a function.
        """
        if any(isinstance(node, ast.Global | ast.Nonlocal) for node in ast.walk(self.tree)):
            return None, ""
        head = ""
        edits: list[TextEdit] = []
        for node in self.tree.body:
            future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
            if future or is_head(node):
                start, end = self._span(node)
                if self._indent(start) is None or self.text[end:].partition("\n")[0].strip():
                    return None, ""
                head += ast.unparse(node) + "\n"
                edits.append((start, end, ""))
        return head, apply_edits(self.text, edits)


# The forms


def _whole_import(_: _Respeller, item: _Import) -> _Respelled | None:
    """``import a.b`` and ``a.b.c``."""
    module = item.path[:-1] if item.is_from else item.path
    text = ".".join(item.path)
    return f"import {'.'.join(module)}", [module[0]], lambda use: (text, 0)


def _aliased_import(_: _Respeller, item: _Import) -> _Respelled | None:
    """``import a.b as x`` and ``x.c``."""
    module = item.path[:-1] if item.is_from else item.path
    local = f"{LOCAL}_{module[-1]}"
    text = ".".join((local, *item.path[len(module) :]))
    return f"import {'.'.join(module)} as {local}", [local], lambda use: (text, 0)


def _module_from_package(_: _Respeller, item: _Import) -> _Respelled | None:
    """``from a import b`` and ``b.c``."""
    module = item.path[:-1] if item.is_from else item.path
    if len(module) < 2:
        return None
    text = ".".join((module[-1], *item.path[len(module) :]))
    return f"from {'.'.join(module[:-1])} import {module[-1]}", [module[-1]], lambda use: (text, 0)


def _member(alias: str) -> Callable[[_Respeller, _Import], _Respelled | None]:
    """``from a.b import c``, with an alias that begins with *alias*."""

    def make(_: _Respeller, item: _Import) -> _Respelled | None:
        if item.is_from:
            local = alias + item.path[-1]
            clause = item.path[-1] + (f" as {local}" if alias else "")
            return f"from {'.'.join(item.path[:-1])} import {clause}", [local], lambda use: (local, 0)
        members = list(dict.fromkeys(item.rest(use)[:1] for use in item.uses))
        if () in members:
            return None
        clauses = ", ".join(name + (f" as {alias}{name}" if alias else "") for (name,) in members)
        bound = [alias + name for (name,) in members]
        return f"from {'.'.join(item.path)} import {clauses}", bound, lambda use: (alias + item.rest(use)[0], 1)

    return make


def _relative(respeller: _Respeller, item: _Import) -> _Respelled | None:
    """``from .b import c``, in a file of package `a`."""
    root = respeller.imports[0].path[0]
    if not item.is_from or item.path[0] != root or respeller.names.implemented_by((root, _SITE.removesuffix(".py"))):
        return None
    local = item.binding.name
    clause = item.path[-1] + (f" as {local}" if local != item.path[-1] else "")
    return f"from .{'.'.join(item.path[1:-1])} import {clause}", [local], lambda use: (local, 0)


_FORMS: tuple[tuple[str, Callable[[_Respeller, _Import], _Respelled | None]], ...] = (
    ("written as `import a.b`", _whole_import),
    ("written as `import a.b as x`", _aliased_import),
    ("written as `from a import b`", _module_from_package),
    ("written as `from a.b import c`", _member("")),
    ("written as `from a.b import c as x`", _member(f"{LOCAL}_")),
    ("with a relative import", _relative),
)


# Names and text


def _related(one: QualifiedName, other: QualifiedName) -> bool:
    """Whether one of two names is the other or something below it."""
    shared = min(len(one), len(other))
    return shared > 0 and one[:shared] == other[:shared]


def _unparsed(statement: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> str:
    if isinstance(statement, ast.Import):
        return ast.unparse(ast.Import(names))
    return ast.unparse(ast.ImportFrom(statement.module, names, statement.level))


def _used_names(tree: ast.Module) -> set[str]:
    """Every name the code binds or uses, attributes apart."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add(node.asname or node.name.partition(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            found.add(node.name or "")
    return found


def _indented(text: str) -> str:
    """*text* one level deeper, but for the lines that begin inside a string."""
    inside: set[int] = set()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            inside.update(range(token.start[0] + 1, token.end[0] + 1) if token.string.strip() else ())
    except (tokenize.TokenError, SyntaxError):
        return ""
    lines = text.splitlines(keepends=True)
    return "".join(
        line if not line.strip() or number in inside else "    " + line for number, line in enumerate(lines, 1)
    )
