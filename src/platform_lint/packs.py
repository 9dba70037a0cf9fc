"""Packs: TOML files of rules, read and checked into :class:`Rule` values.

Every mistake is one :class:`PackError` that names the file, the line and the key, and what was expected.
"""

from __future__ import annotations

import datetime
import difflib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from platform_lint.finding import Level, Safety
from platform_lint.names import NameError_, is_glob, parse_name
from platform_lint.rule import VERBS, Name, Rule, Target

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SCHEMA = 1

_CODE = re.compile(r"[A-Z]{1,3}[0-9]{3}\Z")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLACEHOLDERS = frozenset({"name", "to", "hint"})
_ENGINE = "LIB0"


class PackError(Exception):
    """A pack that cannot be used. The text is ``file:line: what is wrong``, one line."""


class NameOption(msgspec.Struct, forbid_unknown_fields=True):
    """What a rule says about one of its names."""

    to: str = ""
    hint: str = ""
    removed: str = ""
    fix: Safety | None = None
    since: str = ""


class Example(msgspec.Struct, forbid_unknown_fields=True):
    """Code a rule must flag (*bad*), must rewrite to exactly *good*, or must leave alone (*ok*).

    *path* is where the code pretends to stand, relative to the project.
    """

    bad: str | None = None
    good: str | None = None
    ok: str | None = None
    path: str = "example.py"


class RuleTable(msgspec.Struct, forbid_unknown_fields=True):
    """A ``[[rule]]`` as written."""

    code: str
    name: str
    ban: list[str] | dict[str, str | NameOption] | None = None
    rename: dict[str, str | NameOption] | None = None
    message: str = ""
    why: str = ""
    docs: str | list[str] = ""
    since: str = ""
    level: Level = "error"
    deadline: datetime.date | None = None
    owner: str = ""
    default: bool = True
    fix: Safety = "safe"
    type_checking: Literal["report", "allow"] = "report"
    allow: list[str] = []
    only_in: list[str] = []
    except_in: list[str] = []
    requires: str = ""
    example: list[Example] = []


class ApiTable(msgspec.Struct, forbid_unknown_fields=True):
    """An ``[[api]]``: facts about a name that every rule of the pack may use."""

    name: str
    reexports: list[str] = []
    exports: list[str] = []
    signature: str = ""


class PackTable(msgspec.Struct, forbid_unknown_fields=True):
    """A pack file as written."""

    schema: Literal[1] = 1
    defaults: dict[str, Any] = {}
    rule: list[RuleTable] = []
    api: list[ApiTable] = []


class PackFile:
    """The rules of one file, their examples by code, and the modules whose star exports it declares."""

    def __init__(
        self, path: str, rules: list[Rule], examples: dict[str, list[Example]], exports: dict[str, tuple[str, ...]]
    ) -> None:
        self.path = path
        self.rules = rules
        self.examples = examples
        self.exports = exports


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a pack file, for editors."""
    return msgspec.json.schema(PackTable)


def pack_files(path: Path) -> list[Path]:
    """The TOML files of *path*, a file or a folder, sorted. Raises PackError where there is nothing to read."""
    if path.is_dir():
        files = sorted(
            file
            for file in path.rglob("*.toml")
            if not any(part.startswith(".") for part in file.parts[len(path.parts) :])
        )
        if not files:
            raise PackError(f"{path}: no rules here: the folder holds no .toml file")
        return files
    if not path.is_file():
        raise PackError(f"{path}: no such file or folder of rules")
    return [path]


def read_pack(path: Path, *, pack: str = "", builtin: bool = False) -> PackFile:
    """Read and check the pack file at *path*. Raises PackError.

    *pack* is what its rules are shown to belong to, the folder's name by default; *builtin* allows codes of the
    engine's own family.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise PackError(f"{path}: not UTF-8 text") from None
    return parse_pack(text, str(path), pack=pack or path.parent.name, builtin=builtin)


