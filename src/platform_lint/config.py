"""Configuration files: ``[tool.platform-lint]`` in ``pyproject.toml``, or ``platform-lint.toml``.

The file nearest to a linted file holds for it, alone: nothing is merged, but for an explicit ``extend``. Paths in a
file are relative to that file. Every mistake is one :class:`ConfigError` with file, line and key.
"""

from __future__ import annotations

import os
import re
import sys
import typing
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import msgspec

from platform_lint.paths import unfit as unfit_path
from platform_lint.reading import read_regular
from platform_lint.rule import Rule, unfit
from platform_lint.settings import FORMATS, Settings
from platform_lint.tables import did_you_mean

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_MAX_EXTENDS = 10
#: A value that does not fit is shown up to here.
_MAX_SHOWN = 60

#: The types of keys as people call them, and the keys for which that says too little.
_WORDS: dict[Any, str] = {bool: "true or false", str: "a string", list[str]: "a list of strings"}
_MUST_BE = {
    "per-file-ignores": 'a table of path patterns, each with a list of strings, as in {"tests/**" = ["LIB4"]}',
    "options": "a table of rules, each with a table of its options, as in {ACM201 = {max_args = 3}}",
}


class ConfigError(Exception):
    """A configuration that cannot be used. The text is ``file:line: what is wrong``, one line."""


class ConfigTable(msgspec.Struct, forbid_unknown_fields=True, rename="kebab"):
    """The settings as written; what is left out is None."""

    #: Another file whose settings come first.
    extend: str | None = None
    #: Codes, prefixes, names or `ALL`: these rules instead of the default ones.
    select: list[str] | None = None
    #: Rules that are left out.
    ignore: list[str] | None = None
    #: Rules that are on as well.
    extend_select: list[str] | None = None
    #: Rules that are left out as well.
    extend_ignore: list[str] | None = None
    #: Rules that are left out in files whose path matches a pattern.
    per_file_ignores: dict[str, list[str]] | None = None
    #: The rules whose fixes are made, instead of `ALL`; the fixes of others are only shown.
    fixable: list[str] | None = None
    #: Rules whose fixes are made as well.
    extend_fixable: list[str] | None = None
    #: Rules whose fixes are only shown.
    unfixable: list[str] | None = None
    #: Rules whose unsafe fixes count as safe here.
    extend_safe_fixes: list[str] | None = None
    #: Rules whose safe fixes count as unsafe here.
    extend_unsafe_fixes: list[str] | None = None
    #: Path patterns that are not looked into, instead of the usual ones.
    exclude: list[str] | None = None
    #: Path patterns that are not looked into as well.
    extend_exclude: list[str] | None = None
    #: Leave excluded files out even when they are named, as pre-commit does.
    force_exclude: bool | None = None
    #: Leave out what git ignores.
    respect_gitignore: bool | None = None
    #: Folders or files of rules.
    rule_dirs: list[str] | None = None
    #: Whether rules in Python from `rule-dirs` are run.
    local_rules: bool | None = None
    #: Options of rules, by code or name of the rule.
    options: dict[str, dict[str, Any]] | None = None
    #: The directories imports start from.
    src: list[str] | None = None
    #: Apply safe fixes.
    fix: bool | None = None
    #: Apply unsafe fixes too.
    unsafe_fixes: bool | None = None
    #: List what was fixed.
    show_fixes: bool | None = None
    #: The format of the report.
    output_format: Literal[FORMATS] | None = None  # type: ignore[valid-type]
    #: Where results are kept.
    cache_dir: str | None = None
    #: Bytes of the largest file that is parsed; larger ones that may hold a finding are named.
    max_file_size: Annotated[int, msgspec.Meta(ge=1)] | None = None
    #: What makes the exit status 1.
    fail_on: Literal["error", "warning", "never"] | None = None
    #: Report a suppression without a reason.
    require_reason: bool | None = None


def load(path: str, overrides: Iterable[str] = ()) -> Settings:
    """The settings of the file at absolute *path* with ``KEY=VALUE`` *overrides*. Raises ConfigError."""
    values = _values(path, ())
    return _with_overrides(values, os.path.dirname(path), overrides)


def defaults(root: str, overrides: Iterable[str] = ()) -> Settings:
    """The settings where no file applies, for a project at absolute *root*. Raises ConfigError."""
    return _with_overrides({"root": root}, root, overrides)


def has_settings(path: str) -> bool:
    """Whether the file at *path* configures us at all: any ``platform-lint.toml``, few ``pyproject.toml``."""
    if os.path.basename(path) != "pyproject.toml":
        return True
    table = _read(path).get("tool", {})
    return isinstance(table, dict) and "platform-lint" in table


def _with_overrides(values: dict[str, object], base: str, overrides: Iterable[str]) -> Settings:
    for override in overrides:
        _update(values, _override(override, base))
    ignored = values.pop("extend_ignore", ())
    if ignored:
        values["ignore"] = (*values.get("ignore", ()), *ignored)  # type: ignore[misc]
    settings = Settings(**values)
    if not settings.src:
        settings.src = tuple(os.path.normpath(os.path.join(settings.root, name)) for name in (".", "src"))
    return settings


