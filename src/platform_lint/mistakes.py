"""What is wrong with a pack file, in one line: file, row, what is blamed, and what was expected."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import msgspec

from platform_lint.tables import PackTable, did_you_mean
from platform_lint.toml_rows import Path, toml_rows

_HEADER = re.compile(r"[ \t]*\[\[[ \t]*rule[ \t]*\]\]")
_STEP = re.compile(r"\.?([\w-]+)|\[(\d+|\.\.\.)\]")
#: What the decoder calls the types of TOML, and what people do.
_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "date": "a date such as 2027-03-01",
    "datetime": "a date with a time",
    "time": "a time",
}


class PackError(Exception):
    """A pack that cannot be used. The text is ``file:line: what is wrong``, one line."""


class Places:
    """Where things stand in the TOML file *text*, called *path* in messages. Rows are 1-based."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def rows(self) -> dict[Path, int]:
        """The row of each key, table and item; read when something is wrong."""
        return toml_rows(self.text)

    def rules(self, count: int) -> list[int]:
        """The rows where the file's *count* rules begin."""
        found = [number for number, line in enumerate(self.text.split("\n"), 1) if _HEADER.match(line)]
        # Code of an example may look like a rule, and rules may be written in another way.
        return found if len(found) == count else [self.row(("rule", number)) for number in range(count)]

    def row(self, path: Path) -> int:
        """The row of what *path* leads to, or of the nearest thing around it that is there."""
        while path and path not in self.rows:
            path = path[:-1]
        return self.rows.get(path, 1)

    def rule_key(self, number: int, key: str | Path) -> int:
        """The row of *key* of the *number*-th (0-based) rule: in the rule or the defaults, else the rule's own."""
        path = (key,) if isinstance(key, str) else key
        rule: Path = ("rule", number)
        if path[:1] and (*rule, path[0]) not in self.rows and ("defaults", path[0]) in self.rows:
            return self.row(("defaults", *path))
        return self.row((*rule, *path))

    def error(self, path: Path, reason: str) -> PackError:
        """The error that blames what *path* leads to."""
        return PackError(f"{self.path}:{self.row(path)}: {reason}")

    def broken(self, error: Exception) -> PackError:
        """The error for what the TOML parser said."""
        said = str(error)
        line = re.search(r"at line (\d+)", said)
        row = int(line.group(1)) if line else len(self.text.rstrip().split("\n"))
        reason = re.sub(r"\s*\(at (?:line \d+, column \d+|end of document)\)", "", said)
        return PackError(f"{self.path}:{row}: broken TOML: {reason}")


def shown(path: Path) -> str:
    """The way to a value as people write it: ``args.timeout.required``, ``example[2].bad``, counted from 1."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += ("." if text else "") + (part if re.fullmatch(r"[\w-]+", part) else repr(part))
    return text


def decoded(raw: Mapping[str, Any], places: Places) -> PackTable:
    """The tables of the pack file that holds *raw*. Raises PackError."""
    defaults = raw.get("defaults")
    if isinstance(defaults, dict):
        probe = {"rule": [{"code": "AAA000", "name": "a", **defaults}]}
        try:
            msgspec.convert(probe, PackTable)
        except msgspec.ValidationError as error:
            path, reason = blamed(error, probe)
            raise places.error(("defaults", *path[2:]), f"defaults.{shown(path[2:])}: {reason}") from None
    try:
        return msgspec.convert(raw, PackTable)
    except msgspec.ValidationError as error:
        path, reason = blamed(error, raw)
        if path[:1] == ("rule",) and len(path) > 1:
            number, rest = int(path[1]), path[2:]
            rule = raw["rule"][number]
            called = (rule.get("code") or rule.get("name")) if isinstance(rule, dict) else None
            text = f"rule {called if isinstance(called, str) else number + 1}: "
            text += f"{shown(rest)}: {reason}" if rest else reason
            raise PackError(f"{places.path}:{places.rule_key(number, rest)}: {text}") from None
        raise places.error(path, f"{shown(path)}: {reason}" if path else reason) from None


def blamed(error: msgspec.ValidationError, raw: Mapping[str, Any]) -> tuple[Path, str]:
    """What of *raw* the decoder's *error* is about, and what is wrong with it."""
    said, _, where = str(error).partition(" - at `")
    path = _real(where.rstrip("`").removeprefix("key in ").removeprefix("$"), raw, str(error))
    field = re.search(r"field `([^`]*)`", said)
    if "unknown field" in said and field is not None:
        known = _hint(path)
        names = list(next(_structs(known), PackTable).__struct_encode_fields__)
        return (*path, field[1]), f"unknown key{did_you_mean(field[1], names)}"
    if "required field" in said and field is not None:
        return path, f"the key {field[1]!r} is missing"
    value = _at(raw, path)
    choices = [str(choice) for choice in _choices(_hint(path)) if choice != ""]
    if "enum value" in said and len(choices) == 1:
        return path, f"expected {choices[0]}, got {value!r}"
    if "enum value" in said and choices:
        return path, f"{value!r} is none of {', '.join(choices)}{did_you_mean(str(value), choices)}"
    expected = re.match(r"Expected `([^`]*)`, got `([^`]*)`", said)
    if expected is not None:
        wanted = [_TYPES.get(item, item) for item in expected[1].split(" | ") if item != "null"]
        if choices and wanted == ["text"]:
            return path, f"expected one of {', '.join(choices)}, got {_TYPES.get(expected[2], expected[2])}"
        hint = ""
        if wanted == ["a list"] and expected[2] == "object" and list(path[:1]) != ["defaults"]:
            hint = f": write [[{'.'.join(part for part in path if isinstance(part, str))}]]"
        return path, f"expected {' or '.join(wanted)}, got {_TYPES.get(expected[2], expected[2])}{hint}"
    if "date" in said:
        return path, f"{value!r} is no date: write it as 2027-03-01, without quotes"
    return path, said[:1].lower() + said[1:]


