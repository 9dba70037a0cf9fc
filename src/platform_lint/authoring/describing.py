"""Rules in words: what the table of a rule's verb says, for people who did not write it.

:func:`clauses` is made from the rule's table as it was written, so it says no more and no less than that. Names, code
and values stand in backticks, as in Markdown. A key that has no sentence of its own is said as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from platform_lint.rule import NAME_VERBS, Rule
from platform_lint.tables import (
    AnyOf,
    ArgumentTable,
    AttributeTable,
    ClassTable,
    FunctionTable,
    MethodTable,
    NameOption,
    ParametersTable,
    RequireTable,
    RuleTable,
    WhereTable,
    listed,
)


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of code with a word on what they are."""

    title: str
    text: str


Clause = str | Code

#: A list of more names is no help.
_MAX_NAMES = 12


def clauses(rule: Rule, table: RuleTable | None) -> list[Clause]:
    """What *rule* asks for, one sentence each. *table* is None for a rule that is not written as one."""
    found: list[Clause] = []
    if rule.verb in NAME_VERBS or table is None:
        return found
    found += _python(rule) if rule.verb == "python" else _VERBS[rule.verb](table)
    for key, text in (("inside", "Only inside"), ("not_inside", "Not inside")):
        for pattern in listed(getattr(table, key)):
            found.append(_block(text, pattern))
    return found


def fixes(rule: Rule, has_good: bool) -> bool:
    """Whether *rule* mends anything; *has_good* tells whether one of its examples is mended."""
    return has_good or any(name.to for name in rule.names)


def said(texts: Iterable[str], joint: str = "or") -> str:
    """``"`a`, `b` or `c`"``."""
    quoted = [quote(text) for text in texts]
    return f" {joint} ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def quote(text: object) -> str:
    """*text* in backticks, as many as it takes."""
    shown = str(text).removeprefix("builtins.")
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    blank = " " if len(ticks) > 1 else ""
    return f"{ticks}{blank}{shown}{blank}{ticks}"


def _block(title: str, text: str) -> Clause:
    """A sentence for a pattern of one line, a block for a longer one."""
    text = text.strip("\n")
    return f"{title} {quote(text)}." if "\n" not in text else Code(f"{title}:", text)


#: The keys that have a sentence of their own.
_TOLD: dict[type[msgspec.Struct], frozenset[str]] = {
    table: frozenset(keys)
    for table, keys in (
        (
            ArgumentTable,
            (
                *("required", "insert", "fix", "replace", "forbid", "only", "rename", "removed", "remove_if"),
                *("keyword", "positional", "position", "add", "value", "fold", "hint"),
            ),
        ),
        (ClassTable, ("name", "subclass_of", "decorator", "module", "public")),
        (FunctionTable, ("name", "decorator", "module", "public", "async_", "method_of")),
        (
            RequireTable,
            (
                *("name", "regex", "base", "metaclass", "decorator", "member", "class_attr", "method", "params"),
                *("annotations", "returns", "docstring", "docstring_first_line", "async_", "keyword"),
            ),
        ),
        (AttributeTable, ("name", "value", "add")),
        (MethodTable, ("name", "async_", "params", "decorator", "calls_super")),
        (
            ParametersTable,
            (
                *("names", "without", "args", "kwargs", "max_positional", "keyword_only_booleans", "keyword_only"),
                *("regex", "default"),
            ),
        ),
        (WhereTable, ("regex", "literal", "type", "test", "match", "not_")),
    )
}


def _left(table: msgspec.Struct) -> Iterator[str]:
    """The keys of *table* that are set and have no sentence of their own, as they are written."""
    told = _TOLD.get(type(table), frozenset())
    for field in msgspec.structs.fields(type(table)):
        value = getattr(table, field.name)
        default = field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default
        if field.name not in told and value != default:
            yield f"{field.encode_name}: {_value(value)}"