def _values(path: str, above: tuple[str, ...]) -> dict[str, object]:
    """The settings of *path* by name, what it extends included."""
    if path in above:
        raise ConfigError(f"{path}: `extend` goes in a circle: {' -> '.join((*above, path))}")
    if len(above) > _MAX_EXTENDS:
        raise ConfigError(f"{path}: more than {_MAX_EXTENDS} files extend each other")
    raw = _read(path)
    prefix = ""
    if os.path.basename(path) == "pyproject.toml":
        tool = raw.get("tool", {})
        raw = tool.get("platform-lint", {}) if isinstance(tool, dict) else {}
        prefix = "tool.platform-lint"
    table = _decode(raw, path, prefix)
    base = os.path.dirname(path)
    values: dict[str, object] = {}
    if table.extend is not None:
        parent = os.path.normpath(os.path.join(base, os.path.expanduser(table.extend)))
        if not os.path.isfile(parent):
            raise ConfigError(f"{path}:{_line(path, 'extend')}: extend: there is no file {parent}")
        values = _values(parent, (*above, path))
        values["extends"] = (parent, *values.get("extends", ()))  # type: ignore[misc]
    _update(values, _plain(table, base, path))
    values["source"] = path
    values["root"] = base
    return values


def _update(values: dict[str, object], said: dict[str, object]) -> None:
    """Let *said* hold over *values*: one for one, and options of rules each for itself."""
    options: dict[str, dict[str, object]] = {**values.get("options", {})}  # type: ignore[dict-item]
    for rule, table in said.pop("options", {}).items():  # type: ignore[attr-defined]
        options[rule] = {**options.get(rule, {}), **table}
    values.update(said)
    if options:
        values["options"] = options


def set_options(settings: Settings, rules: Iterable[Rule]) -> None:
    """Give *rules* the options that *settings* have for them. Raises ConfigError for one that no rule has."""
    rules = list(rules)
    for said, table in settings.options.items():
        rule = next((rule for rule in rules if said in (rule.code, rule.name)), None)
        if rule is None:
            known = [word for rule in rules if rule.body.get("declared") for word in (rule.code, rule.name)]
            raise _option_error(settings, said, "", f"there is no rule {said!r}{did_you_mean(said, known)}")
        declared: Mapping[str, Any] = rule.body.get("declared") or {}
        options = dict(rule.body.get("options") or {})
        for name, value in table.items():
            if name not in declared:
                have = did_you_mean(name, declared) if declared else "; it has none"
                raise _option_error(settings, said, name, f"rule {rule.code} has no such option{have}")
            problem = unfit(value, declared[name]["type"])
            if problem:
                raise _option_error(settings, said, name, problem)
            options[name] = value
        rule.body = {**rule.body, "options": options}


def _option_error(settings: Settings, rule: str, name: str, reason: str) -> ConfigError:
    shown = ".".join(part for part in ("options", rule, name) if part)
    for path in (settings.source, *settings.extends):
        if path:
            row = _line(path, name) if name else _line(path, rule)
            if row > 1 or path == settings.source:
                return ConfigError(f"{path}:{row}: {shown}: {reason}")
    return ConfigError(f"--config {shown}: {reason}")


def place_of(settings: Settings, name: str, selector: str) -> str:
    """Where *selector* is said for the setting *name*: ``file:line: key: ``, ``""`` where no file says it."""
    for path in (settings.source, *settings.extends):
        table = _read(path) if path else {}
        if os.path.basename(path) == "pyproject.toml":
            table = table["tool"]["platform-lint"]
        for key in (name.replace("_", "-"), *(("extend-ignore",) if name == "ignore" else ())):
            said = table.get(key, ())
            if selector in ([one for some in said.values() for one in some] if isinstance(said, dict) else said):
                return f"{path}:{_line(path, key)}: {key}: "
    return ""


def _read(path: str) -> dict[str, Any]:
    try:
        table: dict[str, Any] = tomllib.loads(read_regular(path).decode("utf-8"))
        return table
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"at line (\d+)", str(error))
        reason = re.sub(r"\s*\(at [^)]*\)", "", str(error))
        raise ConfigError(f"{path}:{match.group(1) if match else 1}: broken TOML: {reason}") from None
    except RecursionError:
        raise ConfigError(f"{path}: nested too deeply") from None


def _decode(raw: Mapping[str, Any], path: str, prefix: str) -> ConfigTable:
    try:
        return msgspec.convert(raw, ConfigTable)
    except msgspec.ValidationError as error:
        key, reason = _blamed(error, raw)
        shown = ".".join(part for part in (prefix, key) if part)
        raise ConfigError(f"{path}:{_line(path, key or 'platform-lint')}: {shown}{reason}") from None


