"""``platform_lint.source``: bytes in, the same bytes out; rows, columns and offsets as Python counts them."""

from __future__ import annotations

import ast
import io
import tokenize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from platform_lint.finding import Position
from platform_lint.source import Source, SourceError


@pytest.mark.parametrize(
    ("data", "encoding", "bom"),
    [
        pytest.param(b"x = 1\n", "utf-8", False, id="plain"),
        pytest.param(b"", "utf-8", False, id="empty"),
        pytest.param("x = 'ä😀'\n".encode(), "utf-8", False, id="utf-8"),
        pytest.param(b"\xef\xbb\xbfx = 1\r\n", "utf-8", True, id="BOM"),
        pytest.param(b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "latin-1", False, id="cookie"),
        pytest.param(
            b"#!/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n", "cp1252", False, id="second line"
        ),
        pytest.param(b"\n# coding: latin-1\nx = '\xe9'\n", "latin-1", False, id="below an empty line"),
        pytest.param(b"x = 1\n# coding: latin-1\n", "utf-8", False, id="below code is no cookie"),
        pytest.param(b"#\n#\n# coding: latin-1\n", "utf-8", False, id="third line is no cookie"),
        pytest.param(b"x = 'coding: nonsense'\n", "utf-8", False, id="in a string"),
        pytest.param(b"# coding: euc-jp\n\xa4\xa2 = 1\n", "euc-jp", False, id="several bytes"),
        pytest.param(b"a\r\nb\rc\nd\x0c\n\x0b\x1c\n", "utf-8", False, id="all sorts of line ends"),
        pytest.param(b"x = 1", "utf-8", False, id="no newline at the end"),
    ],
)
def test_bytes_come_out_as_they_went_in(data: bytes, encoding: str, bom: bool) -> None:
    source = Source.from_bytes(data)
    assert source.to_bytes(source.text) == data
    assert (source.encoding, source.bom) == (encoding, bom)
    assert not source.text.startswith("\ufeff")


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\n",
        b"# coding: latin-1\nx = '\xe9'\n",
        b"#!/x\n# coding=cp1252\n",
        b"\xef\xbb\xbf# coding: utf-8\nx\n",
        b"'''\n# coding: latin-1\n'''\n",
        b"\n\n# coding: latin-1\n",
        b"  # coding: latin-1\n",
        b"\x0c# coding: latin-1\n",
        b"#coding:latin-1",
        b"# coding:\nx\n",
        b"# coding: \n# coding: latin-1\n",
    ],
)
def test_encodings_are_found_as_tokenize_finds_them(data: bytes) -> None:
    theirs, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    assert tokenize._get_normal_name(Source.from_bytes(data).encoding) == theirs.removesuffix("-sig")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("data", "row", "reason"),
    [
        pytest.param(b"x\n\xff\n", 2, "not utf-8 text: byte 0xff on line 2", id="not text"),
        pytest.param(b"x\n\ny\0\n", 3, "a null byte on line 3", id="null"),
        pytest.param(b"# coding: rot42\n", 1, "unknown encoding 'rot42'", id="unknown encoding"),
        pytest.param(b"# coding: punycode\nx\n", 1, "unknown encoding 'punycode'", id="encoding of host names"),
        pytest.param(b"# coding: ascii\n\n\xe9\n", 3, "not ascii text", id="outside its encoding"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data: bytes, row: int, reason: str) -> None:
    with pytest.raises(SourceError) as caught:
        Source.from_bytes(data)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.row == row


def test_characters_the_encoding_lacks_are_refused() -> None:
    source = Source.from_bytes(b"# coding: latin-1\n")
    with pytest.raises(SourceError, match="latin-1 cannot encode '€'"):
        source.to_bytes("# coding: latin-1\n€\n")


@pytest.mark.parametrize(
    ("text", "newline"),
    [("a\nb\r\n", "\n"), ("a\r\nb\n", "\r\n"), ("a\rb", "\r"), ("a", "\n"), ("", "\n"), ("'\u2028'\r\n", "\r\n")],
)
def test_the_newline_of_added_lines(text: str, newline: str) -> None:
    assert Source(text).newline == newline


@pytest.mark.parametrize(
    ("text", "offset", "put", "comes"),
    [
        ("a\nb\n", 0, "x\r\ny\rz", "x\ny\nz"),
        ("a\nb\n", 0, "x\ry", "x\ny"),
        ("a\r\nb\r\n", 3, "x\ny", "x\r\ny"),
        ("a\nb\r\nc", 2, "x\n", "x\r\n"),
        ("a\nb\r\nc", 5, "x\n", "x\r\n"),
        ("a\rb", 2, "x\n", "x\r"),
        ("a\r\n", 0, "x", "x"),
    ],
)
def test_lines_that_are_put_in_end_like_those_around_them(text: str, offset: int, put: str, comes: str) -> None:
    assert Source(text).with_newlines(put, offset) == comes


LINES = st.lists(st.text("ab é😀\t\u2028\x0b\x0c", max_size=6).map(lambda line: f"'{line}'"), min_size=1, max_size=5)


@settings(deadline=None, max_examples=100)
@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
@example(["''", "''"], "\n")
def test_offsets_of_what_ast_finds(lines: list[str], newline: str) -> None:
    """Every line is a tuple of strings: where ``ast`` says it stands, it stands in the text."""
    text = newline.join(f"'é', {line}" for line in lines)
    source = Source(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant):
            start = source.offset(node.lineno, node.col_offset)
            end = source.offset(node.end_lineno or 0, node.end_col_offset or 0)
            assert ast.literal_eval(text[start:end]) == node.value
            position = source.position(start)
            assert source.line(position.row)[position.column - 1 :].startswith(text[start:end])


@settings(deadline=None, max_examples=100)
@given(st.text("a\r\né", max_size=20))
def test_rows_cover_the_text(text: str) -> None:
    source = Source(text)
    assert "".join(source.line(row) for row in range(1, len(source.starts) + 1)) == text
    assert [source.row(start) for start in source.starts] == list(range(1, len(source.starts) + 1))
    assert source.rows_of(range(len(text))) == sorted({source.row(offset) for offset in range(len(text))})


def test_positions_count_code_points() -> None:
    source = Source("ä\r\n😀b\n")
    assert source.position(4) == Position(2, 2)
    assert source.offset(2, 4) == 4


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a\nab\nba\na.b\n_a\né.a\n", [1, 4, 6]),
        ("from x import *\n", [1]),
        ("from x import (\n*)\n", [1]),
        ("from x import a1\n", []),
        ("reimport *\n", []),
    ],
)
def test_rows_that_mention_a_word_or_begin_a_star_import(text: str, rows: list[int]) -> None:
    source = Source(text)
    assert source.rows_of(source.mentions(frozenset({"a"}))) == rows
