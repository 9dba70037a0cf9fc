"""``platform_lint.sieve`` and ``excerpt``: what the short way finds must be what the long way finds."""

from __future__ import annotations

import ast
import random
import sysconfig
from collections import Counter
from pathlib import Path

import pytest
from engine import catalog, complete, found, indexed, pack, sieved
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from platform_lint.catalog import Catalog
from platform_lint.excerpt import excerpt
from platform_lint.hits import Hit
from platform_lint.modules import Modules, ModuleView
from platform_lint.source import Source

NAMES = catalog(
    {
        "corp.db.get": "corp.data.fetch",
        "corp.old": "corp.new",
        "corp.Client.send": "corp.Client.post",
        "größe.maß": "a.b",
    },
    ["corp.db.put", "builtins.exec", "builtins.str.join", "app.core.own", "lib.banned"],
    {"corp.db": ["get", "put"], "lib.banned": ["thing"]},
)
GLOBS = catalog(
    bans=["corp.legacy.**.run", "corp.x_*", "corp.*.get", "app.**.own", "app.*.here.get"],
    exports={"corp.db": ["get", "put"], "corp": ["x_y", "legacy"]},
)
LEADING = catalog(bans=["*.run", "**.get", "?pp.*.put"], exports={"corp.db": ["get", "put"]})


PROJECT = {
    "app/__init__.py": "from .compat import get\n",
    "app/core.py": "def own(): ...\n",
    "app/compat.py": "from corp.db import get, put\nfrom corp import db\nfrom corp import old\n",
    "app/chain.py": "from app.compat import get, db\nfrom .core import own\n",
    "app/stars.py": "from .chain import *\nfrom corp.db import put\n",
    "app/sub/__init__.py": "",
    "app/sub/here.py": "",
}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> ModuleView:
    root = tmp_path_factory.mktemp("project")
    for name, text in PROJECT.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Modules().view(str(root / "app/sub/here.py"))


def keys(hits: list[Hit]) -> list[tuple[object, ...]]:
    """What tells hits apart. The engine's note on stars is left out: the sieve is free not to ask."""
    return [(hit.rule.code, hit.kind, hit.start, hit.end, hit.matched) for hit in hits if hit.kind != "engine"]


def assert_same_hits(text: str, rules: Catalog, view: ModuleView | None = None) -> int:
    everything = keys(complete(text, rules, view).hits)
    assert keys(sieved(text, rules, view)) == everything
    return len(everything)


# Odd spellings, one by one

