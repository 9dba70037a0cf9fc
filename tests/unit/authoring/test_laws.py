"""``platform_lint.authoring.laws``: what rules of shape are held to, and that breaking it is found out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from platform_lint import checking, context
from platform_lint.authoring.proving import Proof, prove
from platform_lint.authoring.skeletons import SKELETONS
from platform_lint.fixes import fixing
from platform_lint.hits import Hit, Repair, Splice
from platform_lint.index import walk
from platform_lint.kinds import arguments, contracts
from platform_lint.profiles import Profiles

Prove = Callable[..., Proof]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def proved(tmp_path: Path) -> Prove:
    """Proves a pack, given as text."""

    def run(text: str, *, verbose: bool = False) -> Proof:
        (tmp_path / "acme.toml").write_text(text, "utf-8")
        profile = Profiles(isolated=True, rules=["acme.toml"]).for_directory(str(tmp_path))
        return prove(profile, ["acme.toml"], [], verbose=verbose)

    return run


def pack(kind: str, *changes: tuple[str, str]) -> str:
    """The rule that `new` writes for *kind*, with some of its text changed."""
    text = SKELETONS[kind].replace("@CODE@", "ACM101").replace("@NAME@", "some-rule")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def spelled(proof: Proof) -> int:
    """How many other spellings were tried."""
    found = re.search(r"(\d+) spellings?", proof.text)
    assert found is not None
    return int(found[1])


# Re-spelling


@pytest.mark.parametrize("kind", ["call", "rename_attr", "class", "function", "match"])
def test_examples_of_shape_are_respelled(proved: Prove, kind: str) -> None:
    proof = proved(pack(kind))
    assert proof.failures == 0, proof.text
    assert spelled(proof) >= 7


def test_receivers_are_respelled(proved: Prove) -> None:
    bad = "import requests\n\n\ndef f(session: requests.Session):\n    session.get(1)  # hit\n"
    text = pack("call", ('["requests.get", "requests.post"]', '["requests.Session.get"]'))
    text = text.partition("[[rule.example]]")[0]
    good = bad.replace("get(1)  # hit", "get(1, timeout=10)")
    proof = proved(f"{text}[[rule.example]]\nbad = '''\n{bad}'''\ngood = '''\n{good}'''\n")
    assert proof.failures == 0, proof.text
    assert spelled(proof) >= 8


@pytest.mark.parametrize("kind", ["layers", "import_as"])
def test_what_is_about_imports_has_no_other_spelling(proved: Prove, kind: str) -> None:
    # The one more is the example with comments, of a rule that fixes.
    assert spelled(proved(pack(kind))) == (1 if kind == "import_as" else 0)


MISTAKES: dict[str, tuple[str, object, str, object, str]] = {
    "guards are overlooked": ("call", checking, "_silent", lambda block: False, "means something else is silent"),
    "aliases are overlooked": (
        "call",
        checking._Matcher,
        "_uses",
        lambda self, original=checking._Matcher._uses: () if " as " in self.source.text else original(self),
        "expected `requests.get`, reported nothing",
    ),
    "a hit too many": (
        "match",
        checking,
        "_shape_hits",
        lambda rules, found, meter, original=checking._shape_hits: [
            *(hits := list(original(rules, found, meter))),
            *(hits if "respelled" in found.source.text else ()),
        ],
        "expected `os.path.join`, reported `os.path.join` ×2",
    ),
    "functions are overlooked": (
        "rename_attr",
        checking,
        "_shape_hits",
        lambda rules, found, meter, original=checking._shape_hits: (
            () if "respelled_function" in found.source.text else original(rules, found, meter)
        ),
        "inside a function",
    ),
    "parameters are overlooked": (
        "call",
        walk.Walk,
        "_parameters",
        lambda *_: None,
        "a name hidden by another is silent",
    ),
    "comments are lost": (
        "call",
        fixing,
        "apply_edits",
        lambda text, edits, original=fixing.apply_edits: original(text, edits).replace("  # comment 3", ""),
        "a fix keeps every comment: lost # comment 3",
    ),
    "a fix is not enough": (
        "call",
        arguments,
        "check",
        lambda rule, found, original=arguments.check: (
            [
                Hit(
                    rule,
                    None,
                    "shape",
                    ("requests", "get"),
                    found.source.text.index("page"),
                    found.source.text.index("page") + 4,
                    repair=Repair("again", [Splice(0, 0, ["x = 1\n"])]),
                )
            ]
            if "timeout=10" in found.source.text and "x = 1" not in found.source.text
            else original(rule, found)
        ),
        "`good` is reached",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_engine_that_errs_is_found_out(proved: Prove, monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    kind, where, what, instead, law = MISTAKES[mistake]
    text = pack(kind, ('fix = "unsafe"', 'fix = "safe"')) if kind == "call" else pack(kind)
    assert proved(text).failures == 0
    monkeypatch.setattr(where, what, instead)
    if what == "apply_edits":
        monkeypatch.setattr(fixing, "problem", lambda *_: "")
    proof = proved(text)
    assert proof.failures
    assert law in proof.text, proof.text


def test_a_rule_without_names_is_not_held_to_imports(proved: Prove) -> None:
    text = """
