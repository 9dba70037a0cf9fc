"""``platform_lint.paths``: which paths a pattern covers."""

from __future__ import annotations

import pytest

from platform_lint.paths import PathPatterns, relative


@pytest.mark.parametrize(
    ("pattern", "covered", "not_covered"),
    [
        ("build", ["build", "build/x.py", "a/build/x.py", "a/build"], ["builds/x.py", "a/rebuild", "build.py"]),
        ("build/", ["build/x.py", "a/build/x.py"], ["builds"]),
        ("*.py", ["x.py", "a/b/x.py", "x.py/y"], ["x.pyi", "py"]),
        ("test_*.py", ["test_a.py", "a/test_b.py"], ["a/my_test_b.py"]),
        ("a/b", ["a/b", "a/b/c.py"], ["x/a/b", "a/bc", "a"]),
        ("./a/b", ["a/b/c.py"], ["x/a/b"]),
        ("/a", ["a", "a/b"], ["x/a"]),
        ("a/*.py", ["a/x.py"], ["a/b/x.py"]),
        ("a/**/x.py", ["a/x.py", "a/b/x.py", "a/b/c/x.py"], ["b/x.py", "a/bx.py"]),
        ("services/**", ["services/a.py", "services/a/b.py"], ["my/services/a.py"]),
        ("**/migrations", ["migrations", "a/b/migrations/x.py"], ["a/migrations2"]),
        ("a?.py", ["ab.py", "x/ac.py"], ["a.py", "a/.py", "abc.py"]),
        ("[ab].py", ["a.py", "x/b.py"], ["c.py"]),
        ("[!ab].py", ["c.py"], ["a.py"]),
        ("a[b", ["a[b"], ["ab"]),
        ("a.b", ["a.b"], ["axb"]),
        ("größe", ["größe/x.py"], ["grosse"]),
    ],
)
def test_patterns(pattern: str, covered: list[str], not_covered: list[str]) -> None:
    patterns = PathPatterns([pattern])
    assert [path for path in covered if not patterns.match(path)] == []
    assert [path for path in not_covered if patterns.match(path)] == []


def test_any_of_several() -> None:
    patterns = PathPatterns(["build", "docs/*.py"])
    assert patterns.match("a/build/x.py")
    assert patterns.match("docs/conf.py")
    assert not patterns.match("docs/a/conf.py")
    assert patterns
    assert not PathPatterns([])
    assert not PathPatterns([]).match("x")


def test_entries_of_a_directory() -> None:
    patterns = PathPatterns(["build", "a/*.py"])
    assert patterns.match_entry("build", "/p/x/build", "/p")
    assert patterns.match_entry("x.py", "/p/a/x.py", "/p")
    assert not patterns.match_entry("x.py", "/p/b/x.py", "/p")


@pytest.mark.parametrize(
    ("path", "root", "shown"),
    [("/a/b", "/a", "b"), ("/a", "/a", "."), ("/ab", "/a", "/ab"), ("/a/b", "/", "a/b"), ("/x", "/a", "/x")],
)
def test_relative_paths(path: str, root: str, shown: str) -> None:
    assert relative(path, root) == shown
