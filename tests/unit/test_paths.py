"""``platform_lint.paths``: which paths a pattern covers."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase

import pytest
from examples import examples
from hypothesis import assume, given
from hypothesis import strategies as st

from platform_lint.paths import PathPatterns, relative, unfit


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


@examples(500)
@given(
    st.lists(st.sampled_from(["a", "b", "*", "?", "/", "[ab]", "[!a]", "*a", "b*"]), min_size=1, max_size=8).map(
        "".join
    ),
    st.text("ab/", max_size=10),
)
def test_stars_cover_what_fnmatch_says(pattern: str, path: str) -> None:
    """An oracle for one part after the other: without ``**`` and where the pattern counts from the root."""
    assume("**" not in pattern and not pattern.startswith("/") and not pattern.endswith("/") and "//" not in pattern)
    assume("/" in pattern and not path.startswith("/") and "//" not in path)
    parts, wanted = path.split("/"), pattern.split("/")
    covered = len(parts) >= len(wanted) and all(map(fnmatchcase, parts, wanted))
    assert PathPatterns([pattern]).match(path) == covered


@pytest.mark.parametrize("pattern", ["*a" * 8 + "b", "*?" * 30 + "b", "**/*a*/**/*a*/**/*a*b", "x/" + "*a" * 10 + "b"])
def test_many_stars_do_not_multiply(pattern: str) -> None:
    started = time.process_time()
    assert not PathPatterns([pattern]).match("x/" + "a" * 200)
    assert not PathPatterns([pattern]).match("aaaa/" * 40)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("[z-a]", "bad character range z-a"), ("**/" * 5 + "x", "it has more than 4 `**`"), ("a/**/b/*.py", "")],
)
def test_unfit_patterns(pattern: str, reason: str) -> None:
    assert unfit(pattern) == reason
