"""What ``require`` and ``forbid`` say of declarations: reading it, and refusing what makes no sense."""

from __future__ import annotations

import re
from collections.abc import Mapping
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

    def fail(self, key: str, reason: str) -> Exception:
        """The error for one of the table's keys."""
        return self.fail_with(key, f"{self.side}.{key}: {reason}")

    def read(self) -> dict[str, Any]:
        """What is said, as plain data; empty where nothing is."""
        table = self.table
        said: dict[str, Any] = {}
        globs = listed(table.name)
        for glob in globs:
            if not re.fullmatch(r"[\w*?\[\]!-]+", glob) or glob.strip("*") == "":
                raise self.fail("name", f"{glob!r} is no glob of a name such as '*Handler'")
        said["name"] = globs
        for key in ("regex", "attr_regex", "docstring_first_line"):
            said[key] = self._regex(key)
        said["module"] = [module for module in listed(table.module) if check_module(module, "module", self.fail_with)]
        said["base"] = self._choice("base", table.base)
        said["decorator"] = self._choice("decorator", table.decorator)
        said["metaclass"] = self._name("metaclass", table.metaclass) if table.metaclass else ""
        for name in table.member:
            if not name.isidentifier():
                raise self.fail("member", f"{name!r} is no identifier")
        said["member"] = list(table.member)
        said["class_attr"] = [self._attribute(item) for item in table.class_attr]
        methods = [table.method] if isinstance(table.method, MethodTable) else table.method
        said["method"] = [self._method(item) for item in methods]
        if isinstance(table.params, str):
            said["signature"] = self._signature("params", table.params)
        else:
            said["params"] = read_parameters(table.params, self.side, self.fail_with)
        said["annotations"] = table.annotations
        said["returns"] = self._expression("returns", table.returns) if table.returns else ""
        said["keyword"] = {name: self._expression("keyword", value) for name, value in table.keyword.items()}
        if "metaclass" in said["keyword"]:
            raise self.fail("keyword", "say `metaclass = …` instead of a keyword `metaclass`")
        said["uses"] = [self._name("uses", text) for text in table.uses]
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

    def _name(self, key: str, text: str) -> str:
        try:
            qualified_of(text)
            written(text)
        except NameError_ as error:
            raise self.fail(key, str(error)) from None
        if "*" in text or "?" in text:
            raise self.fail(key, f"{text!r}: wildcards do not go here")
        return text

    def _expression(self, key: str, text: str) -> str:
        try:
            written(text)
        except NameError_ as error:
            raise self.fail(key, str(error)) from None
        return text

    def _signature(self, key: str, text: str) -> str:
        if text:
            try:
                signature(text)
            except NameError_ as error:
                raise self.fail(key, str(error)) from None
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
        for text in (*choice.any, *choice.all, *([choice.add] if choice.add else [])):
            if key == "base":
                self._name(key, text)
                continue
            self._expression(key, text)
            expression = written(text)
            if expression.target is None and not expression.glob:
                raise self.fail(key, f"{text!r} is no name, and no call of one")
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

    def _attribute(self, item: str | AttributeTable) -> dict[str, str]:
        attribute = AttributeTable(item) if isinstance(item, str) else item
        if not attribute.name.isidentifier():
            raise self.fail("class_attr", f"{attribute.name!r} is no identifier")
        if self.side == "forbid" and attribute.add:
            raise self.fail("class_attr", "what is forbidden is not added: `add` goes under require")
        for text in (attribute.value, attribute.add):
            if text:
                self._expression("class_attr", text)
        if attribute.add and written(attribute.add).is_open:
            raise self.fail("class_attr", f"add: {attribute.add!r} leaves a value open")
        return {"name": attribute.name, "value": attribute.value, "add": attribute.add}

    def _method(self, item: MethodTable) -> dict[str, Any]:
        if not re.fullmatch(r"[\w*?]+", item.name) or not item.name.strip("*?"):
            raise self.fail("method", f"{item.name!r} is no name of a method")
        decorators = listed(item.decorator)
        for text in decorators:
            self._expression("method", text)
            if written(text).target is None and not written(text).glob:
                raise self.fail("method", f"{text!r} is no name, and no call of one")
        return {
            "name": item.name,
            "async": item.async_,
            "signature": self._signature("method", item.params),
            "returns": self._expression("method", item.returns) if item.returns else "",
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
            raise fail("forbid", f"forbid.{key}: {min(both)!r} is also required")
    for key in ("base", "decorator"):
        both = set(require.get(key, {}).get("all", ())) & set(forbid.get(key, {}).get("all", ()))
        options = require.get(key, {}).get("any", ())
        both |= set(options) if options and set(options) <= set(forbid.get(key, {}).get("all", ())) else set()
        if both:
            raise fail("forbid", f"forbid.{key}: {min(both)!r} is also required")
    for key in ("regex", "attr_regex", "metaclass", "returns", "annotations", "docstring_first_line", "signature"):
        if key in require and require[key] == forbid.get(key):
            shown = "params" if key == "signature" else key
            raise fail("forbid", f"forbid.{shown}: {require[key]!r} is also required")
    for key in ("docstring", "async"):
        if key in require and require[key] == forbid.get(key):
            raise fail("forbid", f"forbid.{key}: the same is also required")
    if "calls_super" in require and "calls_super" in forbid:
        raise fail("forbid", "forbid.calls_super: the same is also required")
    required = {item["name"]: item for item in require.get("class_attr", ())}
    for item in forbid.get("class_attr", ()):
        other = required.get(item["name"])
        if other is not None and (not item["value"] or item["value"] == other["value"]):
            raise fail("forbid", f"forbid.class_attr: {item['name']!r} is also required")
    for name, value in forbid.get("keyword", {}).items():
        if require.get("keyword", {}).get(name) in (value, "...") and value == "...":
            raise fail("forbid", f"forbid.keyword: {name!r} is also required")
    for key in ("docstring_first_line",):
        if key in require and require.get("docstring") is False:
            raise fail(key, "require.docstring_first_line: no docstring is wanted at all")
