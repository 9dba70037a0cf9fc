"""The kind ``flag``: a feature flag that has got its final value, and what is left of the code when it is gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from platform_lint.hits import Hit
from platform_lint.kinds import Reading, sign_of
from platform_lint.names import NameError_, is_glob, parse_name
from platform_lint.rule import Api, Name, Rule, Target, also
from platform_lint.signatures import SignatureError, parse_signature

if TYPE_CHECKING:
    from platform_lint.context import FileContext
    from platform_lint.kinds import Fail
    from platform_lint.rule import Trace
    from platform_lint.tables import ClientTable, RuleTable

WAYS = ("call", "decorator", "mixin", "override")
_WORD = re.compile(r"[^\W\d]\w*")
_RESULT = re.compile(r"\.[^\W\d]\w*|\[(?:'[^']*'|\"[^\"]*\")\]")
_MADE = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)+)\((\w+)\)")
_PLACEHOLDERS = frozenset({"name", "flag", "value"})


def read(table: RuleTable, fail: Fail, apis: Mapping[str, Api]) -> Reading:
    """Read a rule with ``flag``. Raises what *fail* makes."""
    from platform_lint.tables import listed

    if not table.flag:
        raise fail("flag", "flag is empty: name the flag, or write `${flag}` to say it when the rule is run")
    if table.client and table.value == "":
        raise fail("flag", "flag goes with value: what the flag is from now on, such as `true` or `${value}`")
    names: list[Name] = []
    methods: list[tuple[str, str]] = []
    clients: list[dict[str, Any]] = []
    for number, client in enumerate(table.client):
        way = _checked(client, number, fail)
        dotted: list[str] = []
        for place, text in enumerate(listed(getattr(client, way))):
            if "${" in text:
                continue  # An option without a value.
            target = _target(text, ("client", number, way, place), f"client[{number + 1}].{way}", fail)
            spelled = ".".join(target.qualified)
            dotted.append(spelled)
            if len(target.attributes) > 1 and way == "call":
                methods.append((".".join(target.qualified[:-1]), target.attributes[-1]))
                continue
            for other in (spelled, *also(spelled, apis)):
                if other not in dotted:
                    dotted.append(other)
                if other not in [name.dotted for name in names]:
                    names.append(Name(other, "", "", "", False))
        clients.append(
            {
                "way": way,
                "names": dotted,
                "key": client.key,
                "signature": client.signature,
                "default": client.default,
                "result": client.result,
                "value": client.value,
                "negated": client.negated,
                "made": [_MADE.fullmatch(text).groups() for text in listed(client.made)],  # type: ignore[union-attr]
            }
        )
    traces: list[Trace] = [(("type", cls), ("word", attr)) for cls, attr in methods]
    if not clients:
        # The longest word of the flag's name stands wherever that is spelled.
        words = sorted(_WORD.findall(table.flag), key=len)
        traces.append((("word", words[-1]),) if words else ())
    return Reading(
        names=names,
        traces=[*traces, *(sign_of(name.parts) for name in names)],
        whole=True,
        body={
            "flag": table.flag,
            "value": value_of(table.value),
            "clients": clients,
            "methods": methods,
            "classes": (),
            "receiver": "inferred",
        },
        placeholders=_PLACEHOLDERS,
    )


def _checked(client: ClientTable, number: int, fail: Fail) -> str:
    """The way *client* is about. Raises what *fail* makes."""
    from platform_lint.tables import listed

    where = f"client[{number + 1}]"
    said = [way for way in WAYS if getattr(client, way)]
    if len(said) != 1:
        raise fail(
            ("client", number), f"{where}: expected one of {', '.join(WAYS)}; it has {' and '.join(said) or 'none'}"
        )
    way = said[0]
    if way != "call" and not client.key:
        raise fail(("client", number), f"{where}: it has no key: say which parameter names the flag")
    if way == "mixin":
        if not client.key.isidentifier():
            raise fail(("client", number, "key"), f"{where}.key: {client.key!r} is no name of a class attribute")
        return way
    for place, text in enumerate(listed(client.made)):
        if not _MADE.fullmatch(text):
            raise fail(
                ("client", number, "made", place), f"{where}.made: expected `package.Class(parameter)`, got {text!r}"
            )
    if not (client.key or client.signature):
        return way
    try:
        signature = parse_signature(client.signature)
    except SignatureError as error:
        raise fail(("client", number, "signature"), f"{where}.signature: {error}") from None
    for key in ("key", "default", "value"):
        name = getattr(client, key)
        if name and name not in signature.by_name:
            raise fail(("client", number, key), f"{where}.{key}: the signature has no `{name}`")
    if (way == "override") != bool(client.value):
        raise fail(("client", number, "value"), f"{where}.value goes with override: the parameter that has the value")
    if client.result and (way != "call" or not _RESULT.fullmatch(client.result)):
        raise fail(("client", number, "result"), f'{where}.result: expected `.name` or `["name"]` of what a call gives')
    return way


def _target(text: str, key: tuple[str | int, ...], where: str, fail: Fail) -> Target:
    try:
        parts = parse_name(text.replace(":", ".", 1))
    except NameError_ as error:
        raise fail(key, f"{where}: {error}") from None
    if is_glob(parts) or len(parts) == 1:
        raise fail(key, f"{where}: {text!r} is no qualified name such as `package.module.name`")
    return Target.parse(text)


def value_of(said: object) -> object:
    """The value that a rule or an option says: ``true``, ``false``, a number, else text, in quotes or without."""
    if not isinstance(said, str):
        return said
    if said.lower() in ("true", "false"):
        return said.lower() == "true"
    try:
        found = ast.literal_eval(said)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return said
    return found if isinstance(found, str | int | float) else said


def check(rule: Rule, context: FileContext) -> Iterator[Hit]:
    """What is there of the flag of *rule* in a file."""
    from platform_lint.kinds.flag_sites import found, mentions

    yield from found(rule, context) if rule.body["clients"] else mentions(rule, context)
