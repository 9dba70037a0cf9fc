"""The ways to write a name: for each name of a rule, small files that use it, and what must be reported in them.

Nothing here looks at what the engine does. What must be reported is worked out from what the verbs promise (see
:mod:`platform_lint.checking`), so that :mod:`platform_lint.authoring.proving` holds the one against the other.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from platform_lint.names import NameTable, glob_pattern, is_glob
from platform_lint.rule import Api, Name, Rule, Target
from platform_lint.scopes import QualifiedName

#: Names nobody's code has, so that they never clash with what a rule is about.
LOCAL = "respelled"
MEMBER = "respelled_member"
_OTHER = "respelled_other"
_SITE = "respelled_site"

#: A file of the project that no rule is about.
PATH = f"{LOCAL}.py"


@dataclass(frozen=True, slots=True)
class Spelling:
    """A file and what must be reported in it.

    *rows* are the very rows to be reported, None where they are not known; then *names* must all be reported, and
    nothing from row *quiet_from* on. *matched*, where it is known, are the names that hits must have led to, each as
    often as it is there. *target* is what the fixed file must mention; what is not *fixable* must stay as it is.
    """

    label: str
    text: str
    path: str = PATH
    rows: frozenset[int] | None = None
    names: frozenset[QualifiedName] = frozenset()
    matched: tuple[QualifiedName, ...] | None = None
    quiet_from: int | None = None
    target: QualifiedName = ()
    fixable: bool = True


class RuleNames:
    """The names of one rule: which of them a qualified name falls under."""

    def __init__(self, rule: Rule, apis: Iterable[Api] = ()) -> None:
        self.rule = rule
        #: The public names of modules that packs declare, for star imports.
        self.exports = {api.name: frozenset(api.exports) for api in apis}
        self._table = NameTable((name.parts, number) for number, name in enumerate(rule.names))
        #: The names as somebody would write them, wildcards filled in.
        self.concrete = [_filled_in(name.parts) for name in rule.names]

    def best(self, qualified: QualifiedName) -> tuple[int, int] | None:
        """The number of the most special name *qualified* falls under, and how many of its parts that covers."""
        found: tuple[int, int] | None = None
        for number, count in self._table.lookup(qualified):
            if found is None or self._rank(number, count) > self._rank(*found):
                found = number, count
        if found is None or any(_covers(allowed, qualified, found[1]) for allowed in self.rule.allow):
            return None
        return found

    def implemented_by(self, module: QualifiedName) -> bool:
        """Whether *module* is part of what some name of the rule stands for, and so may use it."""
        return bool(self._table.implemented_by(module))

    def _rank(self, number: int, count: int) -> tuple[int, bool]:
        return count, not is_glob(self.rule.names[number].parts)

    def is_module(self, number: int) -> bool:
        """Whether a name may be that of a module: nothing says it is a class or a function."""
        name, parts = self.rule.names[number], self.concrete[number]
        if len(parts) == 1:
            return True
        if any(part[:1].isupper() for part in parts):
            return name.to.endswith(":")
        if any(other[: len(parts)] == parts for other in self.concrete if len(other) > len(parts)):
            return True
        return not name.to or name.to.endswith(":")


@dataclass(frozen=True, slots=True)
class _Form:
    """An import statement and a use of what it binds.

    *whole* is what the statement names, *bound* the local name and *base* what that means, *use* the expression and
    *meaning* what that is.
    """

    statement: str
    whole: QualifiedName
    bound: str
    base: QualifiedName
    use: str
    meaning: QualifiedName

    @property
    def is_from(self) -> bool:
        return self.statement.startswith("from ")


def spellings(names: RuleNames, number: int) -> Iterator[Spelling]:
    """The ways to write the name with that *number*, good and bad ones."""
    parts = names.concrete[number]
    if any(keyword.iskeyword(part) or not part.isidentifier() for part in parts):
        return  # `asyncio.async` was a name once; no Python we can parse lets anybody write it.
    speller = _Speller(names, number)
    for split in _splits(names, number):
        yield from speller.forms(parts, split)
    if parts[0] == "builtins" and len(parts) == 2 and hasattr(builtins, parts[1]):
        yield from speller.bare(parts)


def _splits(names: RuleNames, number: int) -> list[int]:
    """How many parts of the name are its module: the likely answers."""
    parts, to = names.concrete[number], names.rule.names[number].to
    found: list[int] = []
    if names.is_module(number):
        found.append(len(parts))
    if len(parts) > 1 and not to.endswith(":"):
        module = Target.parse(to).module if ":" in to else ()
        likely = next((count for count, part in enumerate(parts[1:], 1) if part[0].isupper()), len(parts) - 1)
        found.append(len(module) if module and len(module) < likely and parts[: len(module)] == module else likely)
    return found


class _Speller:
    def __init__(self, names: RuleNames, number: int) -> None:
        self.names = names
        self.rule = names.rule
        self.name: Name = names.rule.names[number]
        self.number = number

    def forms(self, parts: QualifiedName, split: int) -> Iterator[Spelling]:
        """Every spelling of *parts* whose first *split* parts are a module."""
        module, tail = parts[:split], parts[split:] or (MEMBER,)
        forms = list(_forms(module, tail))
        for form in forms:
            yield self._top(form)
        plain, direct = forms[0], forms[-2]
        for form in (plain, direct):
            yield self._local(form)
            yield self._type_checking(form)
            yield self._shadowed(form)
            yield self._guarded(form)
            yield self._versioned(form)
        yield from self._exported(direct)
        if split < len(parts):
            yield self._assigned(plain)
            yield from self._beside(module, tail, plain)
            yield self._string(parts)
        yield from self._relative(module, tail)
        yield from self._star(module, tail)
        if split == len(parts):
            yield from self._own(module, plain)

    def bare(self, parts: QualifiedName) -> Iterator[Spelling]:
        """The spellings of a builtin, which takes no import."""
        form = _Form("pass", (), parts[1], parts, parts[1], parts)
        yield self._top(form)
        yield self._local(form)
        yield self._shadowed(form)
        yield self._guarded(form)
        yield self._versioned(form)

    def _top(self, form: _Form, *, path: str = PATH, label: str = "") -> Spelling:
        text = f"{form.statement}\n\n{LOCAL}_value = [{form.use}]  # kept\n"
        rows = self._rows(form, at_import=1, at_use=3)
        return self._spelling(label or f"`{form.statement}`", text, rows, form, path=path)

    def _local(self, form: _Form) -> Spelling:
        text = f"def {LOCAL}_function():\n    {form.statement}\n\n    return [{form.use}]  # kept\n"
        rows = self._rows(form, at_import=2, at_use=4)
        return self._spelling(f"`{form.statement}` inside a function", text, rows, form)

    def _type_checking(self, form: _Form) -> Spelling:
        text = (
            "from __future__ import annotations\n\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n"
            f"    {form.statement}\n\n\n"
            f'def {LOCAL}_function(thing: {form.use}) -> "{form.use}":\n    return thing  # kept\n'
        )
        allowed = self.rule.type_checking == "allow"
        rows = frozenset[int]() if allowed else self._rows(form, at_import=5, at_use=8)
        return self._spelling(f"`{form.statement}` under `if TYPE_CHECKING:`", text, rows, form)

    def _shadowed(self, form: _Form) -> Spelling:
        bound, use = form.bound, form.use
        text = (
            f"{form.statement}\n\n\n"
            f"def {LOCAL}_parameter({bound}):\n    return [{use}]\n\n\n"
            f"def {LOCAL}_assigned():\n    {bound} = None\n    return [{use}]\n\n\n"
            f"{LOCAL}_lambda = lambda {bound}: [{use}]\n"
            f"{LOCAL}_loop = [{use} for {bound} in ()]\n"
        )
        rows = self._rows(form, at_import=1, at_use=None)
        return self._spelling(f"`{form.statement}`, the name hidden by another", text, rows, form, unused=True)

    def _guarded(self, form: _Form) -> Spelling:
        text = (
            f"try:\n    {form.statement}\nexcept ImportError:\n    {form.bound} = None\n\n"
            f"{LOCAL}_value = [{form.use}]\n"
        )
        return self._spelling(f"`{form.statement}` under `try` / `except ImportError`", text, frozenset(), form)

    def _versioned(self, form: _Form) -> Spelling:
        text = (
            "from sys import version_info\n\nif version_info < (3, 0):\n"
            f"    {form.statement}\n\n    {LOCAL}_value = [{form.use}]\n"
        )
        rows = frozenset({1}) if self.names.best(("sys", "version_info")) else frozenset[int]()
        return self._spelling(f"`{form.statement}` under a test of the Python version", text, rows, form)

    def _assigned(self, form: _Form) -> Spelling:
        text = f"{form.statement}\n\n{LOCAL} = {form.use}\n{LOCAL}_value = [{LOCAL}]  # kept\n"
        rows = self._rows(form, at_import=1, at_use=3)
        return self._spelling(f"`{form.statement}` and `{LOCAL} = {form.use}`", text, rows, form)

    def _exported(self, form: _Form) -> Iterator[Spelling]:
        """Imported for others only: the name is the file's own API."""
        text = f'{form.statement}\n\n__all__ = ["{form.bound}"]\n'
        rows = self._rows(form, at_import=1, at_use=None)
        yield self._spelling(f"`{form.statement}` for `__all__`", text, rows, form, unused=True)

    def _string(self, parts: QualifiedName) -> Spelling:
        """A string may be looked up at run time or be mere text: a renamed name is reported, never rewritten."""
        text = f'{LOCAL}_value = "{".".join(parts)}"  # kept\n'
        rows = frozenset({1} if self.rule.verb == "rename" and self.names.best(parts) else ())
        return Spelling(f'the string "{".".join(parts)}"', text, PATH, rows, fixable=False)

    def _beside(self, module: QualifiedName, tail: QualifiedName, plain: _Form) -> Iterator[Spelling]:
        """Imported together with another name, which must stay."""
        text = f"import {_OTHER}, {'.'.join(module)}\n\n{LOCAL}_value = [{plain.use}, {_OTHER}]  # kept\n"
        rows = self._rows(plain, at_import=1, at_use=3)
        yield self._spelling(f"`import {_OTHER}, {'.'.join(module)}`", text, rows, plain)
        if self.names.best((*module, _OTHER)) is not None or tail[0] == _OTHER:
            return
        dotted = ".".join(module)
        form = _imported(module, tail, "")
        text = (
            f"from {dotted} import (\n    {tail[0]},\n    {_OTHER},  # kept\n)\n\n"
            f"{LOCAL}_value = [{form.use}, {_OTHER}]  # kept\n"
        )
        yield self._spelling(
            f"`from {dotted} import ({tail[0]}, {_OTHER})` over several lines",
            text,
            self._rows(form, at_import=2, at_use=6),
            form,
        )

    def _relative(self, module: QualifiedName, tail: QualifiedName) -> Iterator[Spelling]:
        if module[0] == "builtins":
            return
        absolute = _imported(module, tail, "")
        for level, package in ((1, module[:1]), (2, (module[0], LOCAL))):
            if self.names.implemented_by((*package, _SITE)):
                continue  # A file of the very module the rule is about.
            statement = f"from {'.' * level}{'.'.join(module[1:])} import {tail[0]}"
            form = _Form(statement, absolute.whole, absolute.bound, absolute.base, absolute.use, absolute.meaning)
            path = "/".join((*package, f"{_SITE}.py"))
            yield self._top(form, path=path, label=f"`{statement}` in {path}")

    def _star(self, module: QualifiedName, tail: QualifiedName) -> Iterator[Spelling]:
        """A star import of a module whose names a pack declares."""
        dotted = ".".join(module)
        if tail[0] not in self.names.exports.get(dotted, ()):
            return
        form = _Form(f"from {dotted} import *", module, tail[0], (*module, tail[0]), ".".join(tail), (*module, *tail))
        text = f"{form.statement}\n\n{LOCAL}_value = [{form.use}]  # kept\n"
        rows = {3} if self.names.best(form.meaning) else set[int]()
        if self.names.best(module):
            rows.add(1)
        yield self._spelling(f"`{form.statement}`", text, frozenset(rows), form)

    def _own(self, module: QualifiedName, form: _Form) -> Iterator[Spelling]:
        """A module may use what it is itself the implementation of."""
        path = "/".join((*module, f"{_SITE}.py"))
        text = f"{form.statement}\n\n{LOCAL}_value = [{form.use}]\n"
        yield self._spelling(f"`{form.statement}` in {path}", text, frozenset(), form, path=path)

    def _rows(self, form: _Form, *, at_import: int, at_use: int | None) -> frozenset[int]:
        """Which of the two rows must be reported; *at_use* None where the import is not used."""
        imported = self.names.best(form.whole) if form.whole else None
        used = self.names.best(form.meaning) if at_use is not None else None
        rows = set()
        if self.rule.verb == "rename":
            in_module = imported is not None and form.is_from and imported[1] < len(form.whole)
            through_module = used is not None and form.is_from and used[1] < len(form.base)
            if imported is not None and (in_module or used is None or used[0] != imported[0]):
                rows.add(at_import)
            if used is not None and at_use is not None and not through_module:
                rows.add(at_use)
            return frozenset(rows)
        if imported is not None:
            rows.add(at_import)
        if used is not None and at_use is not None:
            known = used[1] <= len(form.base) if form.is_from else imported is not None and imported[0] == used[0]
            if not known:
                rows.add(at_use)
        return frozenset(rows)

    def _spelling(
        self,
        label: str,
        text: str,
        rows: frozenset[int],
        form: _Form,
        *,
        path: str = PATH,
        unused: bool = False,
    ) -> Spelling:
        target: QualifiedName = ()
        best = self.names.best(form.meaning)
        if rows and not unused and self.name.to and best is not None and best[0] == self.number:
            target = (*Target.parse(self.name.to).qualified, *form.meaning[best[1] :])
        return Spelling(label, text, path, rows, target=target)


