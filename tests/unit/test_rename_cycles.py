"""``platform_lint.rename_cycles``: replacements that undo each other are refused when the pack is read."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from platform_lint.loading import load_packs
from platform_lint.packs import PackError, parse_pack
from platform_lint.rename_cycles import cycle
from platform_lint.rule import Name, Rule

HEAD = '[[rule]]\ncode = "TST101"\nname = "one"\n'
OTHER = '[[rule]]\ncode = "TST102"\nname = "other"\n'


@pytest.mark.parametrize(
    ("text", "line", "way"),
    [
        pytest.param(
            'rename."a.b" = "a.c"\nrename."a.c" = "a.b"\n',
            5,
            "`a.c` becomes `a.b` (TST101 one), `a.b` becomes `a.c` (TST101 one)",
            id="within one table",
        ),
        pytest.param(
            f'rename."a.b" = "a.c"\n{OTHER}rename."a.c" = "a.b"\n',
            5,
            "`a.c` becomes `a.b` (TST102 other), `a.b` becomes `a.c` (TST101 one)",
            id="between two rules",
        ),
        pytest.param(
            'rename."a" = "b"\nrename."b" = "c"\nrename."c" = "a"\n',
            6,
            "`b` becomes `c` (TST101 one), `c` becomes `a` (TST101 one), `a` becomes `b` (TST101 one)",
            id="three steps",
        ),
        pytest.param(
            f'rename."a.b" = "c.b"\n{OTHER}rename."c" = "a"\n',
            5,
            "`c` becomes `a` (TST102 other), `a.b` becomes `c.b` (TST101 one)",
            id="a member moves one way and its module the other",
        ),
        pytest.param(
            'rename."a" = "b.c"\nrename."b" = "a"\n',
            5,
            "`b` becomes `a` (TST101 one), `a` becomes `b.c` (TST101 one)",
            id="a name that grows with each round",
        ),
        pytest.param('ban."a.*" = "a.ok"\n', 4, "`a.*` becomes `a.ok` (TST101 one)", id="what a wildcard covers"),
        pytest.param(
            f'ban."a.b" = "c:d"\n{OTHER}rename."c.d" = "a.b"\n',
            5,
            "`c.d` becomes `a.b` (TST102 other), `a.b` becomes `c.d` (TST101 one)",
            id="a ban and a rename",
        ),
        pytest.param(
            f'on = "a.B"\nrename_attr.get = "fetch"\n{OTHER}on = "a.B"\nrename_attr.fetch = "get"\n',
            6,
            "`a.B.fetch` becomes `a.B.get` (TST102 other), `a.B.get` becomes `a.B.fetch` (TST101 one)",
            id="attributes of a class",
        ),
        pytest.param(
            f'call = "a.f"\nargs.x.rename = "y"\n{OTHER}call = "a.f"\nargs.y.rename = "x"\n',
            6,
            "`y=` of `a.f` becomes `x=` (TST102 other), `x=` of `a.f` becomes `y=` (TST101 one)",
            id="arguments of a function",
        ),
    ],
)
def test_a_circle_is_refused_with_all_of_its_rules(text: str, line: int, way: str) -> None:
    with pytest.raises(PackError) as caught:
        parse_pack(HEAD + text, "pack.toml")
    said = str(caught.value)
    assert f"the new names lead back to the old ones: {way}; take one of them out" in said
    # Between rules the later one is blamed.
    assert said.startswith(f"pack.toml:{line}: rule ")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('rename."a.b" = "a.c"\nrename."a.c" = "a.d"\n', id="a chain"),
        pytest.param('rename."a.b" = "b"\n', id="a name that gets shorter"),
        pytest.param('ban."a.*" = "a.ok"\nallow = ["a.ok"]\n', id="what a wildcard covers is allowed"),
        pytest.param(
            f'rename."a.b" = "a.c"\n{OTHER}default = false\nrename."a.c" = "a.b"\n', id="the way back is off by default"
        ),
        pytest.param(
            f'only_in = ["x/"]\nrename."a.b" = "a.c"\n{OTHER}only_in = ["y/"]\nrename."a.c" = "a.b"\n',
            id="each holds somewhere else",
        ),
        pytest.param(
            f'on = "a.B"\nrename_attr.get = "fetch"\n{OTHER}on = "a.C"\nrename_attr.fetch = "get"\n',
            id="attributes of different classes",
        ),
        pytest.param(
            'rename."a.b.C" = "a.C"\n[[api]]\nname = "a.b.C"\nreexports = ["a.C"]\n',
            id="the new name is a re-export of the old one",
        ),
    ],
)
def test_what_comes_to_an_end_is_no_circle(text: str) -> None:
    parse_pack(HEAD + text, "pack.toml")


def test_a_circle_between_packs(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(HEAD + 'rename."a.b" = "a.c"\n')
    (tmp_path / "two.toml").write_text(OTHER + 'rename."a.c" = "a.b"\n')
    with pytest.raises(PackError, match=r"two\.toml:1: rule TST102: rename: the new names lead back to the old ones"):
        load_packs([str(tmp_path)], installed=False)


def test_a_long_chain_costs_what_it_is_long() -> None:
    names = tuple(Name(f"a.n{number}", f"a.n{number + 1}", "", "", False) for number in range(5_000))
    started = process_time()
    assert cycle([Rule("TST101", "one", "rename", names)]) == []
    # The square of it takes minutes.
    assert process_time() - started < 8
