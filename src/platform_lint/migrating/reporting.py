"""What a migration came to, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from platform_lint.loading import Packs
from platform_lint.migrating.choosing import rules_of
from platform_lint.migrating.running import NO_FIX, Left, Migrated
from platform_lint.migrations import Migration
from platform_lint.project import unified_diff
from platform_lint.reports.escaping import encodable, visible, visible_name


def listed(packs: Packs, *, as_json: bool = False) -> str:
    """The migrations of *packs*, one on a line."""
    found = sorted(packs.migrations.values(), key=lambda migration: migration.name)
    if as_json:
        rows = [{**_described(migration), "rules": len(rules_of(migration, packs))} for migration in found]
        return json.dumps(rows, indent=2) + "\n"
    if not found:
        return "There are no migrations: write one into a pack, as a [migration] table.\n"
    width = max(len(migration.name) for migration in found)
    lines = []
    for migration in found:
        lines.append(f"{migration.name:<{width}}  {visible(migration.title)} ({len(rules_of(migration, packs))} rules)")
        for name, option in migration.options.items():
            needed = "" if option.default is None else f" (default: {option.default})"
            lines.append(f"{'':<{width}}    --set {name}=…  {visible(option.help)}{needed}")
    lines += ["", "Run one with `platform-lint migrate NAME [PATHS]`, which changes nothing until it has `--apply`."]
    return "\n".join(lines) + "\n"


def as_diff(found: Migrated) -> str:
    """All that would change, as a patch."""
    edits = sorted(found.edits.values(), key=lambda edit: edit.shown)
    return encodable("".join(unified_diff(edit.shown, edit.before, edit.after) for edit in edits))


def as_json(migration: Migration, found: Migrated) -> str:
    """The whole of it as one JSON object."""
    said = {
        "migration": _described(migration),
        "applied": found.applied,
        "files": found.files,
        "turns": found.turns,
        "matched": found.matched,
        "fixed": dict(sorted(found.fixed.items())),
        "changed": [
            {"path": name, "fixed": dict(sorted(fixed.items()))} for name, fixed in sorted(found.fixed_in.items())
        ],
        "left": [_row(left) for left in found.left],
        "notes": found.notes,
    }
    return encodable(json.dumps(said, indent=2, ensure_ascii=False)) + "\n"


def as_text(migration: Migration, found: Migrated) -> str:
    """The report for people."""
    return "\n".join(_lines(migration, found)) + "\n"


def _lines(migration: Migration, found: Migrated) -> Iterator[str]:
    names = {rule.code: rule.name for rule in found.rules}
    yield f"{migration.name}: {visible(migration.title)}"
    size = f"{_count(found.files, 'file')}, {_count(len(found.rules), 'rule')}"
    yield f"{size}: {_count(found.matched, 'place')} recognized"
    if found.fixed:
        done = "changed" if found.applied else "would change with --apply"
        yield ""
        yield f"{done}: {_count(sum(found.fixed.values()), 'place')} in {_count(len(found.fixed_in), 'file')}"
        yield from _counted(found.fixed, names)
    if found.left:
        files = len({left.finding.filename for left in found.left})
        yield ""
        yield f"left for people: {_count(len(found.left), 'place')} in {_count(files, 'file')}"
        yield from _counted(Counter(left.finding.code for left in found.left), names)
        yield ""
        for left in found.left:
            yield from _told(left)
    for note in found.notes:
        yield ""
        yield f"note: {visible(note)}"
    yield ""
    if not found.matched:
        yield "Nothing to do."
    elif found.edits and not found.applied:
        yield "Nothing was written: see all of it with `--diff`, write it with `--apply`."
    elif found.left:
        yield "The rest is for people; run it again to see what is left."
    if migration.after and found.files and not found.failed and (found.applied or not found.matched):
        yield f"Then: {visible(migration.after)}"


def _counted(counts: Mapping[str, int], names: Mapping[str, str]) -> Iterator[str]:
    """How many places each rule has, by code, the most first."""
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:>6}  {code} {names.get(code, '')}".rstrip()


def _told(left: Left) -> Iterator[str]:
    """A place that is left, what to do, and below it why it was not changed, unless nothing could have."""
    finding = left.finding
    place = f"{visible_name(finding.filename)}:{left.row}:{left.column}"
    plain = left.reason == NO_FIX
    yield f"  {place}: {finding.code} {visible(finding.message)}{' [no fix]' if plain else ''}"
    if not plain:
        yield f"      {visible(left.reason)}"


def _described(migration: Migration) -> dict[str, Any]:
    return {
        "name": migration.name,
        "title": migration.title,
        "from": migration.source,
        "to": migration.target,
        "why": migration.why,
        "docs": list(migration.docs),
        "after": migration.after,
        "options": {
            name: {"help": option.help, "default": option.default, "choices": option.choices}
            for name, option in migration.options.items()
        },
    }


def _row(left: Left) -> dict[str, Any]:
    finding = left.finding
    return {
        "path": finding.filename,
        "row": left.row,
        "column": left.column,
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "reason": left.reason,
        "url": finding.url,
        "owner": finding.owner,
    }


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