def _forms(module: QualifiedName, tail: QualifiedName) -> Iterator[_Form]:
    """The import statements that make *tail* of *module* known; the plain one first, the direct ones last."""
    dotted = ".".join(module)
    meaning = (*module, *tail)
    yield _Form(f"import {dotted}", module, module[0], module[:1], ".".join(meaning), meaning)
    yield _Form(f"import {dotted} as {LOCAL}", module, LOCAL, module, ".".join((LOCAL, *tail)), meaning)
    if len(module) > 1:
        # Somebody else imported the submodule.
        yield _Form(f"import {module[0]}", module[:1], module[0], module[:1], ".".join(meaning), meaning)
        for alias in ("", LOCAL):
            yield _imported(module[:-1], (module[-1], *tail), alias)
    for alias in ("", LOCAL):
        yield _imported(module, tail, alias)


def _imported(module: QualifiedName, tail: QualifiedName, alias: str) -> _Form:
    """``from module import tail[0]``."""
    statement = f"from {'.'.join(module)} import {tail[0]}" + (f" as {alias}" if alias else "")
    bound = alias or tail[0]
    whole = (*module, tail[0])
    return _Form(statement, whole, bound, whole, ".".join((bound, *tail[1:])), (*module, *tail))


def _filled_in(parts: QualifiedName) -> QualifiedName:
    """*parts* with an identifier in place of every wildcard."""
    return tuple(MEMBER if part in ("*", "**") else part.replace("*", MEMBER).replace("?", "x") for part in parts)


def _covers(allowed: QualifiedName, qualified: QualifiedName, count: int) -> bool:
    """Whether *allowed* is at least as special as the first *count* parts of *qualified*, and covers it."""
    if is_glob(allowed):
        match = glob_pattern(allowed).match(".".join(qualified))
        return match is not None and match.group().count(".") + 1 >= count
    return len(allowed) >= count and qualified[: len(allowed)] == allowed
