"""Harvesting: the rules that a library's own deprecations make, for ``platform-lint harvest``.

:func:`harvest` reads the library and gives the text of a rule file, in which every rule has examples that prove it,
and what no rule could be made of.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platform_lint.authoring.deprecations import REPLACED_BY, Deprecation, Skipped, deprecations
from platform_lint.authoring.harvested_rules import Draft, drafts, toml
from platform_lint.authoring.laws import Trial, example_laws, name_laws
from platform_lint.authoring.library_source import read_library
from platform_lint.packs import PackError, parse_pack
from platform_lint.profiles import UsageError
from platform_lint.tables import EXAMPLE_PATH, Example

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: How the first line of a harvested file begins.
MARK = "# Made by `platform-lint harvest`"
_FIRST = 100
_PREFIX = re.compile(r"[A-Z]{1,3}\Z")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
#: Where rules lie in a folder of them: beside one another, or by department.
_RULE_FILES = ("*.toml", "*.py", "*/*.toml", "*/*.py")
_CODES = re.compile(r"^\s*code\s*=\s*[\"']([A-Z]{1,3}[0-9]{3})[\"']", re.MULTILINE)
_NAMES = re.compile(r"^\s*name\s*=\s*[\"']([a-z0-9-]+)[\"']", re.MULTILINE)
_CALLED = re.compile(r"(?:\(\$X: )?([\w.]+)")


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the rules are to be: the letters of their codes and the first number, what their names begin with, the
    *decorators* that say what replaces a thing, and what holds for all of them.
    """

    prefix: str = ""
    first: int | None = None
    name: str = ""
    decorators: Sequence[str] = ()
    module: str = ""
    defaults: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Harvest:
    """What came of it: the *text* of a file of *rules* rules, of how many deprecations, and what was *skipped*.

    *fixed* of the rules have a safe fix, *unsafe* an unsafe one.
    """

    text: str
    rules: int
    deprecations: int
    fixed: int
    unsafe: int
    skipped: Sequence[Skipped]

    def summary(self) -> str:
        """All of it in a line."""
        rules = f"{self.rules} rule{'' if self.rules == 1 else 's'}"
        parts = [f"{self.fixed} with a safe fix", f"{self.unsafe} with an unsafe one"]
        left = f"; {len(self.skipped)} could not be harvested" if self.skipped else ""
        number = f"{self.deprecations} deprecation{'' if self.deprecations == 1 else 's'}"
        return f"{rules} from {number}: {', '.join(parts)}{left}"


def harvest(asked: str, wishes: Wishes, before: str = "", origin: str = "", beside: str = "") -> Harvest:
    """The rules that the deprecations of the library *asked* for make.

    *before* is the text of the file as it is, ``""`` where there is none: codes and names of what is in it stay.
    *origin* is its path, for messages, *beside* the folder whose other rules have their codes and names already. Raises
    UsageError.
    """
    known = _Known(before, origin)
    if beside:
        known.leave_to(Path(beside), Path(origin))
    wishes = _checked(wishes, known)
    library = read_library(asked, wishes.module)
    harvester = _Harvester(wishes, known, library.name, list(library.modules))
    skipped: list[Skipped] = []
    number = 0
    for found in deprecations(library, wishes.decorators or (REPLACED_BY,)):
        number += 1
        reason = "" if isinstance(found, Skipped) else harvester.add(found)
        if isinstance(found, Skipped):
            skipped.append(found)
        elif reason:
            skipped.append(Skipped(found.path, found.row, found.api, reason))
    text = harvester.text()
    try:
        parse_pack(text, origin or "the harvest")
    except PackError as error:
        raise UsageError(str(error)) from None
    return Harvest(text, len(harvester.rules), number, harvester.fixed["safe"], harvester.fixed["unsafe"], skipped)


