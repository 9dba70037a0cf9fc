"""The laws of a fix over generated files, for a rule of every kind."""

from __future__ import annotations

from functools import lru_cache

import pytest
from engine import fix_result, pack
from examples import examples
from generated.fix_laws import assert_fix_holds, assert_what_is_left_says_why
from generated.scenes import argument_lists, files
from hypothesis import given, note
from hypothesis import strategies as st

from platform_lint.catalog import Catalog

LIBRARY = {
    "corp": ["old", "thing"],
    "corp.db": ["get", "Old"],
    "corp.http": ["Client", "get"],
    "corp.queue": ["send", "wait"],
    "gone": ["get"],
}


def at_once(*packs: str) -> str:
    """One pack with the rules of several, each with a code of its own."""
    tables = "".join(packs).split("[[rule]]")[1:]
    return "".join(
        f'[[rule]]\ncode = "TST2{number:02}"\nname = "rule-{number}"{table}' for number, table in enumerate(tables)
    )


RENAME = """
[[rule]]
[rule.rename]
"corp.db.get" = "corp.data.fetch"
"corp.db.Old" = "corp.db.New"
"corp.http" = "corp.net:"
"gone.get" = "builtins.repr"
"corp.old" = "corp.db.LIMIT.value"
"""
BAN = """
[[rule]]
[rule.ban]
"corp.db.get" = { hint = "no more" }
"corp.http" = {}
"corp.queue.*" = {}
"gone" = {}
"""
ATTRIBUTES = """
[[rule]]
on = "corp.http.Client"
[rule.rename_attr]
fetch = "get"
session = "transport.session"
ping = { removed = "leave it out" }
"""
CALL = """
[[rule]]
call = "corp.queue.send"
signature = "(topic, body=None, timeout_ms=1000, *, ack=True, retries=3, trace=None)"
[rule.args]
topic = { forbid = ["None"], replace = "corp.queue.DEFAULT" }
body = { value = "str($V)" }
timeout_ms = { rename = "timeout", value = "$V / 1000", fold = true }
ack = { removed = "it is always so" }
retries = { required = true, insert = "corp.queue.RETRIES" }
trace = { remove_if = "None" }
"""
KEYWORD = """
[[rule]]
call = ["corp.queue.send", "corp.queue.wait"]
signature = "(topic, body=None, timeout_ms=1000, *, ack=True, retries=3, trace=None)"
args.body = { keyword = true }
args.ack = { forbid = ["False", "0"], fix = "remove" }
"""
POSITION = """
[[rule]]
call = ["corp.queue.send", "corp.queue.wait"]
signature = "(topic, body=None, timeout_ms=1000, ack=True, retries=3, trace=None)"
args.topic = { positional = true }
args.body = { positional = true }
[[rule]]
call = "corp.db.get"
args.retries = { position = 0 }
"""
REWRITE = """
[[rule]]
match = "corp.queue.send($T, $...REST, ack=$A)"
rewrite = "corp.queue.post(ack=$A, topic=$T)($...REST)"
[[rule]]
match = "corp.db.get($X)"
rewrite = "corp.data.fetch(key=$X)"
[[rule]]
match = "not $X"
rewrite = "$X is None"
"""
STATEMENTS = '''
[[rule]]
match = """
$V = corp.db.get($...A)
"""
rewrite = """
$V = corp.data.load($...A)
corp.data.check($V)
"""
[[rule]]
match = "assert $X is not None, $M"
rewrite = "corp.queue.expect($X, message=$M)"
'''
SHAPES = """
[[rule]]
class = {}
require.base = "corp.Base"
require.class_attr = [{ name = "strict", add = "True" }]
require.decorator = "corp.registered"
[[rule]]
function = {}
require.params = { kwargs = true, keyword_only = ["x"] }
require.annotations = "return"
require.decorator = "corp.traced"
"""
FORMS = """
[[rule]]
[rule.import_as]
"corp.db" = "from corp import db"
"corp.http" = "import corp.http as ch"
"corp.queue" = "import corp.queue"
"""
DB, HTTP, QUEUE = "corp.db", "corp.http", "corp.queue"
#: Of each kind a pack with all that its verb can fix, and the modules that files import for it.
KINDS = {
    "rename": (at_once(RENAME), [*LIBRARY]),
    "rename_attr": (at_once(ATTRIBUTES), [HTTP]),
    "call": (at_once(CALL), [QUEUE]),
    "keyword": (at_once(KEYWORD), [QUEUE]),
    "position": (at_once(POSITION), [QUEUE, DB]),
    "rewrite": (at_once(REWRITE), [QUEUE, DB]),
    "statements": (at_once(STATEMENTS), [DB]),
    "shapes": (at_once(SHAPES), [QUEUE]),
    "import_as": (at_once(FORMS), [DB, HTTP, QUEUE]),
    "all at once": (at_once(RENAME, ATTRIBUTES, CALL, REWRITE, SHAPES), [DB, HTTP, QUEUE]),
}

VALUES = st.sampled_from(
    [
        "1", "None", "x", "(x)", "'s'", "'s' 't'", "f(1)", "(y := f(2))", "x + 1", "lambda: x", "[1, x]", "not x",
        "x.y", "x[0]", "'''a\nb'''", "x if y else 1", "{'k': x}", "False", "-1", "0", "(x, y)", "[z for z in x]",
    ]
)  # fmt: skip
ARGUMENTS = argument_lists(["topic", "body", "timeout_ms", "ack", "retries", "trace", "timeout"], VALUES)


def uses(draw: st.DrawFn, spelling: str, name: str) -> str:
    """An expression around what *name* means: mostly a call of it."""
    arguments = draw(ARGUMENTS)
    if name.endswith("Client"):
        method = draw(st.sampled_from(["fetch", "session", "ping", "get"]))
        shapes = [f"{spelling}().{method}({arguments})", f"(c := {spelling}()).{method}", f"{spelling}.{method}"]
        return draw(st.sampled_from([*shapes, f"({spelling}()\n .{method})"]))
    inner = f"{spelling}({arguments})"
    shapes = [inner, inner, inner, f"{spelling}({inner}, ack={inner})", f"f({inner}, {spelling})", spelling]
    return draw(
        st.sampled_from([*shapes, f"{spelling}.attribute", f"{spelling}[{inner}]", f"({spelling})({arguments})"])
    )


FILES = {kind: files({module: LIBRARY[module] for module in modules}, uses) for kind, (_, modules) in KINDS.items()}


@lru_cache
def rules_of(kind: str) -> Catalog:
    return pack(KINDS[kind][0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@examples(5)
@given(data=st.data())
def test_laws(kind: str, unsafe: bool, data: st.DataObject) -> None:
    text = data.draw(FILES[kind])
    note(text)
    assert_fix_holds(text, rules_of(kind), unsafe=unsafe, keeps_comments=not unsafe)


@examples(12)
@given(FILES["rename"])
def test_a_ban_changes_nothing(text: str) -> None:
    rules = pack(BAN)
    assert fix_result(text, rules, unsafe=True).text == text
    assert_what_is_left_says_why(text, rules, unsafe=True)
