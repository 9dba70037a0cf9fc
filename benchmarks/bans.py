"""The same banned names, written down for every tool."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.workspace import scratch

FAMILY = "BAN"


def for_platform_lint(name: str, banned: Sequence[str]) -> Path:
    """A pack with one rule for each name, so that a finding tells which."""
    rules = [
        f'[[rule]]\ncode = "{code(number)}"\nname = "banned-{number}"\nban = [{json.dumps(dotted)}]\n'
        for number, dotted in enumerate(banned)
    ]
    return _write(f"{name}.platform-lint.toml", "\n".join(rules))


def code(number: int) -> str:
    """The code of the rule for the *number*-th name."""
    return f"{FAMILY}{number:03}"


def for_ruff(name: str, banned: Sequence[str]) -> Path:
    """A ruff configuration that bans the names and turns nothing else on."""
    lines = ['[lint]\nselect = ["TID251"]\n\n[lint.flake8-tidy-imports.banned-api]']
    lines += [f'{json.dumps(dotted)}.msg = "banned"' for dotted in banned]
    return _write(f"{name}.ruff.toml", "\n".join(lines) + "\n")


def for_semgrep(name: str, banned: Sequence[str]) -> Path:
    """Semgrep rules, one for each name, that match its uses and its imports."""
    rules = []
    for number, dotted in enumerate(banned):
        module, _, last = dotted.rpartition(".")
        rules.append(
            f"- id: ban-{number}\n  languages: [python]\n  severity: ERROR\n  message: {dotted} is banned\n"
            f"  pattern-either:\n  - pattern: {dotted}\n  - pattern: from {module} import {last}\n"
        )
    return _write(f"{name}.semgrep.yml", "rules:\n" + "".join(rules))


def for_fixit(folder: Path, banned: str) -> None:
    """In *folder*, Fixit's configuration and a local rule that reports every use and import of one name."""
    (folder / "pyproject.toml").write_text(
        '[tool.fixit]\nroot = true\nenable = [".banned"]\ndisable = ["fixit.rules"]\noutput-format = "vscode"\n'
    )
    (folder / "banned.py").write_text(_FIXIT_RULE.replace("BANNED", banned))


_FIXIT_RULE = '''\
import libcst as cst
from fixit import LintRule
from libcst.metadata import QualifiedNameProvider


class Banned(LintRule):
    """BANNED is banned"""

    METADATA_DEPENDENCIES = (QualifiedNameProvider,)

    def visit_Name(self, node: cst.Name) -> None:
        self.look(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.look(node)

    def look(self, node: cst.CSTNode) -> None:
        names = self.get_metadata(QualifiedNameProvider, node, set())
        if any(name.name == "BANNED" for name in names):
            self.report(node, "BANNED is banned")
'''


def renaming(name: str, old: str, new: str) -> Path:
    """A pack with one rule that renames *old* to *new*, ``module:name``."""
    return _write(
        f"{name}.platform-lint.toml",
        f'[[rule]]\ncode = "{FAMILY}000"\nname = "renamed"\nrename = {{ {json.dumps(old)} = {json.dumps(new)} }}\n',
    )


def _write(name: str, text: str) -> Path:
    path = scratch(name)
    path.write_text(text)
    return path