[[rule]]
code = "ACM101"
name = "no-assert"
match = "assert $X"
message = "raise instead"
[[rule.example]]
bad = "import os\\n\\nassert os.path  # hit\\n"
"""
    proof = proved(text)
    assert proof.failures == 0, proof.text


def test_any_receiver_is_not_held_to_imports(proved: Prove) -> None:
    text = pack(
        "rename_attr",
        ("[rule.rename_attr]", 'receiver = "any"\n[rule.rename_attr]'),
        ('    other.fetch("/orders")\n    return client', '    other.fetch("/orders")  # hit\n    return client'),
    )
    head, _, _ = text.partition("good = ")
    proof = proved(head)
    assert proof.failures == 0, proof.text


def test_conditions_hold_for_the_example_as_it_stands(proved: Prove) -> None:
    text = """
[[rule]]
code = "ACM101"
name = "async-sleep"
call = "time.sleep"
args.secs = { forbid = ["1"] }
signature = "(secs)"
inside = "async def $_(...): ..."
message = "`{name}` blocks"
[[rule.example]]
bad = "import time\\n\\n\\nasync def f():\\n    time.sleep(1)  # hit\\n"
[[rule.example]]
ok = "import time\\n\\n\\ndef f():\\n    time.sleep(1)\\n"
"""
    proof = proved(text)
    assert proof.failures == 0, proof.text
    assert spelled(proof) > 3


# Other files


def test_an_example_may_stand_in_a_project(proved: Prove) -> None:
    assert proved(pack("layers")).failures == 0
    # Without the file, `api` might be anything in `orders`.
    away = proved(pack("layers", ('"orders/api.py" = ""\n', "")))
    assert "`bad` is reported, but was not" in away.text
    other = proved(pack("layers", ('path = "orders/storage.py"', 'path = "orders/unknown.py"')))
    assert "`bad` is reported, but was not" in other.text


def test_a_base_class_may_be_in_another_file(proved: Prove) -> None:
    text = pack(
        "class",
        (
            "from corp.web import Handler\n\n\nclass Orders(Handler):  # hit\n    pass\n'''\n",
            "from shop.base import Base\n\n\nclass Orders(Base):  # hit\n    pass\n'''\n"
            "path = 'shop/orders.py'\n[rule.example.files]\n'shop/__init__.py' = ''\n"
            "'shop/base.py' = '''\nfrom corp.web import Handler\n\n\nclass Base(Handler):\n    pass\n'''\n",
        ),
    )
    proof = proved(text)
    assert proof.failures == 0, proof.text


def test_the_files_of_an_example_must_be_python(proved: Prove) -> None:
    proof = proved(pack("layers", ('"orders/api.py" = ""\n', '"orders/api.py" = "def"\n')))
    assert "`orders/api.py` is not Python" in proof.text
    beside = ('"orders/api.py" = ""\n', '"orders/api.py" = ""\n"orders/api.txt" = "def"\n')
    assert proved(pack("layers", beside)).failures == 0


def test_no_file_is_left(proved: Prove, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    seen: list[str] = []
    original = contracts.check

    def check(rule: object, found: context.FileContext) -> object:
        seen.extend(path.name for path in (tmp_path / "tmp").rglob("*.py"))
        return original(rule, found)  # type: ignore[arg-type]

    monkeypatch.setattr(contracts, "check", check)
    assert proved(pack("layers")).failures == 0
    assert {"api.py", "storage.py", "__init__.py"} <= set(seen)
    assert list((tmp_path / "tmp").iterdir()) == []


# The report


def test_the_places_are_marked(proved: Prove) -> None:
    text = pack("call", ("import requests\n\npage", "import requests  # hit\n\npage")).partition("good = ")[0]
    proof = proved(text + "\n[[rule.example]]\nok = '''\nimport requests\n\nif 1:\n    requests.get(2)\n'''\n")
    assert "marked lines 1, 3, reported line 3" in proof.text
    assert "\n  > 1 | import requests\n      | ^ expected, not reported\n" in proof.text
    assert "\n  > 4 |     requests.get(2)\n      |     ^ reported, not expected\n" in proof.text


def test_the_difference_is_marked(proved: Prove) -> None:
    proof = proved(pack("call", ("timeout=10", "timeout=11")))
    assert "--- good: expected\n" in proof.text
    lines = proof.text.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("    +page"))
    assert lines[at - 1].startswith("    -page")
    assert lines[at + 1].startswith("    ?")
    assert lines[at][lines[at + 1].index("^")] == "0"


def test_an_unsafe_fix_may_lose_a_comment_and_a_safe_one_may_not(
    proved: Prove, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = fixing.apply_edits
    monkeypatch.setattr(fixing, "apply_edits", lambda text, edits: original(text, edits).replace("  # comment 3", ""))
    monkeypatch.setattr(fixing, "problem", lambda *_: "")
    assert proved(pack("call")).failures == 0
    assert "a fix keeps every comment" in proved(pack("call", ('fix = "unsafe"', 'fix = "safe"'))).text


def test_a_conditional_ban_is_reported_where_it_is_used_however_it_is_imported(proved: Prove) -> None:
    text = """
