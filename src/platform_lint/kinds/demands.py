"""What ``require`` and ``forbid`` say of declarations: reading it, and refusing what makes no sense."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from platform_lint.kinds.expressions import qualified_of, written
from platform_lint.kinds.parameters import read_parameters, signature
from platform_lint.kinds.selecting import check_module
from platform_lint.names import NameError_
from platform_lint.regexes import check_regex
from platform_lint.tables import AnyOf, AttributeTable, MethodTable, RequireTable, listed

if TYPE_CHECKING:
    from platform_lint.kinds import Fail

#: Keys that only one of the verbs has a meaning for.
_OF_CLASSES = ("base", "metaclass", "member", "class_attr", "attr_regex", "method", "keyword")
_OF_FUNCTIONS = ("params", "annotations", "returns", "async", "calls_super")


class Reader:
    """Reads one of the two tables, called *side*, of a rule with *verb*."""

    def __init__(self, table: RequireTable, side: str, verb: str, fail: Fail) -> None:
        self.table = table
        self.side = side
        self.verb = verb
        self.fail_with = fail

    def fail(self, key: str, reason: str, *below: str | int) -> Exception:
        """The error for one of the table's keys, or for what lies *below* it."""
        return self.fail_with((self.side, key, *below), f"{self.side}.{key}: {reason}")

    def read(self) -> dict[str, Any]:
        """What is said, as plain data; empty where nothing is."""
        table = self.table
        said: dict[str, Any] = {}
        globs = listed(table.name)
        for number, glob in enumerate(globs):
            if not re.fullmatch(r"[\w*?\[\]!-]+", glob) or glob.strip("*") == "":
                raise self.fail("name", f"{glob!r} is no glob of a name such as '*Handler'", number)
            if not set(glob) & set("*?[") and not _is_name(glob):
                raise self.fail("name", f"{glob!r} is no name that Python allows", number)
        said["name"] = globs
        for key in ("regex", "attr_regex", "docstring_first_line"):
            said[key] = self._regex(key)
        for number, module in enumerate(listed(table.module)):
            check_module(module, f"{self.side}.module", self.fail_with, (self.side, "module", number))
        said["module"] = listed(table.module)
        said["base"] = self._choice("base", table.base)
        said["decorator"] = self._choice("decorator", table.decorator)
        said["metaclass"] = self._name("metaclass", table.metaclass) if table.metaclass else ""
        for number, name in enumerate(table.member):
            if not _is_name(name):
                raise self.fail("member", f"{name!r} is no name that Python allows", number)
        said["member"] = list(table.member)
        said["class_attr"] = [self._attribute(item, number) for number, item in enumerate(table.class_attr)]
        methods = [table.method] if isinstance(table.method, MethodTable) else table.method
        said["method"] = [self._method(item, number) for number, item in enumerate(methods)]
        for key in ("class_attr", "method"):
            names = [item["name"] for item in said[key]]
            for number, name in enumerate(names):
                if name in names[:number] and (self.side == "require" or said[key][number] in said[key][:number]):
                    raise self.fail(key, f"{name!r} is there twice", number)
        if isinstance(table.params, str):
            said["signature"] = self._signature("params", table.params)
        else:
            said["params"] = read_parameters(table.params, self.side, self.fail_with)
        said["annotations"] = table.annotations
        said["returns"] = self._expression("returns", table.returns) if table.returns else ""
        for name in table.keyword:
            if not _is_name(name):
                raise self.fail("keyword", f"{name!r} is no name that Python allows", name)
        said["keyword"] = {name: self._expression("keyword", value, name) for name, value in table.keyword.items()}
        if "metaclass" in said["keyword"]:
            raise self.fail("keyword", "say `metaclass = …` instead of a keyword `metaclass`")
        said["uses"] = [self._name("uses", text, number) for number, text in enumerate(table.uses)]
        found = {key: value for key, value in said.items() if value not in ("", [], {}, None)}
        switches = {"docstring": table.docstring, "async": table.async_, "calls_super": table.calls_super or None}
        found |= {key: value for key, value in switches.items() if value is not None}
        self._check_keys(found)
        return found

    def _check_keys(self, found: Mapping[str, Any]) -> None:
        misplaced = _OF_FUNCTIONS if self.verb == "class" else _OF_CLASSES
        for key in misplaced:
            if key in found or (key == "params" and "signature" in found):
                other = "function" if self.verb == "class" else "class"
                raise self.fail(key, f"goes with {other}, and this rule's verb is {self.verb}")

    def _regex(self, key: str) -> str:
        text: str = getattr(self.table, key)
        try:
            check_regex(text)
        except ValueError as error:
            raise self.fail(key, f"{text!r} is no regular expression: {error}") from None
        return text

    def _name(self, key: str, text: str, *below: str | int) -> str:
        try:
            qualified_of(text)
            written(text)
        except NameError_ as error:
            raise self.fail(key, str(error), *below) from None
        if "*" in text or "?" in text:
            raise self.fail(key, f"{text!r}: wildcards do not go here", *below)
        return text

    def _expression(self, key: str, text: str, *below: str | int) -> str:
        try:
            written(text)
        except NameError_ as error:
            raise self.fail(key, str(error), *below) from None
        return text

    def _signature(self, key: str, text: str, *below: str | int) -> str:
        if text:
            try:
                signature(text)
            except NameError_ as error:
                raise self.fail(key, str(error), *below) from None
        return text

    def _choice(self, key: str, said: str | list[str] | AnyOf) -> dict[str, Any]:
        """Names one of which, or all of which, are asked for: ``{any, all, add, first}``."""
        choice = said if isinstance(said, AnyOf) else AnyOf(all=listed(said))
        if isinstance(said, AnyOf) and not choice.any and not choice.all:
            raise self.fail(key, "expected names under `any` or `all`")
        if self.side == "forbid":
            if choice.add or choice.first:
                raise self.fail(key, "what is forbidden is not added: `add` and `first` go under require")
            choice = AnyOf(all=[*choice.any, *choice.all])
        at: tuple[str | int, ...]
        for at, text in self._named(choice, isinstance(said, AnyOf)):
            if key == "base":
                self._name(key, text, *at)
                continue
            self._expression(key, text, *at)
            expression = written(text)
            if expression.target is None and not expression.glob:
                raise self.fail(key, f"{text!r} is no name, and no call of one", *at)
            if expression.glob and self.side == "require" and text == choice.add:
                raise self.fail(key, f"add: {text!r} is no name that can be put in")
        doubled = set(choice.any) & set(choice.all)
        if doubled:
            raise self.fail(key, f"{min(doubled)!r} is both under `any` and under `all`")
        if choice.add:
            added = written(choice.add)
            known = [written(text).target for text in (*choice.any, *choice.all)]
            if added.is_open:
                raise self.fail(key, f"add: {choice.add!r} leaves a value open")
            if not any(
                target is not None and added.target and target.qualified == added.target.qualified for target in known
            ):
                raise self.fail(key, f"add: {choice.add!r} is none of the names that are asked for")
        if not choice.any and not choice.all:
            return {}
        return {"any": list(choice.any), "all": list(choice.all), "add": choice.add, "first": choice.first}

    def _named(self, choice: AnyOf, is_table: bool) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The names of a choice, each with the way to it."""
        for key in ("any", "all"):
            for number, text in enumerate(getattr(choice, key)):
                yield (*([key] if is_table else []), number), text
        if choice.add:
            yield ("add",), choice.add

    def _attribute(self, item: str | AttributeTable, number: int) -> dict[str, str]:
        attribute = AttributeTable(item) if isinstance(item, str) else item
        if not _is_name(attribute.name):
            raise self.fail("class_attr", f"{attribute.name!r} is no name that Python allows", number)
        if self.side == "forbid" and attribute.add:
            raise self.fail("class_attr", "what is forbidden is not added: `add` goes under require", number, "add")
        for key in ("value", "add"):
            if getattr(attribute, key):
                self._expression("class_attr", getattr(attribute, key), number, key)
        if attribute.add:
            added = written(attribute.add)
            if added.is_open:
                raise self.fail("class_attr", f"add: {attribute.add!r} leaves a value open", number, "add")
            if attribute.value and not _can_be(written(attribute.value).tree, added.tree):
                reason = f"add: {attribute.add!r} is not the value it must have, {attribute.value!r}"
                raise self.fail("class_attr", reason, number, "add")
        return {"name": attribute.name, "value": attribute.value, "add": attribute.add}

    def _method(self, item: MethodTable, number: int) -> dict[str, Any]:
        at: tuple[int, ...] = (number,) if isinstance(self.table.method, list) else ()
        plain = not set(item.name) & set("*?")
        if not re.fullmatch(r"[\w*?]+", item.name) or not item.name.strip("*?") or (plain and not _is_name(item.name)):
            raise self.fail("method", f"{item.name!r} is no name of a method", *at, "name")
        decorators = listed(item.decorator)
        for text in decorators:
            self._expression("method", text, *at, "decorator")
            if written(text).target is None and not written(text).glob:
                raise self.fail("method", f"{text!r} is no name, and no call of one", *at, "decorator")
        return {
            "name": item.name,
            "async": item.async_,
            "signature": self._signature("method", item.params, *at, "params"),
            "returns": self._expression("method", item.returns, *at, "returns") if item.returns else "",
            "decorator": decorators,
            "calls_super": item.calls_super,
        }


def check_together(require: Mapping[str, Any], forbid: Mapping[str, Any], fail: Fail) -> None:
    """Refuse a rule that asks for what it forbids, or for nothing. Raises what *fail* makes."""
    if not require and not forbid:
        raise fail("require", "nothing is required and nothing forbidden: say it under `require` or `forbid`")
    for key in ("name", "member", "uses", "module"):
        both = set(require.get(key, ())) & set(forbid.get(key, ()))
        if both:
            raise fail(("forbid", key), f"forbid.{key}: {min(both)!r} is also required")
    for key in ("base", "decorator"):
        both = set(require.get(key, {}).get("all", ())) & set(forbid.get(key, {}).get("all", ()))
        options = require.get(key, {}).get("any", ())
        both |= set(options) if options and set(options) <= set(forbid.get(key, {}).get("all", ())) else set()
        if both:
            raise fail(("forbid", key), f"forbid.{key}: {min(both)!r} is also required")
    for key in ("regex", "attr_regex", "metaclass", "returns", "annotations", "docstring_first_line", "signature"):
        if key in require and require[key] == forbid.get(key):
            shown = "params" if key == "signature" else key
            raise fail(("forbid", shown), f"forbid.{shown}: {require[key]!r} is also required")
    if (
        "annotations" in forbid
        and "all" in (require.get("annotations"), forbid["annotations"])
        and "annotations" in require
    ):
        reason = f"{require['annotations']!r} is also required"
        raise fail(("forbid", "annotations"), f"forbid.annotations: {reason}")
    for key in ("docstring", "async"):
        if key in require and require[key] == forbid.get(key):
            raise fail(("forbid", key), f"forbid.{key}: the same is also required")
    if "calls_super" in require and "calls_super" in forbid:
        raise fail(("forbid", "calls_super"), "forbid.calls_super: the same is also required")
    required = {item["name"]: item for item in require.get("class_attr", ())}
    for item in forbid.get("class_attr", ()):
        other = required.get(item["name"])
        if other is not None and (not item["value"] or item["value"] == other["value"]):
            raise fail(("forbid", "class_attr"), f"forbid.class_attr: {item['name']!r} is also required")
    for name, value in forbid.get("keyword", {}).items():
        wanted = require.get("keyword", {}).get(name)
        if wanted is not None and value in (wanted, "..."):
            raise fail(("forbid", "keyword", name), f"forbid.keyword: {name!r} is also required")
    if "docstring_first_line" in require and require.get("docstring") is False:
        raise fail(("require", "docstring_first_line"), "require.docstring_first_line: no docstring is wanted at all")
    if require.get("docstring") and "docstring_first_line" not in require and forbid.get("docstring") is False:
        raise fail(("forbid", "docstring"), "forbid.docstring: it says what `require.docstring` says: say it once")
    _check_members(require, forbid, fail)
    _check_parameters(require.get("params", {}), forbid.get("params", {}), fail)


def _check_members(require: Mapping[str, Any], forbid: Mapping[str, Any], fail: Fail) -> None:
    """Refuse a name that a class must have and must not have, said under different keys."""

    def names(side: Mapping[str, Any], *, alone: bool) -> dict[str, str]:
        found = dict.fromkeys(side.get("member", ()), "member")
        for key in ("class_attr", "method"):
            for item in side.get(key, ()):
                if not alone or not any(value for option, value in item.items() if option != "name"):
                    found.setdefault(item["name"], key)
        return found

    wanted, unwanted = names(require, alone=False), names(forbid, alone=True)
    for name, key in unwanted.items():
        if name in wanted:
            raise fail(("forbid", key), f"forbid.{key}: {name!r} is also required, by require.{wanted[name]}")


def _check_parameters(require: Mapping[str, Any], forbid: Mapping[str, Any], fail: Fail) -> None:
    for key in ("names", "keyword_only"):
        both = set(require.get(key, ())) & set(forbid.get(key, ()))
        if both:
            raise fail(("forbid", "params", key), f"forbid.params.{key}: {min(both)!r} is also required")
    for key in ("kwargs", "args", "regex"):
        if key in forbid and require.get(key) == forbid[key]:
            raise fail(("forbid", "params", key), f"forbid.params.{key}: the same is also required")
    for key in ("default", "annotation"):
        for name, text in forbid.get(key, {}).items():
            if require.get(key, {}).get(name) is not None and text in (require[key][name], "..."):
                raise fail(("forbid", "params", key, name), f"forbid.params.{key}: {name!r} has it by `require`")


def _is_name(text: str) -> bool:
    return text.isidentifier() and not keyword.iskeyword(text)


def _can_be(wanted: ast.expr, value: ast.expr) -> bool:
    """Whether *value* is as *wanted* says, in which ``...`` is any value."""
    anything = re.escape(ast.dump(ast.Constant(...)))
    return re.fullmatch(re.escape(ast.dump(wanted)).replace(anything, ".*"), ast.dump(value), re.S) is not None
