"""``platform_lint.authoring.proving``: right packs hold, wrong ones are told so, an engine that errs is found out."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from platform_lint import checking
from platform_lint.authoring.proving import Proof, prove
from platform_lint.authoring.respelling import respellings
from platform_lint.authoring.spelling import RuleNames, Spelling, spellings
from platform_lint.catalog import Catalog
from platform_lint.checking import analyse
from platform_lint.fixes import fixing
from platform_lint.index import walk
from platform_lint.modules import Modules
from platform_lint.packs import parse_pack
from platform_lint.profiles import Profile, Profiles, UsageError
from platform_lint.sieve import Look, Sieve
from platform_lint.source import Source

BAN = """
[[rule]]
code = "ACM101"
name = "old-session"
message = "`{name}` is gone: {hint}"
ban = { "corp.db.get_session" = "corp.db.sessions.open_session", "corp.legacy" = { hint = "use corp" } }
"""
RENAME = """
[[rule]]
code = "ACM201"
name = "moved-client"
[rule.rename]
"corp.http.Client" = "corp.net.HttpClient"
"corp.old" = "corp.new"
"""
BAD = '[[rule.example]]\nbad = """\n{}"""\n'
GOOD = 'good = """\n{}"""\n'
OK = '[[rule.example]]\nok = """\n{}"""\n'
USE = "from corp.db import get_session\n\nsession = get_session()\n"
FIXED = "from corp.db.sessions import open_session\n\nsession = open_session()\n"

Prove = Callable[..., Proof]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def profile_of(tmp_path: Path) -> Callable[[str], Profile]:
    """The profile of a pack with that text."""

    def load(text: str) -> Profile:
        pack = tmp_path / "acme.toml"
        pack.write_text(text, "utf-8")
        return Profiles(isolated=True, rules=[str(pack)]).for_directory(str(tmp_path))

    return load


@pytest.fixture
def proved(profile_of: Callable[[str], Profile]) -> Prove:
    """Proves a pack, given as text."""

    def run(text: str, *, verbose: bool = False) -> Proof:
        return prove(profile_of(text), ["acme.toml"], [], verbose=verbose)

    return run


# Packs that hold


HOLDING = {
    "ban": BAN + BAD.format(USE) + GOOD.format(FIXED) + OK.format("import corp.db.sessions\n"),
    "ban of a module": BAN + BAD.format("import corp.legacy\n\ncorp.legacy.run()\n"),
    "rename": RENAME
    + BAD.format("import corp.http as http\n\nhttp.Client()  # hit\n")
    + GOOD.format("from corp import net\n\nnet.HttpClient()\n"),
    "moved module": RENAME
    + BAD.format("from corp.old import thing\n\nthing()\n")
    + GOOD.format("from corp.new import thing\n\nthing()\n"),
    "suggestion": BAN.replace("ban =", 'fix = "suggest"\nban =') + BAD.format(USE),
    "unsafe fix": BAN.replace("ban =", 'fix = "unsafe"\nban =') + BAD.format(USE) + GOOD.format(FIXED),
    "what the project must require": BAN.replace("ban =", 'requires = "nothing>=99"\nban =')
    + BAD.format(USE)
    + GOOD.format(FIXED),
    "only in some places": BAN.replace("ban =", 'only_in = ["services/**"]\nban =')
    + BAD.format(USE)
    + GOOD.format(FIXED)
    + 'path = "services/billing/main.py"\n'
    + OK.format(USE)
    + 'path = "scripts/main.py"\n',
    "allowed in annotations": BAN.replace("ban =", 'type_checking = "allow"\nban =')
    + BAD.format(USE)
    + GOOD.format(FIXED),
    "wildcard": '[[rule]]\ncode = "ACM301"\nname = "internals"\nban = ["corp.db._*", "corp.**.internal"]\n'
    + BAD.format("from corp.db import _pool  # hit\n\nimport corp.a.b.internal  # hit\n"),
    "builtin": '[[rule]]\ncode = "ACM302"\nname = "no-print"\nban = ["builtins.print"]\n'
    + BAD.format('print("a")  # hit\n')
    + OK.format("def print(): ...\n\n\nprint()\n"),
    "star import": '[[api]]\nname = "corp.db"\nexports = ["get_session"]\n'
    + BAN
    + BAD.format("from corp.db import *\n\nget_session()  # hit\n"),
    "suppressed": BAN
    + BAD.format(USE)
    + GOOD.format(FIXED)
    + OK.format("import corp.legacy  # noqa: ACM101 -- why not\n"),
}


@pytest.mark.parametrize("pack", HOLDING.values(), ids=HOLDING)
def test_a_right_pack_holds(proved: Prove, pack: str) -> None:
    proof = proved(pack)
    assert proof.failures == 0, proof.text
    assert re.fullmatch(r"1 rule, \d examples?, \d+ spellings: all hold\.\n", proof.text)


def test_every_name_is_spelled_in_many_ways(proved: Prove) -> None:
    text = proved(HOLDING["ban"]).text
    assert int(re.search(r"(\d+) spellings", text)[1]) > 60  # type: ignore[index]


def test_verbose_names_what_holds(proved: Prove) -> None:
    text = proved(HOLDING["ban"], verbose=True).text
    assert "ACM101 old-session: example 1 holds\n" in text
    assert "ACM101 old-session: example 2 holds\n" in text
    assert "ACM101 old-session: holds\n" in text


def test_verbose_says_where_no_fix_is_applied(proved: Prove) -> None:
    star = HOLDING["star import"]
    assert "not fixed" in proved(star, verbose=True).text
    assert "not fixed" not in proved(star).text


# Packs that do not


BROKEN = {
    "no example": (BAN, "it has no example"),
    "not reported": (BAN + BAD.format("import corp.db\n"), "`bad` is reported, but was not"),
    "reported elsewhere": (
        BAN + BAD.format("import corp.legacy\n\nrun = 1  # hit\n"),
        "`# hit` marks what is reported: marked line 3, reported line 1",
    ),
    "ok reported": (BAN + OK.format("import corp.legacy\n"), "`ok` is silent, but was reported line 1"),
    "bad is not Python": (BAN + BAD.format("import corp.\n"), "`bad` is not Python"),
    "ok is not Python": (BAN + OK.format("import corp.\n"), "`ok` is not Python"),
    "good is something else": (BAN + BAD.format(USE) + GOOD.format(USE), "`good` is reached"),
    "good is missing": (BAN + BAD.format(USE), "`good` is missing"),
    "good is not clean": (
        BAN + BAD.format("import corp.legacy\n" + USE) + GOOD.format("import corp.legacy\n" + FIXED),
        "`good` is clean, but was reported line 1",
    ),
    "not in force there": (
        BAN.replace("ban =", 'except_in = ["tests/**"]\nban =') + BAD.format(USE) + 'path = "tests/a.py"\n',
        "`bad` is reported, but the rule is not in force in tests/a.py",
    ),
    "replaced by what is banned": (
        BAN.replace('"corp.db.sessions.open_session"', '"corp.legacy.open_session"') + OK.format("import corp\n"),
        "a fix brings nothing new that is reported: corp.legacy",
    ),
}


@pytest.mark.parametrize(("pack", "law"), BROKEN.values(), ids=BROKEN)
def test_a_broken_law_is_named(proved: Prove, pack: str, law: str) -> None:
    proof = proved(pack)
    assert proof.failures
    assert law in proof.text
    assert proof.text.startswith("ACM101 old-session (acme.toml:")
    assert re.search(r"\d+ failures?\.\n\Z", proof.text)


def test_a_failure_shows_the_code_and_the_difference(proved: Prove) -> None:
    text = proved(BROKEN["good is something else"][0]).text
    assert "\n    1 | from corp.db import get_session\n" in text
    assert "\n    -from corp.db import get_session\n    +from corp.db.sessions import open_session\n" in text


def test_many_failures_of_a_kind_are_summed_up(proved: Prove) -> None:
    examples = "".join(OK.format(f"import corp.legacy  # {number}\n") for number in range(7))
    proof = proved(BAN + examples)
    assert proof.failures == 7
    assert proof.text.count("law:") == 3
    assert "ACM101: 4 more of the same kind" in proof.text


def test_foreign_text_is_escaped(proved: Prove) -> None:
    proof = proved(BAN + OK.format("import corp.legacy  # \\u001b[31m\n"))
    assert "\x1b" not in proof.text
    assert "\\x1b[31m" in proof.text


# What is proved


def test_rules_are_chosen_by_path_code_prefix_and_name(profile_of: Callable[[str], Profile]) -> None:
    profile = profile_of(HOLDING["ban"] + HOLDING["rename"] + HOLDING["builtin"])
    for paths, codes, count in (
        ([], ["ACM101"], 1),
        ([], ["ACM"], 3),
        ([], ["ACM1", "no-print"], 2),
        (["acme.toml"], [], 3),
        (["."], [], 3),
        (["acme.toml"], ["ACM101"], 3),
    ):
        assert prove(profile, paths, codes, verbose=False).text.startswith(f"{count} rule")


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("ACM999", "no rule has the code, prefix or name 'ACM999'"),
        ("old-sesion", "did you mean 'old-session'?"),
        ("LIB001", "the engine's own"),
        ("packs/acme.toml", "no such file or folder"),
    ],
)
def test_what_is_not_there_is_a_mistake(profile_of: Callable[[str], Profile], code: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(complaint)):
        prove(profile_of(HOLDING["ban"]), [], [code], verbose=False)


# An engine that errs


MISTAKES: dict[str, tuple[object, str, object, str]] = {
    "guards are overlooked": (
        checking,
        "_silent",
        lambda block: False,
        "a spelling that means something else is silent",
    ),
    "aliases are overlooked": (
        walk.Walk,
        "_import",
        lambda self, node, scope, block, original=walk.Walk._import: (
            None if any(alias.asname for alias in node.names) else original(self, node, scope, block)
        ),
        "reported nothing",
    ),
    "relative imports are overlooked": (
        walk.Walk,
        "absolute",
        lambda self, node: None if node.level else tuple(node.module.split(".")),
        "respelled_site.py",
    ),
    "functions are overlooked": (walk.Walk, "_function", lambda *_: None, "inside a function"),
    "parameters are overlooked": (walk.Walk, "_parameters", lambda *_: None, "the name hidden by another"),
    "the sieve is too fine": (
        Sieve,
        "look",
        lambda self, data, *given, original=Sieve.look: None if b" as " in data else original(self, data, *given),
        "reported nothing",
    ),
    "comments are lost": (
        fixing,
        "apply_edits",
        lambda text, edits, original=fixing.apply_edits: original(text, edits).replace("# kept", ""),
        "a fix keeps every comment: lost # kept",
    ),
    "fixes break the code": (
        fixing,
        "apply_edits",
        lambda text, edits, original=fixing.apply_edits: original(text, edits) + "(",
        "a fixed text is Python",
    ),
    "fixes go on and on": (
        fixing,
        "apply_edits",
        lambda text, edits, original=fixing.apply_edits: text + "\nimport corp.http\n",
        "fixes come to an end",
    ),
    "fixes do nothing": (
        fixing,
        "_round",
        lambda analysis, chosen: (analysis.source.text, []),
        "a fixed text is clean",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_an_engine_that_errs_is_found_out(proved: Prove, monkeypatch: pytest.MonkeyPatch, mistake: str) -> None:
    where, what, instead, law = MISTAKES[mistake]
    monkeypatch.setattr(where, what, instead)
    for node, handler in walk._HANDLERS.items():
        if handler.__name__ == what:
            monkeypatch.setitem(walk._HANDLERS, node, instead)
    if what == "apply_edits":
        # The engine holds the result against the plan; let it overlook that as well.
        monkeypatch.setattr(fixing, "problem", lambda *_: "")
    proof = proved(HOLDING["rename"])
    assert proof.failures
    assert law in proof.text, proof.text


# The spellings


def _rule_names(pack: str) -> RuleNames:
    return RuleNames(parse_pack(pack, "acme.toml").rules[0])


def _spelled(pack: str, number: int, label: str) -> Spelling:
    return next(spelling for spelling in spellings(_rule_names(pack), number) if spelling.label == label)


@pytest.mark.parametrize(
    ("pack", "number", "label", "rows"),
    [
        (BAN, 0, "`import corp.db`", {3}),
        (BAN, 0, "`import corp`", {3}),
        (BAN, 0, "`from corp import db as respelled`", {3}),
        (BAN, 0, "`from corp.db import get_session`", {1}),
        (BAN, 0, "`from corp.db import get_session` under `if TYPE_CHECKING:`", {5}),
        (BAN, 0, "`from corp.db import get_session` under `try` / `except ImportError`", set()),
        (BAN, 0, "`from corp.db import get_session`, the name hidden by another", {1}),
        (BAN, 0, "`import corp.db`, the name hidden by another", set()),
        (BAN, 0, "`from corp.db import get_session` for `__all__`", {1}),
        (BAN, 0, 'the string "corp.db.get_session"', set()),
        (BAN, 1, "`import corp.legacy`", {1}),
        (BAN, 1, "`from corp import legacy`", {1}),
        (BAN, 1, "`import corp.legacy` in corp/legacy/respelled_site.py", set()),
        (RENAME, 0, "`from corp.http import Client`", {3}),
        (RENAME, 0, "`from corp.http import Client`, the name hidden by another", {1}),
        (RENAME, 0, "`from corp.http import Client` inside a function", {4}),
        (RENAME, 0, 'the string "corp.http.Client"', {1}),
        (RENAME, 1, "`import corp.old`", {3}),
    ],
)
def test_what_must_be_reported(pack: str, number: int, label: str, rows: set[int]) -> None:
    names = _rule_names(pack.replace('"corp.old" = "corp.new"', '"corp.old" = "corp.new:"'))
    found = [spelling for spelling in spellings(names, number) if spelling.label == label]
    assert {spelling.rows for spelling in found} == {frozenset(rows)}


def test_every_spelling_is_python() -> None:
    for pack in (BAN, RENAME, HOLDING["wildcard"], HOLDING["builtin"]):
        names = _rule_names(pack)
        for number in range(len(names.rule.names)):
            for spelling in spellings(names, number):
                ast.parse(spelling.text)


def test_a_keyword_cannot_be_spelled() -> None:
    pack = '[[rule]]\ncode = "ACM303"\nname = "a"\nban = ["asyncio.async"]\n'
    assert list(spellings(_rule_names(pack), 0)) == []


def _respelled(pack: str, text: str) -> dict[str, Spelling]:
    rule = parse_pack(pack, "acme.toml").rules[0]
    view = Modules(("/nowhere",)).view("/nowhere/example.py")
    analysis = analyse(Source(text), Catalog([rule]), Look(), view=view, complete=True)
    return {spelling.label: spelling for spelling in respellings(analysis, RuleNames(rule), "example.py")}


def test_an_example_is_respelled() -> None:
    found = _respelled(BAN, "from corp.db import get_session\n\n@wrap\ndef f(a=get_session()): ...\n")
    use = "\n\n@wrap\ndef f(a={}()): ...\n"
    assert {label: spelling.text for label, spelling in found.items()} == {
        "written as `import a.b`": "import corp.db" + use.format("corp.db.get_session"),
        "written as `import a.b as x`": "import corp.db as respelled_db" + use.format("respelled_db.get_session"),
        "written as `from a import b`": "from corp import db" + use.format("db.get_session"),
        "written as `from a.b import c`": "from corp.db import get_session" + use.format("get_session"),
        "written as `from a.b import c as x`": "from corp.db import get_session as respelled_get_session"
        + use.format("respelled_get_session"),
        "with a relative import": "from .db import get_session" + use.format("get_session"),
        "inside a function": "def respelled_function():\n    from corp.db import get_session\n"
        + "\n    @wrap\n    def f(a=get_session()): ...\n",
        "imported under `if TYPE_CHECKING:`": "TYPE_CHECKING = False\nif TYPE_CHECKING:\n"
        + "    from corp.db import get_session"
        + use.format("get_session"),
        "imported under `try` / `except ImportError`": "try:\n    from corp.db import get_session\n"
        + "except ImportError:\n    get_session = None"
        + use.format("get_session"),
        "imported under a test of the Python version": "from sys import version_info\nif version_info < (3, 0):\n"
        + "    from corp.db import get_session"
        + use.format("get_session"),
        "hidden by the parameters of a function": "from corp.db import get_session\n"
        + "def respelled_function(get_session):\n    pass\n"
        + "\n\n    @wrap\n    def f(a=get_session()): ...\n",
    }
    assert found["with a relative import"].path == "corp/respelled_site.py"


def test_a_respelling_says_nothing_else() -> None:
    # `db` and `corp` are taken, so neither can be bound to anything else.
    found = _respelled(BAN, "from corp.db import get_session\n\ndb = corp = get_session()\n")
    assert "written as `from a import b`" not in found
    assert "written as `import a.b`" not in found
    assert "written as `import a.b as x`" in found


def test_text_in_strings_is_not_indented() -> None:
    found = _respelled(BAN, 'from corp.db import get_session\n\nget_session("""\nsql\n""")\n')
    assert found["inside a function"].text.endswith('    get_session("""\nsql\n""")\n')


def test_several_imports_of_one_statement_are_respelled_together() -> None:
    found = _respelled(RENAME, "from corp.http import Client, Server\n\nClient(Server)\n")
    assert found["written as `import a.b`"].text == (
        "from corp.http import Server\nimport corp.http\n\ncorp.http.Client(Server)\n"
    )
