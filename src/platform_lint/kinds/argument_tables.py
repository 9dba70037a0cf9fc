"""Reading ``call`` rules: their tables checked, and what contradicts itself or can never match refused."""

from __future__ import annotations

import ast
import builtins
import difflib
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from platform_lint.kinds import Reading, sign_of
from platform_lint.names import NameError_, is_glob, parse_name
from platform_lint.rule import Api, Name, Target, also
from platform_lint.signatures import ParameterKind, Signature, SignatureError, parse_signature, signature_of_builtin
from platform_lint.tables import ArgumentTable, RuleTable, listed
from platform_lint.values import Expression, ExpressionError, metavariable, parse_value

if TYPE_CHECKING:
    from platform_lint.kinds import Fail, Key
    from platform_lint.rule import Trace

PLACEHOLDERS = ("name", "arg", "value", "to", "hint")

#: No signature has so many parameters.
_MAX_POSITION = 255

#: What excludes what among the keys of one argument, with why.
_EXCLUSIVE = (
    ("required", "removed", "it cannot be required and gone"),
    ("required", "rename", "say `required` of the name it has now"),
    ("required", "remove_if", "it cannot be required and be taken out"),
    ("required", "add", "`required` with `insert` adds it already"),
    ("add", "removed", "it cannot be added and gone"),
    ("add", "rename", "say `add` of the name it has now"),
    ("add", "remove_if", "it would be taken out and added again"),
    ("removed", "rename", "an argument that is gone has no other name"),
    ("removed", "keyword", "an argument that is gone is given in no way"),
    ("removed", "positional", "an argument that is gone is given in no way"),
    ("removed", "position", "an argument that is gone is given in no way"),
    ("removed", "value", "an argument that is gone has no value"),
    ("removed", "forbid", "an argument that is gone has no value"),
    ("removed", "only", "an argument that is gone has no value"),
    ("keyword", "positional", "it is given one way or the other"),
    ("keyword", "position", "it is given one way or the other"),
    ("rename", "positional", "what is given by position has no name"),
    ("rename", "position", "what is given by position has no name"),
    ("positional", "position", "`position` says it all"),
    ("value", "forbid", "one of them decides on the value"),
    ("value", "only", "one of them decides on the value"),
    ("fix", "replace", "the value is taken out or replaced"),
)


