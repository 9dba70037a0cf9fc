"""What is said of the built-in packs: notes that are read strictly, and the page that is made of them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from benchmarks import pack_notes, packs, rows, workspace
from benchmarks.pack_notes import Notes, NotesError, Oracle, Sample
from benchmarks.packs import Found, Pack
from benchmarks.workspace import Tree
from tests.reliability.corpora import Corpus

from platform_lint.rule import Name, Rule

NAMES = (Name("corp.get", "", "", "", False),)
RULES = {
    "LIB101": Rule("LIB101", "raw-client", "ban", NAMES, pack="http"),
    "LIB102": Rule("LIB102", "slow-client", "ban", NAMES, pack="http", default=False),
    "LIB103": Rule("LIB103", "old-client", "ban", NAMES, pack="http"),
    "LIB201": Rule("LIB201", "local-clock", "ban", NAMES, pack="time"),
}
GOOD = """
[[sample]]
rule = "LIB101"
trees = ["django", "fastapi 0.110.0"]
seen = 20
right = 19
note = "a test"

[[oracle]]
rules = ["LIB101"]
ruff = ["S113"]
only_ours = "wrappers"
"""


def reading(tmp_path: Path, text: str, name: str = "http") -> Notes:
    path = tmp_path / f"{name}.toml"
    path.write_text(text)
    return pack_notes.read(path, RULES, {"S113"})


def test_notes_are_read(tmp_path):
    notes = reading(tmp_path, GOOD)
    assert notes.sample == [Sample("LIB101", ["django", "fastapi 0.110.0"], 20, 19, "a test")]
    assert notes.oracle == [Oracle(["LIB101"], ["S113"], only_ours="wrappers")]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('rule = "LIB101"', 'rule = "LIB999"', "sample 1 (LIB999): rule: there is no built-in rule 'LIB999'"),
        ('rule = "LIB101"', 'rule = "LIB201"', "sample 1 (LIB201): rule: LIB201 belongs to time"),
        ("right = 19", "right = 21", "sample 1 (LIB101): right: 21 of 20 seen"),
        ("seen = 20", "seen = 0", "sample 1 (LIB101): seen: 0; leave out what nobody looked at"),
        ('note = "a test"', "", "sample 1 (LIB101): note: say what the wrong ones were"),
        ('"django"', '"djagno"', "sample 1 (LIB101): trees: 'djagno' is neither one of"),
        ('trees = ["django", "fastapi 0.110.0"]', "trees = []", "sample 1 (LIB101): trees: name the code"),
        ('ruff = ["S113"]', 'ruff = ["S1"]', "oracle 1 (LIB101): ruff: ruff has no rule 'S1'"),
        ('rules = ["LIB101"]', "rules = []", "oracle 1 (): rules: name at least one"),
        ("seen = 20", 'seen = "20"', "Expected `int`, got `str` - at `$.sample[0].seen`"),
        ("seen = 20", "seem = 20", "`$.sample[0]`"),
        ("[[oracle]]", "[oracle]", "`$.oracle`"),
        ("seen = 20", "seen =", "Invalid value (at line 5"),
    ],
)
def test_a_mistake_is_one_line_with_the_file_and_the_key(tmp_path, old, new, complaint):
    with pytest.raises(NotesError) as raised:
        reading(tmp_path, GOOD.replace(old, new, 1))
    text = str(raised.value)
    assert text.startswith("http.toml: ")
    assert complaint in text
    assert "\n" not in text


def test_notes_are_about_a_department(tmp_path):
    with pytest.raises(NotesError, match=r"^hptt\.toml: there is no department 'hptt', only http, time$"):
        reading(tmp_path, "", "hptt")


# The page


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    (tmp_path / "a.py").write_text("import corp\ncorp.get(1)\ncorp.get(2)  # noqa\ncorp.get(3)\n")
    (tmp_path / "b.py").write_text("# flake8: noqa\ncorp.get(1)\n")
    return Tree("django", tmp_path, "")


def pack(*samples: Sample, oracle: Oracle | None = None) -> Pack:
    rules = {code: rule for code, rule in RULES.items() if rule.pack == "http"}
    return Pack("http", rules, {"LIB102"}, Notes(list(samples), [oracle] if oracle else []))


def cells(page: str, begin: str) -> list[str]:
    (line,) = (line for line in page.splitlines() if line.startswith(f"| {begin} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_page_counts_findings_and_what_was_looked_at(tree):
    ours = [("LIB101", "a.py", 2), ("LIB101", "a.py", 2), ("LIB102", "a.py", 4)]
    page = packs.document([pack(Sample("LIB101", ["django"], 2, 1, "a | b"))], [Found(tree, ours, [])])
    numbers = ["3", "2", "1", "2 / 3", "2", "1", "50.0%"]
    assert cells(page, "http") == ["http", *numbers, ""]
    assert cells(page, "all") == ["all", *numbers, ""]
    assert cells(page.replace("\\|", "/"), "LIB101 raw-client")[1:] == ["yes", "", "2", "2", "1", "50.0%", "a / b"]
    assert cells(page, "LIB102 slow-client")[1:] == ["", "yes", "1", "", "", "", ""]
    assert "LIB103" not in page
    assert "One finds nothing in these trees." in page


def test_the_page_says_what_was_not_looked_at(tree):
    found = Found(tree, [("LIB101", "a.py", 2)] * 60, [])
    few = packs.document([pack(Sample("LIB101", ["django"], 49, 49), Sample("LIB102", ["django"], 9, 9))], [found])
    assert cells(few, "http")[-1] == "of 60 findings of default rules 49 were looked at"
    enough = packs.document([pack(Sample("LIB101", ["django"], 50, 50))], [found])
    assert cells(enough, "http")[-1] == ""


def test_agreement_with_ruff_is_by_file_and_row(tree):
    oracle = Oracle(["LIB101", "LIB103"], ["S113"], only_ours="wrappers", only_ruff="guesses")
    ours = [("LIB101", "a.py", 2), ("LIB103", "a.py", 2), ("LIB103", "a.py", 1), ("LIB102", "a.py", 4)]
    # Of rows 3 and b.py it is ruff alone that was told to speak.
    ruff = [("S113", "a.py", 2), ("S113", "a.py", 3), ("S113", "a.py", 4), ("S113", "b.py", 2), ("S114", "a.py", 1)]
    found = [Found(tree, ours, ruff)]
    page = packs.document([pack(oracle=oracle)], found)
    assert cells(page, "LIB101, LIB103") == ["LIB101, LIB103", "S113", "1", "1", "1"]
    assert "- LIB101, LIB103, only ours (1 in django): wrappers (`a.py:1`: `import corp`)" in page
    assert "- LIB101, LIB103, only ruff (1 in django): guesses (`a.py:4`: `corp.get(3)`)" in page
    assert list(packs.faults([pack(oracle=oracle)], found)) == []


def test_a_difference_that_nobody_argues_is_a_fault(tree):
    oracle = Oracle(["LIB101"], ["S113"])
    found = [Found(tree, [("LIB101", "a.py", 1)], [("S113", "a.py", 4)])]
    assert list(packs.faults([pack(oracle=oracle)], found)) == [
        "http: LIB101 and S113: only_ours: 1 rows are not argued, as django a.py:1",
        "http: LIB101 and S113: only_ruff: 1 rows are not argued, as django a.py:4",
    ]


@pytest.mark.parametrize(
    ("samples", "fault"),
    [
        ([Sample("LIB101", ["django"], 20, 18, "w")], "http: LIB101 is on by default, and 18 of 20 findings are right"),
        ([Sample("LIB101", ["django"], 10, 10), Sample("LIB101", ["pandas"], 10, 8, "w")], "18 of 20"),
        ([Sample("LIB101", ["django"], 20, 19, "w")], ""),
        ([Sample("LIB101", ["django"], 9, 1, "w")], ""),
        ([Sample("LIB102", ["django"], 20, 1, "w")], ""),
    ],
)
def test_a_default_rule_that_is_wrong_too_often_is_a_fault(tree, samples, fault):
    found = list(packs.faults([pack(*samples)], [Found(tree, [], [])]))
    assert len(found) == bool(fault)
    assert fault in "".join(found)


# What is run


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A place for results, sources to change, and the runs that were made of them."""
    runs: list[str] = []
    for folder in ("src", "rules/http", "rules/time"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "one.toml").write_text("")

    def by_us(tree: Tree, executable: Path, *flags: str) -> list[rows.Place]:
        runs.append(flags[-1])
        return [("LIB101", "a.py", 1), ("LIB201", "a.py", 2)]

    monkeypatch.setattr(workspace, "BENCH", tmp_path / ".bench")
    monkeypatch.setattr(workspace, "ROOT", tmp_path)
    monkeypatch.setattr(packs, "ROOT", tmp_path)
    monkeypatch.setattr(packs.corpora, "corpus", lambda name: Corpus(name, "Django 5.2", tmp_path))
    monkeypatch.setattr(rows, "by_us", by_us)
    return runs


