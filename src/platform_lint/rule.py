"""The Rule: one convention as a value, the same whoever wrote it and however it came in.

Plain slotted classes rather than dataclasses: every run of the hook loads them, and ``dataclasses`` alone costs more
than the rest of a clean run.
"""

from __future__ import annotations

import os
import sys
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from platform_lint.finding import Level, Safety
    from platform_lint.scopes import QualifiedName

#: A rule's verbs: exactly one per rule. The first two are only about names; the others are about shape.
VERBS = ("ban", "rename", "rename_attr", "call", "class", "function", "layers", "import_as", "match", "flag", "python")
NAME_VERBS = frozenset({"ban", "rename", "engine"})

if TYPE_CHECKING:
    #: What a file must hold for a rule of shape to find anything in it, one alternative: all of its terms.
    #: ``("word", identifier)``; ``("argument", identifier)`` for a word that is the name of an argument;
    #: ``("name", qualified name)`` for a use of it; ``("call", "name argument")`` for a call of a qualified name with
    #: that argument; ``("statement", name)`` for a statement that is a call of it; ``("type", qualified name of a
    #: class)`` for something of it; or ``("module", glob)`` for the file's own module. No terms at all: any file may.
    Trace = tuple[tuple[str, str], ...]


class Target:
    """What a name is replaced by: *attributes* of *module*; no attributes for a module itself."""

    __slots__ = ("attributes", "module")

    def __init__(self, module: QualifiedName, attributes: QualifiedName) -> None:
        self.module = module
        self.attributes = attributes

    @classmethod
    def parse(cls, text: str) -> Target:
        """``package.module:Class.method``; without a colon everything before the last dot is the module.

        All of it is where the standard library has such a module: ``import http`` does not load ``http.cookiejar``.
        A last-but-one part in CapWords is taken for a class (PEP 8 names), so ``corp.Client.get`` needs no colon.
        """
        module, colon, attributes = text.partition(":")
        if colon:
            return cls(tuple(module.split(".")), tuple(part for part in attributes.split(".") if part))
        parts = tuple(text.split("."))
        if len(parts) == 1 or (parts[0] in sys.stdlib_module_names and _standard_modules(parts) == len(parts)):
            return cls(parts, ())
        for number, part in enumerate(parts[1:-1], 1):
            if part[0].isupper():
                return cls(parts[:number], parts[number:])
        return cls(parts[:-1], parts[-1:])

    @classmethod
    def of(cls, dotted: str) -> Target:
        """The same for a name in code, where no colon can stand: of the standard library it is known what is a module.

        ``datetime.datetime.now`` is a member of a class although that is not in CapWords.
        """
        parts = tuple(dotted.split("."))
        if parts[0] == "builtins":
            return cls(parts[:1], parts[1:])
        if ":" in dotted or len(parts) < 3 or parts[0] not in sys.stdlib_module_names:
            return cls.parse(dotted)
        count = min(_standard_modules(parts), len(parts) - 1)
        return cls(parts[:count], parts[count:])

    @property
    def qualified(self) -> QualifiedName:
        """The whole name."""
        return (*self.module, *self.attributes)

    def __str__(self) -> str:
        """As people write it: without ``builtins``."""
        return ".".join(self.qualified).removeprefix("builtins.")


class Name:
    """One name of a rule, with what is said about it alone."""

    __slots__ = ("below", "fix", "hint", "parts", "removed", "to")

    def __init__(self, dotted: str, to: str, hint: str, fix: str, removed: bool) -> None:
        self.parts: QualifiedName = tuple(dotted.split("."))
        #: The replacement as written, ``""`` where there is none.
        self.to = to
        new = tuple(to.replace(":", ".").strip(".").split("."))
        #: The replacement, where it lies below the name itself: what is there is not at its old place.
        self.below: QualifiedName = new if len(new) > len(self.parts) and new[: len(self.parts)] == self.parts else ()
        #: What to do instead, in words.
        self.hint = hint
        #: Safety of this name's fix, ``""`` for the rule's.
        self.fix = fix
        self.removed = removed

    def is_moved(self, qualified: QualifiedName) -> bool:
        """Whether *qualified* is at the new place already, below the old one."""
        return bool(self.below) and qualified[: len(self.below)] == self.below

    @property
    def dotted(self) -> str:
        """The name as written."""
        return ".".join(self.parts)

    def fields(self) -> tuple[str, str, str, str, bool]:
        """What ``Name(*fields)`` takes."""
        return (self.dotted, self.to, self.hint, self.fix, self.removed)