def _checked(wishes: Wishes, known: _Known) -> Wishes:
    prefix = wishes.prefix or known.prefix
    if not prefix:
        raise UsageError("which codes? name their letters with --code-prefix, as in ACM")
    if not _PREFIX.match(prefix):
        raise UsageError(f"--code-prefix {prefix}: expected one to three capital letters, as in ACM")
    if prefix == "LIB":
        raise UsageError("--code-prefix LIB: these letters are platform-lint's own; choose others")
    if wishes.name and not _NAME.match(wishes.name):
        raise UsageError(f"--name {wishes.name}: expected lower-case words joined by hyphens")
    for decorator in wishes.decorators:
        if not all(part.isidentifier() for part in decorator.split(".")):
            raise UsageError(
                f"--decorator {decorator}: expected a name, as in replaced_by or acme_platform.replaced_by"
            )
    defaults = {**known.defaults, **{key: value for key, value in (wishes.defaults or {}).items() if value}}
    defaults.setdefault("level", "warning")
    first = wishes.first if wishes.first is not None else max(known.last + 1, known.lowest or _FIRST)
    return Wishes(prefix, first, wishes.name, wishes.decorators, wishes.module, defaults)


class _Known:
    """What a harvested file says already: codes and names by what they are of, and what holds for all of its rules."""

    def __init__(self, text: str, origin: str) -> None:
        self.rules: dict[tuple[str, str], tuple[str, str]] = {}
        self.codes: set[str] = set()
        self.names: set[str] = set()
        self.defaults: dict[str, str] = {}
        self.prefix = ""
        self.last = -1
        self.lowest = 0
        if not text:
            return
        if not text.startswith(MARK):
            raise UsageError(f"{origin}: it was not harvested, and will not be overwritten: name another file")
        try:
            raw = tomllib.loads(text)
            self._read(raw)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{origin}: no TOML: {error}: remove it, or what was changed in it") from None
        except (KeyError, TypeError, ValueError, AttributeError, StopIteration):
            raise UsageError(f"{origin}: not what harvest writes: remove it, or what was changed in it") from None

    def leave_to(self, folder: Path, own: Path) -> None:
        """Leave the codes and names that other files of rules in *folder* mention to them; *own* is this file."""
        for path in (path for pattern in _RULE_FILES for path in sorted(folder.glob(pattern))):
            if path.is_file() and path.absolute() != own.absolute():
                try:
                    text = path.read_text("utf-8", errors="replace")
                except OSError:
                    continue
                self.codes.update(_CODES.findall(text))
                self.names.update(_NAMES.findall(text))

    def _read(self, raw: dict[str, Any]) -> None:
        self.defaults = {key: str(value) for key, value in raw.get("defaults", {}).items()}
        for rule in raw.get("rule", []):
            code, name = rule["code"], rule["name"]
            part = "arguments" if "call" in rule else ""
            self.codes.add(code)
            self.names.add(name)
            for api in _apis_of(rule):
                self.rules[api, part] = code, name
            self.prefix = code.rstrip("0123456789")
            number = int(code[len(self.prefix) :])
            self.last, self.lowest = max(self.last, number), min(self.lowest or number, number)


def _apis_of(rule: Mapping[str, Any]) -> list[str]:
    """What *rule* is about."""
    if "rename_attr" in rule:
        return [f"{owner}.{name}" for owner in rule["on"] for name in rule["rename_attr"]]
    said = next(rule[verb] for verb in ("rename", "ban", "call", "match") if verb in rule)
    names = [said] if isinstance(said, str) else [*said]
    return [match[1] for name in names if (match := _CALLED.match(name))]


