"""One-line wrappers: what a function that is only there for old callers makes of its arguments.

:func:`passed_on` lays the parameters of a wrapper beside those of what it calls, and says what a call of the one must
be changed into to become a call of the other.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from platform_lint.authoring.library_source import Function


class Inexact(Exception):
    """A wrapper that is no mere other spelling of what it calls; the message says why."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its *name*, whether it is given by *position*, by *keyword* or both, and its *default*."""

    name: str
    position: bool
    keyword: bool
    default: str | None


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a function takes: its parameters in order, and what takes the rest of the arguments."""

    named: list[Parameter]
    args: str = ""
    kwargs: str = ""

    @property
    def positional(self) -> list[Parameter]:
        """Those that may be given by position."""
        return [one for one in self.named if one.position]


@dataclass(slots=True)
class Passing:
    """What becomes of the arguments of a wrapper's call.

    *renamed* parameters have another name, *dropped* ones are passed to nobody, *defaults* must be said since the new
    function has others, *by_keyword* stand at another place, and *before* and *constants* are said for the caller.
    *sure* is false where the parameters of the new function are not known.
    """

    renamed: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    defaults: dict[str, str] = field(default_factory=dict)
    by_keyword: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    sure: bool = True

    @property
    def changes_arguments(self) -> bool:
        """Whether a call's arguments must be changed one by one."""
        return bool(self.renamed or self.dropped or self.defaults or self.by_keyword)

    @property
    def adds_constants(self) -> bool:
        """Whether the new function is told something that no caller says."""
        return bool(self.before or self.constants)

    @property
    def unchanged(self) -> bool:
        """Whether only the name is another."""
        return not self.changes_arguments and not self.adds_constants


def parameters(node: Function, *, bound: bool = False) -> Parameters:
    """What *node* takes; without its first parameter if it is *bound* to an object or class."""
    given = node.args
    everyone = [*given.posonlyargs, *given.args]
    defaults = [None] * (len(everyone) - len(given.defaults)) + [ast.unparse(default) for default in given.defaults]
    named = [
        Parameter(one.arg, True, number >= len(given.posonlyargs), default)
        for number, (one, default) in enumerate(zip(everyone, defaults, strict=True))
    ]
    if bound and named:
        named = named[1:]
    named += [
        Parameter(one.arg, False, True, None if default is None else ast.unparse(default))
        for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
    ]
    return Parameters(named, given.vararg.arg if given.vararg else "", given.kwarg.arg if given.kwarg else "")


def signature_text(taken: Parameters) -> str:
    """*taken* as the `signature` of a rule: `(url, timeout=None, *, retries=3)`; what is no plain default is `...`."""
    parts: list[str] = []
    only = [one for one in taken.named if one.position and not one.keyword]
    for number, one in enumerate(taken.positional):
        parts.append(_shown(one))
        if number + 1 == len(only):
            parts.append("/")
    rest = [one for one in taken.named if not one.position]
    if taken.args or rest:
        parts.append(f"*{taken.args}")
    parts += [_shown(one) for one in rest]
    if taken.kwargs:
        parts.append(f"**{taken.kwargs}")
    return f"({', '.join(parts)})"


def _shown(one: Parameter) -> str:
    if one.default is None:
        return one.name
    return f"{one.name}={one.default if is_literal(one.default) else '...'}"


def is_literal(text: str) -> bool:
    """Whether *text* means the same wherever it stands."""
    try:
        ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def called_by(node: Function) -> ast.Call | ast.expr | None:
    """What the one line of *node* returns or does: a call, or for a property an attribute; None for any other body."""
    body = node.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]  # Its docstring, or the dots of a stub.
    if len(body) != 1 or not isinstance(body[0], ast.Return | ast.Expr):
        return None
    value = body[0].value
    return value.value if isinstance(value, ast.Await) else value


def returns_it(node: Function, new: Function | None) -> bool:
    """Whether what the new function gives reaches the caller of the wrapper *node*, and in the same way."""
    last = node.body[-1]
    assert isinstance(last, ast.Return | ast.Expr)
    awaits = isinstance(last.value, ast.Await)
    if isinstance(node, ast.AsyncFunctionDef) != awaits or (awaits and isinstance(new, ast.FunctionDef)):
        return False
    if isinstance(last, ast.Return):
        return True
    return isinstance(new, Function) and isinstance(new.returns, ast.Constant) and new.returns.value is None


def passed_on(old: Parameters, call: ast.Call, new: Parameters | None) -> Passing:
    """What becomes of a call of a wrapper that takes *old* and does *call*, of a function that takes *new*.

    *new* is None where nobody knows. Raises Inexact.
    """
    said = _Said(old, call)
    if new is None:
        return said.unknown()
    return said.beside(new)


