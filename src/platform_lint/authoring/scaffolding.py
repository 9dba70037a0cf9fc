"""New rules: ``platform-lint new`` writes a file that loads and proves as it is, to be changed into what is meant."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from platform_lint.authoring.skeletons import SKELETONS
from platform_lint.loading import load_packs
from platform_lint.packs import PackError
from platform_lint.profiles import UsageError
from platform_lint.rule import Rule

_DEPARTMENT = re.compile(r"[a-z0-9][a-z0-9_-]*\Z")
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_CODE = re.compile(r"[A-Z]{1,3}[0-9]{3}\Z")


class Scaffold:
    """A rule that was written: its *path*, *code* and *name*."""

    def __init__(self, path: Path, code: str, name: str) -> None:
        self.path = path
        self.code = code
        self.name = name

    def next_steps(self) -> str:
        """What there is to do now, for people."""
        shown = os.path.relpath(self.path)
        steps = (
            f"change {shown} into what you mean: the message, the why, the examples",
            f"platform-lint prove {shown}",
            f"platform-lint try {shown} .",
        )
        lines = [f"{shown}: {self.code} {self.name}", "", "Next:"]
        return "\n".join([*lines, *(f"  {number}. {step}" for number, step in enumerate(steps, 1)), ""])


def scaffold(place: str, kind: str, folders: Sequence[str], *, code: str = "") -> Scaffold:
    """Write a rule of *kind* for *place*, which is ``department/name``.

    It goes to the first of *folders*, where rules are: the one to write to comes first. *code* is its code, by default
    the next one that is free. Raises UsageError where that cannot be; nothing is overwritten.
    """
    department, slash, name = place.rpartition("/")
    if not slash or not _DEPARTMENT.match(department) or not _NAME.match(name):
        raise UsageError(
            f"{place}: expected DEPARTMENT/NAME, lower-case words joined by hyphens, as in http/request-without-timeout"
        )
    if code and not _CODE.match(code):
        raise UsageError(f"--code {code}: expected one to three capital letters and three digits, as in ACM101")
    if not folders:
        raise UsageError("where to? name a folder with --rules DIR, or set rule-dirs in the configuration")
    folder = Path(folders[0])
    if folder.is_file():
        raise UsageError(f"{folder}: a file holds this pack; name a folder with --rules DIR")
    rules = _rules_in(folders)
    for rule in rules:
        if name == rule.name:
            raise UsageError(f"{name}: there is a rule of that name, {rule.code} ({rule.origin})")
        if code == rule.code:
            raise UsageError(f"--code {code}: it is taken by {rule.name} ({rule.origin})")
    code = code or _next_code(folder, department, rules)
    suffix = ".py" if kind == "python" else ".toml"
    path = folder / department / (name.replace("-", "_") + suffix)
    text = SKELETONS[kind].replace("@CODE@", code).replace("@NAME@", name).replace("@CLASS@", _class_name(name))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path}: it is there already") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from None
    return Scaffold(path, code, name)


def _class_name(name: str) -> str:
    words = "".join(word.capitalize() for word in name.split("-"))
    return f"Rule{words}" if words[0].isdigit() else words


def _rules_in(folders: Sequence[str]) -> list[Rule]:
    """The rules of all *folders* that have any, and of the installed packs."""
    try:
        return load_packs(folder for folder in folders if _holds_rules(Path(folder))).rules
    except PackError as error:
        raise UsageError(str(error)) from None


def _holds_rules(folder: Path) -> bool:
    return folder.is_file() or next(folder.rglob("*.toml"), next(folder.rglob("*.py"), None)) is not None


def _next_code(folder: Path, department: str, rules: Sequence[Rule]) -> str:
    """The first free code behind those of *department*, else of all in *folder*, in the letters used there."""
    own = [rule for rule in rules if Path(rule.origin).is_relative_to(folder.absolute())]
    near = [rule for rule in own if Path(rule.origin).parent == folder.absolute() / department]
    if not own:
        raise UsageError(f"{folder}: no rule here shows the letters of your codes; choose with --code, as in ACM101")
    family = Counter(_letters(rule) for rule in near or own).most_common(1)[0][0]
    taken = {int(rule.code[len(family) :]) for rule in rules if _letters(rule) == family}
    last = max(int(rule.code[len(family) :]) for rule in near or own if _letters(rule) == family)
    for number in (*range(last + 1, 1000), *range(100, last)):
        if number not in taken:
            return f"{family}{number:03}"
    raise UsageError(f"{folder}: all codes of {family} are taken; choose with --code")


def _letters(rule: Rule) -> str:
    return rule.code.rstrip("0123456789")
