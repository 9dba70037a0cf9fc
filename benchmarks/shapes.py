"""Rules about shape in every tool: our pack, ruff's codes, semgrep's rules made from the very same patterns."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.rows import ruff_config
from benchmarks.workspace import scratch

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PACK = Path(__file__).with_name("shapes.toml")
#: Company conventions as rules: what the tests prove is timed here.
CONVENTIONS = Path(__file__).parent.with_name("tests") / "rules" / "conventions"

#: What ruff calls each of our rules.
IN_RUFF = {
    "SHP101": "S113",
    "SHP102": "PLW1510",
    "SHP103": "S602",
    "SHP104": "S501",
    "SHP105": "G004",
    "SHP106": "PLW1514",
    "SHP107": "S306",
    "SHP108": "S102",
    "SHP109": "DTZ005",
    "SHP110": "E722",
    "SHP111": "E711",
    "SHP112": "E713",
    "SHP113": "E731",
    "SHP114": "B009",
    "SHP115": "B905",
    "SHP116": "T201",
    "SHP117": "C405",
    "SHP118": "TRY002",
    "SHP119": "B006",
    "SHP120": "S101",
    "SHP121": "S506",
    "SHP122": "DTZ003",
}
#: Rules whose patterns semgrep is given too, word for word.
IN_SEMGREP = (
    "SHP107",
    "SHP108",
    "SHP111",
    "SHP113",
    "SHP115",
    "SHP117",
    "SHP118",
    "SHP120",
    "SHP121",
    "SHP122",
    "SHP123",
)


_TEST = """\
            isinstance(node.func, cst.Attribute)
            and node.func.attr.value == "format"
            and isinstance(node.func.value, (cst.SimpleString, cst.ConcatenatedString))
"""
_OURS = f'''\
from platform_lint.api import Rule, cst


class LiteralFormat(Rule):
    """Use an f-string instead of calling `format` on a literal."""

    code = "PYR101"
    words = ("format",)

    def visit_Call(self, node: cst.Call) -> None:
        if (
{_TEST}        ):
            self.report(node)
'''
_FIXIT = f'''\
import libcst as cst
from fixit import LintRule


class LiteralFormat(LintRule):
    """Use an f-string instead of calling `format` on a literal."""

    MESSAGE = "Use an f-string instead of calling `format` on a literal."

    def visit_Call(self, node: cst.Call) -> None:
        if (
{_TEST}        ):
            self.report(node)
'''


def python_rule() -> Path:
    """A rule in Python, for us."""
    path = scratch("python-rule/literal_format.py")
    path.write_text(_OURS)
    return path.parent


def for_fixit(folder: Path) -> None:
    """In *folder*, the same rule for Fixit, and its configuration."""
    (folder / "pyproject.toml").write_text(
        '[tool.fixit]\nroot = true\nenable = [".literal_format"]\ndisable = ["fixit.rules"]\noutput-format = "vscode"\n'
    )
    (folder / "literal_format.py").write_text(_FIXIT)


def rules() -> list[dict[str, Any]]:
    """The rules of the pack as they are written."""
    found: list[dict[str, Any]] = tomllib.loads(PACK.read_text())["rule"]
    return found


def for_ruff(*others: str) -> Path:
    """A ruff configuration with just those rules, and *others* that it has."""
    return ruff_config(f"shapes{''.join(others)}", (*IN_RUFF.values(), *others))


def for_semgrep() -> Path:
    """The semgrep rules: the patterns are ours."""
    lines = ["rules:"]
    for rule in rules():
        if rule["code"] not in IN_SEMGREP:
            continue
        lines += [f"- id: {rule['code']}", "  languages: [python]", "  severity: ERROR", f"  message: {rule['name']}"]
        lines += ["  patterns:", "  - pattern-either:"]
        lines += [f"    - pattern: {_quoted(text)}" for text in _listed(rule["match"])]
        lines += [f"  - pattern-not: {_quoted(text)}" for text in _listed(rule.get("not_match", []))]
    path = scratch("shapes.semgrep.yml")
    path.write_text("\n".join(lines) + "\n")
    return path


def _listed(said: str | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else said


def _quoted(text: str) -> str:
    if "\n" not in text:
        return "'" + text.replace("'", "''") + "'"
    return "\n".join(["|", *(f"        {line}" for line in text.splitlines())])
