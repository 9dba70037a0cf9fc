"""Explaining: what the rules are, what one of them says, and what applies to a path and why.

Everything here is text for people (or JSON for their tools), made from the values that a run uses; nothing is decided
here.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from platform_lint import requirements
from platform_lint.config import FILENAMES, ConfigError, has_settings
from platform_lint.linting import Linter
from platform_lint.loading import installed_packs
from platform_lint.packs import PackError, did_you_mean, read_pack
from platform_lint.paths import PathPatterns, relative
from platform_lint.profiles import Profile, Profiles, UsageError
from platform_lint.reports.escaping import encodable, visible
from platform_lint.rule import Name, Rule
from platform_lint.selection import covers
from platform_lint.tables import Example

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: Where a setting comes from, besides a file.
_DEFAULT, _COMMAND_LINE = "default", "command line"
#: Settings whose key in a file is another than their name.
_FIELDS = {"rule_dirs": "rules", "extend_ignore": "ignore"}
_KEYS = {"rules": "rule-dirs"}
#: Deadlines are no matter of whether a rule is on.
_ANY_DAY = "2000-01-01"
#: Where the settings were read, which is told apart.
_FOUND = ("source", "root", "extends")
#: Longer names do not push the others' column away.
_MAX_NAMES = 60
_MARK = re.compile(r"[ \t]*#[ \t]*hit[ \t]*$", re.MULTILINE)


# The list


def list_rules(profile: Profile, output_format: str) -> str:
    """All rules known under *profile*, by department: a table, or JSON if *output_format* says so."""
    rules = sorted(profile.rules, key=lambda rule: rule.code)
    if output_format == "json":
        return _json([_fields(rule, profile) for rule in rules])
    # As they were loaded: the engine's own, ours, the company's.
    departments: dict[str, list[Rule]] = {rule.pack: [] for rule in profile.rules}
    for rule in rules:
        departments[rule.pack].append(rule)
    rows = {rule.code: _row(rule) for rule in profile.rules}
    widths = [max(map(len, column)) for column in list(zip(*rows.values(), strict=True))[:-1]] + [0]
    lines: list[str] = []
    for department, members in departments.items():
        lines += ["", f"{visible(department)} ({_count(len(members), 'rule')})"]
        for rule in members:
            shown = (cell.ljust(width) for cell, width in zip(rows[rule.code], widths, strict=True))
            lines.append(visible(f"  {'  '.join(shown)}").rstrip())
    lines += ["", "fix: applied by --fix; unsafe: by --fix --unsafe-fixes as well; suggest: shown only", ""]
    return "\n".join(lines[1:])


def _row(rule: Rule) -> tuple[str, str, str, str, str, str]:
    on = "default" if rule.default else "opt-in"
    return rule.code, rule.name, _fix_mark(rule) or "-", rule.level, on, _summary(rule)


def _fix_mark(rule: Rule) -> str:
    """How well the rule's best fix can be trusted: ``fix``, ``unsafe``, ``suggest``; ``""`` where it has none."""
    safeties = {_safety(rule, name) for name in rule.names if name.to}
    for safety, mark in (("safe", "fix"), ("unsafe", "unsafe"), ("suggest", "suggest")):
        if safety in safeties:
            return mark
    return ""


def _safety(rule: Rule, name: Name) -> str:
    return "suggest" if rule.fix == "suggest" else name.fix or rule.fix


def _summary(rule: Rule) -> str:
    """What the rule says of its first name, with how many more there are."""
    if not rule.names:
        return rule.message
    first = rule.names[0].dotted.removeprefix("builtins.")
    text = rule.text_for(rule.names[0], first, _ANY_DAY).partition(" (an error from ")[0]
    more = len(rule.names) - 1
    return text.replace(f"`{first}`", f"`{first}` (+{more})", 1) if more else text


def _fields(rule: Rule, profile: Profile) -> dict[str, object]:
    """All that is known of *rule*, as plain values."""
    fields = rule.fields()
    fields["names"] = [
        {"name": name.dotted, "to": name.to, "hint": name.hint, "fix": _safety(rule, name) if name.to else "",
         "removed": name.removed}
        for name in rule.names
    ]  # fmt: skip
    fields["origin"] = encodable(rule.origin)
    fields["allow"] = [".".join(parts) for parts in rule.allow]
    fields["fixable"] = bool(_fix_mark(rule))
    fields["enabled"] = rule.code in profile.catalog.by_code
    first = ("code", "name", "pack", "verb", "enabled", "default", "level", "fixable")
    return {**{key: fields[key] for key in first}, **{key: fields[key] for key in sorted(fields) if key not in first}}


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


