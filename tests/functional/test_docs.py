"""What the pages about rules show is so: their rules prove themselves, the rows of their tables hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from platform_lint.authoring.proving import prove
from platform_lint.library import check, fix
from platform_lint.profiles import Profiles

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("shapes.md", "patterns.md")
_FENCE = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`` (.+) ``|`(.+)`")
#: What the lines in tables are about.
_IMPORTS = "import corp.db, requests\nfrom corp.queue import consume\n"
_CONSUME = 'call = "corp.queue.consume"\nsignature = "(topic, group=None, timeout_ms=1000, *, ack=True, retries=3)"\n'
_HEAD = '[[rule]]\ncode = "DOC100"\nname = "shown"\nfix = "safe"\n'


def _rules() -> list[ParameterSet]:
    return list(_blocks())


def _blocks() -> Iterator[ParameterSet]:
    for page in PAGES:
        text = (DOCS / page).read_text(encoding="utf-8")
        for block in _FENCE.finditer(text):
            if "[[rule]]" in block.group(1) and "example" in block.group(1):
                row = text.count("\n", 0, block.start()) + 1
                yield pytest.param(block.group(1), id=f"{page}:{row}")


def _rows(page: str, head: str) -> list[ParameterSet]:
    return list(_cells(page, head))


def _cells(page: str, head: str) -> Iterator[ParameterSet]:
    """The cells of the tables that begin with *head*, without the quotes of what is code."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    for start in [number for number, line in enumerate(lines) if line == head]:
        for number, row in enumerate(lines[start + 2 :], start + 3):
            if not row.startswith("|"):
                break
            cells = [cell.strip() for cell in row.strip("|").split(" | ")]
            yield pytest.param(*map(_plain, cells), id=f"{page}:{number}")


def _plain(cell: str) -> str:
    code = _CODE.fullmatch(cell)
    return cell if code is None else (code.group(1) or code.group(2)).replace("\\|", "|").replace("⏎", "\n")


def _pack(folder: Path, text: str) -> str:
    path = folder / "pack.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def _is_found(pack: str, code: str) -> bool:
    return any(finding.code == "DOC100" for finding in check(code, rules=[pack], select=["DOC100"]))


@pytest.mark.parametrize("text", _rules())
def test_a_rule_that_is_shown_proves_itself(text: str, tmp_path: Path) -> None:
    pack = _pack(tmp_path, text)
    proof = prove(Profiles(isolated=True, rules=[pack]).for_directory(str(tmp_path)), [pack], [], verbose=False)
    assert not proof.failures, proof.text


@pytest.mark.parametrize(("said", "before", "after"), _rows("shapes.md", "| in the rule | before | after |"))
def test_an_argument_is_mended_as_the_table_says(said: str, before: str, after: str, tmp_path: Path) -> None:
    pack = _pack(tmp_path, f"{_HEAD}{_CONSUME}{said}\n")
    code = f"from corp.queue import consume\n\n{before}\n"
    assert _is_found(pack, code) is (after != "*nothing*")
    result = fix(code, rules=[pack], select=["DOC100"], unsafe=True)
    assert result.splitlines()[-1] == (before if after.startswith("*") else after)


@pytest.mark.parametrize(("text", "good", "bad"), _rows("patterns.md", "| pattern | matches | does not match |"))
def test_a_pattern_matches_what_the_table_says(text: str, good: str, bad: str, tmp_path: Path) -> None:
    pack = _pack(tmp_path, f"{_HEAD}match = {json.dumps(text)}\n")
    assert _is_found(pack, f"{_IMPORTS}{good}\n")
    assert not _is_found(pack, f"{_IMPORTS}{bad}\n")


@pytest.mark.parametrize(
    ("name", "text", "code"), _rows("patterns.md", "| equivalence | pattern | matches because of it |")
)
def test_an_equivalence_is_what_makes_the_line_match(name: str, text: str, code: str, tmp_path: Path) -> None:
    api = '[[api]]\nname = "requests.get"\nsignature = "(url, params=None, **kwargs)"\n'
    rule = f"{api}{_HEAD}match = {json.dumps(text)}\n"
    assert _is_found(_pack(tmp_path, rule), f"{_IMPORTS}{code}\n")
    assert not _is_found(_pack(tmp_path, f'{rule}without = ["{name}"]\n'), f"{_IMPORTS}{code}\n")


@pytest.mark.parametrize(("said", "good", "bad"), _rows("patterns.md", "| in the rule | matches | does not match |"))
def test_a_condition_is_what_the_table_says(said: str, good: str, bad: str, tmp_path: Path) -> None:
    pack = _pack(tmp_path, f'{_HEAD}match = "corp.db.find($X, ...)"\n{said}\n')
    assert _is_found(pack, f"{_IMPORTS}{good}\n")
    assert not _is_found(pack, f"{_IMPORTS}{bad}\n")


@pytest.mark.parametrize(
    ("text", "rewrite", "before", "after"), _rows("patterns.md", "| `match` | `rewrite` | before | after |")
)
def test_a_rewrite_writes_what_the_table_says(text: str, rewrite: str, before: str, after: str, tmp_path: Path) -> None:
    pack = _pack(tmp_path, f"{_HEAD}match = {json.dumps(text)}\nrewrite = {json.dumps(rewrite)}\n")
    result = fix(f"{_IMPORTS}\n{before}\n", rules=[pack], select=["DOC100"], unsafe=True)
    assert result.splitlines()[-1] == after
