"""``platform_lint.suppressions``: flake8 itself says what is suppressed, examples say what we complain about."""

from __future__ import annotations

import linecache
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from examples import examples
from flake8.checker import FileChecker
from flake8.formatting.default import Nothing
from flake8.options.parse_args import parse_args
from flake8.plugins.finder import Checkers
from flake8.style_guide import StyleGuideManager
from hypothesis import example, given
from hypothesis import strategies as st

from platform_lint.finding import Finding, Position
from platform_lint.suppressions import Complaint, complaints, read, split

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What is "found" on every row of every file: whole and partial matches for the codes that comments name.
CODES = ("LIB101", "LIB102", "LIB202", "E501", "F401", "JIRA7", "lib101")

#: Text of a file → the (row, code) that flake8 suppresses in it.
Oracle = Callable[[str], set[tuple[int, str]]]


def places(text: str) -> list[tuple[int, str]]:
    """Every row of *text*, those before and behind it, with every code."""
    rows = range(text.count("\n") + text.count("\r") + 3)
    return [(row, code) for row in rows for code in CODES]


def ours(text: str) -> set[tuple[int, str]]:
    suppressions = read(text)
    return {(row, code) for row, code in places(text) if suppressions.covers(row, code)}


@pytest.fixture(scope="module")
def flake8() -> Iterator[Oracle]:
    """flake8's own verdict: a file on disk, its checker's ``report``, its style guide's ``handle_error``."""
    _, options = parse_args(["--isolated"])
    options.select = [code[0] for code in CODES]
    guide = StyleGuideManager(options, Nothing(options))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "module.py")

        def suppressed(text: str) -> set[tuple[int, str]]:
            path.write_bytes(text.encode())
            linecache.clearcache()
            checker = FileChecker(filename=str(path), plugins=Checkers([], [], []), options=options)
            if not checker.should_process:
                return set(places(text))
            for row, code in places(text):
                checker.report(code, row, 0, "found")
            return {
                (row, code)
                for code, row, column, message, line in checker.results
                if not guide.handle_error(code, str(path), row, column, message, line)
            }

        yield suppressed


SPELLED_CODES = st.lists(
    st.sampled_from(["LIB101", "LIB102", "LIB1", "lib101", "Lib1", "LIB", "L", "E501", "JIRA7", "LIB101x", "LIB101x2"]),
    max_size=3,
)
NOQA = st.builds(
    lambda hash_, noqa, colon, codes, comma, tail: hash_ + noqa + colon + comma.join(codes) + tail,
    st.sampled_from(["# ", "# ", "# ", "#", "#  ", "## ", "#: ", "#\t", "# flake8: ", "# x # "]),
    st.sampled_from(["noqa", "noqa", "NOQA", "NoQa", "noqa-x", "noqab"]),
    st.sampled_from([": ", ": ", ":", ":  ", ":\t", ":\u00a0", " : ", " ", "=", ""]),
    SPELLED_CODES,
    st.sampled_from([",", ", ", " ", "", " ,, ", "\t", ";", "\u2003", "\x0c"]),
    st.sampled_from(
        ["", "", " -- why; until 2020-01-01", " because", ",", "  # noqa: LIB202", " # type: ignore", " LIB10\u017f1"]
    ),
)
#: Statements with holes (``@``), each filled with a comment or nothing.
STATEMENTS = [
    "x = 1  @",
    "@",
    "    @",
    "a = 1; b = '\u2028\x1c\x85'  @",
    "",
    "   ",
    "\x0c",
    "\x0cx = 'e\u0301\U0001f600'  @",
    "call(  @\n    a,  @\n\n    @\n    b,\n)  @",
    "s = '''one @\ntwo @\n\n'''  @",
    's = """# noqa: LIB101,\nLIB102 @\n"""  @',
    "call('''one @\ntwo''',  @\n    2)  @",
    "s = f'''one {x} @\ntwo {y:{width}}\n'''  @",
    "s = f'''one {x\n    } @\ntwo {  @\n    y  @\n}\n'''  @",
    's = f"{x!r} {{ @"  @',
    "s = rb'''\\\n@'''  @",
    "s = 'one \\\ntwo @'  @",
    "a = 1 + \\\n    2  @",
    "a = 1 + \\\n@\nb = 2",
    "\\\nx = 1  @",
    "@decorator  @\n@other(  @\n    1)\ndef f(a,  @\n      b=2):  @\n    '''doc @\n    more'''\n    return a  @",
    "class C:  @\n    def f(self): return '''  @\n'''  @\n    x = 1\n@",
    "if x:  @\n    pass\n  @\nelse:\n\t@\n    \\\n    pass",
    "with a, \\\n     b('''\n@'''), \\\n     c:  @\n    pass",
]
#: What tokenizers fail on, or differ about between Python versions.
BROKEN = [
    "x = (  @",
    ")  @",
    "s = '''never closed @",
    "s = 'never closed @",
    "x = 1 \\",
    "if x:\n    a\n  b  @",
    "        x = 1  @",
    "$ ? !  @",
    "0777 1__0  @",
    "f'{'  @",
    "x = \ufeff  @",
]
if sys.version_info >= (3, 14):
    STATEMENTS.append("s = t'''one {x\n    } @\ntwo {  @\n    y  @\n}\n'''  @")