# One rule


def explain(profile: Profile, code_or_name: str, output_format: str) -> str:
    """All that is known of one rule. Raises UsageError where *code_or_name* is none's."""
    rule = _rule(profile, code_or_name)
    examples = _examples(rule)
    if output_format == "json":
        shown = [
            {key: value for key, value in msgspec.structs.asdict(example).items() if value not in (None, {})}
            for example in examples
        ]
        return _json({**_fields(rule, profile), "examples": shown})
    on = "on" if rule.code in profile.catalog.by_code else "off"
    lines = [f"{rule.code} {rule.name}", "", _message(rule)]
    lines += ["", rule.why] if rule.why else []
    lines += ["", *(f"{title + ':':<12} {text}" for title, text in _facts(rule, on) if text)]
    blocks = [visible(line) for line in lines]
    blocks += [visible(line) for line in _names(rule)]
    for number, example in enumerate(examples, 1):
        blocks += ["", *_example(number, example)]
    return "\n".join([*blocks, ""])


def _rule(profile: Profile, code_or_name: str) -> Rule:
    for rule in profile.rules:
        if code_or_name == rule.name or code_or_name.upper() == rule.code:
            return rule
    below = sorted(rule.code for rule in profile.rules if code_or_name and rule.code.startswith(code_or_name.upper()))
    if below:
        raise UsageError(
            f"{_count(len(below), 'code')} begin with {code_or_name}: name one of {below[0]} to {below[-1]}"
        )
    known = [name for rule in profile.rules for name in (rule.code, rule.name)]
    raise UsageError(f"no rule has the code or name {code_or_name!r}{did_you_mean(code_or_name, known)}")


def _message(rule: Rule) -> str:
    if rule.message:
        return rule.message
    return rule.text_for(rule.names[0], "{name}", _ANY_DAY) if rule.names else ""


def _facts(rule: Rule, on: str) -> Iterator[tuple[str, str]]:
    yield "Default", f"{'on' if rule.default else 'off: select it by code or name'}; {on} under this configuration"
    deadline = f", an error from {rule.deadline} on" if rule.deadline else ""
    yield "Level", rule.level + deadline
    fixes = {"fix": "safe", "unsafe": "unsafe: applied with --unsafe-fixes", "suggest": "suggested, never applied"}
    yield "Fix", fixes.get(_fix_mark(rule), "none")
    yield "Since", rule.since
    yield "Owner", rule.owner
    yield "Requires", rule.requires and f"{rule.requires} (of the linted project)"
    yield "Only in", ", ".join(rule.only_in)
    yield "Not in", ", ".join(rule.except_in)
    yield "Allows", ", ".join(".".join(parts) for parts in rule.allow)
    yield "Annotations", "imports under `if TYPE_CHECKING:` are allowed" if rule.type_checking == "allow" else ""
    for url in rule.docs:
        yield "Docs", url
    yield "Defined in", f"{_shown(rule.origin)} (pack {rule.pack})" if rule.origin else "platform-lint itself"


def _names(rule: Rule) -> list[str]:
    """Every name of *rule* with what is said about it."""
    if not rule.names:
        return []
    width = min(max(len(name.dotted) for name in rule.names), _MAX_NAMES)
    lines = ["", "Bans:" if rule.verb == "ban" else "Renames:"]
    for name in rule.names:
        said = []
        if name.to:
            safety = _safety(rule, name)
            said.append(f"-> {name.to}" + ("" if safety == "safe" else f" ({safety})"))
        if name.hint:
            said.append(("removed: " if name.removed else "") + name.hint)
        lines.append(f"  {name.dotted.ljust(width)}  {'; '.join(said)}".rstrip())
    return lines


def _examples(rule: Rule) -> Sequence[Example]:
    path = rule.origin.rpartition(":")[0]
    if not path:
        return ()
    try:
        return read_pack(Path(path), builtin=True).examples.get(rule.code, ())
    except PackError as error:
        raise UsageError(str(error)) from None