def read(table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> Reading:
    """Read the table of a ``call`` rule."""
    names: list[Name] = []
    methods: list[tuple[str, str]] = []
    classes: list[str] = []
    for number, text in enumerate(listed(table.call or [])):
        target = _callable(text, ("call", number), fail)
        if text in listed(table.call or [])[:number]:
            raise fail(("call", number), f"call: {text!r} is there twice")
        dotted = ".".join(target.qualified)
        if _is_method(target):
            methods.append((".".join(target.qualified[:-1]), target.attributes[-1]))
            continue
        if target.qualified[-1][:1].isupper() and not is_glob(target.qualified):
            classes.append(dotted)
        for spelled in (dotted, *also(dotted, apis)):
            if spelled not in [name.dotted for name in names]:
                names.append(Name(spelled, "", "", "", False))
    if not names and not methods:
        raise fail("call", "call is empty: name at least one thing that is called")
    if not table.args and not table.at_least_one:
        raise fail("call", "call says nothing by itself: add args, or at_least_one")
    if table.receiver != "inferred" and not methods:
        raise fail("receiver", "receiver goes with methods, and this rule names none, as in `package.Class.method`")
    if table.receiver == "any" and any(is_glob((attr,)) for _, attr in methods):
        raise fail("receiver", 'receiver = "any" needs the names of the methods: a wildcard would match every call')
    known = _signatures(table, fail, [name.dotted for name in names], methods, apis)
    _Arguments(table, fail, known).check()
    judged = _spelled(table, known)
    arguments = {name: _entry(argument) for name, argument in table.args.items()}
    return Reading(
        names=names,
        traces=[*_traces(methods, classes, table, judged), *_named(names, judged)],
        traced=bool(judged),
        whole=bool(methods or classes) or any(map(_has_names, table.args.values())),
        body={
            "signature": table.signature,
            "splat": table.splat,
            "receiver": table.receiver,
            "methods": methods,
            "classes": classes,
            "at_least_one": tuple(table.at_least_one),
            "args": arguments,
        },
        placeholders=PLACEHOLDERS,
    )


def _callable(text: str, key: Key, fail: Fail) -> Target:
    try:
        parts = parse_name(text.replace(":", ".", 1))
    except NameError_ as error:
        raise fail(key, f"call: {error}") from None
    if len(parts) == 1:
        hint = f": write `builtins.{text}`" if hasattr(builtins, text) else "; write `package.module.name`"
        raise fail(key, f"call: {text!r} is no qualified name of something that is called{hint}")
    if parts[0] == "builtins" and is_glob(parts):
        raise fail(key, f"call: {text!r}: builtins are spelled without their module, so name each of them")
    target = Target.parse(text)
    if _is_method(target) and is_glob(target.qualified[:-1]):
        raise fail(key, f"call: {text!r}: wildcards may stand for methods, not for the class they belong to")
    return target


def _is_method(target: Target) -> bool:
    """Whether *target* is a method: of a class, and no class inside of it."""
    return len(target.attributes) > 1 and not target.attributes[-1][:1].isupper() and target.module != ("builtins",)


def _traces(methods: list[tuple[str, str]], classes: list[str], table: RuleTable, judged: list[str]) -> list[Trace]:
    traces: list[Trace] = []
    for cls, attr in methods:
        word: Trace = () if is_glob((attr,)) else (("word", attr),)
        called = word if table.receiver == "any" and word else (("type", cls), *word)
        traces += [(*called, ("argument", name)) for name in judged] or [called]
    # A class may be called as one that inherits from it: in files that spell what the rule looks for.
    words = [name for name, argument in table.args.items() if not argument.required and not argument.add]
    traces += [
        (("type", cls), ("argument", word)) for cls in classes for word in words if not cls.startswith("builtins.")
    ]
    return traces


def _spelled(table: RuleTable, known: list[Signature | None]) -> list[str]:
    """The names of arguments one of which a call must spell to be wrong.

    None where it may lack one, or give it by its place in one of the *known* signatures.
    """
    wanting = table.at_least_one or any(argument.required or argument.add for argument in table.args.values())
    placed = any(signature is not None and signature.takes_by_place(name) for signature in known for name in table.args)
    return [] if wanting or placed else list(table.args)


def _named(names: list[Name], spelled: list[str]) -> Iterator[Trace]:
    """The traces of calls by *names* that must spell one of the arguments *spelled*."""
    for name in names:
        for word in spelled:
            called = () if is_glob(name.parts) else (("call", f"{name.dotted} {word}"),)
            yield (("argument", word), *called, *sign_of(name.parts))


def _signatures(
    table: RuleTable, fail: Fail, names: list[str], methods: list[tuple[str, str]], apis: Mapping[str, Api]
) -> list[Signature | None]:
    """The signatures of what the rule names: None for one that is not known."""
    try:
        if table.signature:
            return [parse_signature(table.signature)]
        known: dict[str, str] = {}
        for api in apis.values():
            if api.signature:
                known.update(dict.fromkeys((api.name, *api.reexports), api.signature))
        texts = [
            known.get(name) or signature_of_builtin(name)
            for name in (*names, *(f"{cls}.{attr}" for cls, attr in methods))
        ]
        return [parse_signature(text) if text else None for text in texts]
    except SignatureError as error:
        raise fail("signature", f"signature: {error}") from None


def _has_names(argument: ArgumentTable) -> bool:
    """Whether a value is compared with one that has names in it, which only the whole file tells the meaning of."""
    texts = [*argument.forbid, *argument.only, *listed(argument.remove_if)]
    if argument.value and not argument.rename:
        texts.append(argument.value)
    return any(kind == "name" for text in texts for kind, _ in parse_value(text, True).parts())


def _entry(argument: ArgumentTable) -> dict[str, Any]:
    return {
        "required": argument.required,
        "insert": argument.insert,
        "forbid": tuple(argument.forbid),
        "only": tuple(argument.only),
        "fix": argument.fix or "",
        "replace": argument.replace,
        "rename": argument.rename,
        "removed": bool(argument.removed),
        "remove_if": tuple(listed(argument.remove_if)),
        "keyword": argument.keyword,
        "positional": argument.positional,
        "position": argument.position,
        "add": argument.add,
        "value": argument.value,
        "fold": argument.fold,
        "instead": argument.removed if isinstance(argument.removed, str) else "",
        "hint": argument.hint,
    }


class _Arguments:
    """The checks of ``args`` and ``at_least_one``."""

    def __init__(self, table: RuleTable, fail: Fail, signatures: list[Signature | None]) -> None:
        self.table = table
        self.fail = fail
        self.signatures = [signature for signature in signatures if signature is not None]
        #: Whether the signature of everything the rule names is known.
        self.complete = None not in signatures and bool(signatures)

    def check(self) -> None:
        for name, argument in self.table.args.items():
            self._name(name, ("args", name), f"args.{name}")
            self._values(name, argument)
            self._keys(name, argument)
            self._ways(name, argument)
        self._renames()
        self._group()
        missing = any(argument.required or argument.add for argument in self.table.args.values())
        if self.table.splat != "ignore" and not missing and not self.table.at_least_one:
            raise self.fail("splat", "splat goes with required, add or at_least_one: only those find what is missing")

    def _error(self, name: str, reason: str, *key: str | int) -> Exception:
        # What a reason begins with is nearly always the key it is about.
        named = re.match(r"(\w+)\b", reason)
        known = named is not None and named[1] in ArgumentTable.__struct_fields__
        return self.fail(("args", name, *(key or ([named[1]] if named and known else []))), f"args.{name}: {reason}")

    def _name(self, name: str, key: Key, where: str) -> None:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise self.fail(key, f"{where}: {name!r} is no name of an argument")
        for signature in self.signatures:
            if name and name in (signature.varargs, signature.kwargs):
                raise self.fail(key, f"{where}: `{name}` takes any number of arguments; name one of them")
        if self.complete and not any(signature.kwargs or name in signature.by_name for signature in self.signatures):
            known = {parameter for signature in self.signatures for parameter in signature.by_name}
            near = difflib.get_close_matches(name, sorted(known), n=1)
            guess = f"; did you mean {near[0]!r}?" if near else ""
            raise self.fail(key, f"{where}: the signature has no `{name}`{guess}")

    def _kinds(self, name: str) -> set[ParameterKind | None]:
        return {signature.kind(name) for signature in self.signatures}

    def _expression(self, name: str, key: str, text: str, variables: bool = False, number: int = 0) -> Expression:
        if text != text.strip():
            raise self._error(name, f"{key}: {text!r} begins or ends with blanks", key, number)
        try:
            return parse_value(text, variables)
        except ExpressionError as error:
            raise self._error(name, f"{key}: {error}", key, number) from None

    def _values(self, name: str, argument: ArgumentTable) -> None:
        """Check the expressions."""
        for key in ("insert", "replace", "add"):
            if getattr(argument, key):
                self._expression(name, key, getattr(argument, key))
        for key in ("forbid", "only", "remove_if"):
            for number, text in enumerate(listed(getattr(argument, key))):
                self._expression(name, key, text, True, number)
        if argument.value:
            value = self._expression(name, "value", argument.value, True)
            if value.variables - {"V"}:
                unknown = min(value.variables - {"V"})
                raise self._error(name, f"value: unknown metavariable `${unknown}`; the old value is `$V`")
            if metavariable(value.tree):
                raise self._error(name, "value: `$V` is the value it has already")
            if not value.variables and not argument.rename:
                raise self._error(name, "value: without `$V` it says nothing of the old value; say `only` or `replace`")
        if argument.fold and not argument.value:
            raise self._error(name, "fold goes with value: there is nothing to work out")
        if argument.fold and not argument.rename:
            raise self._error(
                name, "fold needs rename: nothing would tell what was worked out already, and it would be done again"
            )

    def _keys(self, name: str, argument: ArgumentTable) -> None:
        """Check what the keys say together."""
        plain = ArgumentTable()
        said = {key for key in ArgumentTable.__struct_fields__ if getattr(argument, key) != getattr(plain, key)}
        if not said - {"hint"}:
            raise self._error(name, "it says nothing; say what is asked of the argument, as in `required = true`")
        if "insert" in said and "required" not in said:
            raise self._error(name, "insert goes with required")
        for key in ("fix", "replace"):
            if key in said and not said & {"forbid", "only"}:
                raise self._error(name, f"{key} goes with forbid or only: it mends a value that must not be")
        for first, second, why in _EXCLUSIVE:
            if first in said and second in said:
                raise self._error(name, f"{first} and {second} exclude each other: {why}", second)
        if "required" in said and "fix" in said:
            raise self._error(name, 'required and fix = "remove" exclude each other: say what to `replace` it with')
        forbidden = _texts(argument.forbid)
        for key in ("insert", "add", "replace"):
            text = _text(getattr(argument, key))
            if text and (text in forbidden or any(_is_any(other) for other in argument.forbid)):
                raise self._error(name, f"{key}: `{getattr(argument, key)}` is a value that `forbid` names")
            if text and argument.only and text not in _texts(argument.only):
                raise self._error(name, f"{key}: `{getattr(argument, key)}` is none of the values that `only` names")
        both = [text for text in argument.only if _text(text) in forbidden]
        if both:
            raise self._error(name, f"only and forbid both name `{both[0]}`")
        for key in ("forbid", "only"):
            for number, text in enumerate(getattr(argument, key)):
                if key == "only" and _is_any(text):
                    raise self._error(name, f"only: `{text}` is every value, so nothing can break it", key, number)
                if _text(text) in _texts(getattr(argument, key)[:number]):
                    raise self._error(name, f"{key}: `{text}` is there twice", key, number)

    def _position(self, name: str, position: int) -> None:
        if position < 0:
            raise self._error(name, "position counts from 0")
        most = max((len(signature.positional) for signature in self.signatures), default=_MAX_POSITION)
        if self.complete and any(signature.varargs for signature in self.signatures):
            most = _MAX_POSITION
        if position >= most:
            count = f"{most} can be given by position" if self.signatures else "nothing takes so many"
            raise self._error(name, f"position: {position} is beyond the last: they count from 0, and {count}")

    def _ways(self, name: str, argument: ArgumentTable) -> None:
        """Check how the argument can be given, as far as signatures tell."""
        kinds = self._kinds(name)
        if (argument.keyword or argument.positional) and not self.signatures and not self._has_globs():
            key = "keyword" if argument.keyword else "positional"
            raise self._error(name, f"{key} needs a signature: without one nobody knows which position is meant")
        if kinds == {"keyword"}:
            for key, said in (("keyword", argument.keyword), ("positional", argument.positional)):
                if said:
                    raise self._error(name, f"{key}: `{name}` is keyword-only in the signature")
            if argument.position is not None:
                raise self._error(name, f"position: `{name}` is keyword-only in the signature")
        if argument.position is not None:
            self._position(name, argument.position)
        if kinds == {"positional"}:
            for key in ("keyword", "insert", "add", "rename", "positional"):
                if getattr(argument, key):
                    raise self._error(name, f"{key}: `{name}` is positional-only in the signature")

    def _has_globs(self) -> bool:
        return any("*" in text or "?" in text for text in listed(self.table.call or []))

    def _renames(self) -> None:
        arguments = self.table.args
        renamed: dict[str, str] = {}
        for name, argument in arguments.items():
            new = argument.rename
            if not new:
                continue
            if not new.isidentifier() or keyword.iskeyword(new):
                raise self._error(name, f"rename: {new!r} is no name of an argument")
            if new == name:
                raise self._error(name, "rename: it has that name already")
            if any(new in signature.by_name for signature in self.signatures):
                raise self._error(name, f"rename: the signature has a `{new}` already")
            if new in renamed:
                raise self._error(name, f"rename: `{renamed[new]}` is renamed to `{new}` as well")
            if new in arguments and arguments[new].rename:
                raise self._error(name, f"rename: `{new}` is renamed in its turn; say its last name")
            if new in arguments and arguments[new].removed:
                raise self._error(name, f"rename: `{new}` is gone, says args.{new}")
            renamed[new] = name

    def _group(self) -> None:
        group = self.table.at_least_one
        if not group:
            return
        for number, name in enumerate(group):
            self._name(name, ("at_least_one", number), "at_least_one")
            if name in group[:number]:
                raise self.fail(("at_least_one", number), f"at_least_one: {name!r} is there twice")
        if len(set(group)) < 2:
            raise self.fail("at_least_one", "at_least_one needs two arguments; of one say `required`")
        for name in group:
            argument = self.table.args.get(name)
            if argument is not None and (argument.required or argument.add):
                raise self.fail("at_least_one", f"at_least_one: `{name}` must always be given, says args.{name}")
            if argument is not None and argument.removed:
                raise self.fail("at_least_one", f"at_least_one: `{name}` is gone, says args.{name}")


def _text(text: str) -> str:
    """An expression as text that is the same whatever its quotes and blanks; ``""`` for none."""
    return ast.dump(parse_value(text, True).tree) if text else ""


def _texts(texts: Iterable[str]) -> set[str]:
    return set(map(_text, texts))


def _is_any(text: str) -> bool:
    return bool(metavariable(parse_value(text, True).tree))