def _value(value: object) -> str:
    if isinstance(value, msgspec.Struct):
        return "; ".join(_left(value))
    if isinstance(value, Mapping):
        return ", ".join(f"{quote(key)} → {_value(item)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return quote(value)


# Calls and attributes


def _call(table: RuleTable) -> Iterator[Clause]:
    yield f"Calls of {said(listed(table.call or []))}:"
    if table.signature:
        yield f"- the signature is {quote(table.signature)}, so positions and keywords are the same;"
    for name, argument in table.args.items():
        for clause in _argument(argument):
            yield f"- {quote(name)} {clause};"
    if table.at_least_one:
        yield f"- one of {said(table.at_least_one)} is given;"
    if table.splat == "report":
        yield "- a call that passes `*args` or `**kwargs` counts as if they held none of it;"
    yield from _receiver(table)


def _argument(argument: ArgumentTable) -> Iterator[str]:
    if argument.required or argument.insert:
        added = f"; the fix adds {quote(argument.insert)}" if argument.insert else ""
        yield f"must be given{added}"
    repair = {"remove": "; the fix takes it out", None: ""}[argument.fix]
    if argument.replace:
        repair = f"; the fix makes it {quote(argument.replace)}"
    if argument.forbid:
        yield f"must not be {said(argument.forbid)}{repair}"
    if argument.only:
        yield f"must be {said(argument.only)}{'' if argument.forbid else repair}"
    if argument.rename:
        yield f"is now {quote(argument.rename)}"
    if argument.removed:
        hint = f": {argument.removed}" if isinstance(argument.removed, str) else ""
        yield f"is gone{hint}"
    if argument.remove_if:
        yield f"is left out where it is {said(listed(argument.remove_if))}"
    if argument.keyword:
        yield "is given by keyword"
    if argument.positional:
        yield "is given by position"
    if argument.position is not None:
        yield f"moves to position {argument.position}, counted from 0"
    if argument.add:
        yield f"is given as {quote(argument.add)} where it is not given"
    if argument.value:
        folded = ", worked out where it is a literal" if argument.fold else ""
        yield f"becomes {quote(argument.value)}, `$V` being the old value{folded}"
    if argument.hint:
        yield f"({argument.hint})"
    yield from _left(argument)


def _rename_attr(table: RuleTable) -> Iterator[Clause]:
    yield f"On instances of {said(listed(table.on))} and of what inherits from it:"
    for name, option in (table.rename_attr or {}).items():
        yield f"- {quote(name)} {_option(option)};"
    if table.overrides != "rename":
        how = {
            "open": "What a subclass defines anew stays with its uses, unless it takes `**kwargs`.",
            "report": "What a subclass defines anew stays with its uses.",
        }
        yield how[table.overrides]
    yield from _receiver(table)


def _option(option: str | NameOption) -> str:
    if isinstance(option, str):
        return f"is now {quote(option)}"
    text = f"is now {quote(option.to)}" if option.to else f"is gone: {option.removed or option.hint}"
    if option.unless_passed:
        text += f", but not where {said(option.unless_passed)} is passed"
    return text + (f" ({option.fix} fix)" if option.fix else "")


def _receiver(table: RuleTable) -> Iterator[Clause]:
    if table.receiver != "inferred":
        how = {
            "exact": "Only where the object's type is written down: constructed, annotated or declared.",
            "any": "On any object that has such an attribute, so a fix is only suggested.",
        }
        yield how[table.receiver]


# Declarations


def _class(table: RuleTable) -> Iterator[Clause]:
    yield f"Classes{_which(table.class_)}:"
    yield from _required(table)


def _function(table: RuleTable) -> Iterator[Clause]:
    yield f"Functions{_which(table.function)}:"
    yield from _required(table)


def _which(table: ClassTable | FunctionTable | None) -> str:
    """What is said of the classes or functions that are meant, behind the word for them."""
    if table is None:
        return ""
    parts: list[str] = []
    if table.name:
        parts.append(f"called {said(listed(table.name))}")
    if isinstance(table, ClassTable) and table.subclass_of:
        parts.append(f"that inherit from {said(listed(table.subclass_of))}")
    if table.decorator:
        parts.append(f"decorated with {said(listed(table.decorator))}")
    if table.module:
        parts.append(f"in modules {said(listed(table.module))}")
    if table.public is not None:
        parts.append("that are public" if table.public else "that are private")
    if isinstance(table, FunctionTable):
        if table.async_ is not None:
            parts.append("that are `async`" if table.async_ else "that are not `async`")
        if isinstance(table.method_of, ClassTable):
            parts.append(f"that are methods of classes{_which(table.method_of)}")
        elif table.method_of is not None:
            parts.append("that are methods" if table.method_of else "that are no methods")
    parts += _left(table)
    return f" {', '.join(parts)}" if parts else ""


def _required(table: RuleTable) -> Iterator[Clause]:
    for title, require in (("must", table.require), ("must not", table.forbid)):
        if require is not None:
            for clause in _requirement(require):
                yield f"- {title} {clause};"


def _quoted(*clauses: tuple[str, str | list[str]]) -> Iterator[str]:
    """Those of *clauses*, beginnings and what is named after them, where something is named."""
    for beginning, named in clauses:
        if named:
            yield f"{beginning} {said(listed(named))}"


def _requirement(table: RequireTable) -> Iterator[str]:
    yield from _quoted(("be called", table.name), ("have a name that matches", table.regex))
    if table.base:
        yield f"inherit from {_any_of(table.base)}"
    yield from _quoted(("have the metaclass", table.metaclass))
    if table.decorator:
        yield f"be decorated with {_any_of(table.decorator)}"
    if table.member:
        yield f"define {said(table.member, 'and')}"
    for attribute in table.class_attr:
        yield f"set the class attribute {_attribute(attribute)}"
    for method in table.method if isinstance(table.method, list) else [table.method]:
        yield f"have the method {_method(method)}"
    if table.params:
        yield _parameters(table.params)
    if table.annotations:
        what = {"all": "every parameter and the result", "params": "every parameter", "return": "the result"}
        yield f"annotate {what[table.annotations]}"
    if table.returns:
        yield f"return {quote(table.returns)}, by its annotation"
    if table.docstring is not None:
        yield "have a docstring" if table.docstring else "have no docstring"
    if table.docstring_first_line:
        yield f"have a docstring whose first line matches {quote(table.docstring_first_line)}"
    if table.async_ is not None:
        yield "be `async`" if table.async_ else "be no `async def`"
    for name, value in table.keyword.items():
        yield f"have the class keyword `{name}={value}`"
    yield from (f"have {clause}" for clause in _left(table))


def _any_of(said_: str | list[str] | AnyOf) -> str:
    if not isinstance(said_, AnyOf):
        return said(listed(said_), "and")
    text = " and ".join(
        [*([f"one of {said(said_.any)}"] if said_.any else []), *([said(said_.all, "and")] if said_.all else [])]
    )
    return text + (f"; the fix adds {quote(said_.add)}" if said_.add else "")


def _attribute(attribute: str | AttributeTable) -> str:
    if isinstance(attribute, str):
        return quote(attribute)
    text = quote(attribute.name) + (f", as {quote(attribute.value)}" if attribute.value else "")
    more = [f"the fix adds {quote(attribute.add)}"] if attribute.add else []
    return "; ".join([text, *more, *_left(attribute)])


def _method(method: MethodTable) -> str:
    signature = f"{'async ' if method.async_ else ''}{method.name}{method.params}"
    parts = [quote(signature)]
    if method.async_ is False:
        parts.append("not `async`")
    if method.decorator:
        parts.append(f"decorated with {said(listed(method.decorator), 'and')}")
    if method.calls_super:
        parts.append("which calls `super()`")
    parts += _left(method)
    return ", ".join(parts)


def _parameters(params: str | ParametersTable) -> str:
    if isinstance(params, str):
        return f"have the parameters {quote(params)}"
    parts: list[str] = []
    if params.names:
        parts.append(f"have {said(params.names, 'and')}")
    if params.without:
        parts.append(f"have no {said(params.without)}")
    for name, star in (("args", "*args"), ("kwargs", "**kwargs")):
        value = getattr(params, name)
        if value is not None:
            parts.append(f"have {'' if value else 'no '}`{star}`")
    if params.max_positional is not None:
        parts.append(f"take at most {params.max_positional} by position")
    if params.keyword_only_booleans:
        parts.append("take booleans by keyword only")
    if params.keyword_only:
        parts.append(f"take {said(params.keyword_only, 'and')} by keyword only")
    if params.regex:
        parts.append(f"name them as {quote(params.regex)}")
    for name, value in params.default.items():
        parts.append(f"default `{name}` to {quote(value)}")
    parts += _left(params)
    return f"as for parameters: {', '.join(parts)}"


# Imports


def _layers(table: RuleTable) -> Iterator[Clause]:
    if table.layers:
        yield f"Imports go downwards only, from {' to '.join(quote(layer) for layer in table.layers)}."
    for pattern in listed(table.independent or []):
        yield f"Modules of {quote(pattern)} do not import one another."
    for name, places in (table.reserved or {}).items():
        yield f"{quote(name)} is imported by {said(places)} only."
    if table.ignore:
        yield f"Left out: {said(table.ignore, 'and')}."


def _import_as(table: RuleTable) -> Iterator[Clause]:
    for name, form in (table.import_as or {}).items():
        yield f"- {quote(name)} is imported as {quote(form)};"


# Patterns


def _match(table: RuleTable) -> Iterator[Clause]:
    for pattern in listed(table.match or []):
        yield Code("Matches:", pattern.strip("\n"))
    for pattern in listed(table.not_match):
        yield Code("Unless it matches:", pattern.strip("\n"))
    if table.rewrite is not None:
        yield Code("Becomes:", table.rewrite.strip("\n"))
    for name, where in table.where.items():
        for clause in _where(where):
            yield f"- `${name.lstrip('$')}` {clause};"
    if table.focus:
        yield f"Reported at `${table.focus.lstrip('$')}`."
    if table.without:
        yield f"Without {said(table.without)}."


def _flag(table: RuleTable) -> Iterator[Clause]:
    value = str(table.value).lower() if isinstance(table.value, bool) else str(table.value)
    yield f"The flag is called {quote(table.flag or '')}" + (f" and is {quote(value)} for good." if value else ".")
    for client in table.client:
        for title, names in (
            ("asked for by", client.call),
            ("asked for by the decorator", client.decorator),
            ("asked for by classes that inherit from", client.mixin),
            ("given a value by", client.override),
        ):
            if names:
                by = f", named by {quote(client.key)}" if client.key else ""
                made = f", an object made by {said(listed(client.made))}" if client.made else ""
                yield f"- {title} {said(listed(names))}{by}{made};"
    if not table.client:
        yield "Reported is each string that is its name; a constant that nothing uses is taken out."


def _where(where: WhereTable) -> Iterator[str]:
    if where.regex:
        yield f"matches {quote(where.regex)}"
    if where.literal:
        kind = {"any": "a literal of any kind", "none": "`None`", "number": "a literal number"}
        yield f"is {kind.get(where.literal, f'a literal `{where.literal}`')}"
    yield from _quoted(("is an instance of", where.type), ("is such that", where.test))
    yield from _quoted(("matches", where.match), ("does not match", where.not_))
    yield from _left(where)


# Python


def _python(rule: Rule) -> Iterator[Clause]:
    """Where a rule in Python looks, and its options with their values."""
    words = [term for trace in rule.traces for kind, term in trace if kind in ("word", "argument")]
    if rule.names and len(rule.names) <= _MAX_NAMES:
        yield f"Looks at files that use {said(name.dotted for name in rule.names)}."
    elif words and not rule.names:
        yield f"Looks at files that mention {said(dict.fromkeys(words))}."
    options: Mapping[str, Any] = rule.body.get("options") or {}
    for number, (name, option) in enumerate((rule.body.get("declared") or {}).items()):
        kind = option["type"]
        if not number:
            yield "Options:"
        what = f"one of {said(kind)}" if isinstance(kind, list | tuple) else f"`{kind}`"
        value = options.get(name, option["default"])
        changed = "" if value == option["default"] else f", here {quote(repr(value))}"
        yield f"- {quote(name)}: {what}, by default {quote(repr(option['default']))}{changed};"


_VERBS: dict[str, Callable[[RuleTable], Iterator[Clause]]] = {
    "call": _call,
    "rename_attr": _rename_attr,
    "class": _class,
    "function": _function,
    "layers": _layers,
    "import_as": _import_as,
    "match": _match,
    "flag": _flag,
}


def as_text(found: Iterable[Clause]) -> list[str]:
    """*found* as lines for a terminal."""
    lines: list[str] = []
    for clause in _pointed(found):
        if isinstance(clause, Code):
            lines += [clause.title, *(f"    {line}".rstrip() for line in clause.text.split("\n"))]
        else:
            lines.append(f"  {clause}" if clause.startswith("- ") else clause)
    return lines


def as_markdown(found: Iterable[Clause]) -> list[str]:
    """*found* as lines of Markdown."""
    lines: list[str] = []
    for clause in _pointed(found):
        point = isinstance(clause, str) and clause.startswith("- ")
        if lines and not (point and lines[-1].startswith("- ")):
            lines.append("")
        lines += [clause.title, "", *fenced(clause.text)] if isinstance(clause, Code) else [clause]
    return lines


def _pointed(found: Iterable[Clause]) -> Iterator[Clause]:
    """*found*, with a full stop at the end of each list."""
    items = list(found)
    for clause, following in zip(items, [*items, ""][1:], strict=True):
        if isinstance(clause, str) and clause.endswith(";") and not str(following).startswith("- "):
            yield clause[:-1] + "."
        else:
            yield clause


def fenced(text: str, language: str = "python") -> list[str]:
    """*text* as a fenced block, with a fence that nothing in it closes."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return [f"{fence}{language}", *text.split("\n"), fence]