def _blamed(error: msgspec.ValidationError, raw: Mapping[str, Any]) -> tuple[str, str]:
    """The key of *raw* that the decoder's *error* is about, ``""`` for the table itself, and what is to follow it."""
    said, _, where = str(error).partition(" - at `$")
    unknown = re.search(r"unknown field `([^`]*)`", said)
    if unknown:
        return unknown[1], f": unknown key{did_you_mean(unknown[1], ConfigTable.__struct_encode_fields__)}"
    key = re.split(r"[.`\[]", where.lstrip("."))[0]
    if not key:
        return "", " must be a table"
    hint = typing.get_type_hints(ConfigTable, include_extras=True)[key.replace("-", "_")]
    value = raw[key]
    shown = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    choices = [choice for choice in _choices(hint) if choice is not None]
    guess = did_you_mean(str(value), choices)
    return key, f" must be {_MUST_BE.get(key) or _wanted(hint)}, not {shown[:_MAX_SHOWN]}{guess}"


def _choices(hint: Any) -> list[Any]:
    """The values that a type allows, where it names them."""
    if typing.get_origin(hint) is Literal:
        return list(typing.get_args(hint))
    return [choice for part in typing.get_args(hint) for choice in _choices(part)]


def _wanted(hint: Any) -> str:
    """What the type of a key means, as people say it."""
    if _choices(hint):
        return f"one of {', '.join(_choices(hint))}"
    (kind,) = (part for part in typing.get_args(hint) if part is not type(None))
    return _WORDS.get(kind) or "a whole number above 0"


def _line(path: str, key: str) -> int:
    """The row of *key* in the file at *path*, 1 where it cannot be found."""
    try:
        lines = read_regular(path).decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return 1
    pattern = re.compile(rf"""\s*(?:\[.*\b)?["']?{re.escape(key)}["']?\s*[\].=]""")
    start: int = next((number for number, line in enumerate(lines) if "platform-lint" in line), 0)
    for number in (*range(start, len(lines)), *range(start)):
        if pattern.match(lines[number]):
            return int(number) + 1
    return 1


def _plain(table: ConfigTable, base: str, path: str) -> dict[str, object]:
    """The keys *table* sets, with its paths made absolute."""
    values: dict[str, object] = {}
    for name in table.__struct_fields__:
        value = getattr(table, name)
        if value is None or name == "extend":
            continue
        if name == "rule_dirs":
            values["rules"] = tuple(_path(item, base) for item in value)
            for item, directory in zip(value, values["rules"], strict=True):  # type: ignore[call-overload]
                if not os.path.exists(directory):
                    raise ConfigError(f"{path}:{_line(path, 'rule-dirs')}: rule-dirs: {item!r} does not exist")
        elif name == "src":
            values["src"] = tuple(_path(item, base) for item in value)
        elif name == "cache_dir":
            directory = _path(value, base)
            values["cache_dir"] = directory
            if path != "--config" and os.path.relpath(directory, base).split(os.sep)[0] == "..":
                # Whoever writes a repository's files does not say where on this machine is written.
                reason = "lies outside of the project: say it with --cache-dir or PLATFORM_LINT_CACHE_DIR"
                raise ConfigError(f"{path}:{_line(path, 'cache-dir')}: cache-dir: {value!r} {reason}")
        elif name == "per_file_ignores":
            _check_patterns(value, name, path)
            values[name] = tuple((pattern, tuple(codes)) for pattern, codes in value.items())
        else:
            if name in ("exclude", "extend_exclude"):
                _check_patterns(value, name, path)
            values[name] = tuple(value) if isinstance(value, list) else value
    return values


def _check_patterns(patterns: Iterable[str], name: str, path: str) -> None:
    key = name.replace("_", "-")
    for pattern in patterns:
        reason = unfit_path(pattern)
        if reason:
            raise ConfigError(f"{path}:{_line(path, key)}: {key}: {pattern!r} is no path pattern: {reason}")


def _path(text: str, base: str) -> str:
    return os.path.normpath(os.path.join(base, os.path.expanduser(text)))


def _override(text: str, base: str) -> dict[str, object]:
    """One ``KEY=VALUE`` of the command line: a line of TOML, where a bare word stands for a string."""
    key, _, value = text.partition("=")
    shown = f"--config {text}"
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        try:
            raw = tomllib.loads(f"{key} = {_quoted(value)}")
        except tomllib.TOMLDecodeError:
            raise ConfigError(f"{shown}: not a line of TOML: write KEY=VALUE, as in select=['LIB5']") from None
    try:
        table = msgspec.convert(raw, ConfigTable)
    except msgspec.ValidationError as error:
        said, reason = _blamed(error, raw)
        raise ConfigError(f"{shown}: {said}{reason}") from None
    if table.extend is not None:
        raise ConfigError(f"{shown}: `extend` belongs in a file; pass the file with --config")
    return _plain(table, base, "--config")


def _quoted(text: str) -> str:
    return '"' + text.strip().replace("\\", "\\\\").replace('"', '\\"') + '"'
