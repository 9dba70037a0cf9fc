"""The law of format: nothing but the tokens that have to change changes, byte for byte.

Files go through the door as bytes, and come out as bytes.
"""

from __future__ import annotations

import ast
import difflib
import functools
import io
import os
import tokenize
import warnings
from collections.abc import Sequence
from pathlib import Path

from platform_lint.linting import Linter, Result
from platform_lint.packs import parse_pack, read_pack
from platform_lint.profiles import Profiles

_PATH = os.path.abspath("format/module.py")
_HEAD = '[[rule]]\ncode = "TST100"\nname = "the-rule"\n'
_PYTHON = '''\
from platform_lint.api import Rule, cst


class TheRule(Rule):
    """It says so."""

    code = "TST100"
    words = ("corp",)

'''


def rule(table: str) -> str:
    """A pack with one rule, which *table* is."""
    return _HEAD + table


def python_rule(folder: Path, name: str, body: str) -> str:
    """The path of a pack with one rule in Python, whose methods *body* has."""
    path = folder / f"{name}.py"
    path.write_text(_PYTHON + "".join(f"    {line}\n" if line else "\n" for line in body.splitlines()))
    return str(path)


@functools.lru_cache(maxsize=64)
def _linter(rules: str) -> Linter:
    read = read_pack(Path(rules)) if rules.endswith(".py") else parse_pack(rules, "pack.toml")
    profile = Profiles(isolated=True).for_directory(os.getcwd())
    return Linter(profile.only(read.rules, read.apis.values()), "2030-01-01")


def fix(data: bytes, rules: str, *, unsafe: bool = True) -> Result:
    """What becomes of a file that holds *data*, unsafe fixes included if *unsafe*."""
    return _linter(rules).fix(data, _PATH, "module.py", unsafe=unsafe)


def fixed(data: bytes, rules: str) -> bytes:
    """The file after its fixes: *data* itself where there are none. Fixing again must change nothing."""
    after = fix(data, rules).after
    if after is None:
        return data
    assert fix(after, rules).after is None, "a second fix changes it again"
    return after


def said(data: bytes, rules: str) -> list[str]:
    """What is left to say about a file that was fixed: why a fix is refused, or else the message."""
    findings = fix(data, rules).findings
    return [finding.fix.reason if finding.fix is not None else finding.message for finding in findings]


def tree(text: str) -> str:
    """The syntax tree of *text*, to compare with another's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(ast.parse(text))


def comments(text: str) -> list[str]:
    """The comments of *text*, sorted."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    tokens = tokenize.generate_tokens(io.StringIO(plain).readline)
    return sorted(token.string for token in tokens if token.type == tokenize.COMMENT)


def assert_ends_kept(before: str, after: str) -> None:
    """Every line that is there still ends as it did, and one that is put in ends as a neighbour does."""
    old, new = _lines(before), _lines(after)
    assert _common(old, new) == _common([line for line, _ in old], [line for line, _ in new])
    for tag, low, high, new_low, new_high in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            near = {end for _, end in old[max(low - 1, 0) : high + 1]}
            assert {end for _, end in new[new_low:new_high]} <= near


def _common(old: Sequence[object], new: Sequence[object]) -> int:
    """How many items the longest sequence has that both have in common."""
    row = [0] * (len(new) + 1)
    for one in old:
        above, row = row, [0]
        for number, other in enumerate(new):
            row.append(above[number] + 1 if one == other else max(above[number + 1], row[number]))
    return row[-1]


def _lines(text: str) -> list[tuple[str, str]]:
    """The lines of *text*, each with how it ends."""
    lines = list(io.StringIO(text, newline=""))
    return [(line.rstrip("\r\n"), line[len(line.rstrip("\r\n")) :]) for line in lines]