[[rule]]
code = "ACM101"
name = "async-sleep"
ban = { "time.sleep" = "asyncio.sleep" }
inside = "async def $_(...): ..."
[[rule.example]]
bad = "from time import sleep\\n\\n\\nasync def f():\\n    sleep(1)  # hit\\n"
good = "from asyncio import sleep\\n\\n\\nasync def f():\\n    sleep(1)\\n"
[[rule.example]]
ok = "from time import sleep\\n\\n\\ndef f():\\n    sleep(1)\\n"
"""
    proof = proved(text)
    assert proof.failures == 0, proof.text
    assert spelled(proof) >= 8


# What an example cannot fix, and where it stands

_HALF = '''[[rule]]
code = "ACM101"
name = "old-get"
[rule.rename]
"corp.db.get" = "corp.data.fetch"
"corp.db.put" = { removed = "call the owner" }
[[rule.example]]
bad = """
import corp.db

corp.db.get()  # hit
corp.db.put()  # hit
"""
good = """
import corp.data
import corp.db

corp.data.fetch()
corp.db.put()%s
"""
'''


def test_a_line_of_good_may_still_be_reported(proved: Prove) -> None:
    proof = proved(_HALF % "  # left")
    assert proof.failures == 0, proof.text


def test_what_is_left_is_marked(proved: Prove) -> None:
    assert "`good` is clean, but was reported line 5" in proved(_HALF % "").text
    wrong = (_HALF % "  # left").replace("data.fetch()\n", "data.fetch()  # left\n")
    assert "`# left` marks what is not fixed: marked lines 4, 5, reported line 5" in proved(wrong).text


def test_an_example_of_layers_needs_its_package(proved: Prove) -> None:
    text = (
        '[[rule]]\ncode = "ACM101"\nname = "upwards"\nlayers = ["shop.web", "shop.data"]\n'
        '[[rule.example]]\npath = "shop/data/orders.py"\nok = "import json\\n"\n[rule.example.files]\n'
    )
    said = "an example of layers stands in a package: there is no `%s` among its files"
    inner = '"shop/data/__init__.py" = ""\n'
    assert said % "shop/__init__.py" in proved(text + inner).text
    assert said % "src/shop/__init__.py" in proved(text.replace('"shop/data/o', '"src/shop/data/o')).text
    assert proved(f'{text}{inner}"shop/__init__.py" = ""\n').failures == 0