def parse_pack(text: str, path: str, *, pack: str = "", builtin: bool = False) -> PackFile:
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
    reexports = _reexports(table.api, lines)
    for number, entry in enumerate(table.rule):
        fail = _Failure(lines, number, entry)
        rule = _rule(entry, fail, reexports, pack, f"{path}:{lines.rule(number)}")
        if builtin is False and rule.code.startswith(_ENGINE):
            raise fail("code", f"code {rule.code}: {_ENGINE}xx is the engine's own; choose another family")
        for other in rules:
            if other.code == rule.code:
                raise fail("code", f"code {rule.code} is already taken by {other.name!r} ({other.origin})")
            if other.name == rule.name:
                raise fail("name", f"name {rule.name!r} is already taken by {other.code} ({other.origin})")
        rules.append(rule)
        examples[rule.code] = entry.example
    exports = {api.name: tuple(api.exports) for api in table.api if api.exports}
    return PackFile(path, rules, examples, exports)


def _merge_defaults(raw: dict[str, Any], lines: _Lines) -> None:
    defaults = raw.get("defaults")
    if not isinstance(defaults, dict) or not isinstance(raw.get("rule"), list):
        return
    known = set(RuleTable.__struct_fields__) - {"code", "name", "ban", "rename", "example"}
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


def _rule(entry: RuleTable, fail: _Failure, reexports: Mapping[str, Sequence[str]], pack: str, origin: str) -> Rule:
    if not _CODE.match(entry.code):
        raise fail("code", f"code {entry.code!r}: expected one to three capital letters and three digits, as in ACM101")
    if not _NAME.match(entry.name):
        raise fail("name", f"name {entry.name!r}: expected lower-case words joined by hyphens")
    verbs = [verb for verb in VERBS if getattr(entry, verb) is not None]
    if len(verbs) != 1:
        said = " and ".join(verbs) or "none"
        raise fail(verbs[-1] if verbs else "code", f"expected exactly one verb of {', '.join(VERBS)}; it has {said}")
    verb = verbs[0]
    names = tuple(_names(verb, getattr(entry, verb), fail, reexports))
    if not names:
        raise fail(verb, f"{verb} is empty: name at least one thing")
    for placeholder in _PLACEHOLDER.findall(entry.message):
        if placeholder not in _PLACEHOLDERS:
            raise fail(
                "message", f"message: unknown placeholder {{{placeholder}}}{did_you_mean(placeholder, _PLACEHOLDERS)}"
            )
    if "\n" in entry.message:
        raise fail("message", "message: expected one line")
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
        names,
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
        pack=pack,
        origin=origin,
    )


def _names(
    verb: str,
    said: list[str] | dict[str, str | NameOption],
    fail: _Failure,
    reexports: Mapping[str, Sequence[str]],
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
        for spelled in (dotted, *_also(dotted, reexports)):
            if spelled in seen:
                continue
            seen.add(spelled)
            yield Name(spelled, option.to, option.hint or option.removed, option.fix or "", bool(option.removed))


def _also(dotted: str, reexports: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """The other names *dotted* has, as the pack's ``[[api]]`` facts say."""
    for name, others in reexports.items():
        if dotted == name or dotted.startswith(name + "."):
            for other in others:
                yield other + dotted[len(name) :]


def _reexports(apis: Iterable[ApiTable], lines: _Lines) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for api in apis:
        for name in (api.name, *api.reexports):
            try:
                parse_name(name, globs=False)
            except NameError_ as error:
                raise PackError(f"{lines.path}:{lines.text_line(name)}: api {api.name}: {error}") from None
        found[api.name] = api.reexports
    return found


def _parse(dotted: str, key: str, fail: _Failure) -> tuple[str, ...]:
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


def _check_requirement(text: str, fail: _Failure) -> None:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        Requirement(text)
    except InvalidRequirement:
        raise fail("requires", f"requires: {text!r} is no requirement such as 'corp-db>=3.2'") from None


def _check_example(example: Example, fail: _Failure) -> None:
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
    """The keys allowed at a decoder's *path*."""
    if ".example[" in path:
        return Example.__struct_fields__
    if re.match(r"rule\[\d+\]\.(?:ban|rename)", path):
        return NameOption.__struct_fields__
    if path.startswith("rule["):
        return RuleTable.__struct_fields__
    if path.startswith("api["):
        return ApiTable.__struct_fields__
    return PackTable.__struct_fields__


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` for the nearest of *known*, or ``""``."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _toml_line(error: Exception) -> int:
    match = re.search(r"at line (\d+)", str(error))
    return int(match.group(1)) if match else 1


def _toml_reason(error: Exception) -> str:
    return re.sub(r"\s*\(at (?:line \d+, column (\d+)|end of document)\)", r"", str(error))
