"""``platform_lint.authoring.handbook``: the pages of rules, and that ours are current."""

from __future__ import annotations

from pathlib import Path

import pytest

from platform_lint.authoring.handbook import INDEX, outdated, pages, path_of, update
from platform_lint.profiles import Profile, Profiles

ROOT = Path(__file__).parents[3]
PACK = """
[[rule]]
code = "ACM101"
name = "old-session"
message = "`{name}` is gone: {hint}"
why = "Sessions leaked."
[rule.ban]
"corp.db.get_session" = "corp.db.sessions.open_session"
"corp.legacy" = { hint = "a | b" }
[[rule.example]]
bad = "import corp.legacy  # hit\\n"
[[rule.example]]
ok = "import corp\\n"
path = "scripts/tool.py"

[[rule]]
code = "ACM102"
name = "slow"
message = "call `{name}` with `timeout=`"
default = false
level = "warning"
call = "corp.http.get"
args.timeout = { required = true, insert = "10" }
[[rule.example]]
bad = "import corp.http\\n\\ncorp.http.get(1)\\n"
good = "import corp.http\\n\\ncorp.http.get(1, timeout=10)\\n"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "acme.toml").write_text(PACK, "utf-8")
    return tmp_path


@pytest.fixture
def profile(folder: Path) -> Profile:
    return Profiles(isolated=True, rules=[str(folder / "rules")]).for_directory(str(folder))


def ours(profile: Profile) -> dict[str, str]:
    return pages(profile, [rule for rule in profile.rules if rule.code.startswith("ACM")])


def test_each_rule_has_a_page_and_the_index_leads_to_it(profile: Profile) -> None:
    found = ours(profile)
    assert list(found) == [INDEX, "rules/ACM101-old-session.md", "rules/ACM102-slow.md"]
    for path in list(found)[1:]:
        assert f"]({path})" in found[INDEX]
    assert "| `slow` | warning |  | yes | call `corp.http.get` with `timeout=` |" in found[INDEX]


def test_a_page_says_what_why_and_shows_it(profile: Profile) -> None:
    text = ours(profile)["rules/ACM101-old-session.md"]
    assert "# ACM101 old-session\n" in text
    assert "Sessions leaked.\n" in text
    assert "| `corp.db.get_session` | `corp.db.sessions.open_session` |" in text
    assert "| `corp.legacy` | a \\| b |" in text
    assert "Reported:\n\n```python\nimport corp.legacy  # hit\n```\n" in text
    assert "Left alone in scripts/tool.py:\n\n```python\nimport corp\n```\n" in text
    call = ours(profile)["rules/ACM102-slow.md"]
    assert "Calls of `corp.http.get`:\n\n- `timeout` must be given; the fix adds `10`.\n" in call
    assert "Becomes:\n\n```python\nimport corp.http\n\ncorp.http.get(1, timeout=10)\n```\n" in call


def test_pages_depend_on_the_rules_alone(profile: Profile, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ours(profile)
    monkeypatch.chdir(folder.parent)
    # A line more above a rule is no change of its page.
    (folder / "rules" / "acme.toml").write_text("\n\n" + PACK, "utf-8")
    again = Profiles(isolated=True, rules=[str(folder / "rules")]).for_directory(str(folder))
    assert ours(again) == before
    assert str(folder) not in "".join(before.values())


def test_only_what_changed_is_written_and_only_pages_of_ours_are_removed(profile: Profile, folder: Path) -> None:
    found, target = ours(profile), folder / "docs"
    assert sorted(update(target, found)) == sorted(found)
    assert update(target, found) == outdated(target, found) == []
    (target / "rules" / "mine.md").write_text("# Written by hand\n")
    (target / INDEX).write_text("changed")
    fewer = {path: text for path, text in found.items() if "ACM102" not in path}
    assert outdated(target, fewer) == [INDEX, "rules/ACM102-slow.md"]
    assert update(target, fewer) == [INDEX, "rules/ACM102-slow.md"]
    assert (target / "rules" / "mine.md").exists()
    assert not (target / "rules" / "ACM102-slow.md").exists()


def test_the_pages_of_our_own_rules_are_current() -> None:
    profile = Profiles(isolated=True).for_directory(str(ROOT))
    known = [rule for rule in profile.rules if not rule.origin or Path(rule.origin).is_relative_to(ROOT / "rules")]
    found = pages(profile, known)
    assert outdated(ROOT / "docs" / "rules", found) == [], "run `make docs`"
    assert {path_of(rule) for rule in known} < set(found)