SPELLINGS = {
    "plain": "import corp.db\ncorp.db.get()\n",
    "spaced": "import  corp . db\ncorp . db . get()\n",
    "tabs": "from\tcorp.db\timport\tget\nget()\n",
    "continuation": "from corp \\\n  .db \\\n  import \\\n  get\nget()\n",
    "continuation after the keyword": "import \\\n corp.db\ncorp \\\n .db.get()\n",
    "continuation, CRLF": "from corp.db \\\r\n  import get\r\nget()\r\n",
    "CR only": "import corp.db\rcorp.db.get()\r",
    "parenthesised": "from corp.db import (\n    get,  # why (not)\n    put\n)\nget(), put()\n",
    "comment with a parenthesis": "from corp.db import (  # )\n    get\n)\nget()\n",
    "no space before the parenthesis": "from corp.db import(get)\nget()\n",
    "no space after the dots": "from corp.db import get;get()\n",
    "semicolons": "import os; import corp.db as d; d.get()\n",
    "one-line if": "if x: import corp.db as d\nd.get()\n",
    "one-line def": "def f(): from corp.db import get; get()\n",
    "comment between the dots": "import corp.db\n(corp  # corp.\n .db  # .put\n .get)()\n",
    "brackets between the dots": "import corp\n(\n  corp\n\n  .db\n  .get\n)()\n",
    "parenthesised head": "import corp.db\n(corp.db).get()\n(corp).db.put()\n",
    "second of a list": "import os, corp.db as d, sys\nd.get()\n",
    "assigned alias": "import corp.db\nd = corp.db\nd.get()\n",
    "assigned alias of an alias": "import corp\nc = corp\nd = c.db\nd.get()\n",
    "assigned alias over lines": "import corp.db\nd = (\n    # the data\n    corp.db\n)\nd.get()\n",
    "assigned alias, continuation": "import corp.db\nd = \\\n  corp.db\nd.get()\n",
    "assigned alias, far away": "import corp.db\nd = (" + " " * 200 + "corp.db)\nd.get()\n",
    "walrus": "import corp.db\nif (d := corp.db): d.get()\n",
    "alias used first": "import corp.db\ndef f(): return d.get()\nd = corp.db\n",
    "star": "from corp.db import *\nget()\n",
    "star, no space": "from corp.db import*\nget()\n",
    "star, continuation": "from corp.db import \\\n  *\nget()\n",
    "relative star": "from ..stars import *\nget(), db.get(), put(), own()\n",
    "relative": "from ..compat import get, db\nget(), db.put()\n",
    "relative module": "from .. import compat\ncompat.get(), compat.db.put()\n",
    "relative, spaced dots": "from . . import compat\ncompat.get()\n",
    "relative, no space": "from..compat import get\nget()\n",
    "re-exported by the package": "from app import get\nget()\n",
    "re-exporting module": "import app.compat\napp.compat.get(), app.compat.put(), app.get()\n",
    "re-exporting module, as": "import app.compat as c\nc.put(), c.db.get()\n",
    "chain of re-exports": "from app.chain import get, db, own\nget(), db.get(), own()\n",
    "re-exported module": "from app.compat import old\nold.thing()\n",
    "moved module": "from corp.old.sub import thing\nimport corp.old.other\nthing()\n",
    "glob": "import corp\ncorp.x_one(), corp.legacy.run(), corp.legacy.a.b.run()\n",
    "glob, from": "from corp import x_two as two\nfrom corp.legacy.a import run\nrun(two)\n",
    "leading glob": "import lib\nlib.run()\nfrom other import run\n",
    "definition under a glob": "def own(): ...\nown()\n",
    "definition under a leading glob": "def get(): ...\nget()\n",
    "star of a banned module": "from lib.banned import *\nthing()\n",
    "star below a glob": "from corp import *\nx_y(), legacy.run()\n",
    "alias with a comment on the way": "import corp.db\nd = (  # the data (=)\n  corp.db)\nd.get()\n",
    "alias by way of an attribute": "import corp as c\nd = c.db; d.put()\n",
    "builtins": "exec('')\nimport builtins as b\nb.exec('')\nstr.join\n",
    "builtin, spaced": "(str\n  .join)\n",
    "string annotation": "import corp.db as d\nx: 'd.get' = 1\n",
    "string annotation over lines": "import corp.db as d\nx: '''\n d.get''' = 1\n",
    "f-string": "import corp.db as d\nf'{d.get} {d . put!r}'\n",
    "string": "mock.patch('corp.db.get')\nmock.patch('corp.Client.send.x')\n",
    "string beside an import": "import corp.db\nmock.patch('corp.db.get')\n",
    "member of a class": "from corp import Client\nClient.send(1)\nimport corp as c\nc.Client.send(2)\n",
    "non-ASCII": "import größe as g\ng.maß\nfrom größe import maß\n",
    "form feed": "import corp.db\n\x0c\ncorp.db.get()\n",
    "form feed as a blank": "from\x0ccorp.db\x0cimport\x0cget\nget()\n",
    "in a docstring first": '"""import nothing\nfrom corp.db import (get"""\nimport corp.db\ncorp.db.get()\n',
    "prose before": "'we import'\nfrom corp.db import get\nget()\n",
    "keyword glued to a string": "x = 1if y else 2\nfrom corp.db import get\nget()\n",
    "number glued to the keyword": "import corp.db\nx = 1or corp.db.get\n",
    "decorator": "import corp.db as d\n@d.get\ndef f(): ...\n",
    "match pattern": "import corp.db as d\nmatch x:\n    case d.get: ...\n",
    "global": "def f():\n    global d\n    import corp.db as d\nd.get()\n",
    "brackets at the margin": "from corp.db import (\nget,  # one (\n# two\nput,\n)\nget(put)\n",
    "brackets at the margin, in a call": "from corp.db import get\nf(x,\nget,\n1)\ndef g(\nget,\ny): return get\n",
    "continuation at the margin": "from corp.db import put, \\\nget\nx = \\\nget\n",
    "nested function": "def f():\n    from corp.db import get\n    def g():\n        return get()\n",
    "class body": "class C:\n    from corp.db import get\n    x = get()\n",
    "__import__ is not followed": "__import__('corp.db').db.get()\n",
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in SPELLINGS.items()])
def test_spellings(text: str, view: ModuleView) -> None:
    hits = [assert_same_hits(text, rules, view) for rules in (NAMES, GLOBS, LEADING)]
    assert any(hits) == ("__import__" not in text)
    for rules in (NAMES, GLOBS, LEADING):
        assert_same_hits(text, rules)


