"""The handbook: a page for each rule and one that lists them, as Markdown: ``platform-lint docs``.

What it says comes from the packs alone and is the same wherever and whenever it is made, so that a test can hold that
the pages in a repository are current.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

from platform_lint.authoring.describing import quote
from platform_lint.authoring.explaining import page, sheets_of, summary
from platform_lint.authoring.remedies import fix_mark
from platform_lint.loading import Sheet
from platform_lint.profiles import Profile, UsageError
from platform_lint.reports.escaping import visible
from platform_lint.rule import Rule

INDEX = "README.md"
#: The first line of every page, by which a page of a rule that is gone is known to be ours.
_MARK = "<!-- Made by `platform-lint docs` from the rules themselves: change those, not this. -->"


def pages(profile: Profile, rules: Sequence[Rule]) -> dict[str, str]:
    """The handbook of *rules*: text by path, ``README.md`` first. Raises UsageError."""
    rules = sorted(rules, key=lambda rule: rule.code)
    written = sheets_of(profile, rules)
    packs: dict[str, list[Rule]] = {}
    for rule in rules:
        packs.setdefault(rule.pack, []).append(rule)
    found = {INDEX: _index(packs, written)}
    for rule in rules:
        sheet = written.get(rule.code, Sheet())
        found[path_of(rule)] = f"{_MARK}\n\n{page(rule, sheet, '', _source(rule))}"
    return found


def path_of(rule: Rule) -> str:
    """Where the page of *rule* lies in the handbook."""
    return f"{rule.pack}/{rule.code}-{rule.name}.md"


def update(directory: Path, found: Mapping[str, str]) -> list[str]:
    """Write the pages *found* below *directory* and remove those that are no more; the paths that changed."""
    changed = outdated(directory, found)
    for path in changed:
        file = directory / path
        try:
            if path in found:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(found[path], "utf-8", newline="\n")
            else:
                file.unlink()
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror}") from None
    return changed


def outdated(directory: Path, found: Mapping[str, str]) -> list[str]:
    """The paths of *found* that are not in *directory* as they should be, and of pages there that should not be.

    Files that are no pages of a handbook are left alone.
    """
    there = {file.relative_to(directory).as_posix(): file for file in sorted(directory.rglob("*.md"))}
    wrong = [path for path, text in found.items() if path not in there or _read(there[path]) != text]
    return [*wrong, *(path for path in there if path not in found and _read(there[path]).startswith(_MARK))]


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _index(packs: Mapping[str, Sequence[Rule]], written: Mapping[str, Sheet]) -> str:
    lines = [_MARK, "", "# Rules", ""]
    lines.append(
        "**on**: by default, the others where they are selected. **fix**: applied by `--fix`; *unsafe*: by `--fix"
        " --unsafe-fixes` as well; *suggest*: shown only."
    )
    for pack, rules in packs.items():
        lines += ["", f"## {pack}", ""]
        introduction = _introduction(rules[0])
        lines += [introduction, ""] if introduction else []
        lines += ["| code | name | level | on | fix | |", "|---|---|---|---|---|---|"]
        lines += [_row(rule, written.get(rule.code, Sheet())) for rule in rules]
    return "\n".join(visible(line, keep="\n\t") for line in [*lines, ""])


def _row(rule: Rule, sheet: Sheet) -> str:
    mark = {"": "", "fix": "yes"}.get(fix_mark(rule, sheet), fix_mark(rule, sheet))
    said = summary(rule, sheet).replace("|", "\\|").replace("<", "\\<")
    cells = (f"[{rule.code}]({path_of(rule)})", quote(rule.name), rule.level, "yes" if rule.default else "", mark, said)
    return f"| {' | '.join(cells)} |"


def _introduction(rule: Rule) -> str:
    """The docstring of the folder that *rule* is defined in, where it is a package; nothing of it is run."""
    if not rule.origin:
        return "What platform-lint has to say itself: about files, suppressions and runs."
    try:
        text = Path(_file(rule)).with_name("__init__.py").read_text("utf-8")
        return ast.get_docstring(ast.parse(text)) or ""
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError):
        return ""


def _source(rule: Rule) -> str:
    """The file of *rule*, as far as it is the same on every machine."""
    if not rule.origin:
        return "platform-lint itself"
    path = Path(_file(rule))
    return f"{path.parent.name}/{path.name} (pack {rule.pack})"


def _file(rule: Rule) -> str:
    return rule.origin.rpartition(":")[0]
