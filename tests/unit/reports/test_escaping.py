from __future__ import annotations

import pytest

from platform_lint.reports.escaping import encodable, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("漢字 é\u3000x\xa0y", "漢字 é\u3000x\xa0y"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\tb\r\nc", r"a\tb\r\nc"),
        ("\u202egnp.py", r"\u202egnp.py"),
        ("\x85\u2028\x9b", r"\x85\u2028\x9b"),
        ("\udcff", r"\udcff"),
        ("C:\\new", "C:\\new"),
    ],
)
def test_what_does_not_print_is_written_out(text, shown):
    assert visible(text) == shown


def test_some_of_it_can_be_kept():
    assert visible("a\n\x1b\r", keep="\n") == "a\n\\x1b\\r"


def test_encodable_changes_halves_of_pairs_only():
    assert encodable("é\x1b\U0001f600\ud83d\ude00\udcff") == "é\x1b\U0001f600\\ud83d\\ude00\\udcff"
