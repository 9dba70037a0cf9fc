"""What the pages about rules show is so: their rules prove themselves, the rows of their tables hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from platform_lint.authoring.proving import prove
from platform_lint.library import check, fix
from platform_lint.profiles import Profile, Profiles

ROOT = Path(__file__).parents[2]
SHAPES, PATTERNS = "docs/shapes.md", "docs/patterns.md"
PAGES = ("README.md", "docs/rules.md", SHAPES, PATTERNS)
_FENCE = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEAD = '[[rule]]\ncode = "{code}"\nname = "shown-{number}"\n'
_CONSUME = 'call = "corp.queue.consume"\nsignature = "(topic, group=None, timeout_ms=1000, *, ack=True, retries=3)"\n'
_GET = '[[api]]\nname = "requests.get"\nsignature = "(url, params=None, **kwargs)"\n'
#: What the lines in tables about patterns are below of.
_IMPORTS = "import corp.db, requests\n"

#: Makes a pack, once for each text: its path.
Packs = Callable[[str], str]


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Packs:
    known: dict[str, str] = {}

    def pack(text: str) -> str:
        if text not in known:
            path = tmp_path_factory.mktemp("pack") / "pack.toml"
            path.write_text(text, encoding="utf-8")
            known[text] = str(path)
        return known[text]

    return pack


# Rules


def _blocks(page: str) -> dict[int, str]:
    """The blocks of *page* that are packs, by the row they begin in."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return {
        text.count("\n", 0, block.start()) + 1: block.group(1)
        for block in _FENCE.finditer(text)
        if "code = " in block.group(1)
    }


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory, packs: Packs) -> Callable[[str], tuple[Profile, Path]]:
    """The rules that a page shows, and the folder of its blocks."""
    known: dict[str, tuple[Profile, Path]] = {}

    def profile(page: str) -> tuple[Profile, Path]:
        if page not in known:
            folder = tmp_path_factory.mktemp("page")
            for row, block in _blocks(page).items():
                (folder / f"{row}.toml").write_text(block, encoding="utf-8")
            known[page] = Profiles(isolated=True, rules=[str(folder)]).for_directory(str(folder)), folder
        return known[page]

    return profile


@pytest.mark.parametrize(
    ("page", "row"),
    [
        pytest.param(page, row, id=f"{page}:{row}")
        for page in PAGES
        for row, block in _blocks(page).items()
        if "[[rule.example]]" in block
    ],
)
def test_a_rule_that_is_shown_proves_itself(
    page: str, row: int, profiles: Callable[[str], tuple[Profile, Path]]
) -> None:
    profile, folder = profiles(page)
    proof = prove(profile, [str(folder / f"{row}.toml")], [], verbose=False)
    assert not proof.failures, proof.text


@pytest.mark.parametrize("page", PAGES)
def test_a_rule_that_is_shown_without_an_example_can_be_read(
    page: str, profiles: Callable[[str], tuple[Profile, Path]]
) -> None:
    profile, _ = profiles(page)
    shown = set(re.findall(r'^code = "(\w+)"', "".join(_blocks(page).values()), re.MULTILINE))
    assert shown <= {rule.code for rule in profile.rules}


# Tables


def _table(page: str, head: str) -> tuple[list[tuple[str, ...]], list[ParameterSet]]:
    """The cells of the tables of *page* that begin with *head*, and their numbers as parameters."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    cells: list[tuple[str, ...]] = []
    numbers: list[ParameterSet] = []
    for start in [number for number, line in enumerate(lines) if line == head]:
        for number, row in enumerate(lines[start + 2 :], start + 3):
            if not row.startswith("|"):
                break
            numbers.append(pytest.param(len(cells), id=f"{page}:{number}"))
            cells.append(tuple(_plain(cell.strip()) for cell in row.strip("|").split(" | ")))
    assert cells, f"no table {head!r} in {page}"
    return cells, numbers


def _plain(cell: str) -> str:
    """The text of a cell without the quotes of what is code."""
    return cell.removeprefix("`").removesuffix("`").replace("⏎", "\n")


def _code(number: int) -> str:
    return f"DOC{100 + number}"


def _rules(bodies: list[str]) -> str:
    """A rule for each of *bodies*: a table's rows make one pack, for it is reading packs that takes time."""
    return "".join(_HEAD.format(code=_code(number), number=number) + body for number, body in enumerate(bodies))