@st.composite
def files(draw: st.DrawFn) -> str:
    """A small file: filled statements, any newlines, with or without one at the end."""
    blocks = draw(st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=5))
    if draw(st.integers(0, 5)) == 0:
        blocks.insert(draw(st.integers(0, len(blocks))), draw(st.sampled_from(BROKEN)))
    text = "\n".join(blocks) + draw(st.sampled_from(["\n", "\n", "", "\n\n", "\n  ", "  # noqa"]))
    pieces = text.split("@")
    holes = draw(st.lists(st.just("") | NOQA, min_size=len(pieces) - 1, max_size=len(pieces) - 1))
    text = "".join(piece + hole for piece, hole in zip(pieces, [*holes, ""], strict=True))
    newlines = draw(st.sampled_from([["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]]))
    lines = text.split("\n")
    return "".join(line + draw(st.sampled_from(newlines)) for line in lines[:-1]) + lines[-1]


@pytest.mark.filterwarnings("ignore::SyntaxWarning")  # as an error it would be flake8 that fails
@examples(150)
@given(text=files())
@example('x = f"""a {\n  y  # noqa: LIB101,\n} LIB102\n"""  # noqa: E501\n')
@example('x = """a\nb""" \\\n # noqa')
@example('"""a\nb"""  # noqa')
@example("  \\\n  x  # noqa\n")
@example("if x:\n    a\n\\\nb  # noqa\n")
@example("x = '''\n   # flake8: noqa: E501\n'''\n")
@example("x = 1  # flake8: noqa\n")
def test_agrees_with_flake8_on_generated_files(flake8: Oracle, text: str) -> None:
    assert ours(text) == flake8(text)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")  # as an error it would be flake8 that fails
@examples(100)
@given(
    text=st.lists(
        st.sampled_from(["# noqa", "# ", "# flake8: noqa", ":", " ", "LIB101", ",", "E5", "x", "=", "0"])
        | st.sampled_from(["\n", "\r", "\r\n", "\t", "\x0c", "\x1c", "\x85", "\u2029", "\\"])
        | st.sampled_from(["'", '"""', "f'''", "(", ")", "{", "}"]),
        max_size=30,
    ).map("".join)
)
def test_agrees_with_flake8_on_rubble(flake8: Oracle, text: str) -> None:
    assert ours(text) == flake8(text)


@pytest.mark.parametrize(
    ("comment", "hidden"),
    [
        ("# noqa", "all"),
        ("# NoQA", "all"),
        ("# noqa -- why; until 2027-03-01", "all"),
        ("# noqa: LIB101", "LIB101"),
        ("# noqa:LIB101", "LIB101"),
        ("# noqa: LIB101 -- why; until 2027-03-01", "LIB101"),
        ("# noqa: LIB101 why", "LIB101"),
        ("# noqa: E501,LIB101", "LIB101 E501"),
        ("# noqa: E501 LIB101", "LIB101 E501"),
        ("# noqa: LIB1", "LIB101 LIB102"),
        ("# noqa: L1", ""),
        ("# noqa: LIB101x2", ""),
        ("# noqa: LIB101 # noqa: LIB102", "LIB101"),
        ("# noqa: F401 # noqa", "F401"),
        # Typos that hide everything, for flake8 and so for us.
        ("# noqa : LIB101", "all"),
        ("# noqa LIB101", "all"),
        ("# noqa:  LIB101", "all"),
        ("# noqa: LIB", "all"),
        ("# noqa: because", "all"),
        ("# noqa-platform: LIB101", "all"),
        # Typos that hide nothing.
        ("#noqa", ""),
        ("#  noqa", ""),
        ("# noqa: lib101", "lib101"),
        ("# flake8: noqa", ""),
        ("# flake8: noqa: LIB101", ""),
    ],
)
def test_spellings(flake8: Oracle, comment: str, hidden: str) -> None:
    text = f"x = 1  {comment}\ny = 2\n"
    expected = set(CODES) if hidden == "all" else set(hidden.split())
    assert ours(text) == {(1, code) for code in expected} == flake8(text)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("call(\n    a,  # noqa\n    b,\n)\n", {2}),
        ("call(\n    a,\n    b,\n)  # noqa\n", {4}),
        ("@decorator  # noqa\ndef f():\n    pass\n", {1}),
        ("x = '''\n# noqa\n'''\ny = 1\n", {1, 2, 3}),
        ("call('''\na''',  # noqa\n  b)\n", {1, 2}),
        ("x = 1 + \\\n    2  # noqa\n", {1, 2}),
        ("x = 1\r\ny = 2  # noqa\r\n", {2}),
        ("x = 1\ry = 2  # noqa\r", {2}),
        ("x = 1\x0c\ny = '\u2028\x85'  # noqa\n", {2}),
        ("x = '''\n# noqa", {2}),
        ("x = (\n# noqa\n", {2}),
        ("# flake8: noqa\nx = (\n", {0, 1, 2, 3, 4}),
        ("x = 1\n  # FLAKE8=NOQA: E501\n", {0, 1, 2, 3, 4}),
        ("", set()),
    ],
)
def test_placements(flake8: Oracle, text: str, rows: set[int]) -> None:
    assert {row for row, code in ours(text) if code == "LIB101"} == rows
    assert ours(text) == flake8(text)


def test_byte_order_mark_is_none_of_ours(flake8: Oracle) -> None:
    text = "# flake8: noqa\nx = 1\n"
    assert flake8("\ufeff" + text) == ours(text) == set(places(text))


@pytest.mark.parametrize("text", ["x = '\ud800'  # noqa\n", "x = '\0'  # noqa\n", "(" * 500 + "  # noqa\n"])
def test_text_no_tokenizer_takes_is_read_line_by_line(text: str) -> None:
    suppressions = read(text + "y = 1\n")
    assert suppressions.covers(1, "LIB101")
    assert not suppressions.covers(2, "LIB101")


@pytest.mark.filterwarnings("error")
def test_a_tokenizer_that_warns_is_not_heard() -> None:
    suppressions = read('x = f"""\\{y}\n""" "\\{"  # noqa\n')
    assert suppressions.covers(1, "LIB101")


def found(code: str, row: int) -> Finding:
    return Finding(code, "name", "message", "error", "a.py", Position(row, 1), Position(row, 2))


def test_split_keeps_order() -> None:
    findings = [found("LIB102", 1), found("LIB101", 1), found("LIB101", 2)]
    assert split(findings, read("x  # noqa: LIB101\ny\n")) == ([findings[0], findings[2]], [findings[1]])


TODAY = date(2027, 1, 15)


def complain(text: str, *findings: Finding, require_reason: bool = False) -> list[Complaint]:
    return complaints(read(text), findings, lambda code: code.startswith("LIB"), TODAY, require_reason)


def where(text: str, *findings: Finding, require_reason: bool = False) -> list[tuple[str, str]]:
    """Kind and the text pointed at."""
    lines = text.splitlines()
    return [
        (c.kind, lines[c.row - 1][c.column - 1 : c.end_column - 1])
        for c in complain(text, *findings, require_reason=require_reason)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x  # noqa: LIB101\n", []),
        ("x  # noqa: LIB101, LIB102\n", ["LIB102"]),
        ("x = 'é😀'  # noqa: E501,LIB102 -- why\n", ["LIB102"]),
        ("x  # noqa: LIB1, LIB2\n", ["LIB2"]),
        ("x  # noqa: E501\n", []),
        ("x\n# noqa\n", []),
        ("x\ny  # noqa: LIB101\n", ["LIB101"]),
        ("x  # noqa: LIB102  # noqa: LIB101\n", ["LIB102", "LIB101"]),
        ("x  # noqa: lib101\n", ["lib101"]),
        ("x = '''\ntext'''  # noqa: LIB101\n", []),
        ("x = 1 + \\\n 2  # noqa: LIB101\n", []),
        ("x = 1 + \\\n 2  # noqa: LIB102\n", ["LIB102"]),
        ("x = '''\nmore\ntext'''  # noqa: LIB102\n", ["LIB102"]),
        ("x = ''' # noqa: LIB102\nmore\ntext'''  # noqa: LIB103\n", ["LIB103"]),
        # Prose about suppressions is no suppression to complain about.
        ("x\n'''Write # noqa: LIB102 -- why; until 2020-01-01'''\n", []),
        # Nothing is known about a file that does not parse, or that flake8 leaves alone.
        ("x = (  # noqa: LIB102\n", []),
        ("# flake8: noqa\nx  # noqa: LIB102\n", []),
    ],
)
def test_unused(text: str, expected: list[str]) -> None:
    assert where(text, found("LIB101", 1)) == [("unused", code) for code in expected]


def test_unused_says_why() -> None:
    text = "x  # noqa: LIB101\ny  # noqa: lib102\nz  # noqa: E1 # noqa: LIB103\n"
    assert [complaint.message for complaint in complain(text)] == [
        "unused suppression: nothing here is reported as LIB101",
        "unused suppression: flake8 reads codes by their case, 'lib102' is not LIB102",
        "unused suppression of LIB103: only the first 'noqa' of a line counts",
    ]


@pytest.mark.parametrize(
    ("remark", "kind", "reason"),
    [
        (" -- old client; until 2027-01-14", "expired", "old client"),
        (" -- old client; until 2027-01-15", None, "old client"),
        (" -- until 2026-01-01; old client", "expired", "old client"),
        (" - old client, Until: 2026-01-01.", "expired", "old client"),
        (" until 2026-01-01", "expired", ""),
        (" -- see #12; until 2026-01-01  # type: ignore", "expired", "see #12"),
        (" -- old client; until 2027-13-45", "malformed", "old client"),
        (" -- old client; until 2027-02-30", "malformed", "old client"),
        (" -- old client; until 01/03/2027", "malformed", "old client"),
        (" -- old client; until 20270301", "malformed", "old client"),
        (" -- old client; until March 2027", "malformed", "old client"),
        (" -- old client; until about 2026-01-01", "malformed", "old client"),
        (" -- old client; until 2027-03-01T10:00", "malformed", "old client"),
        # Prose: the date is not in the date's place, or is none.
        (" -- it was right until 2020-01-01", None, "it was right until 2020-01-01"),
        (" -- old client; until 3.9 is gone", None, "old client; until 3.9 is gone"),
    ],
)
def test_deadlines(remark: str, kind: str | None, reason: str) -> None:
    for codes in ("", ": LIB101", ": LIB101, E501", ": E501"):
        text = f"x  # noqa{codes}{remark}\n"
        noqa = text[3:].split("  # type")[0].strip()
        expected = [(kind, noqa)] if kind else []
        assert where(text, found("LIB101", 1)) == expected
        assert {complaint.reason for complaint in complain(text, found("LIB101", 1))} <= {reason}


def test_an_expired_suppression_still_suppresses_but_not_its_own_complaint() -> None:
    suppressions = read("x  # noqa: LIB101 -- why; until 2020-02-29\n")
    assert suppressions.covers(1, "LIB101")
    assert not suppressions.covers(1, "LIB003")


def test_a_complaint_in_full() -> None:
    assert complain("x  # noqa: LIB101 -- old; until 2026-12-31\n", found("LIB101", 1)) == [
        Complaint(
            kind="expired",
            row=1,
            column=4,
            end_column=43,
            codes=("LIB101",),
            reason="old",
            until=date(2026, 12, 31),
            message="suppression expired after 2026-12-31: old",
        )
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x  # noqa: LIB101\n", "# noqa: LIB101"),
        ("x  # noqa: LIB101  # type: ignore\n", "# noqa: LIB101"),
        ("x  # noqa: LIB101 -- ; until 2030-01-01\n", "# noqa: LIB101 -- ; until 2030-01-01"),
        ("x  # noqa\n", "# noqa"),
        ("# flake8: noqa\nx\n", "# flake8: noqa"),
        ("  # flake8: noqa: LIB101\nx\n", "# flake8: noqa: LIB101"),
        ("x  # noqa: LIB101 -- old client\n", None),
        ("x  # noqa: LIB101 (old client)\n", None),
        ("x  # noqa -- old client\n", None),
        ("x = '''\nmore\ntext'''  # noqa: LIB101 -- old client\n", None),
        ("x = '''\nmore\ntext'''  # noqa: LIB101\n", "# noqa: LIB101"),
        ("# flake8: noqa: LIB101 -- generated\nx\n", None),
        ("x\ny  # noqa: E501\nz  # noqa\n", None),
    ],
)
def test_reasonless(text: str, expected: str | None) -> None:
    assert where(text, found("LIB101", 1)) == []
    assert where(text, found("LIB101", 1), require_reason=True) == ([("reasonless", expected)] if expected else [])


def test_a_whole_file_suppression_can_expire() -> None:
    text = "# flake8: noqa -- generated; until 2026-06-01\nx\n"
    assert where(text) == [("expired", "# flake8: noqa -- generated; until 2026-06-01")]
    assert where(f"'''\n{text}'''\n") == []


def test_a_line_full_of_suppressions_takes_linear_time() -> None:
    text = "x = '" + "# noqa: LIB101 " * 50_000 + "'  # noqa: LIB102\n"
    assert where(text, found("LIB101", 1)) == [("unused", "LIB102")]


def test_files_without_suppressions_of_ours_are_not_tokenized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform_lint.suppressions._layout", lambda lines: pytest.fail("tokenized"))
    for text in ("x  # noqa: E501\ny  # noqa\n", "# flake8: noqa\n", "noqa = 1\n"):
        assert complain(text) == []