class Api:
    """Facts that a pack states about a name, for all of its rules.

    *signature* is text as in ``(url, *, timeout=None)``; *returns* the class of what a call gives; *bases* the classes
    a class inherits from; *exports* what a star import of a module binds; *reexports* its other names.
    """

    __slots__ = ("bases", "exports", "name", "reexports", "returns", "signature")

    def __init__(
        self,
        name: str,
        signature: str = "",
        returns: str = "",
        bases: tuple[str, ...] = (),
        exports: tuple[str, ...] = (),
        reexports: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.signature = signature
        self.returns = returns
        self.bases = bases
        self.exports = exports
        self.reexports = reexports

    def fields(self) -> tuple[str, str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """What ``Api(*fields)`` takes."""
        return (self.name, self.signature, self.returns, self.bases, self.exports, self.reexports)


def also(dotted: str, apis: Mapping[str, Api]) -> Iterator[str]:
    """The other names *dotted* has, as the pack's ``[[api]]`` facts say."""
    for name, api in apis.items():
        if dotted == name or dotted.startswith(name + "."):
            for other in api.reexports:
                yield other + dotted[len(name) :]


class Rule:
    """One convention. Dates are ISO text; names in *allow* are split; *origin* is ``file:line`` of its definition."""

    __slots__ = (
        "allow",
        "body",
        "code",
        "covers",
        "deadline",
        "default",
        "docs",
        "except_in",
        "fix",
        "inside",
        "level",
        "message",
        "name",
        "names",
        "not_inside",
        "only_in",
        "origin",
        "owner",
        "pack",
        "requires",
        "since",
        "traced",
        "traces",
        "type_checking",
        "verb",
        "whole",
        "why",
    )

    def __init__(
        self,
        code: str,
        name: str,
        verb: str,
        names: tuple[Name, ...],
        *,
        message: str = "",
        why: str = "",
        docs: tuple[str, ...] = (),
        since: str = "",
        level: Level = "error",
        deadline: str = "",
        owner: str = "",
        default: bool = True,
        fix: Safety = "safe",
        type_checking: str = "report",
        allow: tuple[QualifiedName, ...] = (),
        only_in: tuple[str, ...] = (),
        except_in: tuple[str, ...] = (),
        requires: str = "",
        covers: tuple[str, ...] = (),
        inside: tuple[str, ...] = (),
        not_inside: tuple[str, ...] = (),
        body: Mapping[str, Any] | None = None,
        traces: tuple[Trace, ...] = (),
        traced: bool = False,
        whole: bool = False,
        pack: str = "",
        origin: str = "",
    ) -> None:
        self.code = code
        self.name = name
        self.verb = verb
        self.names = names
        self.message = message
        self.why = why
        self.docs = docs
        self.since = since
        self.level: Level = level
        self.deadline = deadline
        self.owner = owner
        self.default = default
        self.fix: Safety = fix
        self.type_checking = type_checking
        self.allow = allow
        self.only_in = only_in
        self.except_in = except_in
        self.requires = requires
        #: The codes of rules that have nothing to add inside a finding of this one.
        self.covers = covers
        #: Patterns one of which must be around a finding, or none.
        self.inside = inside
        self.not_inside = not_inside
        #: What the rule's verb says, as its kind reads it: plain data only (it is kept by ``marshal``).
        self.body: Mapping[str, Any] = body or {}
        #: Where the rule may find something, apart from files that can reach one of its names.
        self.traces = traces
        #: Whether that is all: its names alone are no reason to look at a file.
        self.traced = traced
        #: Whether it must see a whole file, not only the statements that mention its names.
        self.whole = whole
        self.pack = pack
        self.origin = origin

    def fields(self) -> dict[str, object]:
        """This rule as plain values, for :meth:`from_fields`."""
        values: dict[str, object] = {slot: getattr(self, slot) for slot in self.__slots__}
        values["names"] = tuple(name.fields() for name in self.names)
        values["body"] = dict(self.body)
        return values

    @classmethod
    def from_fields(cls, values: dict[str, object]) -> Rule:
        """The rule that :meth:`fields` described."""
        values = dict(values)
        values["names"] = tuple(Name(*fields) for fields in values["names"])  # type: ignore[attr-defined]
        return cls(**values)  # type: ignore[arg-type]

    @property
    def url(self) -> str:
        """Where the rule is argued: the first of its documents."""
        return self.docs[0] if self.docs else ""

    @property
    def rewrites(self) -> bool:
        """Whether the rule is a program that rewrites whole files: no door runs it that only looks."""
        return bool(self.body.get("transform"))

    @property
    def doubt(self) -> str:
        """What the configuration has against its fixes, in words; ``""`` for nothing."""
        return str(self.body.get("doubt", ""))

    def level_on(self, today: str) -> Level:
        """The level on ISO date *today*: from its deadline on, a warning is an error."""
        return "error" if self.deadline and today >= self.deadline else self.level

    def text_for(self, name: Name, qualified: str, today: str) -> str:
        """The message of a finding of *name*, spelled *qualified* in full."""
        hint = name.hint or (f"use `{_plain(name.to)}`" if name.to else "")
        template = self.message
        if not template or ("{to}" in template and not name.to):
            template = _DEFAULT_MESSAGES["removed" if name.removed else self.verb]
        text = template.replace("{name}", qualified).replace("{to}", _plain(name.to))
        if "{hint}" in text:
            text = text.replace("{hint}", hint).rstrip(" :;,")
        elif hint and "{to}" not in template and self.message:
            text = f"{text.rstrip('.')}: {hint}"
        return self.dated(text, today)

    def filled(self, values: Mapping[str, str], default: str) -> str:
        """The message, or *default* where the rule has none, with its ``{placeholders}`` filled in."""
        text = self.message or default
        for key, value in values.items():
            text = text.replace("{" + key + "}", value)
        return text

    def dated(self, text: str, today: str) -> str:
        """The message *text*, with the deadline of a warning that will be an error."""
        if self.deadline and self.level_on(today) != "error":
            return f"{text} (an error from {self.deadline} on)"
        return text


@cache
def _standard_modules(parts: QualifiedName) -> int:
    """How many of the first *parts* are modules of the standard library, which has the first."""
    count = 1
    folder = os.path.join(os.path.dirname(os.__file__), parts[0])
    while count < len(parts) and (
        os.path.isfile(os.path.join(folder, f"{parts[count]}.py"))
        or os.path.isfile(os.path.join(folder, parts[count], "__init__.py"))
    ):
        folder = os.path.join(folder, parts[count])
        count += 1
    return count


def unfit(value: object, kind: str | list[str]) -> str:
    """What is wrong with *value* for an option of that kind, ``""`` for nothing."""
    if isinstance(kind, list):
        return "" if value in kind else f"expected one of {', '.join(map(repr, kind))}, got {value!r}"
    if kind == "list[str]":
        fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    elif kind == "float":
        fits = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        fits = type(value).__name__ == kind
    return "" if fits else f"expected {kind}, got {value!r}"


_DEFAULT_MESSAGES = {
    "ban": "`{name}` is banned: {hint}",
    "rename": "`{name}` is now `{to}`",
    "removed": "`{name}` was removed: {hint}",
}


def _plain(target: str) -> str:
    """A replacement as people write it: no colon, no ``builtins``."""
    return target.replace(":", ".").rstrip(".").removeprefix("builtins.")
