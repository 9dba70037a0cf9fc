from __future__ import annotations

import re
from textwrap import dedent

import pytest

from platform_lint.reports import RuleText, render


@pytest.fixture
def marked(make_finding, make_report):
    """The source lines and the marks of a finding, without the gutter."""

    def marked(source, start, end):
        report = make_report(make_finding(start, end), source=source)
        rows = re.findall(r"^ *(?:\d+)? \| ?(.*)$", render("full", report), re.MULTILINE)
        return [row for row in rows if row]

    return marked


def test_a_finding_in_full(make_finding, make_fix, make_report):
    source = "import datetime\n\nnow = datetime.utcnow()\n"
    report = make_report(make_finding((3, 7), (3, 22), fix=make_fix()), source=source)
    assert render("full", report) == dedent("""\
        LIB101 [*] `utcnow` gives a naive datetime
         --> src/clock.py:3:7
          |
        3 | now = datetime.utcnow()
          |       ^^^^^^^^^^^^^^^
          |
        help: Use `now(UTC)`
        docs: https://lint.example/LIB101
    """)


def test_findings_are_apart_and_each_has_its_own_file(make_finding, make_report):
    findings = [make_finding(filename=name, url="") for name in ("a.py", "b.py")]
    first, second = render("full", make_report(*findings, sources={"a.py": "alpha", "b.py": "beta"})).split("\n\n")
    assert "1 | alpha" in first
    assert "1 | beta" in second


def test_without_the_source_the_rest_is_there(make_finding, make_report):
    report = make_report(make_finding((3, 7), url=""))
    assert render("full", report) == "LIB101 `utcnow` gives a naive datetime\n --> src/clock.py:3:7\n"


def test_the_gutter_is_as_wide_as_its_widest_number(make_finding, make_report):
    report = make_report(make_finding((9, 1), (10, 6)), source="\n" * 8 + "spam(\n    )\n")
    assert dedent("""\
           |
         9 | spam(
           | ^^^^^
        10 |     )
           |     ^
           |
    """) in render("full", report).replace("  -->", "-->")


def test_tabs_run_to_the_next_stop(marked):
    assert marked("\tab\tspam", (1, 5), (1, 9)) == ["    ab  spam", "        ^^^^"]


def test_wide_characters_take_two_columns_and_combining_ones_none(marked):
    assert marked("漢字 = e\u0301 + spam", (1, 11), (1, 15))[1] == "           ^^^^"
    assert marked("漢字 = 1", (1, 1), (1, 3))[1] == "^^^^"


def test_what_does_not_print_is_written_out_and_counted(marked):
    assert marked("'\x1b[31m' + x", (1, 11), (1, 12)) == [r"'\x1b[31m' + x", "             ^"]


def test_an_empty_span_and_one_at_the_end_of_the_line_have_a_caret(marked):
    assert marked("spam", (1, 3), (1, 3)) == ["spam", "  ^"]
    assert marked("spam", (1, 5), (1, 5)) == ["spam", "    ^"]


def test_a_long_line_is_cut_around_the_span(marked):
    text, marks = marked("x" * 500 + "HERE" + "y" * 500, (1, 501), (1, 505))
    assert text.startswith("...x")
    assert text.endswith("y...")
    assert len(text) <= 106
    assert text[marks.index("^") : len(marks)] == "HERE"


def test_the_end_of_a_long_line_uses_the_room_there_is(marked):
    text, marks = marked("x" * 500 + "HERE", (1, 501), (1, 505))
    assert text == "..." + "x" * 96 + "HERE"
    assert text[marks.index("^") :] == "HERE"


def test_a_span_longer_than_the_room_is_cut_with_its_marks(marked):
    text, marks = marked("x" * 300, (1, 1), (1, 301))
    assert (text, marks) == ("x" * 100 + "...", "^" * 100)


def test_a_span_over_lines_is_marked_on_each_without_indentation(marked):
    source = "spam(\n    eggs,\n\n)\n"
    assert marked(source, (1, 1), (4, 2)) == ["spam(", "^^^^^", "    eggs,", "    ^^^^^", ")", "^"]


def test_a_span_up_to_the_start_of_a_line_leaves_that_line_out(marked):
    assert marked("spam\neggs\n", (1, 1), (2, 1)) == ["spam", "^^^^"]


def test_the_middle_of_a_long_span_is_left_out(marked):
    source = "\n".join(f"line{number}" for number in range(1, 21))
    shown = [row for row in marked(source, (1, 1), (20, 7)) if "^" not in row]
    assert shown == ["line1", "line2", "line3", "line4", "...", "line19", "line20"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_counted_as_python_counts_them(end, marked):
    assert marked(f"a\x0cb\u2028c{end}spam{end}", (2, 1), (2, 5)) == ["spam", "^^^^"]


@pytest.mark.parametrize(("start", "end"), [((0, 0), (0, 0)), ((9, 1), (9, 2)), ((1, 99), (1, 99)), ((1, 3), (1, 1))])
def test_positions_outside_of_the_file_are_survived(start, end, make_finding, make_report):
    assert "LIB101" in render("full", make_report(make_finding(start, end), source="spam\n"))


@pytest.mark.parametrize(
    ("safety", "reason", "unsafe_fixes", "shown"),
    [
        ("safe", "", False, "help: Use it"),
        ("unsafe", "", False, "help: Use it (unsafe, needs `--unsafe-fixes`)"),
        ("unsafe", "a comment is lost", False, "help: Use it (unsafe, needs `--unsafe-fixes`: a comment is lost)"),
        ("unsafe", "a comment is lost", True, "help: Use it (unsafe: a comment is lost)"),
        ("suggest", "the name is taken", True, "help: Use it (by hand: the name is taken)"),
    ],
)
def test_help_tells_what_it_takes(safety, reason, unsafe_fixes, shown, make_finding, make_fix, make_report):
    finding = make_finding(fix=make_fix(safety, message="Use it", reason=reason))
    assert shown in render("full", make_report(finding, unsafe_fixes=unsafe_fixes)).splitlines()


def test_the_page_of_the_rule_stands_in_for_that_of_the_finding(make_finding, make_report):
    rules = {"LIB101": RuleText("n", "m", "", "https://rule.example", "error")}
    assert "docs: https://rule.example\n" in render("full", make_report(make_finding(url=""), rules=rules))


def test_colours_change_nothing_but_colours(make_finding, make_fix, make_report):
    finding = make_finding((1, 3), (1, 5), fix=make_fix())
    plain = render("full", make_report(finding, source="\tspam"))
    colored = render("full", make_report(finding, source="\tspam", color=True))
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain
