"""Packs: files of rules, in TOML or one to a Python file, read and checked into :class:`Rule` values.

Every mistake is one :class:`PackError` that names the file, the line and the key, and what was expected.
"""

from __future__ import annotations

import re
import sys
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from platform_lint.kinds import Reading, kind
from platform_lint.names import NameError_, is_glob, parse_name
from platform_lint.rule import NAME_VERBS, VERBS, Api, Name, Rule, Target, also
from platform_lint.signatures import SignatureError, parse_signature
from platform_lint.tables import ApiTable, Example, NameOption, PackTable, RuleTable, did_you_mean, listed

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if typing.TYPE_CHECKING:
    from platform_lint.kinds import Fail

SCHEMA = 1

_CODE = re.compile(r"[A-Z]{1,3}[0-9]{3}\Z")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLACEHOLDERS = frozenset({"name", "to", "hint"})
_ENGINE = "LIB0"


class PackError(Exception):
    """A pack that cannot be used. The text is ``file:line: what is wrong``, one line."""


class PackFile:
    """The rules of one file, their examples and their tables by code, and the facts it states about names."""

    def __init__(
        self,
        path: str,
        rules: list[Rule],
        examples: dict[str, list[Example]],
        apis: dict[str, Api],
        tables: dict[str, RuleTable] | None = None,
    ) -> None:
        self.path = path
        self.rules = rules
        self.examples = examples
        self.apis = apis
        #: The rules as they were written, for those who explain them.
        self.tables = tables or {}


def pack_files(path: Path) -> list[Path]:
    """The rule files of *path*, a file or a folder, sorted. Raises PackError where there is nothing to read.

    A folder's rules are its TOML files, and the Python files whose names begin with no underscore.
    """
    if path.is_dir():
        files = sorted(
            file
            for pattern in ("*.toml", "*.py")
            for file in path.rglob(pattern)
            if not any(part.startswith(".") for part in file.parts[len(path.parts) :])
            and not (file.suffix == ".py" and file.name.startswith("_"))
        )
        if not files:
            raise PackError(f"{path}: no rules here: the folder holds no .toml file and no rule in Python")
        return files
    if not path.is_file():
        raise PackError(f"{path}: no such file or folder of rules")
    return [path]


def read_pack(path: Path, *, pack: str = "", builtin: bool = False, apis: Mapping[str, Api] | None = None) -> PackFile:
    """Read and check the pack file at *path*. Raises PackError.

    *pack* is what its rules are shown to belong to, the folder's name by default; *builtin* allows codes of the
    engine's own family. *apis* are facts that other files of the pack state. A Python file is imported.
    """
    text, pack = read_text(path), pack or path.parent.name
    if path.suffix == ".py":
        return _python_pack(text, path, pack, builtin, apis or {})
    return parse_pack(text, str(path), pack=pack, builtin=builtin, apis=apis)


def _python_pack(text: str, path: Path, pack: str, builtin: bool, apis: Mapping[str, Api]) -> PackFile:
    """The one rule of the Python file at *path* that holds *text*."""
    from platform_lint.kinds import python

    try:
        found = python.read_file(path, text)
    except python.RuleFileError as error:
        raise PackError(f"{path}:{error.row}: {error}") from None
    entry, reading = found.table, found.reading

    def fail(key: str, reason: str) -> PackError:
        return PackError(f"{path}:{found.rows.get(key, found.row)}: rule {entry.code or entry.name}: {reason}")

    _check_identity(entry, fail)
    if not builtin:
        _check_family(entry, fail)
    others = [Name(other, "", "", "", False) for name in reading.names for other in also(name.dotted, apis)]
    reading.names = (*reading.names, *others)
    rule = _made(entry, "python", reading, fail, pack, f"{path}:{found.row}")
    return PackFile(str(path), [rule], {rule.code: entry.example}, {}, {rule.code: entry})


def read_apis(path: Path) -> dict[str, Api]:
    """The facts that the pack file at *path* states. Raises PackError; mistakes elsewhere in the file are passed by."""
    text = read_text(path)
    if path.suffix == ".py" or "[[api]]" not in text.replace(" ", ""):
        return {}
    lines = _Lines(text, str(path))
    try:
        tables = tomllib.loads(text).get("api", [])
        return _apis(msgspec.convert({"api": tables}, PackTable).api, lines)
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path}:{_toml_line(error)}: broken TOML: {_toml_reason(error)}") from None
    except msgspec.ValidationError as error:
        raise lines.error(str(error)) from None


def read_text(path: Path) -> str:
    """The text of a file of a pack. Raises PackError."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PackError(f"{path}: not UTF-8 text") from None


def parse_pack(
    text: str, path: str, *, pack: str = "", builtin: bool = False, apis: Mapping[str, Api] | None = None
) -> PackFile:
    """The pack file *text*, called *path* in messages. Raises PackError."""
    lines = _Lines(text, path)
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{path}:{_toml_line(error)}: broken TOML: {_toml_reason(error)}") from None
    _merge_defaults(raw, lines)
    try:
        table = msgspec.convert(raw, PackTable)
    except msgspec.ValidationError as error:
        raise lines.error(str(error)) from None
    rules: list[Rule] = []
    examples: dict[str, list[Example]] = {}
    tables: dict[str, RuleTable] = {}
    own = _apis(table.api, lines)
    known = {**(apis or {}), **own}
    for number, entry in enumerate(table.rule):
        fail = _Failure(lines, number, entry)
        rule = _rule(entry, fail, known, pack, f"{path}:{lines.rule(number)}")
        if not builtin:
            _check_family(entry, fail)
        for other in rules:
            if other.code == rule.code:
                raise fail("code", f"code {rule.code} is already taken by {other.name!r} ({other.origin})")
            if other.name == rule.name:
                raise fail("name", f"name {rule.name!r} is already taken by {other.code} ({other.origin})")
        rules.append(rule)
        examples[rule.code] = entry.example
        tables[rule.code] = entry
    return PackFile(path, rules, examples, own, tables)


def _merge_defaults(raw: dict[str, Any], lines: _Lines) -> None:
    defaults = raw.get("defaults")
    if not isinstance(defaults, dict) or not isinstance(raw.get("rule"), list):
        return
    known = set(RuleTable.__struct_encode_fields__) - {"code", "name", "example", *VERBS}
    for key in defaults:
        if key not in known:
            raise PackError(
                f"{lines.path}:{lines.key('defaults', key)}: defaults.{key}: unknown key{did_you_mean(key, known)}"
            )
    raw["rule"] = [{**defaults, **rule} if isinstance(rule, dict) else rule for rule in raw["rule"]]


class _Failure:
    """Makes the PackError for a key of the *number*-th rule of a file."""

    def __init__(self, lines: _Lines, number: int, entry: RuleTable) -> None:
        self.lines = lines
        self.number = number
        self.entry = entry

    def __call__(self, key: str, reason: str) -> PackError:
        line = self.lines.rule_key(self.number, key)
        return PackError(f"{self.lines.path}:{line}: rule {self.entry.code or self.entry.name}: {reason}")


def _check_identity(entry: RuleTable, fail: Fail) -> None:
    if not _CODE.match(entry.code):
        raise fail("code", f"code {entry.code!r}: expected one to three capital letters and three digits, as in ACM101")
    if not _NAME.match(entry.name):
        raise fail("name", f"name {entry.name!r}: expected lower-case words joined by hyphens")


def _check_family(entry: RuleTable, fail: Fail) -> None:
    if entry.code.startswith(_ENGINE):
        raise fail("code", f"code {entry.code}: {_ENGINE}xx is the engine's own; choose another family")


def _rule(entry: RuleTable, fail: _Failure, apis: Mapping[str, Api], pack: str, origin: str) -> Rule:
    _check_identity(entry, fail)
    verb = _verb(entry, fail)
    _check_keys(entry, verb, fail)
    try:
        return _read_rule(entry, verb, fail, apis, pack, origin)
    except RecursionError:
        raise fail(verb, "code in it is nested too deeply") from None


def _read_rule(entry: RuleTable, verb: str, fail: _Failure, apis: Mapping[str, Api], pack: str, origin: str) -> Rule:
    if verb in NAME_VERBS:
        names = tuple(_names(verb, getattr(entry, verb), fail, apis))
        if not names:
            raise fail(verb, f"{verb} is empty: name at least one thing")
        reading = Reading(names=names, placeholders=_PLACEHOLDERS)
    else:
        reading = kind(verb).read(entry, fail, apis)
    return _made(entry, verb, reading, fail, pack, origin)


def _made(entry: RuleTable, verb: str, reading: Reading, fail: Fail, pack: str, origin: str) -> Rule:
    """The rule that *entry* and what its verb comes to make; what all verbs have in common is checked."""
    _check_message(entry, reading.placeholders, fail)
    conditions = bool(entry.inside or entry.not_inside)
    if conditions:
        from platform_lint.patterns.conditions import check

        for key in ("inside", "not_inside"):
            for text in listed(getattr(entry, key)):
                check(text, key, fail)
    for key in ("only_in", "except_in"):
        for pattern in getattr(entry, key):
            if not pattern or pattern.startswith("/"):
                raise fail(key, f"{key}: {pattern!r} is no path relative to the project")
    if entry.requires:
        _check_requirement(entry.requires, fail)
    for example in entry.example:
        _check_example(example, fail)
    return Rule(
        entry.code,
        entry.name,
        verb,
        reading.names,
        message=entry.message,
        why=entry.why.strip(),
        docs=(entry.docs,) if isinstance(entry.docs, str) and entry.docs else tuple(entry.docs),
        since=entry.since,
        level=entry.level,
        deadline=entry.deadline.isoformat() if entry.deadline else "",
        owner=entry.owner,
        default=entry.default,
        fix=entry.fix,
        type_checking=entry.type_checking,
        allow=tuple(_parse(name, "allow", fail) for name in entry.allow),
        only_in=tuple(entry.only_in),
        except_in=tuple(entry.except_in),
        requires=entry.requires,
        inside=tuple(listed(entry.inside)),
        not_inside=tuple(listed(entry.not_inside)),
        body=reading.body,
        traces=reading.traces,
        # What is around a finding can be told only where all of it is there.
        whole=reading.whole or (conditions and verb not in NAME_VERBS),
        pack=pack,
        origin=origin,
    )


#: Tables that say one thing together.
_LAYERS = ("layers", "independent", "reserved")
#: The keys that belong to a verb, besides those every rule has.
_KEYS = {
    "rename_attr": ("on", "receiver"),
    "call": ("args", "at_least_one", "signature", "splat", "receiver"),
    "class": ("require", "forbid"),
    "function": ("require", "forbid"),
    "layers": ("independent", "reserved", "unmatched_ignore", "ignore"),
    "match": ("not_match", "rewrite", "where", "focus", "without"),
}
_VERB_KEYS = frozenset(key for keys in _KEYS.values() for key in keys)


def _verb(entry: RuleTable, fail: _Failure) -> str:
    said = [verb for verb in VERBS if verb != "python" and getattr(entry, _field(verb)) is not None]
    if "layers" not in said and any(getattr(entry, key) is not None for key in _LAYERS):
        said.append("layers")
    if len(said) != 1:
        expected = ", ".join(verb for verb in VERBS if verb != "python")
        got = " and ".join(said) or "none"
        raise fail(said[-1] if said else "code", f"expected exactly one verb of {expected}; it has {got}")
    return said[0]


def _check_keys(entry: RuleTable, verb: str, fail: _Failure) -> None:
    """Refuse keys that say something only together with another verb."""
    plain = RuleTable(code="", name="")
    for key in sorted(_VERB_KEYS.difference(_KEYS.get(verb, ()))):
        if getattr(entry, key) != getattr(plain, key):
            verbs = " or ".join(other for other, keys in _KEYS.items() if key in keys)
            raise fail(key, f"{key} goes with {verbs}, and this rule's verb is {verb}")


def _field(key: str) -> str:
    """The attribute of a table for *key*: some keys are words of Python's."""
    return f"{key}_" if key == "class" else key


