"""The laws of a fix over a sample of the standard library; all of it, and more code, is `make corpus`."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from reliability.laws import Judgement, broken, judge
from reliability.rules import everything
from reliability.stdlib import stdlib, stdlib_files

#: As many as half a minute takes: short ones, that use what the rules speak of.
FILES = 40
LONGEST = 3_500
SPEAKS = re.compile(rb"^(?:from|import) (?:re|typing|collections|logging|unittest|warnings|json|functools|io)\b", re.M)


def sample() -> list[Path]:
    """Files that many rules find something in, spread over the whole library."""
    short = [path for path in stdlib_files() if path.stat().st_size <= LONGEST]
    speaking = [path for path in short if SPEAKS.search(path.read_bytes())]
    return speaking[:: max(1, len(speaking) // FILES)][:FILES]


@pytest.fixture(scope="module")
def judgements() -> dict[Path, Judgement]:
    linter = everything(stdlib())
    return {path: judge(linter, path.read_bytes(), str(path)) for path in sample()}


def test_no_law_is_broken(judgements: dict[Path, Judgement]) -> None:
    breaches = [f"{path}: {breach}" for path, judgement in judgements.items() for breach in judgement.breaches]
    assert not breaches, "\n".join(breaches)


def test_the_sample_has_much_to_fix(judgements: dict[Path, Judgement]) -> None:
    """Or the other test proves little."""
    changed = [judgement for judgement in judgements.values() if judgement.after_all is not None]
    codes = Counter(code for judgement in judgements.values() for code in judgement.safe + judgement.unsafe)
    assert len(changed) >= len(judgements) // 3
    assert len(codes) >= 20


BEFORE = b"""\
import json
import os  # for the environment


def load(path):
    if path:
        return json.load(open(path))

    return os.environ
"""


@pytest.mark.parametrize(
    ("after", "law"),
    [
        pytest.param(BEFORE.replace(b"json.load", b"json.read"), "", id="a statement is changed"),
        pytest.param(BEFORE.replace(b"(path))", b"(path)"), "compiles", id="a bracket is lost"),
        pytest.param(BEFORE.replace(b"  # for the environment", b""), "comments", id="a comment is lost"),
        pytest.param(BEFORE.replace(b"import json\n", b""), "names", id="an import is lost"),
        pytest.param(BEFORE.replace(b"return os.environ", b"return 1"), "names", id="an import is left behind"),
        pytest.param(BEFORE.replace(b"\n", b"\r\n", 1), "newlines", id="one line of Windows"),
        pytest.param(BEFORE.rstrip(), "newlines", id="no newline at the end"),
        pytest.param(b"\xef\xbb\xbf" + BEFORE, "newlines", id="a byte order mark"),
        pytest.param(BEFORE.replace(b"\n\n    return", b"\n    return"), "tidy", id="an empty line is lost"),
        pytest.param(BEFORE.replace(b"return os.environ", b"return os.sep  "), "tidy", id="white space at an end"),
        pytest.param(BEFORE.replace(b"    if path:", b"    def path():"), "elsewhere", id="a body changes hands"),
    ],
)
def test_the_laws_tell(after: bytes, law: str) -> None:
    assert {found for found, _ in broken(BEFORE, after)} == ({law} if law else set())


def test_a_head_ends_at_its_colon() -> None:
    """What changes behind the parenthesis changes the head, and not a statement elsewhere."""
    head = b"def load(\n    path: str,\n):\n    # not yet\n    print(path)\n"
    assert not list(broken(head, head.replace(b"):", b") -> None:")))


def test_a_file_of_which_nothing_is_left_has_no_newline() -> None:
    assert not list(broken(b"default_app_config = 'shop.apps.Shop'\n", b""))


def test_what_is_suppressed_in_capitals_is_not_left_to_a_second_run() -> None:
    """Of the two imports of a module that moved, one says to leave it."""
    code = b"import unittest.mock\nfrom unittest.mock import Mock  # NOQA\nprint(unittest.mock.patch, Mock)\n"
    judgement = judge(everything(stdlib()), code, str(stdlib() / "acme.py"))
    assert judgement.after_safe is not None
    assert not judgement.breaches
