"""``rename_attr``: methods and attributes of a class that have a new name, or are gone.

They are found on instances of the class and of its subclasses, on the class itself, where a subclass defines them
anew, and in strings that name them.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from platform_lint.finding import Safety, weakest
from platform_lint.hits import Hit, Repair, Splice
from platform_lint.inference.kinship import Function, flat
from platform_lint.kinds import Reading
from platform_lint.kinds.methods import method_uses
from platform_lint.names import NameError_, parse_name
from platform_lint.rule import Api, Rule
from platform_lint.scopes import QualifiedName
from platform_lint.tables import NameOption, RuleTable, listed

if TYPE_CHECKING:
    from platform_lint.context import FileContext
    from platform_lint.kinds import Fail
    from platform_lint.rule import Trace

_PLACEHOLDERS = ("name", "to", "hint")
#: Functions of Python's that take an object and the name of an attribute.
_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr"})
#: Other callables that do, by the last part of their name: ``mock.patch.object``, ``monkeypatch.setattr``.
_PATCHING = frozenset({"object", "setattr", "delattr"})
_NAME_LISTS = frozenset({"__slots__", "__match_args__"})


def read(table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> Reading:
    """Read a ``rename_attr`` table and the classes it is ``on``. Raises what *fail* makes."""
    classes = listed(table.on)
    if not classes:
        raise fail("on", "on is missing: name the class whose attributes these are")
    for number, cls in enumerate(classes):
        try:
            parts = parse_name(cls, globs=False)
        except NameError_ as error:
            raise fail(("on", number), f"on: {error}") from None
        if len(parts) < 2:
            raise fail(("on", number), f"on: {cls!r} has no module: write `package.module.{cls}`")
        if cls in classes[:number]:
            raise fail(("on", number), f"on: {cls!r} is there twice")
    attributes: dict[str, dict[str, Any]] = {}
    for name, said in (table.rename_attr or {}).items():
        attributes[name] = _option(name, NameOption(to=said) if isinstance(said, str) else said, fail)
    if not attributes:
        raise fail("rename_attr", "rename_attr is empty: name at least one attribute")
    for name, option in attributes.items():
        if option["to"] in attributes:
            raise fail(
                ("rename_attr", name),
                f"rename_attr {name!r}: it would become {option['to']!r}, which this rule renames as well",
            )
    traces: list[Trace] = []
    for name in attributes:
        words: Trace = (("word", name),)
        traces += [words] if table.receiver == "any" else [(*words, ("type", cls)) for cls in classes]
    return Reading(
        traces=traces,
        whole=True,
        body={"on": classes, "attributes": attributes, "receiver": table.receiver, "overrides": table.overrides},
        placeholders=_PLACEHOLDERS,
    )


def _option(name: str, option: NameOption, fail: Fail) -> dict[str, Any]:
    def wrong(reason: str, *key: str) -> Exception:
        return fail(("rename_attr", name, *key), f"rename_attr {name!r}: {reason}")

    # What it is now may lie deeper: `env.cr`.
    for what, text, parts in (("", name, [name]), ("to: ", option.to, option.to.split("."))):
        if (text or not what) and not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
            raise wrong(f"{what}{text!r} is no name of an attribute", *(["to"] if what else []))
        if text.startswith("__") and not text.endswith("__"):
            raise wrong(f"{what}{text!r} belongs to its class alone", *(["to"] if what else []))
    if option.to == name:
        raise wrong("it would be replaced by itself", "to")
    if option.removed and option.to:
        raise wrong("`removed` and `to` exclude each other", "removed")
    if not option.to and not option.removed:
        raise wrong("expected `to`, or `removed` with what to do instead")
    hint = option.hint or option.removed
    return {"to": option.to, "hint": hint, "fix": option.fix or "", "unless": tuple(option.unless_passed)}


def check(rule: Rule, context: FileContext) -> Iterator[Hit]:
    """The uses and definitions of the attributes that *rule* is about."""
    seen: set[tuple[int, int]] = set()
    for cls in rule.body["on"]:
        search = _Search(rule, context, tuple(cls.split(".")))
        for hit in search.hits():
            if (hit.start, hit.end) not in seen:
                seen.add((hit.start, hit.end))
                yield hit


class _Search:
    """The look for the attributes of one class in one file."""

    def __init__(self, rule: Rule, context: FileContext, cls: QualifiedName) -> None:
        self.rule = rule
        self.context = context
        self.receivers = context.receivers
        self.kinship = context.receivers.kinship
        self.cls = cls
        self.real = self.kinship.canonical(cls)
        self.attributes: Mapping[str, Mapping[str, Any]] = rule.body["attributes"]
        self.receiver: str = rule.body["receiver"]
        self.overrides: str = rule.body["overrides"]

    def hits(self) -> Iterator[Hit]:
        for attribute in self.attributes:
            yield from self._uses(attribute)
        yield from self._nodes()

    # Uses

    def _uses(self, attribute: str) -> Iterator[Hit]:
        found: set[int] = set()
        for node, sureness, _ in method_uses(self.context, self.cls, attribute):
            found.add(id(node))
            if self._is_asked_for(sureness) and not self._is_own(node, attribute):
                repair = self._of_use(node, node.value, attribute, sureness)
                if repair is not None:
                    yield self._hit(attribute, *self._token(node), repair=repair)
        if self.receiver == "any":
            for node in self.receivers.attributes.get(attribute, ()):
                if id(node) not in found and self.receivers.is_unknown(node.value):
                    repair = self._replacing(node, attribute, "suggest", "nothing says what type this is")
                    yield self._hit(attribute, *self._token(node), repair=repair)

    def _is_asked_for(self, sureness: str) -> bool:
        return sureness == "exact" or (sureness == "inferred" and self.receiver != "exact")

    def _is_own(self, node: ast.AST, attribute: str) -> bool:
        """Whether *node* stands in the class itself, which still has the attribute."""
        cls = self.context.class_of(node)
        while cls is not None:
            if self.kinship.name_of(cls) == self.real:
                return self.receivers.defines(self.real, attribute)
            cls = self.context.class_of(cls)
        return False

    def _of_use(self, node: ast.AST, receiver: ast.expr, attribute: str, sureness: str) -> Repair | None:
        """What mends a use; None where it is no use of the attribute after all."""
        passed = self._passed(node, attribute)
        if passed:
            return self._refused(attribute, f"`{self.attributes[attribute]['to']}` takes no `{passed}`")
        for name in self.receivers.classes(receiver):
            for above in self.kinship.mro(name):
                if above == self.real:
                    break
                descends = self.kinship.is_subclass(above, self.cls)
                if not descends and self.receivers.defines(above, attribute):
                    return None  # A class that comes first has an attribute of that name.
                if descends and self._stays(above, attribute):
                    return self._refused(attribute, f"`{above[-1]}` overrides it")
                to = self.attributes[attribute]["to"]
                if to and self.receivers.defines(above, to):
                    return self._refused(attribute, f"`{above[-1]}` has `{to}` already, which may be another thing")
        if self.receiver == "any":
            return self._replacing(node, attribute, "suggest", "the rule is about receivers of any type")
        if sureness == "inferred":
            shown = _shown(self.context.text(receiver))
            return self._replacing(node, attribute, "unsafe", f"the type of `{shown}` is only inferred")
        return self._replacing(node, attribute, "safe", "")

    def _passed(self, node: ast.AST, attribute: str) -> str:
        """What the call of *node* passes, or may pass, that the new name does not take; ``""`` for nothing."""
        unless = self.attributes[attribute]["unless"]
        call = self.context.parent(node) if unless else None
        if not isinstance(call, ast.Call) or call.func is not node:
            return ""
        names = [f"**{ast.unparse(one.value)}" if one.arg is None else one.arg for one in call.keywords]
        return next((name for name in names if name in unless or name.startswith("**")), "")

    def _stays(self, cls: QualifiedName, attribute: str) -> bool:
        """Whether what the project's class *cls* itself has by that name keeps it, as the rule's `overrides` says."""
        if self.overrides == "rename" or not self.receivers.defines(cls, attribute):
            return False
        found = self.kinship.class_definition(cls) if self.overrides == "open" else None
        if found is None:
            return True
        own = found[0].members(found[1]).get(attribute, ())
        return any(_is_closed(statement) for statement in own) or _annotates(found[1], attribute, own)

    def _token(self, node: ast.AST) -> tuple[int, int]:
        """The offsets of the attribute alone in *node*, or of all that is known."""
        start, end = self.context.span(node)
        if isinstance(node, ast.Attribute) and self.context.is_placed(node):
            begin = end - len(node.attr)
            if self.context.source.text[begin:end] == node.attr:
                return begin, end
        return start, end

    def _replacing(self, node: ast.AST, attribute: str, safety: Safety, reason: str) -> Repair:
        """Put the new name in place of the attribute that *node* reads."""
        start, end = self._token(node)
        to = self.attributes[attribute]["to"]
        if not to:
            return self._refused(attribute, "it has no other name now")
        if self.context.source.text[start:end] != attribute:
            return self._refused(attribute, "this Python does not tell where it stands")
        return self._repair(attribute, [Splice(start, end, [to])], safety, reason)

    def _repair(
        self, attribute: str, splices: Iterable[Splice], safety: Safety, reason: str, together: object = None
    ) -> Repair:
        own = self.attributes[attribute]["fix"]
        if own:
            safety = weakest(safety, own)
        message = f"replace `{attribute}` with `{self.attributes[attribute]['to']}`"
        return Repair(message, [*splices], safety=safety, reason=reason, together=together)

    def _refused(self, attribute: str, reason: str) -> Repair:
        return Repair.refused(f"replace `{attribute}`", reason)

    def _hit(self, attribute: str, start: int, end: int, *, repair: Repair, what: str = "") -> Hit:
        option = self.attributes[attribute]
        name = ".".join((*self.cls, attribute)).removeprefix("builtins.")
        hint = option["hint"] or (f"use `{option['to']}`" if option["to"] else "")
        values = {"name": name, "to": option["to"], "hint": hint}
        default = "`{name}` is now `{to}`" if option["to"] else "`{name}` was removed"
        text = self.rule.filled(values, what.replace("{is}", default) if what else default)
        if option["hint"] and "{hint}" not in self.rule.message:
            text = f"{text.rstrip('.')}: {option['hint']}"
        if not option["to"]:
            return Hit(self.rule, None, "shape", (*self.cls, attribute), start, end, message=text)
        return Hit(self.rule, None, "shape", (*self.cls, attribute), start, end, message=text, repair=repair)

    # What the tree holds besides

    def _nodes(self) -> Iterator[Hit]:
        for node in self.context.nodes((ast.ClassDef, ast.Call, ast.MatchClass, ast.Constant)):
            if isinstance(node, ast.ClassDef):
                if self.receivers.inherits(node, self.cls):
                    for attribute in self.attributes:
                        yield from self._definitions(node, attribute)
                    yield from self._listed(node)
            elif isinstance(node, ast.Call):
                yield from self._by_name(node)
            elif isinstance(node, ast.MatchClass):
                yield from self._pattern(node)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from self._dotted(node)

    def _definitions(self, node: ast.ClassDef, attribute: str) -> Iterator[Hit]:
        """Where the subclass *node* has the attribute anew."""
        members = self.kinship.members(node)
        spans = [span for statement in members.get(attribute, ()) for span in self._defined(statement, attribute)]
        if not spans:
            return
        to = self.attributes[attribute]["to"]
        reason = ""
        if to in members or (to and self.receivers.defines(self.kinship.name_of(node), to)):
            reason = f"`{node.name}` has `{to}` already"
        elif self.overrides == "report":
            reason = "what overrides it may be another thing"
        elif self.overrides == "open" and any(_is_closed(statement) for statement in members[attribute]):
            reason = "it takes no `**kwargs`, and so not all that may be passed"
        elif _annotates(node, attribute, members[attribute]):
            reason = (
                f"annotations in `{node.name}` say `{attribute}`, which is its own there: write `builtins.{attribute}`"
            )
        elif self._foreign_definition(node, attribute):
            reason = f"`{attribute}` is an attribute of another base class of `{node.name}` as well"
        elif "." in to:
            reason = f"a class cannot define `{to}`"
        uses = [self.context.span(name) for name in self._body_uses(node, attribute)]
        for number, (start, end) in enumerate(spans):
            if not to or reason or self.context.source.text[start:end] != attribute:
                repair = self._refused(attribute, reason or "this Python does not tell where it stands")
            else:
                splices = [Splice(*span, [to]) for span in ([(start, end), *uses] if number == 0 else [(start, end)])]
                safety: Safety = "suggest" if self.receiver == "any" else "safe"
                together = (id(node), attribute)
                repair = self._repair(attribute, splices, safety, "", together)
            yield self._hit(attribute, start, end, repair=repair, what=f"`{node.name}` overrides it: {{is}}")

    def _defined(self, statement: ast.stmt, attribute: str) -> Iterator[tuple[int, int]]:
        """The offsets of the name where *statement* of a class's body binds it."""
        if isinstance(statement, Function | ast.ClassDef):
            start = self.context.span(statement)[0]
            token = self.context.token_after(start)
            while token is not None and token[2] in ("async", "def", "class"):
                token = self.context.token_after(token[1])
            if token is not None:
                yield token[0], token[1]
            return
        for target in ast.walk(statement):
            if isinstance(target, ast.Name) and target.id == attribute and isinstance(target.ctx, ast.Store):
                yield self.context.span(target)

    def _foreign_definition(self, node: ast.ClassDef, attribute: str) -> bool:
        """Whether a class that *node* inherits from, and that has nothing to do with the rule's, has the attribute."""
        return any(
            self.receivers.defines(base, attribute) and not self.kinship.is_subclass(base, self.cls)
            for base in self.receivers.bases_of(node)
            if base not in self.kinship.mro(self.cls)
        )

    def _body_uses(self, node: ast.ClassDef, attribute: str) -> Iterator[ast.Name]:
        """Where the class's own body uses the name: ``@fetch.setter``, ``alias = fetch``."""
        for statement in flat(node.body):
            pending: list[ast.AST] = [statement]
            while pending:
                inner = pending.pop()
                if isinstance(inner, ast.Name) and inner.id == attribute and isinstance(inner.ctx, ast.Load):
                    bindings = self.kinship.bindings(inner) or ()
                    if any(binding.origin in self.kinship.members(node)[attribute] for binding in bindings):
                        yield inner
                elif isinstance(inner, Function | ast.Lambda):
                    # What runs later does not see the class's names.
                    pending += [*getattr(inner, "decorator_list", ()), *inner.args.defaults]
                    pending += [default for default in inner.args.kw_defaults if default is not None]
                elif inner is statement or not isinstance(inner, ast.stmt | ast.ExceptHandler | ast.match_case):
                    pending += [
                        child
                        for child in ast.iter_child_nodes(inner)
                        if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case)
                    ]

    def _listed(self, node: ast.ClassDef) -> Iterator[Hit]:
        """``__slots__`` of a subclass."""
        for name in _NAME_LISTS:
            for statement in self.kinship.members(node).get(name, ()):
                for constant in ast.walk(statement):
                    if (
                        isinstance(constant, ast.Constant)
                        and isinstance(constant.value, str)
                        and constant.value in self.attributes
                    ):
                        yield from self._string(constant, constant.value, f"`{name}` may be read at run time")

    def _by_name(self, node: ast.Call) -> Iterator[Hit]:
        """``getattr(client, "fetch")`` and its kin."""
        if len(node.args) < 2:
            return
        what, name = node.args[:2]
        if not isinstance(name, ast.Constant) or not isinstance(name.value, str) or name.value not in self.attributes:
            return
        builtin = isinstance(node.func, ast.Name) and node.func.id in _BY_NAME
        if not builtin and not (isinstance(node.func, ast.Attribute) and node.func.attr in _PATCHING):
            return
        sureness = self.receivers.of_type(what, self.cls) or self.receivers.of_class(what, self.cls)
        if self._is_asked_for(sureness) or (builtin and self.receiver == "any" and self.receivers.is_unknown(what)):
            if self._is_own(node, name.value):
                return
            yield from self._string(name, name.value, "the attribute is looked up by name at run time")

    def _pattern(self, node: ast.MatchClass) -> Iterator[Hit]:
        """``case Client(fetch=x)``."""
        for attribute, pattern in zip(node.kwd_attrs, node.kwd_patterns, strict=True):
            if attribute not in self.attributes:
                continue
            name = self.kinship.named(node.cls)
            if name is None or not self.kinship.is_subclass(name, self.cls):
                return
            token = self.context.token_before(self.context.span(pattern)[0])
            while token is not None and token[2] in ("(", "="):
                token = self.context.token_before(token[0])
            if token is None or token[2] != attribute:
                continue
            to = self.attributes[attribute]["to"]
            reason = "a pattern with a wrong name matches nothing, and says nothing"
            repair = self._repair(
                attribute, [Splice(token[0], token[1], [to])] if to and "." not in to else (), "suggest", reason
            )
            yield self._hit(attribute, token[0], token[1], repair=repair)

    def _dotted(self, node: ast.Constant) -> Iterator[Hit]:
        """``mock.patch("corp.http.Client.fetch")``."""
        dotted, _, attribute = str(node.value).rpartition(".")
        if attribute in self.attributes and dotted == ".".join(self.cls):
            yield from self._string(node, attribute, "a string may be looked up at run time, or be mere text")

    def _string(self, node: ast.Constant, attribute: str, reason: str) -> Iterator[Hit]:
        """A string that ends in the name of an attribute: a new one is suggested."""
        start, end = self.context.span(node)
        text = self.context.source.text[start:end]
        at = start + text.rfind(attribute)
        to = self.attributes[attribute]["to"]
        plain = self.context.is_placed(node) and text.count(attribute) == 1 and str(node.value) in text
        if not to or not plain or "." in to:
            yield self._hit(attribute, start, end, repair=self._refused(attribute, reason))
            return
        splice = Splice(at, at + len(attribute), [to])
        yield self._hit(attribute, start, end, repair=self._repair(attribute, [splice], "suggest", reason))


def _is_closed(statement: ast.stmt) -> bool:
    """Whether *statement* defines a function without ``**kwargs``."""
    return isinstance(statement, Function) and statement.args.kwarg is None


def _annotates(node: ast.ClassDef, attribute: str, own: Sequence[ast.stmt]) -> bool:
    """Whether an annotation in the body of the class *node* has the name *attribute* in it, behind what is *own* there.

    With the attribute gone it would mean something else: a builtin, perhaps.
    """
    first = min(statement.lineno for statement in own) if own else 0
    annotations: list[ast.expr | None] = []
    for statement in flat(node.body):
        if not own or statement.lineno < first:
            continue
        if isinstance(statement, Function):
            every = ast.iter_child_nodes(statement.args)
            annotations += [statement.returns, *(one.annotation for one in every if isinstance(one, ast.arg))]
        elif isinstance(statement, ast.AnnAssign):
            annotations.append(statement.annotation)
    names = (inner for each in annotations if each is not None for inner in ast.walk(each))
    return any(isinstance(inner, ast.Name) and inner.id == attribute for inner in names)


def _shown(text: str) -> str:
    """The beginning of *text* on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:37]}..."
