"""``platform_lint.toml_rows``: the row of every key, table and item, however the file spells them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_lint.toml_rows import Path, toml_rows

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


T = TypeVar("T")


def row(text: str, *path: str | int) -> int:
    return toml_rows(text)[path]


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param("a = 1\nb = 2\n", ("b",), 2, id="a key"),
        pytest.param("[t]\n\nb = 2\n", ("t", "b"), 3, id="a key of a table"),
        pytest.param("[t.u]\nb = 2\n", ("t",), 1, id="a table that is only spelled in another's name"),
        pytest.param("[t]\na.b = 1\na.c = 2\n", ("t", "a", "c"), 3, id="dotted keys that share a beginning"),
        pytest.param("[t]\na.b = 1\na.c = 2\n", ("t", "a"), 2, id="what dotted keys share"),
        pytest.param("'a b'.\"c.d\" = 1\n", ("a b", "c.d"), 1, id="quoted keys"),
        pytest.param('"\\u0061\\n" = 1\n', ("a\n",), 1, id="escapes in a key"),
        pytest.param("a = [\n  1,\n  # 5\n  2,\n]\n", ("a", 1), 4, id="an item of a list over several lines"),
        pytest.param("a = { b = 1, c = { d = [\n1] } }\n", ("a", "c", "d", 0), 2, id="inline tables"),
        pytest.param("[[r]]\na = 1\n[[r]]\na = 2\n", ("r", 1, "a"), 4, id="lists of tables"),
        pytest.param(
            "[[r]]\n[[r.e]]\n[[r]]\n[[r.e]]\nb = 1\n", ("r", 1, "e", 0, "b"), 5, id="lists in lists of tables"
        ),
        pytest.param("[[r]]\n[[r.e]]\n[r.e.f]\nb = 1\n", ("r", 0, "e", 0, "f", "b"), 4, id="tables of items"),
        pytest.param('a = """\n[[r]]\nb = 1\n"""\nb = 2\n', ("b",), 5, id="text that looks like TOML"),
        pytest.param('a = """\\"""\nb = 1\n"""\nb = 2\n', ("b",), 4, id="an escaped quote in a long text"),
        pytest.param('a = """x"""""\nb = 2\n', ("b",), 2, id="quotes at the end of a long text"),
        pytest.param("a = '''\nb = 1\n'''\nb = 2\n", ("b",), 4, id="a long literal text"),
        pytest.param('a = "# [" # ]\nb = 2\n', ("b",), 2, id="brackets and hashes in texts and comments"),
        pytest.param("a = '\u2028\x85'\nb = 2\n", ("b",), 2, id="what Unicode calls a line end and TOML does not"),
        pytest.param("a = 1\r\nb = 2\r\n", ("b",), 2, id="Windows line ends"),
        pytest.param("a = 2027-03-01 10:00:00 # now\nb = 2\n", ("b",), 2, id="a date with a time"),
        pytest.param("a = 1\nb = 2", ("b",), 2, id="no line end at the end"),
    ],
)
def test_rows(text: str, path: Path, expected: int) -> None:
    tomllib.loads(text)
    assert row(text, *path) == expected


@pytest.mark.parametrize(
    "text", ["", "a", "=", "[", "[[", "a = [", "a = {", "a = ]", "}", "a = '", '"', "a = [}", "\x00"]
)
def test_what_is_no_toml_comes_to_an_end(text: str) -> None:
    toml_rows(text)


class Writer:
    """Writes a TOML file of random shape, in which every number is there once."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.number = 1000

    def one_of(self, choices: list[T]) -> T:
        return self.random.choice(choices)

    def next(self) -> int:
        self.number += 1
        return self.number

    def key(self) -> str:
        number = self.next()
        return self.one_of([f"k{number}", f'"k {number}"', f"'k.{number}'", f'"k\\u00e9{number}"'])

    def dotted(self) -> str:
        count = self.random.randint(1, 3)
        return self.one_of([".", " . "]).join(self.key() for _ in range(count))

    def value(self, depth: int) -> str:
        kind = self.one_of(["number", "list", "table", "text"] if depth else ["number", "text"])
        if kind == "number":
            return str(self.next())
        if kind == "text":
            return self.one_of(
                ['"""\n[[rule]]\nk = 1\n"""', "'''\n[a]\n'''", '"# ["', "'\\'", '"""a\\"""""', '"\u2028"']
            )
        items = [self.value(depth - 1) for _ in range(self.random.randint(0, 3))]
        if kind == "table":
            return "{ " + ", ".join(f"{self.dotted()} = {item}" for item in items) + " }"
        gap = self.one_of([" ", "\n", " # ]\n  ", "\n\n"])
        return "[" + gap + ("," + gap).join(items) + self.one_of([gap, "," + gap] if items else [gap]) + "]"

    def file(self) -> str:
        lines: list[str] = []
        lists: list[str] = []
        for _ in range(self.random.randint(0, 6)):
            kind = self.one_of(["keys", "table", "list", "again", "below"])
            if kind == "table":
                lines.append(f"[{self.dotted()}]")
            elif kind == "list":
                lists.append(self.dotted())
                lines.append(f"[[ {lists[-1]} ]] # [x]")
            elif kind == "again" and lists:
                lines.append(f"[[{lists[-1]}]]")
            elif kind == "below" and lists:
                lines.append(f"[{lists[-1]}.{self.key()}]")
            entries = range(self.random.randint(0, 3))
            lines += [f"{self.one_of(['', '  '])}{self.dotted()} = {self.value(2)}" for _ in entries]
            lines += self.one_of([[], ["# k = 1"], [""]])
        return self.one_of(["\n", "\r\n"]).join(lines)


def numbers(value: Any, path: Path = ()) -> Iterator[tuple[Path, int]]:
    if isinstance(value, int):
        yield path, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from numbers(item, (*path, key))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**9))
def test_the_row_of_every_number_is_where_it_stands(seed: int) -> None:
    text = Writer(seed).file()
    rows = toml_rows(text)
    for path, number in numbers(tomllib.loads(text)):
        if isinstance(path[-1], str):
            # A key's row is its own; the number stands behind it.
            assert rows[path] == text[: text.index(f"= {number}")].count("\n") + 1
        else:
            assert rows[path] == text[: text.index(str(number))].count("\n") + 1