FILLER = "def filler():\n    return 1\n\n\n" * 60


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in SPELLINGS.items()])
def test_spellings_among_much_else(text: str, view: ModuleView) -> None:
    """Long enough for the excerpt to leave things out."""
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text else "\n"
    for rules in (NAMES, GLOBS, LEADING):
        assert_same_hits(text + FILLER.replace("\n", newline), rules, view)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import os\nos.path\n", id="no anchor"),
        pytest.param("import os\nos.get()\n", id="anchor of another module"),
        pytest.param("import corp.db\ncorp.db.other()\n", id="another member"),
        pytest.param("from corp.db import other\nother.get()\n", id="anchor below another member"),
        pytest.param("# import corp.db\nx.get()\n", id="import in a comment"),
        pytest.param("target = forget\n", id="anchor inside a word"),
        pytest.param("import corp.database as db\ndb.get()\n", id="longer module name"),
    ],
)
def test_nothing_to_find_is_not_let_through(text: str) -> None:
    rules = catalog({"corp.db.get": "corp.data.fetch"})
    assert rules.sieve.look(text.encode()) is None


def test_a_noqa_of_ours_lets_a_file_through() -> None:
    look = NAMES.sieve.look(b"x = 1  # NoQA : TST100\n")
    assert look is not None
    assert look.noqa
    assert NAMES.sieve.look(b"x = 1  # noqa: E501\n") is None


def test_words_of_a_look() -> None:
    rules = catalog({"corp.db.get": "corp.data.fetch", "corp.old": "corp.new"}, ["os.environ"])
    look = rules.sieve.look(b"import corp.db as d, os\nfrom corp.old import x as y\nd.get(os.path)\n")
    assert look is not None
    assert look.words == {"d", "y"}


# Generated spellings

BLANK = st.sampled_from([" ", " ", " ", "\t", "  ", " \\\n ", "\x0c "])
GAP = st.sampled_from(["", "", "", " ", "\t", " \\\n"])
INNER = st.sampled_from(["", "", " ", "\n", " # db.get)\n", "\n\n  "])

MODULES = [
    "corp",
    "corp.db",
    "corp.old",
    "corp.old.sub",
    "corp.legacy.a",
    "app",
    "app.compat",
    "app.chain",
    "app.stars",
    "größe",
]
RELATIVE = ["..", "..compat", "..chain", "..stars", ".", "..core"]
MEMBERS = ["db", "get", "put", "old", "Client", "x_one", "legacy", "run", "compat", "db", "own", "maß"]
LOCALS = ["corp", "app", "db", "get", "put", "old", "d", "e", "compat", "db", "run", "exec", "str", "größe"]
TAILS = [
    "",
    "get",
    "put",
    "db.get",
    "db.put",
    "send",
    "x_y",
    "legacy.run",
    "compat.get",
    "db.get",
    "join",
    "maß",
    "run",
    "own",
]


