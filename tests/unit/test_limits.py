"""Limits: what explodes is given up with a finding that says so, and what is merely large is not."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from engine import found, pack, sieved

from platform_lint import limits, regexes
from platform_lint.packs import PackError

SEVERAL = 'match = "corp.f(..., $...A, $X, ..., $...B, $Y, $X, ..., $Y)"'
WHERE = 'match = "corp.f($X)"\nwhere.X = {{ regex = {regex!r} }}'


def messages(text: str, rule: str) -> list[str]:
    return [hit.message for hit in sieved(text, pack(f"[[rule]]\n{rule}\n")) if hit.rule.code == "LIB010"]


@pytest.mark.parametrize("arguments", [800, 4_000])
@pytest.mark.parametrize("form", ["{n}", "k{n}={n}", "g({n})"])
def test_a_pattern_that_explodes_is_given_up_within_its_steps(
    arguments: int, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"import corp\ncorp.f({', '.join(form.format(n=n) for n in range(arguments))})\n"
    started = time.process_time()
    said = messages(text, SEVERAL)
    assert said in (
        [],
        ["TST100 (the-rule) is given up on this file: the pattern `" + SEVERAL[9:-1] + "` takes too many steps"],
    )
    # No budget but that there is an end: before lists were counted, this took minutes.
    assert time.process_time() - started < 30


@pytest.mark.parametrize(
    ("match", "code"),
    [
        pytest.param("corp.f(..., {n}, ...)", "corp.f({numbers})", id="arguments"),
        pytest.param("corp.f([..., {n}, ...])", "corp.f([{numbers}])", id="items of a list"),
        pytest.param("corp.f(k{n}=$X, ...)", "corp.f({keywords})", id="keywords"),
    ],
)
def test_long_lists_are_matched_all_the_same(match: str, code: str) -> None:
    numbers = ", ".join(map(str, range(3_000)))
    keywords = ", ".join(f"k{n}={n}" for n in range(3_000))
    text = f"import corp\n{code.format(numbers=numbers, keywords=keywords)}\n"
    rules = pack(f"[[rule]]\nmatch = {match.format(n=2_900)!r}\n")
    assert found(text, rules) == [(2, "corp.f")]


def test_a_block_of_many_statements_is_matched() -> None:
    text = "import corp\n" + "corp.open()\nx = 1\n" * 5_000 + "corp.close()\n"
    started = time.process_time()
    assert len(found(text, pack('[[rule]]\nmatch = """corp.open()\nx = 1"""\n'))) == 5_000
    assert time.process_time() - started < 30


@pytest.mark.parametrize("regex", ["(a|aa)+$", "(a|a?)+$"])
def test_a_regular_expression_that_explodes_is_given_up(regex: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regexes, "MAX_SECONDS", 0.05)
    text = f"import corp\ncorp.f('{'a' * 4_000}b')\n"
    assert messages(text, WHERE.format(regex=regex)) == [
        f"TST100 (the-rule) is given up on this file: the regular expression {regex!r} takes too long"
    ]


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param('class = {}\nrequire.regex = "(a|aa)+"', id="name of a class"),
        pytest.param('class = {}\nforbid.attr_regex = "(a|aa)+"', id="attributes"),
        pytest.param('function = {}\nforbid.params.regex = "(a|aa)+"', id="parameters"),
        pytest.param('class = {}\nrequire.docstring_first_line = "(a|aa)+$"', id="docstring"),
    ],
)
def test_a_shape_whose_regular_expression_explodes_is_given_up(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regexes, "MAX_SECONDS", 0.05)
    name = "a" * 200 + "b"
    text = f"class {name}:\n    '''{name}'''\n    {name} = 1\n    def f(self, {name}): ...\n"
    said = messages(text, rule)
    assert len(said) == 1
    assert said[0].startswith("TST100 (the-rule) is given up on this file: the regular expression ")


def test_an_odd_condition_that_explodes_is_no_finding_and_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A condition that cannot be told neither lets a finding through nor swallows it without a word."""
    rules = pack('[[rule]]\nban = ["corp.f"]\nnot_inside = """corp.g(..., $...A, $X, ..., $...B, $X, ...)"""\n')
    text = f"import corp\ncorp.g({', '.join(map(str, range(900)))}, corp.f)\n"
    codes = [hit.rule.code for hit in sieved(text, rules)]
    assert codes in (["LIB010"], ["TST100"])
    text = f"import corp\ncorp.g({', '.join(f'h({n})' for n in range(3_000))}, corp.f)\n"
    assert [hit.rule.code for hit in sieved(text, rules)] == ["LIB010"]


@pytest.mark.parametrize(
    ("regex", "reason"),
    [
        ("x{1000000000}", "its counted repeats come to more than 100000"),
        ("(?:a{1000}){1000}", "its counted repeats come to more than 100000"),
        ("x{,99999999999999999999}", "its counted repeats come to more than 100000"),
        ("(" * 3_000 + ")" * 3_000, "nested too deeply"),
        ("x" * 10_001, "longer than 10000 characters"),
        ("(a", "missing ) at position 2"),
    ],
)
def test_a_regular_expression_that_costs_all_memory_is_refused(regex: str, reason: str) -> None:
    with pytest.raises(PackError, match="regex") as error:
        pack(f"[[rule]]\n{WHERE.format(regex=regex)}\n")
    assert str(error.value).endswith(reason)


def test_common_repeats_are_welcome() -> None:
    rules = pack("[[rule]]\n" + WHERE.format(regex=r"[0-9]{4}-[0-9]{2}-[0-9]{2}"))
    assert found("import corp\ncorp.f('2020-01-02')\ncorp.f('2020-1-2')\n", rules) == [(2, "corp.f")]


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param('match = "corp.f({deep})"', id="match"),
        pytest.param('match = "corp.f($X)"\nrewrite = "corp.g({deep})"', id="rewrite"),
        pytest.param('match = "corp.f($X)"\nwhere.X.match = "{deep}"', id="where"),
        pytest.param('ban = ["corp.f"]\ninside = "g({deep})"', id="inside"),
        pytest.param('call = ["corp.f"]\nargs.x = {{ forbid = ["{deep}"] }}', id="forbid"),
        pytest.param('call = ["corp.f"]\nargs.x = {{ required = true, insert = "{deep}" }}', id="insert"),
        pytest.param('function = {{}}\nrequire.returns = "{deep}"', id="returns"),
        pytest.param('class = {{}}\nrequire.class_attr = {{ name = "x", value = "{deep}" }}', id="value"),
    ],
)
@pytest.mark.parametrize("deep", ["not " * 2_000 + "1", "[" * 150 + "]" * 150, "-" * 3_000 + "1"])
def test_code_in_a_rule_that_is_nested_too_deeply_is_refused(rule: str, deep: str) -> None:
    with pytest.raises(PackError) as error:
        pack(f"[[rule]]\n{rule.format(deep=deep)}\n")
    assert len(str(error.value)) < 500 + len(deep)
    assert "\n" not in str(error.value)


def test_processor_time_ends_what_would_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless() -> Iterator[None]:
        while True:
            try:
                yield
            except Exception:  # What code of a rule does.
                pass

    with pytest.raises(limits.OutOfTime), limits.timed(0.05):
        for _ in endless():
            pass


def test_what_ends_in_time_is_not_disturbed() -> None:
    with limits.timed(5):
        assert sum(range(1_000)) == 499_500
    started = time.process_time()
    while time.process_time() - started < 0.01:
        pass
