"""The packs that come with platform-lint: every rule proved, and the catalogue kept in order."""

from __future__ import annotations

import ast
import copy
import time
from collections import Counter
from pathlib import Path

import platform_lint_rules
import pytest

from platform_lint.authoring.proving import prove_rule
from platform_lint.authoring.spelling import RuleNames
from platform_lint.catalog import Catalog
from platform_lint.fixes.fixing import fix
from platform_lint.linting import Linter
from platform_lint.loading import Packs, load_packs, sheets
from platform_lint.modules import Modules
from platform_lint.profiles import Profile, Profiles
from platform_lint.rule import NAME_VERBS, Rule
from platform_lint.source import Source

ROOT = Path(platform_lint_rules.__file__).parent
#: The numbers of each department's codes.
NUMBERS = {
    "http": range(100, 200),
    "time": range(200, 300),
    "logging": range(300, 400),
    "testing": range(400, 500),
    "stdlib": range(500, 600),
    "asyncio": range(600, 650),
    "aws": range(650, 700),
    "data": range(700, 750),
    "serialization": range(750, 800),
    "web": range(800, 900),
    "api": range(900, 1000),
}
#: Those of each migration, which stand behind letters of their own.
MIGRATIONS = {
    "numpy2": range(100, 200),
    "airflow3": range(200, 300),
    "pydantic2": range(300, 450),
    "sqlalchemy2": range(450, 550),
    "python314": range(550, 650),
    "pytest": range(650, 700),
    "flags": range(700, 750),
}
LONGEST_MESSAGE = 110

PACKS: Packs = load_packs()
RULES = [rule for rule in PACKS.rules if Path(rule.origin).is_relative_to(ROOT)]
SHEETS = sheets(RULES, PACKS.apis.values())
#: So many names of one rule are tried in every spelling.
MOST_NAMES = 12
by_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code}-{rule.name}")
FOLDERS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
by_department = pytest.mark.parametrize("department", FOLDERS)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return Profiles(isolated=True).for_directory(str(ROOT))


@by_rule
def test_the_rule_holds(profile: Profile, rule: Rule) -> None:
    """Of long tables so many names, spread over the table; `make lint` proves all of them."""
    proof = prove_rule(profile, shortened(rule), SHEETS[rule.code])
    assert not proof.failures, proof.text


def shortened(rule: Rule) -> Rule:
    """*rule* with the names that its examples are about and, of many others, a sample."""
    texts = "".join((example.bad or "") + (example.ok or "") for example in SHEETS[rule.code].examples)
    others = [name for name in rule.names if name.parts[-1] not in texts]
    left_out = set(others) - set(others[:: max(len(others) // MOST_NAMES, 1)])
    fields = rule.fields()
    fields["names"] = tuple(name.fields() for name in rule.names if name not in left_out)
    return Rule.from_fields(fields) if left_out else rule


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


@by_rule
def test_the_code_is_one_of_its_department(rule: Rule) -> None:
    department = Path(rule.origin).relative_to(ROOT).parts[0]
    assert rule.pack == department
    letters, numbers = ("MIG", MIGRATIONS) if department in MIGRATIONS else ("LIB", NUMBERS)
    assert rule.code.startswith(letters)
    assert int(rule.code.removeprefix(letters)) in numbers[department]


@by_rule
def test_what_belongs_to_a_migration_is_off_until_it_is_asked_for(rule: Rule) -> None:
    assert not (rule.pack in MIGRATIONS and rule.default)


@by_rule
def test_the_rule_argues_its_case(rule: Rule) -> None:
    assert rule.why.endswith((".", "!", "?"))
    assert rule.docs
    assert all(url.startswith("https://") for url in rule.docs)
    assert rule.message
    assert len(rule.message) <= LONGEST_MESSAGE
    assert not rule.message.endswith(".")


@by_rule
def test_each_name_says_what_to_do_instead(rule: Rule) -> None:
    """Where the message of a rule about names has room for a hint, every name has one."""
    if rule.verb in {"ban", "rename"} and ("{hint}" in rule.message or "{to}" in rule.message):
        assert [name.dotted for name in rule.names if not name.to and not name.hint] == []


@by_rule
def test_there_are_examples_of_both_kinds(rule: Rule) -> None:
    examples = SHEETS[rule.code].examples
    assert any(example.bad is not None for example in examples)
    assert any(example.ok is not None for example in examples)


@by_department
def test_a_department_introduces_itself(department: str) -> None:
    docstring = ast.get_docstring(ast.parse((ROOT / department / "__init__.py").read_text("utf-8")))
    assert docstring
    assert len(docstring.split("\n\n")) > 1


def test_every_folder_is_a_department() -> None:
    assert set(NUMBERS) <= set(FOLDERS) <= {*NUMBERS, *MIGRATIONS}


def test_no_name_is_reported_twice() -> None:
    """What two default rules are about, by its own name or a parent's, would be reported by both.

    Rules about shape only lead through names: two of them may ask different things of one call.
    """
    default = [RuleNames(rule) for rule in RULES if rule.default and rule.verb in NAME_VERBS]
    twice = [
        (name.dotted, names.rule.code, other.rule.code)
        for names in default
        for name in names.rule.names
        for other in default
        if other is not names and other.best(name.parts) is not None
    ]
    assert twice == []


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.toml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_rules_do_not_undo_each_other(path: Path) -> None:
    """With every rule on, fixes come to an end, and what they end at stays. A migration is run by itself."""
    department = path.parent.name
    together = [
        rule for rule in RULES if (rule.pack == department if department in MIGRATIONS else rule.pack in NUMBERS)
    ]
    catalog = Catalog(together, PACKS.apis.values())
    view = Modules(("/nowhere",)).view("/nowhere/example.py")
    for rule in RULES:
        if Path(rule.origin.rpartition(":")[0]) == path:
            for example in SHEETS[rule.code].examples:
                once = fix(Source(example.bad or example.ok or ""), catalog, view=view, unsafe=True)
                assert once.failures == []
                assert fix(Source(once.text), catalog, view=view, unsafe=True).text == once.text


def test_many_related_test_cases_are_checked_in_time() -> None:
    """Each class asks what keeps all of its relatives a TestCase, and each assertion what the whole file says."""
    case = "class T{0}(Base):\n    def test_a(self):\n        self.assertEqual({0}, f())\n\n\n"
    text = "import unittest\n\n\nclass Base(unittest.TestCase):\n    pass\n\n\n" + "".join(map(case.format, range(150)))
    codes = ("MIG650", "MIG660")
    profile = Profiles(isolated=True, changes={"select": codes}).for_directory(str(ROOT))
    linter = Linter(profile.only(_everywhere(rule) for rule in profile.rules if rule.code in codes), "2026-01-01")
    started = time.process_time()
    found = Counter(finding.code for finding in linter.check(text.encode(), "test_x.py", "test_x.py").findings)
    assert found == {"MIG650": 150, "MIG660": 151}
    # No budget but that there is an end: it took minutes.
    assert time.process_time() - started < 30


def _everywhere(rule: Rule) -> Rule:
    rule = copy.copy(rule)
    rule.requires, rule.only_in, rule.except_in = "", (), ()
    return rule
