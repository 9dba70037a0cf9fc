"""``platform_lint.names``: names, globs and the table that finds what a qualified name falls under."""

from __future__ import annotations

import re

import pytest
from engine import split
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_lint.names import NameError_, NameTable, anchor, glob_pattern, is_glob, literal_prefix, parse_name


@pytest.mark.parametrize(
    "name", ["os", "os.path.join", "größe.maß", "_private.__dunder__", "a.b*", "a.*.c", "a.**.c", "a.?b"]
)
def test_names(name: str) -> None:
    assert parse_name(name) == split(name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "is no qualified name"),
        ("a..b", "is no qualified name"),
        (".a", "is no qualified name"),
        ("a.", "is no qualified name"),
        ("a.1b", "'1b' is no identifier"),
        ("a b", "'a b' is no identifier"),
        ("a-b.c", "'a-b' is no identifier"),
        ("a:b", "'a:b' is no identifier"),
        ("*", "would match nearly every name"),
        ("**.*", "would match nearly every name"),
        ("a*.?", "would match nearly every name"),
    ],
)
def test_what_is_no_name(name: str, reason: str) -> None:
    with pytest.raises(NameError_, match=re.escape(reason)):
        parse_name(name)


def test_globs_where_none_may_be() -> None:
    with pytest.raises(NameError_, match="is no identifier"):
        parse_name("a.b*", globs=False)


@pytest.mark.parametrize(
    ("name", "word", "prefix"),
    [
        ("a.b.c", "c", "a.b.c"),
        ("a.b.*", "b", "a.b"),
        ("a.*.c", "c", "a"),
        ("a.**.c_?", "a", "a"),
        ("*.b", "b", ""),
    ],
)
def test_anchors_and_prefixes(name: str, word: str, prefix: str) -> None:
    assert anchor(split(name)) == word
    assert literal_prefix(split(name)) == tuple(filter(None, prefix.split(".")))
    assert is_glob(split(name)) == ("*" in name or "?" in name)


@pytest.mark.parametrize(
    ("glob", "name", "covered"),
    [
        ("a.b*", "a.bcd", "a.bcd"),
        ("a.b*", "a.b.c", "a.b"),
        ("a.b*", "a.c", None),
        ("a.*", "a.b.c", "a.b"),
        ("a.*", "a", None),
        ("a.*.c", "a.b.c.d", "a.b.c"),
        ("a.*.c", "a.b.b.c", None),
        ("a.**.c", "a.b.c", "a.b.c"),
        ("a.**.c", "a.b.b.c.c", "a.b.b.c"),
        ("a.**.c", "a.c", None),
        ("*.c", "a.c", "a.c"),
        ("*.c", "c", None),
        ("a.b?", "a.bc", "a.bc"),
        ("a.b?", "a.b", None),
        ("a.b?", "a.bcd", None),
        ("a*.b", "axe.b", "axe.b"),
        ("a*.b", "a.x.b", None),
    ],
)
def test_globs(glob: str, name: str, covered: str | None) -> None:
    match = glob_pattern(split(glob)).match(name)
    assert (match and match.group()) == covered
    table = NameTable([(split(glob), 7)])
    assert list(table.lookup(split(name))) == ([] if covered is None else [(7, covered.count(".") + 1)])


def test_a_name_covers_all_below_it_and_may_have_several_numbers() -> None:
    table = NameTable([(("a",), 0), (("a", "b"), 1), (("a", "b"), 2), (("a", "b", "c"), 3), (("x",), 4)])
    assert list(table.lookup(("a", "b", "d"))) == [(0, 1), (1, 2), (2, 2)]
    assert list(table.lookup(("b",))) == []
    assert table.below[("a",)] == {("a", "b"), ("a", "b", "c")}


PARTS = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=4).map(tuple)


@settings(deadline=None, max_examples=100)
@given(st.lists(PARTS, max_size=6), PARTS)
def test_the_table_agrees_with_comparing_one_by_one(names: list[tuple[str, ...]], wanted: tuple[str, ...]) -> None:
    table = NameTable((name, number) for number, name in enumerate(names))
    expected = {(number, len(name)) for number, name in enumerate(names) if wanted[: len(name)] == name}
    assert set(table.lookup(wanted)) == expected
