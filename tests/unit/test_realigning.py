"""``platform_lint.realigning``: what was laid out by where code stood is laid out by where it stands."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_lint.realigning import Place, place_in, realigned

LAYOUTS = {
    "aligned": "f(1,\n           2)",
    "aligned in aligned": "f(1, g(2,\n                3),\n           4)",
    "hanging": "f(\n            1,\n            2,\n        )",
    "hanging behind a comment": "f(  # why\n            1,\n        )",
    "hanging in aligned": "f(1, g(\n               2,\n           ))",
    "aligned in hanging": "f(\n            g(1,\n              2),\n        )",
    "by itself": "'a'\n         'b'",
    "a text": "f('''a\n  b''',\n           2)",
    "brackets in a text": "f('(((',\n           2)",
}
MOVED = {
    "aligned": "f(1,\n             2)",
    "aligned in aligned": "f(1, g(2,\n                  3),\n             4)",
    "hanging": "f(\n            1,\n            2,\n        )",
    "hanging behind a comment": "f(  # why\n            1,\n        )",
    "hanging in aligned": "f(1, g(\n                 2,\n             ))",
    "aligned in hanging": "f(\n            g(1,\n              2),\n        )",
    "by itself": "'a'\n           'b'",
    "a text": "f('''a\n  b''',\n             2)",
    "brackets in a text": "f('(((',\n             2)",
}
BEFORE = Place(9, 8)


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_is_aligned_moves_with_its_bracket_and_what_hangs_with_its_line(name: str) -> None:
    assert realigned(LAYOUTS[name], BEFORE, Place(11, 8)) == MOVED[name]
    other_line = realigned(LAYOUTS[name], BEFORE, Place(13, 12))
    assert other_line == realigned(MOVED[name], Place(11, 8), Place(13, 12))


@pytest.mark.parametrize("name", LAYOUTS)
@given(column=st.integers(9, 40), indent=st.integers(8, 40))
def test_it_is_undone_by_moving_back(name: str, column: int, indent: int) -> None:
    text = LAYOUTS[name]
    there = realigned(text, BEFORE, Place(column, indent))
    assert realigned(there, Place(column, indent), BEFORE) == text
    assert ast.dump(ast.parse(f"({there})")) == ast.dump(ast.parse(f"({text})"))


@pytest.mark.parametrize("text", ["f(1,\n\t2)", "f(1)", "f(1,\n\n           2)".replace(" ", "\t")])
def test_tabs_and_single_lines_stay(text: str) -> None:
    assert realigned(text, BEFORE, Place(30, 0)) == text


def test_empty_lines_stay_empty() -> None:
    assert realigned("f(1,\n\n           2)", BEFORE, Place(10, 8)) == "f(1,\n\n            2)"


def test_the_place_of_an_offset() -> None:
    text = textwrap.dedent(
        """\
        if x:
            y = f(1)
        """
    )
    assert place_in(text, text.index("f(")) == Place(8, 4)
    assert place_in(text.replace("\n", "\r\n"), text.index("f(") + 1) == Place(8, 4)
    assert place_in(text, 0) == Place(0, 0)