class _Harvester:
    """Makes rules, one deprecation after another, and gives them codes and names."""

    def __init__(self, wishes: Wishes, known: _Known, package: str, modules: Sequence[str]) -> None:
        self.wishes = wishes
        self.known = known
        self.package = package
        self.modules = modules
        self.rules: dict[str, str] = {}
        self.fixed = {"safe": 0, "unsafe": 0, "": 0}
        self._names = {*known.names}
        self._next = wishes.first or 0
        self._leads: dict[str, str] = {}

    def add(self, found: Deprecation) -> str:
        """Make the rules of *found*; why that cannot be, ``""`` where it can."""
        reason = "nothing can be said of it"
        for wanted in drafts(found, self.modules):
            if wanted[-1].leads and self._circles(found):
                continue
            made: list[tuple[str, str, str, Draft]] = []
            for draft in wanted:
                code, name = self._identity(found, draft, {code for code, *_ in made})
                text, reason = proved(draft, code, name)
                if reason:
                    break
                made.append((code, name, text, draft))
            else:
                for code, name, text, draft in made:
                    self.rules[code] = text
                    self._names.add(name)
                    self.fixed[str(draft.keys.get("fix", "safe")) if draft.fixes else ""] += 1
                if wanted[-1].leads:
                    self._leads.update(_leads(found))
                return ""
        return reason

    def _circles(self, found: Deprecation) -> bool:
        """Whether replacing *found* would lead back to it."""
        leads = _leads(found)
        name, seen = next(iter(leads.values())), set(leads)
        while name in self._leads and name not in seen:
            seen.add(name)
            name = self._leads[name]
        return name in seen

    def _identity(self, found: Deprecation, draft: Draft, taken: set[str]) -> tuple[str, str]:
        """The code and name of *draft*: those it had, or new ones."""
        for owner in found.names:
            api = f"{owner}.{found.attribute}".rstrip(".")
            if (api, draft.part) in self.known.rules:
                return self.known.rules[api, draft.part]
        words = found.api.removeprefix(f"{self.package}.").split(".")
        plain = [word.strip("-") for part in words if (word := _hyphened(part)).strip("-")]
        name = "-".join([self.wishes.name or _hyphened(self.package), *plain, *([draft.part] if draft.part else [])])
        number, unique = 2, name
        while unique in self._names:
            unique, number = f"{name}-{number}", number + 1
        return self._code(taken), unique

    def _code(self, taken: set[str]) -> str:
        while True:
            code = f"{self.wishes.prefix}{self._next:03}"
            if self._next > 999:
                lowest = f"{self.wishes.prefix}{self.wishes.first or 0:03}"
                raise UsageError(f"there are more rules than codes from {lowest}: choose a lower --first")
            if code not in self.rules and code not in self.known.codes | taken:
                return code
            self._next += 1

    def text(self) -> str:
        """The file."""
        lines = [f"{MARK} from the source of {self.package}: change that, not this."]
        lines += [
            "schema = 1",
            "",
            "[defaults]",
            *(f"{key} = {toml(value)}" for key, value in (self.wishes.defaults or {}).items()),
        ]
        return "\n".join([*lines, "", *(self.rules[code] for code in sorted(self.rules))])


def _leads(found: Deprecation) -> dict[str, str]:
    """What the names of *found* are replaced by."""
    if found.kind != "method":
        return dict.fromkeys(found.names, found.to)
    return {f"{owner}.{found.attribute}": f"{owner}.{found.to}" for owner in found.names}


def _hyphened(word: str) -> str:
    """*word*, in whatever case, as lower-case words joined by hyphens: ``HTTPClient`` is ``http-client``."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", word)
    return re.sub(r"[^a-z0-9]+", "-", parted.lower()).strip("-")


def proved(draft: Draft, code: str, name: str) -> tuple[str, str]:
    """The text of *draft* with what its fix makes of the example, and why it does not hold, ``""`` where it does."""
    text = draft.text(code, name)
    try:
        pack = parse_pack(text, "harvested")
    except PackError as error:
        return "", f"its rule cannot be written: {str(error).partition(f'rule {code}: ')[2] or error}"
    trial = Trial(pack.rules[0], list(pack.apis.values()))
    rows = {draft.bad.count("\n", 0, hit.start) for hit in trial.hits(draft.bad, EXAMPLE_PATH)}
    if not rows:
        return "", "its use is not found"
    lines = draft.bad.split("\n")
    bad = "\n".join(f"{line}  # hit" if row in rows else line for row, line in enumerate(lines))
    good = trial.fix(draft.bad, EXAMPLE_PATH).text if draft.fixes else ""
    if good == draft.bad:
        return "", "its fix is refused"
    marked = Draft(draft.part, draft.keys, bad, draft.ok, draft.fixes)
    examples = (Example(bad=bad, good=good or None), Example(ok=draft.ok))
    failures = [failure for example in examples for failure in example_laws(trial, example, "its example")]
    failure = next(iter([*failures, *name_laws(trial)]), None)
    return marked.text(code, name, good), f"its rule would not hold: {failure.law}" if failure else ""


def current(path: Path) -> str:
    """The text of the file at *path*, ``""`` where there is none. Raises UsageError."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 text: it was not harvested, name another file") from None


def write(path: Path, text: str) -> None:
    """Write *text* to *path*. Raises UsageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