def _check_message(entry: RuleTable, placeholders: frozenset[str], fail: Fail) -> None:
    for placeholder in _PLACEHOLDER.findall(entry.message):
        if placeholder not in placeholders:
            raise fail(
                "message", f"message: unknown placeholder {{{placeholder}}}{did_you_mean(placeholder, placeholders)}"
            )
    if "\n" in entry.message:
        raise fail("message", "message: expected one line")


def _names(
    verb: str,
    said: list[str] | dict[str, str | NameOption],
    fail: _Failure,
    apis: Mapping[str, Api],
) -> Iterator[Name]:
    seen: set[str] = set()
    options = said if isinstance(said, dict) else dict.fromkeys(said, NameOption())
    for dotted, option in options.items():
        if isinstance(option, str):
            option = NameOption(to=option)
        parts = _parse(dotted, verb, fail)
        if verb == "rename":
            if is_glob(parts):
                raise fail(verb, f"rename {dotted!r}: wildcards cannot be renamed; name each, or the module they share")
            if not option.to and not option.removed:
                raise fail(verb, f"rename {dotted!r}: expected `to`, or `removed` with what to do instead")
        if option.removed and option.to:
            raise fail(verb, f"{verb} {dotted!r}: `removed` and `to` exclude each other")
        if option.to:
            _check_target(option.to, dotted, verb, fail)
        for spelled in (dotted, *also(dotted, apis)):
            if spelled in seen:
                continue
            seen.add(spelled)
            yield Name(spelled, option.to, option.hint or option.removed, option.fix or "", bool(option.removed))


