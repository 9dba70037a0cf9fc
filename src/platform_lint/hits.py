"""What checking one file finds: hits, and what would mend them.

A :class:`Hit` is a place that breaks a rule, before suppression. A name is mended by what its rule says of it; a
shape by its :class:`Repair`: splices, the text of which may quote what stands in the file and name what must be
imported. Offsets are in code points into the text of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from platform_lint.engine_rules import ENGINE_RULES, GIVEN_UP
from platform_lint.finding import Safety
from platform_lint.index import Reference
from platform_lint.rule import Name, Rule, Target
from platform_lint.scopes import Binding, QualifiedName

Kind = Literal["import", "module", "use", "star", "string", "shape", "engine"]


class Quote:
    """What stands between two offsets of the file, used again as it is: what its names mean must not change."""

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end


#: A piece of new text: as it is; something of the file; or a qualified name, spelled as the place allows and imported
#: where it must be.
Piece = str | Quote | Target


class Splice:
    """Put *pieces* in place of what stands between *start* and *end*."""

    __slots__ = ("end", "pieces", "start")

    def __init__(self, start: int, end: int, pieces: Sequence[Piece]) -> None:
        self.start = start
        self.end = end
        self.pieces = tuple(pieces)


class Reimport:
    """Import *module*, or *name* from it, as *local* ("" for its own name), instead of what *binding* imports, which is
    that very thing or something in it. Every use is spelled through the new name, and means what it meant.
    """

    __slots__ = ("binding", "local", "module", "name")

    def __init__(self, binding: Binding, module: QualifiedName, name: str = "", local: str = "") -> None:
        self.binding = binding
        self.module = module
        self.name = name
        self.local = local

    @property
    def qualified(self) -> QualifiedName:
        """What is imported."""
        return (*self.module, self.name) if self.name else self.module


class Repair:
    """What mends one hit: all of its *splices* and new *imports*, or nothing.

    *message* says in one line what is done. *safety* is what speaks against trusting it (``"safe"``: nothing); the
    weaker of it and the rule's own holds, and *reason* says why it is weaker. A repair without either is a refusal,
    with its reason. *names* are the names of imports that must go because the splices leave them without use, besides
    those that are found to.

    Hits whose repairs have the same *together* (not None) are mended together, or none of them. One that *rewrites*
    the file gives names the meaning it wants: only that all of them have one is proved. One that *decides* between
    branches settles names that each of them binds: they may come to mean what one of their bindings says.
    """

    __slots__ = ("decides", "imports", "message", "reason", "rewrites", "safety", "splices", "together")

    def __init__(
        self,
        message: str,
        splices: Sequence[Splice] = (),
        *,
        safety: Safety = "safe",
        reason: str = "",
        together: object = None,
        rewrites: bool = False,
        decides: bool = False,
        imports: Sequence[Reimport] = (),
    ) -> None:
        self.message = message
        self.splices = tuple(splices)
        self.imports = tuple(imports)
        self.safety: Safety = safety if splices or imports else "suggest"
        self.reason = reason
        self.together = together
        self.rewrites = rewrites
        self.decides = decides

    @classmethod
    def refused(cls, message: str, reason: str) -> Repair:
        """There is a fix, but it is not right here, for *reason*."""
        return cls(message, (), reason=reason)


class Hit:
    """A place that breaks a rule, before suppression: offsets into the text, and how it was found.

    *kind* tells what is at the place: an imported name, the module of a ``from`` clause, a use, a star import, a
    string, code of some shape, or something the engine itself has to say. *matched* is the qualified name that broke
    the rule, ``()`` where no name did.
    """

    __slots__ = ("binding", "end", "kind", "matched", "message", "name", "reference", "repair", "rule", "start")

    def __init__(
        self,
        rule: Rule,
        name: Name | None,
        kind: Kind,
        matched: QualifiedName,
        start: int,
        end: int,
        binding: Binding | None = None,
        reference: Reference | None = None,
        message: str = "",
        repair: Repair | None = None,
    ) -> None:
        self.rule = rule
        self.name = name
        self.kind = kind
        self.matched = matched
        self.start = start
        self.end = end
        self.binding = binding
        self.reference = reference
        #: Said instead of the rule's own message.
        self.message = message
        self.repair = repair

    @property
    def target(self) -> Target | None:
        """What the name is to be replaced by."""
        return Target.parse(self.name.to) if self.name is not None and self.name.to and self.kind != "shape" else None

    @property
    def fixable(self) -> bool:
        """Whether there is a fix to be worked out."""
        return self.repair is not None or self.target is not None


def given_up(rule: Rule, reason: str, start: int = 0) -> Hit:
    """The hit that says *rule* was not checked on the file, or not to its end, and why. *start* is an offset."""
    message = f"{rule.code} ({rule.name}) is given up on this file: {reason}"
    return Hit(ENGINE_RULES[GIVEN_UP], None, "engine", (), start, start, message=message)