def departments() -> list[Pack]:
    return [
        Pack(name, {code: rule for code, rule in RULES.items() if rule.pack == name}, (), Notes())
        for name in ("http", "time")
    ]


def test_what_has_not_changed_is_not_run_again(bench, tmp_path):
    first = packs.find("django", departments())
    assert first.ours == [("LIB101", "a.py", 1), ("LIB201", "a.py", 2)]
    assert packs.find("django", departments()) == first
    assert bench == ["LIB101,LIB102,LIB103,LIB201"]
    (tmp_path / "rules" / "time" / "one.toml").write_text("# changed")
    assert packs.find("django", departments()) == first
    assert bench[1:] == ["LIB201"]
    (tmp_path / "src" / "one.toml").write_text("# changed")
    assert packs.find("django", departments()[:1]).ours == [("LIB101", "a.py", 1)]
    assert bench[2:] == ["LIB101,LIB102,LIB103"]


def test_a_mistake_in_the_notes_ends_the_run(monkeypatch, tmp_path, capsys):
    (tmp_path / "http.toml").write_text('[[sample]]\nrule = "LIB999"\ntrees = ["django"]\nseen = 1\nright = 1\n')
    monkeypatch.setattr(packs, "FOLDER", tmp_path)
    monkeypatch.setattr(packs, "ruff_codes", set)
    monkeypatch.setattr(packs.os, "nice", lambda step: 0)
    assert packs.main([]) == 2
    assert capsys.readouterr().err == "packs: http.toml: sample 1 (LIB999): rule: there is no built-in rule 'LIB999'\n"
    assert packs.main(["--packs", "aws,hptt"]) == 2
    assert "--packs: there is no department 'hptt', only" in capsys.readouterr().err


def test_the_codes_of_ruff_are_those_it_has(monkeypatch):
    known = [{"code": "S113", "status": {"Stable": {}}}, {"code": "S320", "status": {"Removed": {}}}]
    done = subprocess.CompletedProcess([], 0, json.dumps(known), "")
    monkeypatch.setattr(workspace, "peer", lambda name: Path(name))
    monkeypatch.setattr(rows.subprocess, "run", lambda *arguments, **options: done)
    assert packs.ruff_codes() == {"S113"}