def _example(number: int, example: Example) -> Iterator[str]:
    where = "" if example.path == "example.py" else f" in {visible(example.path)}"
    for title, text in (("is reported", example.bad), ("becomes", example.good), ("is left alone", example.ok)):
        if text is None:
            continue
        if title == "becomes":
            text = _MARK.sub("", text)
        yield f"Example {number}{where}, {title}:".replace(", becomes", " becomes")
        for line in text.strip("\n").split("\n"):
            yield f"    {visible(line, keep=chr(9))}".rstrip()


# What applies to a path


def show_config(profiles: Profiles, path: str) -> str:
    """What applies to the file or directory at absolute *path*, and where each part of it comes from."""
    directory = path if os.path.isdir(path) else os.path.dirname(path)
    profile = profiles.for_directory(directory)
    # What holds in a directory is what would hold for a file in it.
    file = os.path.join(path, "any.py") if path == directory else path
    linter = Linter(profile, _ANY_DAY)
    sections = [
        ("Configuration", _found_in(profiles, profile, directory)),
        ("Settings", _settings(profiles, profile)),
        ("Modules", _modules(linter, file, path == directory)),
        ("Packs", _packs(profiles, profile)),
        *_rules(linter, profile, file),
    ]
    lines = [visible(path), *_excluded(profile, path)]
    for title, body in sections:
        lines += ["", f"{title}:", *(f"  {visible(line)}".rstrip() for line in body)]
    return "\n".join([*lines, ""])


def _excluded(profile: Profile, path: str) -> list[str]:
    settings = profile.settings
    if not settings.excluded.match(relative(path, settings.root)):
        return []
    forced = "even when it is named" if settings.force_exclude else "unless it is named on the command line"
    return [f"excluded: left out {forced}"]


def _found_in(profiles: Profiles, profile: Profile, directory: str) -> Iterator[str]:
    settings = profile.settings
    if profiles.isolated:
        yield "none: --isolated leaves configuration files out"
    elif settings.source and not _is_nearest(settings.source, directory):
        yield f"{settings.source}: named by --config"
    else:
        yield settings.source or "none: no file was found, the defaults hold"
        for place, what in _searched(directory):
            yield f"  looked in {place}: {what}"
    yield from (f"extends {path}" for path in settings.extends)
    yield f"paths count from {settings.root}"


def _is_nearest(source: str, directory: str) -> bool:
    return any(what.startswith("found") and source.startswith(place) for place, what in _searched(directory))


def _searched(directory: str) -> Iterator[tuple[str, str]]:
    """The directories where a configuration file was looked for, in order, with what was there."""
    here = directory
    while True:
        there = [name for name in FILENAMES if os.path.isfile(os.path.join(here, name))]
        for name in there:
            try:
                if has_settings(os.path.join(here, name)):
                    yield here, f"found {name}"
                    return
            except ConfigError as error:
                raise UsageError(str(error)) from None
        nothing = "; ".join(f"{name} has no [tool.platform-lint]" for name in there) or "nothing"
        top = os.path.exists(os.path.join(here, ".git"))
        parent = os.path.dirname(here)
        last = top or parent == here
        yield here, nothing + (", and it is the top of a repository" if top else "")
        if last:
            return
        here = parent


def _settings(profiles: Profiles, profile: Profile) -> list[str]:
    """Every setting with its value and where that comes from."""
    origins = _origins(profiles, profile.settings.source)
    shown = [
        (_KEYS.get(name, name.replace("_", "-")), _value(name, value), origins.get(name, _DEFAULT))
        for name, value in profile.settings.fields().items()
        if name not in _FOUND
    ]
    width = max(len(key) for key, _, _ in shown)
    return [f"{key.ljust(width)} = {value}  ({origin})" for key, value, origin in shown]


def _value(name: str, value: object) -> str:
    if name == "select" and value is None:
        return "the default rules"
    if name == "per_file_ignores":
        return _plain({pattern: list(codes) for pattern, codes in value})  # type: ignore[attr-defined]
    return _plain(list(value) if isinstance(value, tuple) else value)


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _origins(profiles: Profiles, source: str) -> dict[str, str]:
    """Where each setting that is not a default comes from."""
    origins = dict(_in_files(source)) if source else {}
    origins.update((_field(text.partition("=")[0]), _COMMAND_LINE) for text in profiles.overrides)
    origins.update((name, _COMMAND_LINE) for name in profiles.changes)
    return origins


