"""``platform_lint.authoring.owners``: CODEOWNERS, as GitHub and GitLab read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from platform_lint.authoring.owners import PLACES, Owners, find_owners


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
    [
        ("*", ["a.py", "a/b.py"], []),
        ("*.py", ["a.py", "a/b.py"], ["a.pyi"]),
        ("apps", ["apps", "apps/a.py", "x/apps/a.py"], ["apps2/a.py"]),
        ("apps/", ["apps/a.py", "x/apps/a.py"], ["apps"]),
        ("/apps/", ["apps/a.py", "apps/b/a.py"], ["x/apps/a.py"]),
        ("docs/*", ["docs/a.py"], ["docs/b/a.py", "x/docs/a.py"]),
        ("docs/**", ["docs/a.py", "docs/b/a.py"], ["x/docs/a.py"]),
        ("**/logs", ["logs/a.py", "x/y/logs/a.py"], ["mylogs/a.py"]),
        ("a/**/z", ["a/z", "a/b/c/z/x.py"], ["z", "b/a/z"]),
        ("a?.py", ["ab.py", "x/ab.py"], ["a/.py", "abc.py"]),
        ("src/t_*.py", ["src/t_a.py"], ["src/x/t_a.py", "t_a.py"]),
        ("a\\ b.py", ["a b.py"], ["a.py", "b.py"]),
    ],
)
def test_patterns_are_those_of_gitignore(pattern: str, inside: list[str], outside: list[str]) -> None:
    owners = Owners(f"{pattern} @me\n")
    assert [path for path in inside if not owners.of(path)] == []
    assert [path for path in outside if owners.of(path)] == []


def test_the_last_match_decides_even_for_nobody() -> None:
    owners = Owners("# all\n*  @all @org/team\n\n/docs/ docs@example.org  # the writers, @not-they\n/docs/api/\n")
    assert owners.of("a.py") == ("@all", "@org/team")
    assert owners.of("docs/a.md") == ("docs@example.org",)
    assert owners.of("docs/api/a.md") == ()


def test_sections_decide_each_for_themselves() -> None:
    text = "* @all\n[Docs] @writers\n/docs/\n^[Web][2] @web\n/web/\n/web/legacy @old\n[docs]\n/docs/a.md @a\n"
    owners = Owners(text)
    assert owners.of("src/a.py") == ("@all",)
    assert owners.of("docs/b.md") == ("@all", "@writers")
    assert owners.of("docs/a.md") == ("@all", "@a")
    assert owners.of("web/x.py") == ("@all", "@web")
    assert owners.of("web/legacy/x.py") == ("@all", "@old")


@pytest.mark.parametrize("place", PLACES)
def test_the_file_is_found_from_below(tmp_path: Path, place: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "src" / "deep").mkdir(parents=True)
    assert find_owners(str(tmp_path / "src")) is None
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("* @me\n")
    found = find_owners(str(tmp_path / "src" / "deep"))
    assert found is not None
    assert (found.root, found.source) == (str(tmp_path), place)


def test_the_search_ends_at_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "CODEOWNERS").write_text("* @me\n")
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    assert find_owners(str(tmp_path / "repo")) is None
