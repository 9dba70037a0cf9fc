"""What rules require and forbid of classes: bases, keywords, attributes, methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from platform_lint.hits import Piece, Repair, Splice
from platform_lint.kinds import decorators, headers, parameters
from platform_lint.kinds.expressions import like, means, qualified_of, same, written
from platform_lint.kinds.faults import Fault, Span, mended
from platform_lint.kinds.function_shapes import async_faults, calls_super
from platform_lint.kinds.headers import name_span
from platform_lint.kinds.members import Attribute, attributes_of, has_unclear_base, lineage, members_of, methods_of
from platform_lint.kinds.selecting import module_of
from platform_lint.kinds.subjects import Check, Function, Subject, either, listed, plain
from platform_lint.regexes import fits

if TYPE_CHECKING:
    from platform_lint.context import FileContext

# Bases and keywords of classes


def _base(subject: Subject, choice: Mapping[str, Any]) -> Iterator[Fault]:
    for text in choice["all"]:
        yield from _lacking_base(subject, [text], choice)
    if choice["any"]:
        yield from _lacking_base(subject, choice["any"], choice)


def _lacking_base(subject: Subject, texts: list[str], choice: Mapping[str, Any]) -> Iterator[Fault]:
    context, node = subject.context, subject.cls
    own = module_of(context)
    names = [qualified_of(text) for text in texts]
    if own is not None and (*own, *subject.declaration.path) in names:
        return
    if any(context.receivers.inherits(node, name) for name in names) or has_unclear_base(context, node):
        return
    added = decorators.to_add([written(text) for text in texts], choice["add"])
    repair = None
    if added is not None:
        repair = mended(
            f"add the base `{added}`", lambda: headers.add_base(context, node, added.pieces(), choice["first"])
        )
    shown = either([plain(text) for text in texts])
    yield Fault(subject.name, f"does not inherit from {shown}", "add the base", repair=repair)


def _no_base(subject: Subject, choice: Mapping[str, Any]) -> Iterator[Fault]:
    context = subject.context
    for item in subject.cls.bases:
        for text in choice["all"]:
            name = qualified_of(text)
            if means(context, item.value if isinstance(item, ast.Subscript) else item, name) == "yes":
                nothing = name == ("builtins", "object")
                repair = mended(
                    f"remove the base `{plain(text)}`",
                    lambda item=item: headers.remove_base(context, subject.cls, item),  # type: ignore[misc]
                    safety="safe" if nothing else "unsafe",
                    reason="" if nothing else "what it inherits from there is gone",
                )
                what = f"has the base `{context.text(item)}`"
                yield Fault(context.span(item), what, "remove it", repair=repair, matched=name)


def _metaclass(subject: Subject, text: str) -> Iterator[Fault]:
    yield from _keyword_fault(subject, "metaclass", text, f"has not the metaclass `{plain(text)}`", True)


def _no_metaclass(subject: Subject, text: str) -> Iterator[Fault]:
    yield from _no_keyword(subject, {"metaclass": text})


def _keyword(subject: Subject, wanted: Mapping[str, str]) -> Iterator[Fault]:
    for name, text in wanted.items():
        shown = "" if text == "..." else plain(text)
        yield from _keyword_fault(subject, name, text, f"lacks the class keyword `{name}={shown}`", False)


def _keyword_fault(subject: Subject, name: str, text: str, what: str, inherited: bool) -> Iterator[Fault]:
    context, node, wanted = subject.context, subject.cls, written(text)
    own = next((keyword for keyword in node.keywords if keyword.arg == name), None)
    if own is not None:
        if same(context, wanted, own.value) == "no":
            repair = None
            if not wanted.is_open:
                repair = mended(
                    f"write `{name}={wanted}`",
                    lambda: parameters.replace(context, own.value, wanted),
                    safety="unsafe",
                    reason=f"`{context.text(own.value)}` is there for a reason",
                )
            yield Fault(context.span(own), what, f"write `{name}={wanted}`", repair=repair)
        return
    if any(keyword.arg is None for keyword in node.keywords):
        return
    if inherited and (
        has_unclear_base(context, node)
        or any(
            keyword.arg == name and same(file, wanted, keyword.value) != "no"
            for file, cls in lineage(context, node)
            for keyword in cls.keywords
        )
    ):
        return
    repair = None
    if not wanted.is_open:
        repair = mended(
            f"add `{name}={wanted}`",
            lambda: headers.add_class_keyword(context, node, [f"{name}=", *wanted.pieces()]),
        )
    yield Fault(subject.name, what, "add it", repair=repair)


def _no_keyword(subject: Subject, wanted: Mapping[str, str]) -> Iterator[Fault]:
    context = subject.context
    for keyword in subject.cls.keywords:
        text = wanted.get(keyword.arg or "")
        if text is not None and same(context, written(text), keyword.value) == "yes":
            yield Fault(context.span(keyword), f"has the class keyword `{context.text(keyword)}`", "remove it")


# What classes define


def _member(subject: Subject, names: list[str]) -> Iterator[Fault]:
    context, node = subject.context, subject.cls
    own = members_of(node)
    missing = [name for name in names if name not in own]
    if not missing or has_unclear_base(context, node):
        return
    for _, cls in lineage(context, node, subject.bases):
        defined = members_of(cls)
        missing = [name for name in missing if name not in defined]
    if missing:
        yield Fault(
            subject.name, f"does not define {listed(missing)}", "define it" if len(missing) == 1 else "define them"
        )


def _no_member(subject: Subject, names: list[str]) -> Iterator[Fault]:
    own = members_of(subject.cls)
    for name in names:
        if name in own:
            yield Fault(_definition(subject.context, own[name]), f"defines `{name}`", "remove it")


def _definition(context: FileContext, node: ast.AST) -> Span:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return name_span(context, node)
    return context.span(node)


def _class_attr(subject: Subject, wanted: list[dict[str, str]]) -> Iterator[Fault]:
    context, node = subject.context, subject.cls
    own = attributes_of(node)
    defined = members_of(node)
    missing: list[dict[str, str]] = []
    for item in wanted:
        name, attribute = item["name"], own.get(item["name"])
        if attribute is None:
            # A property or a nested class will do where no value is asked for.
            known = isinstance(defined.get(name), ast.stmt) and not item["value"]
            if not known and not _inherits_attribute(subject, item):
                missing.append(item)
            continue
        yield from _value_fault(subject, item, attribute)
    if missing and not has_unclear_base(context, node):
        yield _missing_attributes(subject, missing)


def _inherits_attribute(subject: Subject, item: Mapping[str, str]) -> bool:
    for file, cls in lineage(subject.context, subject.cls, subject.bases):
        attribute = attributes_of(cls).get(item["name"])
        if attribute is not None and attribute.value is not None:
            return not item["value"] or same(file, written(item["value"]), attribute.value) != "no"
        if attribute is None and isinstance(members_of(cls).get(item["name"]), ast.stmt):
            return True
    return False


def _value_fault(subject: Subject, item: Mapping[str, str], attribute: Attribute) -> Iterator[Fault]:
    context = subject.context
    put = item["add"] or item["value"]
    known = written(put) if put and not written(put).is_open else None
    value = attribute.value
    at = context.span(attribute.target)
    if value is None:
        if isinstance(attribute.statement, ast.AnnAssign):
            repair = None
            if known is not None:
                end = context.span(attribute.statement)[1]
                repair = Repair(f"set `{item['name']}`", [Splice(end, end, [" = ", *known.pieces()])])
            hint = f"set it to `{known}`" if known is not None else "set it"
            yield Fault(at, f"gives `{item['name']}` no value", hint, repair=repair)
        elif item["value"]:
            yield Fault(at, f"sets `{item['name']}` with others", f"set it to `{item['value']}`")
    elif item["value"] and same(context, written(item["value"]), value) == "no":
        repair = None
        if known is not None:
            repair = mended(f"write `{known}`", lambda: parameters.replace(context, value, known))
        what = f"sets `{item['name']}` to `{parameters.short(context.text(value))}`"
        yield Fault(at, what, f"it must be `{plain(item['value'])}`", repair=repair)


def _missing_attributes(subject: Subject, missing: list[dict[str, str]]) -> Fault:
    context, node = subject.context, subject.cls
    values = [item["add"] or item["value"] for item in missing]
    repair = None
    names = [item["name"] for item in missing]
    if all(value and not written(value).is_open for value in values):

        def edit() -> list[Splice]:
            statements: list[list[Piece]] = [
                [f"{name} = ", *written(value).pieces()] for name, value in zip(names, values, strict=True)
            ]
            return headers.add_attributes(context, node, statements)

        repair = mended(f"set {listed(names)}", edit)
    attributes = "attribute" if len(names) == 1 else "attributes"
    them = "it" if len(names) == 1 else "them"
    return Fault(subject.name, f"lacks the class {attributes} {listed(names)}", f"set {them}", repair=repair)


def _no_class_attr(subject: Subject, wanted: list[dict[str, str]]) -> Iterator[Fault]:
    context = subject.context
    own = attributes_of(subject.cls)
    for item in wanted:
        attribute = own.get(item["name"])
        if attribute is None:
            continue
        if not item["value"]:
            yield Fault(context.span(attribute.target), f"sets `{item['name']}`", "remove it")
        elif attribute.value is not None and same(context, written(item["value"]), attribute.value) == "yes":
            what = f"sets `{item['name']}` to `{plain(item['value'])}`"
            yield Fault(context.span(attribute.target), what, "remove it")


def _attr_regex(subject: Subject, pattern: str) -> Iterator[Fault]:
    yield from _attribute_names(subject, pattern, False)


def _no_attr_regex(subject: Subject, pattern: str) -> Iterator[Fault]:
    yield from _attribute_names(subject, pattern, True)


def _attribute_names(subject: Subject, pattern: str, bad: bool) -> Iterator[Fault]:
    for name, attribute in attributes_of(subject.cls).items():
        if name.startswith("_") and name.endswith("_"):
            continue  # `__slots__`, `_ignore_`: not names people choose.
        if fits(pattern, name) is bad:
            what = f"has an attribute `{name}` that is {'' if bad else 'not '}like `{pattern}`"
            yield Fault(subject.context.span(attribute.target), what, "rename it")


# Methods


def _method(subject: Subject, wanted: list[dict[str, Any]]) -> Iterator[Fault]:
    context, node = subject.context, subject.cls
    methods = methods_of(node)
    for item in wanted:
        own = [method for name, method in methods.items() if fnmatchcase(name, item["name"])]
        for method in own:
            for fault in _method_faults(subject, method, item):
                fault.name = f"{node.name}.{method.name}"
                yield fault
        # Where it is not overridden, there is nothing that could call `super()`.
        if own or item["calls_super"] or item["name"] in members_of(node) or has_unclear_base(context, node):
            continue
        inherited = lineage(context, node, subject.bases)
        if any(fnmatchcase(name, item["name"]) for _, cls in inherited for name in methods_of(cls)):
            continue
        head = f"{'async ' if item['async'] else ''}def {item['name']}{item['signature'] or '(self, …)'}"
        yield Fault(subject.name, f"has no method `{item['name']}`", f"define `{head}`")


def _method_faults(subject: Subject, method: Function, item: Mapping[str, Any]) -> Iterator[Fault]:
    context = subject.context
    at = name_span(context, method)
    if item["async"] is not None:
        yield from async_faults(at, method, item["async"])
    if item["signature"]:
        yield from parameters.signature_faults(context, method, item["signature"])
    if item["returns"]:
        yield from parameters.return_faults(context, method, item["returns"])
    if item["calls_super"] and not calls_super(method):
        yield Fault(at, f"does not call `super().{method.name}`", "call it")
    if item["decorator"]:
        declaration = next(other for other in context.declarations if other.node is method)
        inner = Subject(context, declaration, subject.bases)
        yield from decorators.lacking(inner, {"any": [], "all": item["decorator"], "add": "", "first": False})


def _no_method(subject: Subject, unwanted: list[dict[str, Any]]) -> Iterator[Fault]:
    context = subject.context
    for item in unwanted:
        for name, method in methods_of(subject.cls).items():
            if not fnmatchcase(name, item["name"]):
                continue
            if item["async"] is not None and item["async"] != isinstance(method, ast.AsyncFunctionDef):
                continue
            if item["signature"] and parameters.differs(context, method, item["signature"]):
                continue
            returns = method.returns
            if item["returns"] and (returns is None or same(context, written(item["returns"]), returns) != "yes"):
                continue
            if item["calls_super"] and not calls_super(method):
                continue
            if not all(
                any(like(context, written(text), decorator) == "yes" for decorator in method.decorator_list)
                for text in item["decorator"]
            ):
                continue
            yield Fault(name_span(context, method), f"has the method `{name}`", "remove it")


#: By the key of the table that says so.
REQUIRED: dict[str, Check] = {
    "base": _base,
    "metaclass": _metaclass,
    "keyword": _keyword,
    "member": _member,
    "class_attr": _class_attr,
    "attr_regex": _attr_regex,
    "method": _method,
}
FORBIDDEN: dict[str, Check] = {
    "base": _no_base,
    "metaclass": _no_metaclass,
    "keyword": _no_keyword,
    "member": _no_member,
    "class_attr": _no_class_attr,
    "attr_regex": _no_attr_regex,
    "method": _no_method,
}