def _apis(tables: Iterable[ApiTable], lines: _Lines) -> dict[str, Api]:
    found: dict[str, Api] = {}
    for api in tables:
        for name in (api.name, *api.reexports, *api.bases, *([api.returns] if api.returns else [])):
            try:
                parse_name(name, globs=False)
            except NameError_ as error:
                raise PackError(f"{lines.path}:{lines.text_line(name)}: api {api.name}: {error}") from None
        if api.signature:
            try:
                parse_signature(api.signature)
            except SignatureError as error:
                raise PackError(f"{lines.path}:{lines.text_line(api.signature)}: api {api.name}: {error}") from None
        found[api.name] = Api(
            api.name, api.signature, api.returns, tuple(api.bases), tuple(api.exports), tuple(api.reexports)
        )
    return found


def _parse(dotted: str, key: str, fail: Fail) -> tuple[str, ...]:
    try:
        parts = parse_name(dotted)
        if parts[0] == "builtins" and is_glob(parts):
            raise NameError_(f"{dotted!r}: builtins are spelled without their module, so name each of them")
        return parts
    except NameError_ as error:
        raise fail(key, f"{key}: {error}") from None


def _check_target(to: str, dotted: str, verb: str, fail: _Failure) -> None:
    try:
        target = Target.parse(to)
        parse_name(".".join(target.qualified), globs=False)
        if to.count(":") > 1 or not target.module:
            raise NameError_(f"{to!r} has no module: write `package.module:name`, or `builtins:{to}` for a builtin")
    except (NameError_, IndexError) as error:
        raise fail(verb, f"{verb} {dotted!r}: to: {error or repr(to)}") from None
    old = tuple(dotted.split("."))
    if target.qualified[: len(old)] == old:
        below = "itself" if target.qualified == old else "something below itself, again and again"
        raise fail(verb, f"{verb} {dotted!r}: it would be replaced by {below}")


def _check_requirement(text: str, fail: Fail) -> None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        Requirement(text)
    except InvalidRequirement:
        raise fail("requires", f"requires: {text!r} is no requirement such as 'corp-db>=3.2'") from None


