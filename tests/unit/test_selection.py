"""``platform_lint.selection``: the most special selector decides."""

from __future__ import annotations

import pytest

from platform_lint.rule import Rule
from platform_lint.selection import SelectionError, check_selector, covers, select

RULES = [
    Rule("TST101", "first", "ban", ()),
    Rule("TST102", "second", "ban", (), default=False),
    Rule("TST201", "third", "ban", ()),
    Rule("ABC100", "other", "ban", ()),
    Rule("LIB001", "engine", "engine", ()),
    Rule("LIB005", "engine-off", "engine", (), default=False),
]


@pytest.mark.parametrize(
    ("selected", "ignored", "extended", "on"),
    [
        pytest.param(None, [], [], "TST101 TST201 ABC100 LIB001", id="default"),
        pytest.param(None, ["TST"], [], "ABC100 LIB001", id="ignore a family"),
        pytest.param(None, ["TST"], ["TST101"], "TST101 ABC100 LIB001", id="extend is more special"),
        pytest.param(None, ["TST101"], ["TST"], "TST102 TST201 ABC100 LIB001", id="ignore is more special"),
        pytest.param(None, ["TST1"], ["TST1"], "TST201 ABC100 LIB001", id="equally special: ignored"),
        pytest.param(None, ["first"], [], "TST201 ABC100 LIB001", id="by name"),
        pytest.param(None, [], ["second"], "TST101 TST102 TST201 ABC100 LIB001", id="extend by name"),
        pytest.param(["TST1"], [], [], "TST101 TST102 LIB001", id="select keeps the engine's"),
        pytest.param(["TST1"], ["LIB"], [], "TST101 TST102", id="unless ignored"),
        pytest.param(["TST1"], ["TST"], [], "TST101 TST102 LIB001", id="longer prefix wins"),
        pytest.param(["ALL"], [], [], "TST101 TST102 TST201 ABC100 LIB001 LIB005", id="all"),
        pytest.param(["ALL"], ["TST"], [], "ABC100 LIB001 LIB005", id="all but a family"),
        pytest.param(["TST201"], ["ALL"], [], "TST201", id="none but one"),
        pytest.param(["LIB005"], [], [], "LIB001 LIB005", id="engine's by code"),
        pytest.param([], [], [], "LIB001", id="nothing"),
        pytest.param(["first"], ["TST101"], [], "LIB001", id="name against code"),
    ],
)
def test_select(selected: list[str] | None, ignored: list[str], extended: list[str], on: str) -> None:
    assert [rule.code for rule in select(RULES, selected, ignored, extended)] == on.split()


@pytest.mark.parametrize(
    ("selector", "reason"),
    [
        ("TST9", "'TST9'"),
        ("ABC10X", "'ABC10X'; `platform-lint rule` lists all there are"),
        ("ABC999", "'ABC999'; `platform-lint rule` lists all there are"),
        ("ACB100", "'ACB100'; did you mean 'ABC100'?"),
        ("secnd", "'secnd'; did you mean 'second'?"),
        ("tst101", "'tst101'"),
        ("", "''"),
    ],
)
def test_selectors_that_mean_nothing(selector: str, reason: str) -> None:
    with pytest.raises(SelectionError) as caught:
        check_selector(RULES, selector)
    assert f"no rule has the code, prefix or name {reason}" in str(caught.value)
    for arguments in ({"selected": [selector]}, {"selected": None, "ignored": [selector]}):
        with pytest.raises(SelectionError):
            select(RULES, **arguments)  # type: ignore[arg-type]


def test_covers() -> None:
    assert covers(["ABC", "TST1"], RULES[0])
    assert covers(["first"], RULES[0])
    assert not covers(["TST2", "fir"], RULES[0])
    assert not covers([], RULES[0])