def _real(where: str, raw: Mapping[str, Any], said: str) -> Path:
    """The way *where* of the decoder, in which ``[...]`` is any key of a table, to what *said* is about in *raw*."""
    path: Path = ()
    for name, number in _STEP.findall(where):
        if number != "...":
            path = (*path, int(number) if number else name)
            continue
        table = _at(raw, path)
        keys = list(table) if isinstance(table, dict) else []
        # Alone the key at fault still makes the same error.
        path = (*path, next((key for key in keys if _fails(_only(raw, path, key), said)), next(iter(keys), "")))
    return path


def _fails(raw: object, said: str) -> bool:
    try:
        msgspec.convert(raw, PackTable)
    except msgspec.ValidationError as error:
        return str(error) == said
    return False


def _at(raw: Any, path: Path) -> Any:
    for part in path:
        raw = raw[part]
    return raw


def _only(raw: Any, path: Path, key: str) -> Any:
    """*raw* with nothing but *key* in the table that *path* leads to."""
    if not path:
        return {key: raw[key]}
    inner = _only(raw[path[0]], path[1:], key)
    if isinstance(raw, dict):
        return {**raw, path[0]: inner}
    return [inner if number == path[0] else item for number, item in enumerate(raw)]


def _hint(path: Path) -> Any:
    """The type of what *path* leads to."""
    hint: Any = PackTable
    for part in path:
        fields = {field.encode_name: field.type for table in _structs(hint) for field in msgspec.structs.fields(table)}
        inner = None if isinstance(part, int) else fields.get(part)
        if inner is None:
            # An item of a list, or a value of a mapping.
            inner = next((args[-1] for item in _parts(hint) if (args := typing.get_args(item))), None)
        hint = inner
    return hint


def _parts(hint: Any) -> list[Any]:
    """The alternatives of a union that hold others, tables first; or the type itself."""
    origin: Any = typing.get_origin(hint)
    if origin in (list, dict):
        return [hint]
    found = [item for item in typing.get_args(hint) if typing.get_origin(item) in (list, dict)]
    return sorted(found, key=lambda item: item.__origin__ is list)


def _structs(hint: Any) -> Iterator[type[msgspec.Struct]]:
    """The tables that may stand where *hint* says, not those inside of them."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    elif typing.get_origin(hint) not in (list, dict, typing.Literal):
        for argument in typing.get_args(hint):
            yield from _structs(argument)


def _choices(hint: Any) -> Iterator[object]:
    if typing.get_origin(hint) is typing.Literal:
        yield from typing.get_args(hint)
    else:
        for argument in typing.get_args(hint):
            yield from _choices(argument)