def _check_example(example: Example, fail: Fail) -> None:
    if (example.bad is None) == (example.ok is None):
        raise fail("example", "an example has either `bad` (with or without `good`) or `ok`")
    if example.good is not None and example.bad is None:
        raise fail("example", "an example's `good` needs the `bad` it comes from")


class _Lines:
    """Where things stand in the text of a TOML file, for messages. Rows are 1-based."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self.lines = text.splitlines()
        self.rules = [number for number, line in enumerate(self.lines, 1) if re.match(r"\s*\[\[\s*rule\s*\]\]", line)]

    def rule(self, number: int) -> int:
        """The row of the *number*-th (0-based) ``[[rule]]``."""
        return self.rules[number] if number < len(self.rules) else 1

    def rule_key(self, number: int, key: str) -> int:
        """The row of *key* in that rule, the rule's own where it cannot be found."""
        start = self.rule(number)
        end = self.rules[number + 1] if number + 1 < len(self.rules) else len(self.lines) + 1
        return self._search(key, start, end) or start

    def key(self, table: str, key: str) -> int:
        """The row of *key* below ``[table]``."""
        for number, line in enumerate(self.lines, 1):
            if re.match(rf"\s*\[\s*{re.escape(table)}\s*\]", line):
                return self._search(key, number, len(self.lines) + 1) or number
        return 1

    def text_line(self, text: str) -> int:
        """The first row that has *text*."""
        return next((number for number, line in enumerate(self.lines, 1) if text in line), 1)

    def _search(self, key: str, start: int, end: int) -> int | None:
        pattern = re.compile(
            rf"""\s*(?:\[+\s*rule\.{re.escape(key)}\b|["']?{re.escape(key)}["']?\s*[.=])|.*[{{,]\s*{re.escape(key)}\s*="""
        )
        for number in range(start, end):
            if number <= len(self.lines) and pattern.match(self.lines[number - 1]):
                return number
        return None

    def error(self, message: str) -> PackError:
        """The PackError for what the decoder said, with the row and a guess at what was meant."""
        reason, _, where = message.partition(" - at `")
        path = where.rstrip("`").removeprefix("key in ").removeprefix("$").lstrip(".")
        unknown = re.search(r"unknown field `([^`]*)`", reason)
        missing = re.search(r"required field `([^`]*)`", reason)
        number = re.match(r"rule\[(\d+)\]", path)
        key = unknown.group(1) if unknown else re.split(r"[.\[]", path.partition("].")[2])[0]
        line = self.rule_key(int(number.group(1)), key) if number else self.text_line(key) if key else 1
        shown = path or "the file"
        if unknown:
            known = _fields_at(path)
            reason = f"unknown key {key!r}{did_you_mean(key, known)}"
        elif missing:
            reason = f"the key {missing.group(1)!r} is missing"
        return PackError(f"{self.path}:{line}: {shown}: {reason}")


def _fields_at(path: str) -> Sequence[str]:
    """The keys allowed at a decoder's *path*, as in ``rule[2].args[...].required``."""
    found: type[msgspec.Struct] = PackTable
    for part in re.findall(r"\.?(\w+)", re.sub(r"\[[^\]]*\]", "", path)):
        fields = {field.encode_name: field.type for field in msgspec.structs.fields(found)}
        inner = next(_structs_in(fields[part]), None) if part in fields else None
        if inner is None:
            break
        found = inner
    return found.__struct_encode_fields__


def _structs_in(hint: Any) -> Iterator[type[msgspec.Struct]]:
    """The tables a type allows: in a union, a list, the values of a mapping."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    for argument in typing.get_args(hint):
        yield from _structs_in(argument)


def _toml_line(error: Exception) -> int:
    match = re.search(r"at line (\d+)", str(error))
    return int(match.group(1)) if match else 1


def _toml_reason(error: Exception) -> str:
    return re.sub(r"\s*\(at (?:line \d+, column (\d+)|end of document)\)", r"", str(error))
