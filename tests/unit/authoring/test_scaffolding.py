"""``platform_lint.authoring.scaffolding``: a new rule loads and proves as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from platform_lint.authoring.proving import prove
from platform_lint.authoring.scaffolding import scaffold
from platform_lint.profiles import Profiles, UsageError
from platform_lint.rule import VERBS

FIRST = '[[rule]]\ncode = "{}"\nname = "{}"\nban = ["a.b"]\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules" / "http").mkdir(parents=True)
    (tmp_path / "rules" / "http" / "first.toml").write_text(FIRST.format("ACM140", "first"))
    return tmp_path / "rules"


@pytest.mark.parametrize("kind", VERBS)
def test_a_new_rule_of_every_kind_proves_before_it_is_changed(folder: Path, kind: str) -> None:
    written = scaffold("http/new-rule-1", kind, [str(folder)])
    assert written.code == "ACM141"
    assert written.path == folder / "http" / ("new_rule_1.py" if kind == "python" else "new_rule_1.toml")
    profile = Profiles(isolated=True, rules=[str(folder)]).for_directory(str(folder))
    (rule,) = (rule for rule in profile.rules if rule.code == "ACM141")
    assert (rule.name, rule.verb) == ("new-rule-1", kind)
    proof = prove(profile, [], ["ACM141"], verbose=False)
    assert not proof.failures, proof.text
    assert "1 rule, 2 examples" in proof.text


def test_the_next_steps_are_said(folder: Path) -> None:
    steps = scaffold("http/new", "ban", [str(folder)]).next_steps()
    path = os.path.join("rules", "http", "new.toml")
    assert steps.startswith(f"{path}: ACM141 new\n")
    assert [line.split()[0] for line in steps.splitlines()[3:]] == ["1.", "2.", "3."]
    assert f"platform-lint prove {path}" in steps
    assert f"platform-lint try {path} ." in steps


def test_the_code_is_the_next_of_the_department(folder: Path) -> None:
    (folder / "time").mkdir()
    (folder / "time" / "a.toml").write_text(FIRST.format("ACM200", "a") + FIRST.format("XYZ001", "b"))
    assert scaffold("http/c", "ban", [str(folder)]).code == "ACM141"
    assert scaffold("http/d", "ban", [str(folder)]).code == "ACM142"
    assert scaffold("time/e", "ban", [str(folder)]).code == "ACM201"
    assert scaffold("new/f", "ban", [str(folder)]).code == "ACM202"
    (folder / "http" / "last.toml").write_text(FIRST.format("ACM999", "last"))
    assert scaffold("http/g", "ban", [str(folder)]).code == "ACM100"


def test_the_first_code_of_a_folder_is_chosen_by_who_asks(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    with pytest.raises(UsageError, match="no rule here shows the letters of your codes; choose with --code"):
        scaffold("http/new", "ban", [str(empty)])
    assert scaffold("http/new", "ban", [str(empty)], code="CRP001").code == "CRP001"
    assert scaffold("http/other", "ban", [str(empty)]).code == "CRP002"


@pytest.mark.parametrize(
    ("place", "code", "complaint"),
    [
        ("new", "", "expected DEPARTMENT/NAME"),
        ("http/New", "", "expected DEPARTMENT/NAME"),
        ("http/new_rule", "", "expected DEPARTMENT/NAME"),
        ("../new", "", "expected DEPARTMENT/NAME"),
        ("a/b/new", "", "expected DEPARTMENT/NAME"),
        ("http/", "", "expected DEPARTMENT/NAME"),
        ("http/first", "", "there is a rule of that name, ACM140"),
        ("http/utcnow", "", "there is a rule of that name, LIB200"),
        ("http/new", "ACM140", "taken by first"),
        ("http/new", "ACM", "expected one to three capital letters"),
        ("http/taken", "", "it is there already"),
    ],
)
def test_what_cannot_be_is_a_mistake_and_writes_nothing(folder: Path, place: str, code: str, complaint: str) -> None:
    (folder / "http" / "taken.toml").write_text("# nothing as yet\n")
    before = sorted(folder.rglob("*"))
    with pytest.raises(UsageError, match=complaint) as caught:
        scaffold(place, "ban", [str(folder)], code=code)
    assert "\n" not in str(caught.value)
    assert sorted(folder.rglob("*")) == before
    assert (folder / "http" / "taken.toml").read_text() == "# nothing as yet\n"


def test_there_must_be_a_folder(folder: Path) -> None:
    with pytest.raises(UsageError, match="--rules DIR"):
        scaffold("http/new", "ban", [])
    with pytest.raises(UsageError, match="a file holds this pack"):
        scaffold("http/new", "ban", [str(folder / "http" / "first.toml")])