def _is_found(pack: str, number: int, code: str) -> bool:
    wanted = _code(number)
    return any(finding.code == wanted for finding in check(code, rules=[pack], select=[wanted]))


ARGUMENTS, NUMBERS = _table(SHAPES, "| in the rule | before | after |")


@pytest.mark.parametrize("number", NUMBERS)
def test_an_argument_is_mended_as_the_table_says(number: int, packs: Packs) -> None:
    pack = packs(_rules([f"{_CONSUME}{said}\n" for said, _, _ in ARGUMENTS]))
    _, before, after = ARGUMENTS[number]
    code = f"from corp.queue import consume\n\n{before}\n"
    assert _is_found(pack, number, code) is (after != "*nothing*")
    result = fix(code, rules=[pack], select=[_code(number)], unsafe=True)
    assert result.splitlines()[-1] == (before if after.startswith("*") else after)


LINES, NUMBERS = _table(PATTERNS, "| pattern | matches | does not match |")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_pattern_matches_what_the_table_says(number: int, packs: Packs) -> None:
    pack = packs(_rules([f"match = {json.dumps(text)}\n" for text, _, _ in LINES]))
    _, good, bad = LINES[number]
    assert _is_found(pack, number, f"{_IMPORTS}{good}\n")
    assert not _is_found(pack, number, f"{_IMPORTS}{bad}\n")


EQUIVALENCES, NUMBERS = _table(PATTERNS, "| equivalence | pattern | matches because of it |")


@pytest.mark.parametrize("number", NUMBERS)
def test_an_equivalence_is_what_makes_the_line_match(number: int, packs: Packs) -> None:
    bodies = [f"match = {json.dumps(text)}\n" for _, text, _ in EQUIVALENCES]
    without = [f'{body}without = ["{name}"]\n' for body, (name, _, _) in zip(bodies, EQUIVALENCES, strict=True)]
    pack = packs(_GET + _rules(bodies + without))
    code = f"{_IMPORTS}{EQUIVALENCES[number][2]}\n"
    assert _is_found(pack, number, code)
    assert not _is_found(pack, len(bodies) + number, code)


def test_every_equivalence_is_in_the_table() -> None:
    from platform_lint.patterns.matching import EQUIVALENCES as KNOWN

    assert [name for name, _, _ in EQUIVALENCES] == [*KNOWN]


CONDITIONS, NUMBERS = _table(PATTERNS, "| in the rule | matches | does not match |")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_condition_is_what_the_table_says(number: int, packs: Packs) -> None:
    pack = packs(_rules([f'match = "corp.db.find($X, ...)"\n{said}\n' for said, _, _ in CONDITIONS]))
    _, good, bad = CONDITIONS[number]
    assert _is_found(pack, number, f"{_IMPORTS}{good}\n")
    assert not _is_found(pack, number, f"{_IMPORTS}{bad}\n")


REWRITES, NUMBERS = _table(PATTERNS, "| `match` | `rewrite` | before | after |")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_rewrite_writes_what_the_table_says(number: int, packs: Packs) -> None:
    bodies = [f"match = {json.dumps(text)}\nrewrite = {json.dumps(written)}\n" for text, written, _, _ in REWRITES]
    _, _, before, after = REWRITES[number]
    result = fix(f"{_IMPORTS}\n{before}\n", rules=[packs(_rules(bodies))], select=[_code(number)], unsafe=True)
    assert result.splitlines()[-1] == after
