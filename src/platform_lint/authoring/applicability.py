"""What applies to a path, and why: ``platform-lint config``.

Everything here is told from the values that a run uses; nothing is decided here.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from platform_lint import requirements
from platform_lint.linting import Linter
from platform_lint.loading import installed_packs, is_below
from platform_lint.paths import PathPatterns, relative
from platform_lint.profiles import Profile, Profiles
from platform_lint.reports.escaping import visible
from platform_lint.rule import Rule
from platform_lint.selection import covers
from platform_lint.settings import CONFIG_FILENAMES

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
    else:
        places = profiles.searched(directory)
        if settings.source == places[-1][1]:
            yield settings.source or "none: no file was found, the defaults hold"
            yield from (f"  looked in {place}: {_seen_in(place, found)}" for place, found in places)
        else:
            yield f"{settings.source}: named by --config"
    yield from (f"extends {path}" for path in settings.extends)
    yield f"paths count from {settings.root}"


def _seen_in(directory: str, found: str) -> str:
    """What the search for a configuration met in *directory*; *found* is the file that configures us, or ``""``."""
    if found:
        return f"found {os.path.basename(found)}"
    there = [name for name in CONFIG_FILENAMES if os.path.isfile(os.path.join(directory, name))]
    nothing = "; ".join(f"{name} has no [tool.platform-lint]" for name in there) or "nothing"
    top = os.path.exists(os.path.join(directory, ".git"))
    return nothing + (", and it is the top of a repository" if top else "")


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
        rules = [rule for rule in profile.rules if is_below(rule, place)]
        yield f"{place}: {_count(len(rules), 'rule')} ({door})"


def _rules(linter: Linter, profile: Profile, file: str) -> list[tuple[str, Iterable[str]]]:
    """The rules that are on for *file*, and those that are off with the reason."""
    on: list[tuple[Rule, str]] = []
    off: list[tuple[Rule, str]] = []
    for rule in sorted(profile.rules, key=lambda rule: rule.code):
        reason = _reason_off(rule, linter, profile, file)
        if reason:
            off.append((rule, reason))
        else:
            on.append((rule, _reason_on(rule, profile, file)))
    return [
        (f"{_count(len(on), 'rule')} on here", [f"{rule.code} {rule.name}{reason}" for rule, reason in on]),
        (f"{_count(len(off), 'rule')} off here", [f"{rule.code} {rule.name}: {reason}" for rule, reason in off]),
    ]


def _reason_on(rule: Rule, profile: Profile, file: str) -> str:
    """What is worth knowing of *rule* where it is on: its conditions on the project and the code, its options, and how
    its fixes are trusted where that is not as its author said.
    """
    said: list[str] = []
    if rule.requires:
        said.append(f"requires {rule.requires}; {_project_says(rule.requires, os.path.dirname(file))}")
    said += [f"inside {_one_line(pattern)}" for pattern in rule.inside]
    said += [f"not inside {_one_line(pattern)}" for pattern in rule.not_inside]
    said += [f"{name} = {_plain(value)}" for name, value in (rule.body.get("options") or {}).items()]
    trusted = profile.catalog.by_code[rule.code].fix
    if trusted != rule.fix:
        said.append("its fixes are only shown" if trusted == "suggest" else f"its fixes are {trusted} here")
    return f": {', '.join(said)}" if said else ""


def _one_line(text: str) -> str:
    return f"`{' '.join(text.split())}`"


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
