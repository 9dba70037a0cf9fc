"""The calls a ``call`` rule is about: of functions and classes by name, of methods by the type of what they belong to.

Besides plain calls: what is passed to ``functools.partial``; ``Class.__init__(self, …)``; and, for classes that this
file derives from a class of the rule, ``super().__init__(…)`` and their own constructors where they define none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from platform_lint.finding import Safety
from platform_lint.index import build, parse
from platform_lint.kinds.methods import method_uses
from platform_lint.names import glob_pattern, is_glob
from platform_lint.rule import Rule
from platform_lint.scopes import QualifiedName

if TYPE_CHECKING:
    from platform_lint.context import FileContext, Match

_PARTIAL = ("functools", "partial")
_SUPER = ("builtins", "super")
_CONSTRUCTORS = frozenset({"__init__", "__new__"})


class CallSite:
    """One call of a callable *matched*: *args* and *keywords* are those that reach it.

    *callee* is the expression for it. *through* tells that it is a method read from its class, so that the first
    argument may be the instance; *partial* that more arguments may come later. *safety* and *reason* say what speaks
    against mending it.
    """

    __slots__ = ("args", "call", "callee", "keywords", "matched", "partial", "reason", "safety", "through")

    def __init__(
        self,
        call: ast.Call,
        callee: ast.expr,
        matched: QualifiedName,
        *,
        skip: int = 0,
        partial: bool = False,
        through: bool = False,
        safety: Safety = "safe",
        reason: str = "",
    ) -> None:
        self.call = call
        self.callee = callee
        self.matched = matched
        self.args: Sequence[ast.expr] = call.args[skip:]
        self.keywords: Sequence[ast.keyword] = call.keywords
        self.partial = partial
        self.through = through
        self.safety: Safety = safety
        self.reason = reason


def call_sites(rule: Rule, context: FileContext) -> Iterator[CallSite]:
    """The calls of the callables that *rule* names, each once."""
    seen: set[int] = set()
    for site in _Sites(rule, context).all():
        if id(site.call) not in seen:
            seen.add(id(site.call))
            yield site


class _Sites:
    def __init__(self, rule: Rule, context: FileContext) -> None:
        self.rule = rule
        self.context = context

    def all(self) -> Iterator[CallSite]:
        for match in self.context.matches(self.rule):
            if match.reference.context == "load":
                for count in self._counts(match):
                    yield from self._of(match.reference.node_of(count, match.base), match.qualified[:count])
        known: set[int] = set()
        for cls, attr in self.rule.body["methods"]:
            yield from self._methods(tuple(cls.split(".")), attr, known)
        if self.rule.body["receiver"] == "any":
            for cls, attr in self.rule.body["methods"]:
                yield from self._unknown(tuple(cls.split(".")), attr, known)
        for dotted in self.rule.body["classes"]:
            yield from self._inherited(tuple(dotted.split(".")))

    def _counts(self, match: Match) -> Iterable[int]:
        """How many parts of what is used the name may stand for: several with ``**``, the fewest first."""
        if "**" not in match.name.parts:
            return (match.count,)
        pattern = glob_pattern(match.name.parts)
        return [
            count
            for count in range(match.count, len(match.qualified) + 1)
            if pattern.fullmatch(".".join(match.qualified[:count]))
        ]

    def _of(
        self,
        node: ast.expr,
        matched: QualifiedName,
        *,
        through: bool = False,
        safety: Safety = "safe",
        reason: str = "",
    ) -> Iterator[CallSite]:
        """The call that *node*, which means *matched*, is the callee of, or partly so."""
        context = self.context
        parent = context.parent(node)
        if isinstance(parent, ast.Subscript) and parent.value is node:
            node, parent = parent, context.parent(parent)  # `Queue[int]()`
        if isinstance(parent, ast.Attribute) and parent.attr == "__init__":
            outer = context.parent(parent)
            if isinstance(outer, ast.Call) and outer.func is parent and _is_plain(outer.args[:1]):
                yield CallSite(outer, parent, matched, skip=1, safety=safety, reason=reason)
        elif isinstance(parent, ast.Call):
            if parent.func is node:
                yield CallSite(parent, node, matched, through=through, safety=safety, reason=reason)
            elif parent.args[:1] == [node] and self._is_partial(parent):
                yield CallSite(
                    parent, node, matched, skip=1, partial=True, through=through, safety=safety, reason=reason
                )

    def _is_partial(self, call: ast.Call) -> bool:
        context = self.context
        if context.index.words is None:
            return context.means(call.func, _PARTIAL)
        return "partial" in context.source.text and context.span(call.func)[0] in self._partials

    @cached_property
    def _partials(self) -> frozenset[int]:
        """Where ``functools.partial`` is used: the index at hand may know nothing but the rules' names."""
        source, view = self.context.source, self.context.view
        index = build(
            source,
            parse(source),
            module=view.module if view else None,
            package=view.package if view else False,
            follow=view.follow if view else None,
        )
        return frozenset(
            reference.start
            for reference in index.references
            if any(qualified == _PARTIAL for qualified, _ in reference.names())
        )

    # Classes that inherit

    def _inherited(self, cls: QualifiedName) -> Iterator[CallSite]:
        """Calls that reach the constructor of *cls* through a class that inherits it.

        Who inherits from what is a question to the whole project, so it is asked of calls alone that may be judged.
        """
        calls = [call for call in self.context.nodes(ast.Call) if isinstance(call, ast.Call) and self._is_judged(call)]
        if not calls:
            return
        kinship = self.context.receivers.kinship
        for call in calls:
            if self._is_super(call):
                heir = self.context.class_of(call)
                if heir is not None and heir.bases and self._inherits_constructor(kinship.name_of(heir), cls):
                    reason = f"what `{heir.name}` inherits from may be more than this"
                    yield CallSite(call, call.func, cls, safety="unsafe", reason=reason)
        for call in calls:
            name = kinship.named(call.func)
            if name is None or not kinship.is_subclass(name, cls):
                continue
            found = kinship.class_definition(name)
            if (
                found is not None
                and not (found[1].keywords or found[1].decorator_list)
                and not _CONSTRUCTORS.intersection(found[0].members(found[1]))
                and self._inherits_constructor(name, cls)
            ):
                reason = f"`{name[-1]}` only inherits what is called"
                yield CallSite(call, call.func, cls, safety="unsafe", reason=reason)

    def _is_judged(self, call: ast.Call) -> bool:
        """Whether the rule may say something of *call*: it has an argument that is spoken of, or may lack one."""
        return (
            self._wants
            or (self._has_signature and bool(call.args))
            or any(keyword.arg is None or keyword.arg in self.rule.body["args"] for keyword in call.keywords)
        )

    @cached_property
    def _wants(self) -> bool:
        """Whether the rule wants arguments that are not there."""
        body = self.rule.body
        return bool(body["at_least_one"]) or any(entry["required"] or entry["add"] for entry in body["args"].values())

    @cached_property
    def _has_signature(self) -> bool:
        """Whether it is known which argument is given by position."""
        names = {*self.rule.body["classes"]}
        return bool(self.rule.body["signature"]) or any(
            api.signature and not names.isdisjoint((api.name, *api.reexports)) for api in self.context.apis.values()
        )

    def _is_super(self, call: ast.Call) -> bool:
        """Whether *call* is ``super().__init__(…)``."""
        return (
            isinstance(call.func, ast.Attribute)
            and call.func.attr == "__init__"
            and isinstance(call.func.value, ast.Call)
            and self.context.means(call.func.value.func, _SUPER)
        )

    def _inherits_constructor(self, name: QualifiedName, cls: QualifiedName) -> bool:
        """Whether the constructor that the class *name* inherits is that of *cls*."""
        kinship = self.context.receivers.kinship
        wanted = kinship.canonical(cls)
        for base in kinship.mro(name)[1:]:
            if base == wanted:
                return True
            found = kinship.class_definition(base)
            if found is None or _CONSTRUCTORS.intersection(found[0].members(found[1])):
                return False
        return False

    # Methods

    def _methods(self, cls: QualifiedName, attr: str, known: set[int]) -> Iterator[CallSite]:
        """The calls on what is known to be of the class; *known* gains what they are on."""
        context, receiver = self.context, self.rule.body["receiver"]
        for node, sureness, through in method_uses(context, cls, attr):
            known.add(id(node))
            matched = (*cls, node.attr)
            if (sureness == "inferred" and receiver == "exact") or self._is_allowed(matched):
                continue
            safety: Safety = "unsafe" if sureness == "inferred" else "safe"
            reason = f"the type of `{context.text(node.value)}` is only inferred" if sureness == "inferred" else ""
            yield from self._of(node, matched, through=through, safety=safety, reason=reason)

    def _unknown(self, cls: QualifiedName, attr: str, known: set[int]) -> Iterator[CallSite]:
        """The calls on what nothing says the type of."""
        context = self.context
        for node in context.nodes(ast.Attribute):
            assert isinstance(node, ast.Attribute)
            if (
                node.attr == attr
                and id(node) not in known
                and not context.names(node)
                and context.receivers.is_unknown(node.value)
            ):
                reason = "the type of what it is called on is not known"
                yield from self._of(node, (*cls, attr), safety="suggest", reason=reason)

    def _is_allowed(self, matched: QualifiedName) -> bool:
        dotted = ".".join(matched)
        return any(
            allowed == matched or (is_glob(allowed) and glob_pattern(allowed).fullmatch(dotted) is not None)
            for allowed in self.rule.allow
        )


def _is_plain(arguments: Sequence[ast.expr]) -> bool:
    """Whether there are *arguments*, and none that stands for several."""
    return bool(arguments) and not any(isinstance(argument, ast.Starred) for argument in arguments)
