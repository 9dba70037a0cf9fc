"""``platform_lint.authoring.trial``: what rules would do before they are in force."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from platform_lint.authoring.trial import Trial, as_json, as_text, cost_table, file_rules, pattern_rules, try_rules
from platform_lint.profiles import Profiles, UsageError

FILES = {
    "api/a.py": "import corp.http\n\ncorp.http.get(1, verify=False)\ncorp.http.get(2)\n",
    "api/b.py": "from corp.http import get as fetch\n\nfetch(3, verify=False)\n",
    "core/deep/c.py": "import corp.http\n\ncorp.http.get(verify=False)  # noqa: TRY001 -- it is ours\n",
    "core/d.py": "import corp.http\n\ncorp.http.get(4, verify=False)\ncorp.http.get(5, verify=False)\n",
    "clean.py": "x = 1\n",
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / ".github").mkdir(parents=True)
    (root / ".github" / "CODEOWNERS").write_text("* @all\n/api/ @web @api\n/core/deep/\n")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.chdir(root)
    return root


def tried(match: str, rewrite: str | None = None, *, all_diffs: bool = False) -> Trial:
    return try_rules(pattern_rules(match, rewrite), ["."], Profiles(), jobs=1, all_diffs=all_diffs)


def test_a_pattern_is_counted_by_directory_and_owner() -> None:
    trial = tried("corp.http.get(..., verify=False)")
    assert trial.files == 5
    assert [(finding.filename, finding.start.row) for finding in trial.findings] == [
        ("api/a.py", 3),
        ("api/b.py", 3),
        ("core/d.py", 3),
        ("core/d.py", 4),
    ]
    assert trial.by_directory() == {"api": 2, "core": 2}
    assert trial.by_owner() == {"@web": 2, "@api": 2, "@all": 2}
    assert trial.owned_by == ".github/CODEOWNERS"
    assert trial.by_safety() == {"safe": 0, "unsafe": 0, "suggest": 0, "none": 4}
    assert (trial.mended, trial.diffs) == ([], {})


def test_a_rewrite_is_shown_as_a_diff_and_changes_nothing(project: Path) -> None:
    trial = tried("corp.http.get(..., verify=False)", "corp.http.get(...)", all_diffs=True)
    assert trial.by_safety()["none"] == 0
    assert list(trial.diffs) == trial.mended == ["api/a.py", "api/b.py", "core/d.py"]
    assert "-fetch(3, verify=False)\n+fetch(3)\n" in trial.diffs["api/b.py"]
    assert {name: (project / name).read_text() for name in FILES} == FILES


def test_a_rule_file_is_tried_with_the_facts_there_are(project: Path) -> None:
    (project / "facts").mkdir()
    (project / "facts" / "facts.toml").write_text(
        '[[api]]\nname = "corp.http.get"\nreexports = ["corp.get"]\n'
        '[[rule]]\ncode = "ACM001"\nname = "other"\nban = ["x"]\n'
    )
    (project / "platform-lint.toml").write_text('rule-dirs = ["facts"]\n[per-file-ignores]\n"api/**" = ["ALL"]\n')
    (project / "e.py").write_text("import corp\n\ncorp.get()\n")
    (project / "new.toml").write_text(
        '[[rule]]\ncode = "ACM101"\nname = "getting"\nban = ["corp.http.get"]\n'
        '[[rule]]\ncode = "ACM102"\nname = "x"\nban = ["corp.nothing"]\ndefault = false\n'
    )
    profiles = Profiles()
    trial = try_rules(file_rules("new.toml", profiles.for_directory(str(project))), ["."], profiles, jobs=1)
    # What the configuration leaves out for rules that are in force is no matter here.
    assert trial.by_rule() == {"ACM101": 7, "ACM102": 0}
    assert "e.py" in {finding.filename for finding in trial.findings}


def test_samples_are_spread() -> None:
    trial = tried("corp.http.get(...)")
    assert len(trial.findings) == 5
    assert {finding.filename for finding in trial.samples(2)} == {"api/a.py", "core/d.py"}
    assert len(trial.samples(4)) == 4


def test_the_report_says_it_all(project: Path) -> None:
    trial = tried("corp.http.get(..., verify=False)", "corp.http.get(...)")
    text = as_text(trial, lambda name: (project / name).read_text(), whole_diff=False)
    head, *sections = text.split("\n\n")
    assert head.startswith("4 findings in 3 of 5 files: 4 with an unsafe one (")
    assert sections[0] == "By directory:\n        2  api\n        2  core"
    assert sections[1].startswith("By owner (.github/CODEOWNERS):\n        2  @web\n")
    assert "  api/b.py:3:1: TRY001 " in sections[2]
    assert "\n      fetch(3, verify=False)\n" in sections[2]
    assert "Fixes change 3 files, as here (all of it: --diff):" in text
    assert text.rstrip().splitlines()[-1].split()[1:] == ["4", "4", "TRY001"]


def test_a_change_is_shown_with_the_imports_it_brings(project: Path) -> None:
    for file in project.rglob("*.py"):
        file.unlink()
    (project / "far.py").write_text("import corp\n" + "\n" * 30 + "corp.old(1)\n")
    (project / "many.py").write_text("import corp\n" + ("\n" * 9 + "corp.old(1)\n") * 9)
    trial = tried("corp.old($X)", "fresh.new($X)")
    text = as_text(trial, lambda name: None, whole_diff=False)
    far, _, many = text.partition("--- a/many.py")
    assert "-corp.old(1)" in far and "+from fresh import new" in far and "\n...\n" not in far
    # Of a long one the first and the last.
    assert "+from fresh import new" in many and many.count("-corp.old(1)") < 4 and "\n...\n" in many


def test_nothing_found_is_said_shortly() -> None:
    trial = tried("corp.nothing(...)")
    assert as_text(trial, lambda name: None, whole_diff=False).startswith("0 findings in 0 of 5 files (")


def test_what_a_rule_requires_is_said_where_it_is_silent(project: Path) -> None:
    (project / "new.toml").write_text(
        '[[rule]]\ncode = "ACM101"\nname = "a"\nban = ["corp.http"]\nrequires = "corp>=3"\n'
    )
    profiles = Profiles()
    trial = try_rules(file_rules("new.toml", profiles.for_directory(str(project))), ["."], profiles, jobs=1)
    assert "only where the project meets corp>=3" in as_text(trial, lambda name: None, whole_diff=False)


def test_it_can_be_read_by_programs() -> None:
    found = json.loads(as_json(tried("corp.http.get(..., verify=False)", "corp.http.get(...)", all_diffs=True)))
    assert found["files"] == 5
    assert found["by_directory"] == {"api": 2, "core": 2}
    assert found["by_fix"] == {"safe": 0, "unsafe": 4, "suggest": 0, "none": 0}
    assert found["findings"][1]["owners"] == ["@web", "@api"]
    assert set(found["diffs"]) == set(found["mended"]) == {"api/a.py", "api/b.py", "core/d.py"}
    assert found["costs"]["TRY001"]["files"] == 4


@pytest.mark.parametrize("pattern", ["corp.http.get(", "", "$X", 'say("\\q\x7f' + "\n"])
def test_a_broken_pattern_is_one_clear_line(pattern: str) -> None:
    with pytest.raises(UsageError) as caught:
        pattern_rules(pattern, None)
    assert str(caught.value).startswith("the pattern: ")
    assert "\n" not in str(caught.value)


def test_every_character_of_a_pattern_counts() -> None:
    text = 'corp.f("\\n\\"é\x7f\'")'
    assert pattern_rules(text, None).rules[0].body["match"] == [text]


def test_the_dearest_rule_comes_first() -> None:
    lines = cost_table({"A": (0.5, 2), "B": (1.25, 1000), "parsing and indexing": (2.0, 3)}, {"B": 7, "C": 1, "D": 0})
    assert [line.split() for line in lines] == [
        ["ms", "files", "hits"],
        ["2000.0", "3", "parsing", "and", "indexing"],
        ["1250.0", "1,000", "7", "B"],
        ["500.0", "2", "0", "A"],
        ["1", "C"],
    ]