@st.composite
def imports(draw: st.DrawFn) -> str:
    def spaced(dotted: str) -> str:
        return "".join(draw(GAP) + "." + draw(GAP) if char == "." else char for char in dotted)

    as_ = f"{draw(BLANK)}as{draw(BLANK)}{draw(st.sampled_from(['d', 'e', 'get']))}" if draw(st.booleans()) else ""
    kind = draw(st.integers(0, 5))
    if kind < 2:
        before = draw(st.sampled_from(["", "", f"os,{draw(GAP)}"]))
        return f"import{draw(BLANK)}{before}{spaced(draw(st.sampled_from(MODULES)))}{as_}"
    origin = draw(st.sampled_from(MODULES + RELATIVE))
    head = f"from{draw(BLANK)}{spaced(origin)}{draw(BLANK)}import"
    if kind == 2:
        return f"{head}{draw(GAP)}*"
    members = draw(st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=2, unique=True))
    if kind == 3:
        return f"{head}{draw(BLANK)}{f',{draw(GAP)}'.join(members)}{as_}"
    inner = f",{draw(INNER)}".join(draw(INNER) + member for member in members)
    return f"{head}{draw(GAP)}({inner}{as_}{draw(st.sampled_from(['', ',']))}{draw(INNER)})"


@st.composite
def uses(draw: st.DrawFn) -> str:
    local, tail = draw(st.sampled_from(LOCALS)), draw(st.sampled_from(TAILS))
    parts = [local, *tail.split(".")] if tail else [local]
    loose = draw(INNER).join(f".{draw(INNER)}{part}" if number else part for number, part in enumerate(parts))
    tight = draw(GAP).join(f".{draw(GAP)}{part}" if number else part for number, part in enumerate(parts))
    dotted = ".".join(parts)
    return draw(
        st.sampled_from(
            [
                tight,
                f"({loose})",
                f"f(x,{draw(INNER)}{loose})",
                f"{draw(st.sampled_from('dehk'))} ={draw(GAP)}{tight}",
                f"h = ({draw(INNER)}{loose}{draw(INNER)})",
                f"({draw(st.sampled_from('dehk'))} := {tight})",
                "h.get, k.put, h.db.get",
                f"x: '{dotted}' = 0",
                f"f'{{{dotted}}}'",
                f"'{dotted}'",
                f"[{tight} for {draw(st.sampled_from(LOCALS))} in y]",
                f"del {local}",
                f"{local} = 0",
            ]
        )
    )


@st.composite
def spelled_texts(draw: st.DrawFn) -> str:
    lines: list[str] = []
    for _ in range(draw(st.integers(2, 6))):
        line = draw(imports() | uses() | uses())
        shape = draw(st.integers(0, 9))
        if shape == 0:
            line = f"if x: {line}"
        elif shape == 1:
            line = f"def f(d=0): {line}; {draw(uses())}"
        elif shape == 2:
            line = f"y = 0; {line}; {draw(imports())}"
        elif shape == 3:
            line = f"class C:\n    {line}\n    def m(self): {draw(uses())}"
        elif shape == 4:
            line = f"try: {line}\nexcept ImportError: pass"
        elif shape == 5:
            line = f"if TYPE_CHECKING:\n    {line}"
        lines.append(line)
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    text = ("\n".join(lines) + "\n").replace("\n", newline)
    try:
        ast.parse(text)
    except SyntaxError:
        assume(False)
    return text


@settings(deadline=None, max_examples=150)
@given(text=spelled_texts(), rules=st.sampled_from([NAMES, NAMES, GLOBS, LEADING]))
def test_generated_spellings(text: str, rules: Catalog, view: ModuleView) -> None:
    assert_same_hits(text, rules, view)
    assert_same_hits(text, rules)


@settings(deadline=None, max_examples=40, phases=set(Phase) - {Phase.shrink})
@given(text=spelled_texts(), filler=st.lists(st.integers(0, 5), min_size=3, max_size=6))
def test_generated_spellings_among_much_else(text: str, filler: list[int]) -> None:
    """Long enough for the excerpt to leave things out."""
    stuffing = [
        "def g():\n    return '''\n" + "x\n" * 200 + "'''\n",
        "class D:\n" + "    def n(self):\n        return [\n1,\n]\n" * 40,
        "@decorated\n# why\nclass E(B):\n    a = 1\n\n" + "    @p\n    async def n(self): ...\n\n" * 40,
        '"""prose\nimport it\n"""\n' * 60,
        "if x:\n    y = 1\nelse:\n    y = 2\n" * 40,
        "values = [\n" + "1,\n" * 300 + "]\n",
    ]
    newline = "\r\n" if "\r" in text else "\n"
    around = newline.join(stuffing[number].replace("\n", newline) for number in filler)
    assert_same_hits(around + text + around, NAMES)