def _in_files(path: str) -> Iterator[tuple[str, str]]:
    """The settings that the file at *path* makes, after those of the file it extends."""
    try:
        table = tomllib.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError):
        return  # It was read a moment ago; what it says now, nobody knows.
    if os.path.basename(path) == "pyproject.toml":
        table = table.get("tool", {}).get("platform-lint", {})
    if "extend" in table:
        yield from _in_files(os.path.normpath(os.path.join(os.path.dirname(path), os.path.expanduser(table["extend"]))))
    for key in table:
        yield _field(key), path


def _field(key: str) -> str:
    name = key.strip().replace("-", "_")
    return _FIELDS.get(name, name)


def _modules(linter: Linter, file: str, is_directory: bool) -> Iterator[str]:
    view = linter.modules.view(file)
    for root in linter.settings.src:
        yield f"import root {root}" + ("" if os.path.isdir(root) else " (not there)")
    name = ".".join(view.module[:-1] if is_directory and view.module else view.module or ())
    what = "files in it belong to" if is_directory else "the file is"
    yield f"{what} {name}, counted from {view.root}" if name else f"{what} no module that others could import by name"


def _packs(profiles: Profiles, profile: Profile) -> Iterator[str]:
    """Where the rules come from, with how many each place holds."""
    places = [(str(folder), f"installed package {module}") for module, folder in installed_packs()]
    places += [(path, "rule-dirs") for path in profile.settings.rules]
    places += [(path, "--rules") for path in profiles.extra_rules]
    for place, door in places:
        rules = [rule for rule in profile.rules if _is_below(rule.origin.rpartition(":")[0], place)]
        yield f"{place}: {_count(len(rules), 'rule')} ({door})"


def _is_below(path: str, place: str) -> bool:
    return path == place or path.startswith(place.rstrip(os.sep) + os.sep)


def _rules(linter: Linter, profile: Profile, file: str) -> list[tuple[str, Iterable[str]]]:
    """The rules that are on for *file*, and those that are off with the reason."""
    on: list[Rule] = []
    off: list[tuple[Rule, str]] = []
    for rule in sorted(profile.rules, key=lambda rule: rule.code):
        reason = _reason_off(rule, linter, profile, file)
        if reason:
            off.append((rule, reason))
        else:
            on.append(rule)
    return [
        (f"{_count(len(on), 'rule')} on here", [f"{rule.code} {rule.name}" for rule in on]),
        (f"{_count(len(off), 'rule')} off here", [f"{rule.code} {rule.name}: {reason}" for rule, reason in off]),
    ]


def _reason_off(rule: Rule, linter: Linter, profile: Profile, file: str) -> str:
    """Why *rule* is off for *file*; ``""`` where it is on."""
    settings = profile.settings
    if rule.code not in profile.catalog.by_code:
        if covers(settings.ignore, rule):
            return f"ignored by {', '.join(selector for selector in settings.ignore if covers((selector,), rule))}"
        if settings.select is not None and rule.verb != "engine":
            return f"not selected by {', '.join(settings.select) or 'anything'}"
        return "off by default; select it by code or name"
    if linter.applies(rule, file):
        return ""
    inside = relative(file, settings.root)
    if rule.only_in and not PathPatterns(rule.only_in).match(inside):
        return f"only in {', '.join(rule.only_in)}"
    if PathPatterns(rule.except_in).match(inside):
        return f"not in {', '.join(rule.except_in)}"
    for pattern, selectors in settings.per_file_ignores:
        if PathPatterns((pattern,)).match(inside) and covers(selectors, rule):
            return f"ignored in {pattern} by per-file-ignores"
    return f"requires {rule.requires}; {_project_says(rule.requires, os.path.dirname(file))}"


def _project_says(requirement: str, directory: str) -> str:
    """What the project that *directory* is in says about what *requirement* asks for."""
    found = requirements.read(directory)
    name = canonicalize_name(Requirement(requirement).name)
    where = f" ({found.source})" if found.source else " (it does not say)"
    if name not in found.floors:
        return f"the project does not depend on {name}{where}"
    floor = found.floors[name]
    return f"the project admits {name} {floor} and later{where}" if floor else f"the project admits any {name}{where}"


def _shown(origin: str) -> str:
    """*origin* relative to the working directory, where it lies below."""
    here = os.getcwd() + os.sep
    return origin.removeprefix(here).replace(os.sep, "/")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
