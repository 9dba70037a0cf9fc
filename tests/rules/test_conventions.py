"""Conventions that companies really enforce, written as rules: each proves itself, in every spelling."""

from __future__ import annotations

from pathlib import Path

from platform_lint.loading import load_packs, sheets
from platform_lint.testing import rule_tests

CONVENTIONS = Path(__file__).with_name("conventions")

test_rules = rule_tests(CONVENTIONS)


def test_every_verb_is_used_and_half_the_rules_fix() -> None:
    packs = load_packs([str(CONVENTIONS)], installed=False)
    verbs = {rule.verb for rule in packs.rules}
    written = sheets(packs.rules, packs.apis.values())
    fixing = [code for code, sheet in written.items() if any(example.good for example in sheet.examples)]
    assert verbs == {"ban", "rename", "rename_attr", "call", "class", "function", "layers", "import_as", "match"}
    assert len(packs.rules) >= 40
    assert len(fixing) * 2 >= len(packs.rules)