# Excerpts

METHODS = "".join(f"    def method_{number}(self):\n        return {number}\n\n" for number in range(100))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import a\n" + "x = 1\n" * 500 + "a.b\n", id="statements"),
        pytest.param(
            "import a\nclass C:\n    '''Doc.'''\n" + METHODS + "    def last(self):\n        return a.b\n", id="methods"
        ),
        pytest.param("import a\n" + "x = 1\n" * 500 + "s = '''\n" + "y\n" * 9 + "a.b\n'''\n", id="word in a string"),
        pytest.param("import a\n" + "x = 1\n" * 500 + "s = [\na.b,\n1]\n", id="bracket at the margin"),
        pytest.param("import a\n" + "x = 1\n" * 500 + "if x:\n    pass\nelse:\n    a.b\n", id="else"),
        pytest.param("import a\n" + "x = 1\n" * 500 + "@deco\n# why\ndef f():\n    a.b\n", id="decorated"),
        pytest.param("import a\n" + "x = \\\n1\n" * 500 + "y = \\\na.b\n", id="continuation lines at the margin"),
    ],
)
def test_an_excerpt_keeps_rows_and_columns(text: str) -> None:
    part = excerpt(text, Source(text).mentions(frozenset({"a"})))
    assert part is not None
    assert part.count("\n") == text.count("\n")
    assert len(part) < len(text) / 2
    kept = [(number, line) for number, line in enumerate(part.split("\n")) if line.strip()]
    rows = text.split("\n")
    assert all(line == rows[number] or line.strip() == "pass" for number, line in kept)
    assert [row for row, line in enumerate(rows) if "a.b" in line] == [row for row, line in kept if "a.b" in line]


def test_no_excerpt_of_a_short_text() -> None:
    assert excerpt("import a\nx = 1\na.b\n", [7, 15]) is None


# A corpus: the standard library, asked for names it really uses


def stdlib_files(count: int) -> list[Path]:
    root = Path(sysconfig.get_paths()["stdlib"])
    files = [path for path in sorted(root.rglob("*.py")) if not {"lib2to3", "site-packages"} & set(path.parts)]
    return sorted(random.Random(3).sample([path for path in files if path.stat().st_size < 60_000], count))


def test_the_standard_library_by_both_ways() -> None:
    texts: list[tuple[Path, str]] = []
    names: Counter[str] = Counter()
    for path in stdlib_files(60):
        try:
            text = Source.from_bytes(path.read_bytes()).text
            index = indexed(text)
        except Exception:
            continue  # The tests of the standard library hold broken files too.
        texts.append((path, text))
        for reference in index.references:
            if len(reference.qualified) > 1:
                names[".".join(reference.qualified[:3])] += 1
    common = [name for name, _ in names.most_common(150)]
    rare = [name for name, count in names.items() if count == 1][:150]
    rules = catalog({name: "somewhere.else" for name in rare if not name.startswith("builtins")}, common)
    hits = sum(assert_same_hits(text, rules) for _, text in texts)
    assert hits > 1000


def test_rows_and_names_by_way_of_the_sieve() -> None:
    rules = catalog({"corp.db.get": "corp.data.fetch"}, ["corp.db.put"])
    text = "from corp import db\n\ndb.get(1)\ndb.put(2)\n"
    assert found(text, rules) == [(3, "corp.db.get"), (4, "corp.db.put")]


def test_a_method_that_returns_the_class_is_found_from_what_its_own_class_comes_from() -> None:
    facts = {"corp.tree.parse": "corp.tree.Tree", "corp.tree.Tree.root": "corp.tree.Node"}
    apis = "".join(f'[[api]]\nname = "{name}"\nreturns = "{cls}"\n' for name, cls in facts.items())
    rules = pack(apis + '[[rule]]\non = "corp.tree.Node"\nrename_attr = { old = "new" }\n')
    assert assert_same_hits("from corp.tree import parse\nparse(x).root().old()\n", rules) == 1
