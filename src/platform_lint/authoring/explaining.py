"""Explaining: what the rules are, and all that is known of one of them.

Everything here is text for people (or JSON for their tools), made from the values that a run uses; nothing is decided
here.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator

import msgspec

from platform_lint.authoring.describing import as_markdown, as_text, clauses, fenced, quote
from platform_lint.authoring.remedies import fix_mark, fix_told, name_safety
from platform_lint.loading import Sheet, sheets
from platform_lint.packs import PackError
from platform_lint.profiles import Profile, UsageError
from platform_lint.reports.escaping import encodable, visible
from platform_lint.rule import NAME_VERBS, Name, Rule
from platform_lint.selection import meant
from platform_lint.tables import EXAMPLE_PATH, Example

#: Deadlines are no matter of what a rule is.
_ANY_DAY = "2000-01-01"
#: Longer names do not push the others' column away.
_MAX_NAMES = 60
_PLACEHOLDER = re.compile(r"\{([^\W\d]\w*)\}")
_MARK = re.compile(r"[ \t]*#[ \t]*(?:hit|left)[ \t]*$", re.MULTILINE)
_NO_SHEET = Sheet()


# The list


def list_rules(profile: Profile, output_format: str) -> str:
    """All rules known under *profile*, by department: a table, or JSON if *output_format* says so."""
    rules = sorted(profile.rules, key=lambda rule: rule.code)
    written = sheets_of(profile, [rule for rule in rules if rule.verb not in NAME_VERBS])
    if output_format == "json":
        return _json([_fields(rule, profile, written) for rule in rules])
    # As they were loaded: the engine's own, ours, the company's.
    departments: dict[str, list[Rule]] = {rule.pack: [] for rule in profile.rules}
    for rule in rules:
        departments[rule.pack].append(rule)
    rows = {rule.code: _row(rule, written) for rule in profile.rules}
    widths = [max(map(len, column)) for column in list(zip(*rows.values(), strict=True))[:-1]] + [0]
    lines: list[str] = []
    for department, members in departments.items():
        lines += ["", f"{visible(department)} ({_count(len(members), 'rule')})"]
        for rule in members:
            shown = (cell.ljust(width) for cell, width in zip(rows[rule.code], widths, strict=True))
            lines.append(visible(f"  {'  '.join(shown)}").rstrip())
    lines += ["", "fix: applied by --fix; unsafe: by --fix --unsafe-fixes as well; suggest: shown only", ""]
    return "\n".join(lines[1:])


def sheets_of(profile: Profile, rules: Iterable[Rule]) -> dict[str, Sheet]:
    """What is written about *rules*, by code. Raises UsageError for a pack that cannot be read any more."""
    try:
        return sheets(rules, profile.apis)
    except PackError as error:
        raise UsageError(str(error)) from None


def _row(rule: Rule, written: dict[str, Sheet]) -> tuple[str, str, str, str, str, str]:
    on = "default" if rule.default else "opt-in"
    return (
        rule.code,
        rule.name,
        fix_mark(rule, written.get(rule.code)) or "-",
        rule.level,
        on,
        summary(rule, written.get(rule.code)),
    )


def summary(rule: Rule, sheet: Sheet | None) -> str:
    """What the rule says of its first name, with how many more there are; or what it asks for."""
    if rule.verb not in ("ban", "rename"):
        if not rule.message:
            lines = as_text(clauses(rule, sheet.table))[:2] if sheet else ()
            return " ".join(line.strip().removeprefix("- ") for line in lines)
        values, more = _values(rule)
        text = _PLACEHOLDER.sub(lambda match: values.get(match[1], "…"), rule.message)
        first = values.get("name", "")
    else:
        first, more = rule.names[0].dotted.removeprefix("builtins."), len(rule.names) - 1
        text = rule.text_for(rule.names[0], first, _ANY_DAY).partition(" (an error from ")[0]
    return text.replace(f"`{first}`", f"`{first}` (+{more})", 1) if more and first else text


def _values(rule: Rule) -> tuple[dict[str, str], int]:
    """What the placeholders of a message stand for in the first finding there could be, as far as the rule alone tells;
    and how many other names it could be of."""
    body = rule.body
    names = [name.dotted.removeprefix("builtins.") for name in rule.names]
    found: dict[str, str] = {}
    if rule.verb == "rename_attr":
        names = [
            f"{cls}.{attribute}".removeprefix("builtins.") for cls in body["on"] for attribute in body["attributes"]
        ]
        first = next(iter(body["attributes"].values()))
        found = {"to": first["to"], "hint": first["hint"]}
    elif rule.verb == "call":
        names += [f"{cls}.{attribute}" for cls, attribute in body["methods"]]
        if len(body["args"]) == 1:
            ((found["arg"], said),) = body["args"].items()
            found |= {"hint": said["hint"] or said["instead"], "to": said["rename"]}
    elif rule.verb == "import_as":
        key, module, name, local = body["forms"][0]
        form = f"from {module} import {name}" if name else f"import {module}"
        found["to"] = f"{form} as {local}" if local else form
        found["use"] = local or name or key
    elif rule.verb == "flag":
        names += [f"{cls}.{attribute}" for cls, attribute in body["methods"]]
        found = {"flag": body["flag"], "value": str(body["value"])}
    elif rule.verb == "match":
        found = {word: f"${word}" for word in _PLACEHOLDER.findall(rule.message) if word.isupper()}
        found["to"] = " ".join((body["rewrite"] or "").split())
    if names:
        found["name"] = names[0]
    return {key: value for key, value in found.items() if value}, max(len(names) - 1, 0)


def _fields(rule: Rule, profile: Profile, written: dict[str, Sheet]) -> dict[str, object]:
    """All that is known of *rule*, as plain values."""
    fields = rule.fields()
    fields["names"] = [
        {"name": name.dotted, "to": name.to, "hint": name.hint, "fix": name_safety(rule, name) if name.to else "",
         "removed": name.removed}
        for name in rule.names
    ]  # fmt: skip
    fields["origin"] = encodable(rule.origin)
    fields["allow"] = [".".join(parts) for parts in rule.allow]
    fields["fixable"] = bool(fix_mark(rule, written.get(rule.code)))
    fields["enabled"] = rule.code in profile.catalog.by_code
    first = ("code", "name", "pack", "verb", "enabled", "default", "level", "fixable")
    return {**{key: fields[key] for key in first}, **{key: fields[key] for key in sorted(fields) if key not in first}}


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


# One rule


def explain(profile: Profile, code_or_name: str, output_format: str) -> str:
    """All that is known of one rule, as ``text``, ``markdown`` or ``json``.

    Raises UsageError where *code_or_name* is none's.
    """
    rule = _rule(profile, code_or_name)
    written = sheets_of(profile, [rule])
    sheet = written.get(rule.code, _NO_SHEET)
    on = "on" if rule.code in profile.catalog.by_code else "off"
    if output_format == "json":
        shown = [
            {key: value for key, value in msgspec.structs.asdict(example).items() if value not in (None, {})}
            for example in sheet.examples
        ]
        asks = as_markdown(clauses(rule, sheet.table))
        return _json({**_fields(rule, profile, written), "asks": "\n".join(asks), "examples": shown})
    if output_format == "markdown":
        return page(rule, sheet, f"; {on} under this configuration", _origin(rule))
    lines = [f"{rule.code} {rule.name}", "", summary(rule, sheet) or rule.name]
    lines += ["", *rule.why.split("\n")] if rule.why else []
    asked = as_text(clauses(rule, sheet.table))
    lines += ["", *asked] if asked else []
    facts = _facts(rule, fix_mark(rule, sheet), f"; {on} under this configuration", _origin(rule))
    lines += ["", *(f"{title + ':':<12} {text}" for title, text in facts if text)]
    blocks = [visible(line, keep=chr(9)) for line in lines]
    blocks += [visible(line) for line in _names(rule)]
    for number, example in enumerate(sheet.examples, 1):
        blocks += ["", *_example(number, example)]
    return "\n".join([*blocks, ""])


def page(rule: Rule, sheet: Sheet, state: str, origin: str) -> str:
    """The page of *rule* as Markdown.

    *state* is said behind whether it is on by default; *origin* is what it says of where the rule is defined.
    """
    lines = [f"# {rule.code} {rule.name}", "", _escaped(summary(rule, sheet) or rule.name)]
    lines += ["", rule.why] if rule.why else []
    asked = as_markdown(clauses(rule, sheet.table))
    lines += ["", "## What it asks for", "", *asked] if asked else []
    lines += _names_table(rule)
    for number, example in enumerate(sheet.examples, 1):
        many = f" {number}" if len(sheet.examples) > 1 else ""
        lines += ["", f"## Example{many}", "", *_example_blocks(example)]
    lines += ["", "## Facts", "", "| | |", "|---|---|"]
    lines += [
        f"| {title} | {_cell(text)} |" for title, text in _facts(rule, fix_mark(rule, sheet), state, origin) if text
    ]
    return "\n".join(visible(line, keep="\n\t") for line in [*lines, ""])


def _escaped(text: str) -> str:
    """*text* as Markdown shows it as it is, code in backticks apart."""
    return "".join(
        part if number % 2 else re.sub(r"([\\*_<\[\]])", r"\\\1", part)
        for number, part in enumerate(re.split("(`[^`]*`)", text))
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _rule(profile: Profile, code_or_name: str) -> Rule:
    for rule in profile.rules:
        if code_or_name == rule.name or code_or_name.upper() == rule.code:
            return rule
    below = sorted(rule.code for rule in profile.rules if code_or_name and rule.code.startswith(code_or_name.upper()))
    if below:
        raise UsageError(
            f"{_count(len(below), 'code')} begin with {code_or_name}: name one of {below[0]} to {below[-1]}"
        )
    raise UsageError(f"no rule has the code or name {code_or_name!r}{meant(code_or_name, profile.rules)}")


def _facts(rule: Rule, mark: str, state: str, origin: str) -> Iterator[tuple[str, str]]:
    yield "Default", f"{'on' if rule.default else 'off: select it by code or name'}{state}"
    deadline = f", an error from {rule.deadline} on" if rule.deadline else ""
    yield "Level", rule.level + deadline
    yield "Fix", fix_told(rule, mark)
    yield "Since", rule.since
    yield "Owner", rule.owner
    yield "Covers", ", ".join(rule.covers)
    yield "Requires", rule.requires and f"{rule.requires} (of the linted project)"
    yield "Only in", ", ".join(rule.only_in)
    yield "Not in", ", ".join(rule.except_in)
    yield "Allows", ", ".join(".".join(parts) for parts in rule.allow)
    yield "Annotations", "imports under `if TYPE_CHECKING:` are allowed" if rule.type_checking == "allow" else ""
    for url in rule.docs:
        yield "Docs", url
    yield "Defined in", origin


def _names(rule: Rule) -> list[str]:
    """Every name of *rule* with what is said about it."""
    if rule.verb not in ("ban", "rename"):
        return []
    width = min(max(len(name.dotted) for name in rule.names), _MAX_NAMES)
    lines = ["", "Bans:" if rule.verb == "ban" else "Renames:"]
    for name in rule.names:
        said = [f"-> {name.to}{_trust(rule, name)}"] if name.to else []
        said += [_hint(name)] if name.hint else []
        lines.append(f"  {name.dotted.ljust(width)}  {'; '.join(said)}".rstrip())
    return lines


def _names_table(rule: Rule) -> list[str]:
    """The same as Markdown."""
    if rule.verb not in ("ban", "rename"):
        return []
    lines = ["", "## Names", "", "| name | instead |", "|---|---|"]
    for name in rule.names:
        said = [f"{quote(name.to)}{_trust(rule, name)}"] if name.to else []
        said += [_escaped(_hint(name))] if name.hint else []
        lines.append(f"| {quote(name.dotted)} | {_cell('; '.join(said))} |")
    return lines


def _trust(rule: Rule, name: Name) -> str:
    safety = name_safety(rule, name)
    return "" if safety == "safe" else f" ({safety})"


def _hint(name: Name) -> str:
    return ("removed: " if name.removed else "") + name.hint


def _shown_parts(example: Example) -> Iterator[tuple[str, str]]:
    """The pieces of code of *example* with what becomes of them."""
    for title, text in (("is reported", example.bad), ("becomes", example.good), ("is left alone", example.ok)):
        if text is not None:
            yield title, (_MARK.sub("", text) if title == "becomes" else text).strip("\n")


def _place(example: Example) -> str:
    return "" if example.path == EXAMPLE_PATH else f" in {example.path}"


def _example(number: int, example: Example) -> Iterator[str]:
    for title, text in _shown_parts(example):
        yield visible(f"Example {number}{_place(example)}, {title}:".replace(", becomes", " becomes"))
        for line in text.split("\n"):
            yield f"    {visible(line, keep=chr(9))}".rstrip()
    for title, text in _beside(example):
        yield visible(f"Example {number}, {title}")
        for line in text.split("\n") if text else ():
            yield f"    {visible(line, keep=chr(9))}".rstrip()


def _example_blocks(example: Example) -> Iterator[str]:
    titles = {"is reported": "Reported", "becomes": "Becomes", "is left alone": "Left alone"}
    parts = [(f"{titles[title]}{_place(example)}:", text) for title, text in _shown_parts(example)]
    parts += [(title[0].upper() + title[1:], text) for title, text in _beside(example)]
    for number, (title, text) in enumerate(parts):
        yield from [""] if number else []
        yield from (title, "", *fenced(text)) if text else (title,)


def _beside(example: Example) -> Iterator[tuple[str, str]]:
    """The other files of *example*, those that are empty in one."""
    for path, text in example.files.items():
        if text.strip("\n"):
            yield f"beside it {path}:", text.strip("\n")
    empty = [path for path, text in example.files.items() if not text.strip("\n")]
    if empty:
        yield f"beside it, empty: {', '.join(empty)}", ""


def _origin(rule: Rule) -> str:
    """Where *rule* is defined: relative to the working directory, where it lies below."""
    if not rule.origin:
        return "platform-lint itself"
    return f"{rule.origin.removeprefix(os.getcwd() + os.sep).replace(os.sep, '/')} (pack {rule.pack})"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
