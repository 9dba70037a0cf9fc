"""What is left of code in which ``flag()`` has a value: conditions, branches, names, layout."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from folded import folded, folding

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: An expression, and what it is where the flag is on, and where it is off.
EXPRESSIONS = [
    ("flag()", "True", "False"),
    ("(flag())", "True", "False"),
    ("not flag()", "False", "True"),
    ("not (flag())", "False", "True"),
    ("not not flag()", "True", "False"),
    ("bool(flag())", "True", "False"),
    ("flag() == True", "True", "False"),
    ("flag() is True", "True", "False"),
    ("flag() is not True", "False", "True"),
    ("flag() != False", "True", "False"),
    ("flag() is None", "False", "False"),
    ("flag() in (True, None)", "True", "False"),
    ("flag() == other", "True == other", "False == other"),
    ("flag() < 1 < 2", "True < 1 < 2", "False < 1 < 2"),
    ("a if flag() else b", "a", "b"),
    ("(a if flag() else b)", "a", "b"),
    ("a if not flag() else b", "b", "a"),
    ("(a or b if flag() else c) + 1", "(a or b) + 1", "c + 1"),
    ("a() if b() else flag()", "a() if b() else True", "a() if b() else False"),
    ("f(flag(), key=flag())", "f(True, key=True)", "f(False, key=False)"),
    ("f((a if flag() else b))", "f(a)", "f(b)"),
    ("[flag(), *a]", "[True, *a]", "[False, *a]"),
    ("lambda: flag()", "lambda: True", "lambda: False"),
    ("[i for i in a if flag()]", "[i for i in a]", "[i for i in a if False]"),
    ("[i for i in a if i if flag() if b]", "[i for i in a if i if b]", "[i for i in a if i if False if b]"),
    ("[i for i in a if flag() and i]", "[i for i in a if i]", "[i for i in a if False]"),
    ("x[flag()]", "x[True]", "x[False]"),
    # What is not reached goes, what was called is called.
    ("flag() and a", "a", "False"),
    ("flag() or a", "True", "a"),
    ("flag() and a()", "a()", "False"),
    ("flag() and a and b", "a and b", "False"),
    ("a and flag() and b", "a and b", "a and False"),
    ("a or flag() or b", "a or True", "a or b"),
    ("a() and flag() and b()", "a() and b()", "a() and False"),
    ("(a and flag()) and b", "(a and True) and b", "a and False"),
    ("flag() and flag() and a", "a", "False"),
    ("a and flag()", "a and True", "a and False"),
    ("a or flag()", "a or True", "a or False"),
    # A truth stays one.
    ("a is None and flag()", "a is None", "False"),
    ("isinstance(a, int) and flag()", "isinstance(a, int)", "isinstance(a, int) and False"),
    ("not a or flag()", "True", "not a"),
    ("not (a and flag())", "not a", "True"),
    ("not (a() and flag())", "not a()", "not (a() and False)"),
    ("not (a and flag() and b)", "not (a and b)", "True"),
    ("(flag() and a) or b", "a or b", "b"),
    ("(flag() or a) and b", "b", "a and b"),
    ("(flag() and (a, b)) or c", "((a, b)) or c", "c"),
]


@pytest.mark.parametrize(("text", "on", "off"), EXPRESSIONS, ids=[text for text, _, _ in EXPRESSIONS])
def test_an_expression_is_worth_what_it_comes_to(text: str, on: str, off: str) -> None:
    assert folded(f"x.y = {text}\n", True) == f"x.y = {on}\n"
    assert folded(f"x.y = {text}\n", False) == f"x.y = {off}\n"


#: The same where nothing but the truth of it matters.
CONDITIONS = [
    ("a and flag()", "if a:\n    do()\n", ""),
    ("a or flag()", "do()\n", "if a:\n    do()\n"),
    ("(a and flag())", "if a:\n    do()\n", ""),
    ("a() and flag()", "if a():\n    do()\n", "a()\n"),
    ("a() or flag()", "a()\ndo()\n", "if a():\n    do()\n"),
    ("a() and b() and flag() and c()", "if a() and b() and c():\n    do()\n", "a() and b()\n"),
    ("not (a() and flag())", "if not a():\n    do()\n", "a()\ndo()\n"),
    ("flag() and (a or b)", "if a or b:\n    do()\n", ""),
    ("flag()and(a)", "if a:\n    do()\n", ""),
    ("a and not flag()", "", "if a:\n    do()\n"),
    ("a if flag() else b", "if a:\n    do()\n", "if b:\n    do()\n"),
    ("flag() == 'x'", "", ""),
    ("f(flag())", "if f(True):\n    do()\n", "if f(False):\n    do()\n"),
]


@pytest.mark.parametrize(("text", "on", "off"), CONDITIONS, ids=[text for text, _, _ in CONDITIONS])
def test_a_condition_is_decided(text: str, on: str, off: str) -> None:
    assert folded(f"if {text}:\n    do()\n", True) == on
    assert folded(f"if {text}:\n    do()\n", False) == off


#: Code, its value, and what is left.
CASES: dict[str, tuple[str, bool, str]] = {
    case["name"]: (case["before"], case["value"], case["after"])
    for case in tomllib.loads((Path(__file__).parent / "folding_cases.toml").read_text())["case"]
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_left(case: str) -> None:
    before, value, after = CASES[case]
    assert folded(before, value).strip("\n") == after.strip("\n")


@pytest.mark.parametrize("case", CASES)
def test_line_ends_stay(case: str) -> None:
    before, value, _ = CASES[case]
    assert folded(before.replace("\n", "\r\n"), value) == folded(before, value).replace("\n", "\r\n")


@pytest.mark.parametrize("case", CASES)
def test_what_is_left_has_nothing_to_fold(case: str) -> None:
    before, value, _ = CASES[case]
    once = folded(before, value)
    assert folded(once, value) == once


def test_a_file_that_ends_without_a_line_end() -> None:
    assert folded("a()\nif flag():\n    b()", True) == "a()\nb()"
    assert folded("a()\nif flag():\n    b()\nelse:\n    c()", True) == "a()\nb()\n"


@pytest.mark.parametrize("text", ["layout = flag()\n\n\ndef f():\n    return 2 if layout == 'wide' else 1\n"])
def test_a_text_is_compared(text: str) -> None:
    assert folded(text, "wide") == "def f():\n    return 2\n"
    assert folded(text, "narrow") == "def f():\n    return 1\n"


def test_a_number_keeps_its_name() -> None:
    text = "def f(a):\n    size = flag()\n    return a[:size] if size else a\n"
    assert folded(text, 20) == "def f(a):\n    size = 20\n    return a[:size]\n"
    assert folded(text, 0) == "def f(a):\n    return a\n"


#: What is left alone, and why.
REFUSED = {
    "def f():\n    if flag():\n        yield 1\n": "`f` would be no generator any more: what goes has its only `yield`",
    "def f():\n    if flag():\n        a = 1\n    return a\n": "`a` is bound by what goes, and used by what stays",
    "if flag():\n    a = 1\n\n\ndef f():\n    return a\n": "`a` is bound by what goes, and used by what stays",
    "def f():\n    if flag():\n        global a\n    a = 1\n": (
        "what goes declares `a`, which is used in the rest of `f`"
    ),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_goes_must_not_take_more_with_it(text: str) -> None:
    after, done = folding(text, False)
    assert after == text
    assert set(done.refused.values()) == {REFUSED[text]}


def test_one_function_that_must_stay_keeps_no_other() -> None:
    text = "def f():\n    if flag():\n        yield 1\n\n\ndef g():\n    return flag()\n"
    assert folded(text, False) == text.replace("return flag()", "return False")


@pytest.mark.parametrize("elsewhere", [True, None])
def test_what_other_files_may_use_stays(elsewhere: bool | None) -> None:
    text = "def _a():\n    return 1\n\n\nON = flag()\nb = _a() if ON else 2\n"
    after, done = folding(text, False, elsewhere)
    assert after == "def _a():\n    return 1\n\n\nON = False\nb = 2\n"
    assert [helper.node.name for helper in done.helpers] == ([] if elsewhere else ["_a"])


def test_what_is_public_is_only_told() -> None:
    text = "def a():\n    return 1\n\n\nclass B: ...\n\n\nb = a() if flag() else B()\n"
    after, done = folding(text, False)
    assert after == text.replace("a() if flag() else B()", "B()")
    assert [(helper.node.name, helper.reason) for helper in done.helpers] == [
        ("a", "its name is public: others than this project may use it")
    ]


def test_changes_that_have_nothing_to_do_with_each_other_stand_alone() -> None:
    _, done = folding("def f():\n    return flag()\n\n\ndef g():\n    return flag()\n")
    assert len(done.units) == 2
    _, done = folding("_a = flag()\n\n\ndef f():\n    return _a\n\n\ndef g():\n    return _a\n")
    assert len(done.units) == 1


def test_what_a_string_shows_is_itself() -> None:
    """Before Python 3.12 nobody knows where in the string it stands, and it is left."""
    text = "def _on():\n    return flag()\n\n\ndef f():\n    return f'a {_on()} b', 1 if _on() else 2\n"
    known = sys.version_info >= (3, 12)
    after = "def f():\n    return f'a {True} b', 1\n"
    left = "def _on():\n    return True\n\n\ndef f():\n    return f'a {_on()} b', 1\n"
    assert folded(text) == (after if known else left)
    text = "def f():\n    return f'a {flag()} b'\n"
    assert folded(text) == (text.replace("flag()", "True") if known else text)