class _Said:
    """What a wrapper's call says: which parameter goes where, and what else."""

    def __init__(self, old: Parameters, call: ast.Call) -> None:
        self.old = old
        self.positional: list[str | ast.expr] = []
        self.keywords: dict[str, str | ast.expr] = {}
        self.star = self.stars = False
        self.known = {one.name for one in old.named}
        seen: list[str] = []
        for value in call.args:
            if isinstance(value, ast.Starred):
                if not isinstance(value.value, ast.Name) or value.value.id != old.args or not old.args or self.star:
                    raise Inexact(f"it passes `{ast.unparse(value)}`")
                self.star = True
                continue
            if self.star:
                raise Inexact("it passes an argument behind `*args`")
            self.positional.append(self._value(value, seen))
        for keyword in call.keywords:
            if keyword.arg is None:
                if not isinstance(keyword.value, ast.Name) or keyword.value.id != old.kwargs or not old.kwargs:
                    raise Inexact(f"it passes `**{ast.unparse(keyword.value)}`")
                self.stars = True
            else:
                self.keywords[keyword.arg] = self._value(keyword.value, seen)
        twice = next((name for number, name in enumerate(seen) if name in seen[:number]), "")
        if twice:
            raise Inexact(f"it passes `{twice}` twice")
        if (old.args and not self.star) or (old.kwargs and not self.stars):
            raise Inexact(
                f"it does not pass on `{'*' + old.args if old.args and not self.star else '**' + old.kwargs}`"
            )

    def _value(self, value: ast.expr, seen: list[str]) -> str | ast.expr:
        """The parameter that *value* is, or a constant."""
        if isinstance(value, ast.Name) and value.id in self.known:
            seen.append(value.id)
            return value.id
        if not is_literal(ast.unparse(value)):
            raise Inexact(f"it passes `{ast.unparse(value)}`")
        return value

    def unknown(self) -> Passing:
        """What can be said where nobody knows what the new function takes: everything is passed as it is called."""
        wanted = [one.name for one in self.old.positional][: len(self.positional)]
        rest = [one.name for one in self.old.named if one.name not in wanted]
        if [*self.positional] != [*wanted] or self.keywords != {name: name for name in rest}:
            raise Inexact("its arguments are passed on in another way, to what is not defined in this package")
        return Passing(sure=not self.old.named)

    def beside(self, new: Parameters) -> Passing:
        """What becomes of each parameter, the new function taking *new*."""
        found = Passing()
        places: dict[str, Parameter] = {}
        for number, value in enumerate(self.positional):
            if number >= len(new.positional):
                raise Inexact(
                    "it passes more arguments by position than there are parameters"
                    if not new.args
                    else "it passes a parameter into `*args`"
                )
            self._put(new.positional[number], value, places, found, number)
        by_name = {one.name: one for one in new.named if one.keyword}
        for name, value in self.keywords.items():
            if name not in by_name and not new.kwargs:
                raise Inexact(f"it passes `{name}`, which is no parameter")
            # What `**kwargs` takes has a name, and no place.
            self._put(by_name.get(name) or Parameter(name, False, True, None), value, places, found, None)
        if self.star and len(self.positional) != len(self.old.positional):
            raise Inexact("what `*args` takes would come to stand elsewhere")
        self._compare(new, places, found)
        if found.changes_arguments and (found.adds_constants or self.star):
            raise Inexact("its arguments change in more than one way")
        return found

    def _put(
        self, to: Parameter, value: str | ast.expr, places: dict[str, Parameter], found: Passing, number: int | None
    ) -> None:
        if isinstance(value, str):
            places[value] = to
            return
        text = ast.unparse(value)
        if text == to.default and to.keyword and number is None:
            return
        if number is None:
            found.constants[to.name] = text
        elif len(found.before) == number:
            found.before.append(text)
        elif to.keyword:
            found.constants[to.name] = text
        else:
            raise Inexact(f"it passes `{text}` between its own arguments")

    def _compare(self, new: Parameters, places: dict[str, Parameter], found: Passing) -> None:
        shift = len(found.before)
        moved = False
        for number, one in enumerate(self.old.named):
            to = places.get(one.name)
            if to is None:
                found.dropped.append(one.name)
                moved = moved or (one.position and number + 1 < len(self.old.positional))
                continue
            if one.keyword and not to.keyword:
                raise Inexact(f"`{one.name}` can no longer be given by keyword")
            if one.keyword and to.name != one.name:
                found.renamed[one.name] = to.name
            if one.position and (moved or not to.position or new.positional.index(to) != number + shift):
                if not one.keyword or not to.keyword or shift:
                    raise Inexact(f"`{one.name}` stands elsewhere")
                found.by_keyword.append(one.name)
                moved = True
            if one.default is not None and one.default != to.default:
                if not is_literal(one.default) or not one.keyword:
                    raise Inexact(f"the default of `{one.name}` is another one")
                found.defaults[one.name] = one.default
        clash = next((to for to in found.renamed.values() if to in self.known), "")
        if clash:
            raise Inexact(f"`{clash}` means another argument now")
        both = next((name for name in found.defaults if name in found.renamed), "")
        if both:
            raise Inexact(f"`{both}` has another name and another default")
        # By position what is renamed would reach its new name as well, but nobody could tell that it is done.
        found.by_keyword += [
            one.name
            for one in self.old.positional
            if one.keyword
            and (one.name in found.renamed or one.name in found.defaults)
            and one.name not in found.by_keyword
        ]
        self._check_order(found, places)

    def _check_order(self, found: Passing, places: dict[str, Parameter]) -> None:
        """What follows an argument that is given by keyword must be so too."""
        first = next((n for n, one in enumerate(self.old.positional) if one.name in found.by_keyword), None)
        for one in self.old.positional[first:] if first is not None else ():
            to = places.get(one.name)
            if not one.keyword or (to is not None and not to.keyword):
                raise Inexact(f"`{one.name}` can only be given by position")
