"""``platform_lint.index``: what names mean, by example, against ``symtable``, and against running the code."""

from __future__ import annotations

import re
import sys
import typing

import pytest
from engine import indexed, spelled
from examples import examples
from hypothesis import given
from programs import Ran, nested_scopes, run, running_programs, symtable_owners

from platform_lint.index import build, parse
from platform_lint.source import Source

#: What a line says of itself: `#= os.path.join` lists the meanings of its uses in order, `#=` alone says silence.
MARK = re.compile(r"#=([^\n]*)")


def meanings_by_row(text: str, module: str = "", *, package: bool = False) -> dict[int, list[str]]:
    index = indexed(text, module, package=package)
    rows: dict[int, list[str]] = {}
    for reference in index.references:
        if reference.binding is not None or reference.qualified[0] != "builtins":
            rows.setdefault(index.source.row(reference.start), []).append(".".join(reference.qualified))
    return rows


def assert_marks_hold(text: str, module: str = "", *, package: bool = False) -> None:
    rows = meanings_by_row(text, module, package=package)
    marked = {row: mark[1].split() for row, line in enumerate(text.split("\n"), 1) if (mark := MARK.search(line))}
    assert marked, "nothing is marked"
    assert {row: rows.get(row, []) for row in marked} == marked


IMPORTS = {
    "plain": "import a\na  #= a\na.b.c  #= a.b.c\n",
    "dotted": "import a.b\na.b.c  #= a.b.c\na.z  #= a.z\n",
    "dotted as": "import a.b as m\nm.c  #= a.b.c\na.b  #=\n",
    "several": "import a, b.c as m, d.e\na, m.x, d.e.f  #= a b.c.x d.e.f\n",
    "from": "from a.b import c\nc.d()  #= a.b.c.d\n",
    "from as": "from a.b import c as d, e\nd, e, c  #= a.b.c a.b.e\n",
    "same root twice": "import a.b\nimport a.c\na.b.x, a.c.y  #= a.b.x a.c.y\n",
    "rebound": "import a\na  #= a\nfrom b import a\na  #= b.a\n",
    "below its use": "a.x  #= a.x\nimport a\n",
    "unbound": "a.x  #=\n",
    "semicolons": "import a; from b import c; a.x; c.y  #= a.x b.c.y\n",
    "call between": "import a\na.b().c  #= a.b\n",
    "subscript between": "import a\na.b[0].c[a.d]  #= a.b a.d\n",
    "decorator": "import a\n@a.b  #= a.b\n@a.c(1)  #= a.c\ndef f(): ...\n",
    "keyword": "import a\nf(a=a.b)  #= a.b\n",
    "spread over lines": "import a\n(a  #= a.b.c\n .b  # why\n .c)\n",
    "stored attribute": "import a\na.b = 1  #= a.b\n",
    "deleted attribute": "import a\ndel a.b  #= a.b\n",
    "annotated assignment": "import a\nx: a.T = a.f()  #= a.T a.f\n",
    "keyword patterns": (
        "import a\nmatch a.s():  #= a.s\n    case a.K: ...  #= a.K\n    case a.P(x=a.Q): ...  #= a.P a.Q\n"
    ),
    "star keeps builtins open": "from a import *\nopen  #=\n",
}

SHADOWING = {
    "parameter": "import a\ndef f(a):\n    a.x  #=\na.x  #= a.x\n",
    "keyword-only parameter": "import a\ndef f(*, a):\n    a.x  #=\n",
    "positional-only parameter": "import a\ndef f(a, /):\n    a.x  #=\n",
    "variadic parameter": "import a\ndef f(*a, **b):\n    a.x  #=\n",
    "default is outside": "import a\ndef f(a=a.x):  #= a.x\n    a.y  #=\n",
    "annotation is outside": "import a\ndef f(a: a.T) -> a.U:  #= a.T a.U\n    a.y  #=\n",
    "lambda parameter": "import a\nlambda a=a.x: a.y  #= a.x\n",
    "parameter, then an import": "def f(a):\n    a.x  #=\n    import a\n    a.y  #= a.y\n",
    "nested function": "import a\ndef f():\n    def a(): ...\n    a.x  #=\na.y  #= a.y\n",
    "assignment": "import a\na = 1\na.x  #=\n",
    "assignment later": "import a\na.x  #= a.x\na = 1\n",
    "assignment in a branch": "import a\nif c:\n    a = 1\na.x  #=\n",
    "assignment elsewhere, read deferred": "import a\ndef f():\n    a.x  #=\na = 1\n",
    "assignment makes it local": "import a\ndef f():\n    a.x  #=\n    a = 1\n",
    "tuple target": "import a\n(a, b), [c, *d] = 1\na.x  #=\n",
    "starred target": "import a\nb, *a = 1\na.x  #=\n",
    "augmented": "import a\na += a.x  #= a a.x\na.y  #=\n",
    "annotated only": "import a\ndef f():\n    a: int\n    a.x  #=\n",
    "for": "import a\nfor a in a.x:  #= a.x\n    a.y  #=\na.z  #=\n",
    "for else": "import a\nfor a in b: ...\nelse:\n    a.y  #=\n",
    "loop carries over": "import a\nwhile c:\n    a.x  #=\n    a = 1\n",
    "with": "import a\nwith a.x as a:  #= a.x\n    a.y  #=\n",
    "with tuple": "import a\nwith b as (a, c):\n    a.y  #=\n",
    "except": "import a\ntry: ...\nexcept E as a:\n    a.x  #=\na.y  #=\n",
    "match name": "import a\nmatch s:\n    case a:\n        a.x  #=\n",
    "match as": "import a\nmatch s:\n    case [1] as a:\n        a.x  #=\n",
    "match star": "import a\nmatch s:\n    case [*a]:\n        a.x  #=\n",
    "match rest": "import a\nmatch s:\n    case {**a}:\n        a.x  #=\n",
    "walrus": "import a\nif (a := f()):\n    a.x  #=\na.y  #=\n",
    "walrus in a comprehension": "import a\n[(a := b) for b in c]\na.y  #=\n",
    "del": "import a\ndel a\na.x  #=\n",
    "class": "import a\nclass a:\n    a.x  #= a.x\na.y  #=\n",
    "class scope": "import a\nclass C:\n    a = 1\n    a.x  #=\n    def f(self):\n        a.x  #= a.x\n",
    "class attribute of its own name": "import a\nclass C:\n    a = a.x  #= a.x\n    a.y  #= a.x.y\n",
    "comprehension": "import a\n[a.x for a in a.y]  #= a.y\na.z  #= a.z\n",
    "comprehension, later iterable": "import a\n[1 for b in a.x for a in a.y]  #= a.x\n",
    "set and dict comprehensions": "import a\n{a.x for a in b}, {a.x: a for a in b}, (a for a in b)  #=\n",
    "global": "import a\ndef f():\n    global a\n    a = 1\na.x  #=\n",
    "global read": "import a\ndef f():\n    global a\n    a.x  #= a.x\n",
    "global past a local": (
        "import a\ndef f():\n    from b import a\n    def g():\n        global a\n        a.x  #= a.x\n"
    ),
    "nonlocal": (
        "import a\ndef f():\n    import a\n    def g():\n        nonlocal a\n        a = 1\n    a.x  #=\na.y  #= a.y\n"
    ),
    "nonlocal read": "def f():\n    import a\n    def g():\n        nonlocal a\n        a.x  #= a.x\n",
    "deferred sees all": "def f():\n    a.x  #= a.x\nimport a\n",
    "deferred, bound twice": "import a\nfrom b import a\ndef f():\n    a.x  #=\n",
    "deferred, bound twice alike": "if c:\n    import a\nelse:\n    import a\ndef f():\n    a.x  #= a.x\n",
    "function-local import": "def f():\n    import a\n    a.x  #= a.x\na.x  #=\n",
    "class-local import": "class C:\n    import a\n    a.x  #= a.x\n    def f(self):\n        a.x  #=\n",
}

CONDITIONS = {
    "type checking": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\ndef f(x: a.T): ...  #= a.T\n",
    "type checking, qualified": "import typing\nif typing.TYPE_CHECKING:  #= typing.TYPE_CHECKING\n    import a\n",
    "for, else": "import a\nfor x in c: ...\nelse:\n    a.x  #= a.x\n",
    "while, else": "import a\nwhile c: ...\nelse:\n    a.x  #= a.x\n",
    "try, else, finally": ("import a\ntry: ...\nexcept E: ...\nelse:\n    a.x  #= a.x\nfinally:\n    a.y  #= a.y\n"),
    "one thing two ways": "if c:\n    import a\nelse:\n    import b as a\na.x  #=\n",
    "same thing two ways": "if c:\n    import a\nelse:\n    import a\na.x  #= a.x\n",
    "each branch its own": "if c:\n    import a\n    a.x  #= a.x\nelse:\n    import b as a\n    a.x  #= b.x\n",
    "fallback": "try:\n    import a\nexcept ValueError:\n    a = None\na.x  #=\n",
    "fallback inside the try": "try:\n    import a\n    a.x  #= a.x\nexcept ValueError:\n    pass\n",
}

ALIASES = {
    "module": "import hashlib\nh = hashlib  #= hashlib\nh.md5  #= hashlib.md5\n",
    "attribute": "import os\njoin = os.path.join  #= os.path.join\njoin()  #= os.path.join\n",
    "chain": "import a\nb = a.x  #= a.x\nc = b.y  #= a.x.y\nc.z  #= a.x.y.z\n",
    "walrus": "import a\n(b := a.x)  #= a.x\nb.y  #= a.x.y\n",
    "rebound": "import a\nb = a\nb = 1\nb.x  #=\n",
    "in a class": "import a\nclass C:\n    b = a.x  #= a.x\n    b.y  #= a.x.y\n",
    "of itself": "a = a.b  #=\na.x  #=\n",
    "of a parameter": "import a\ndef f(a):\n    b = a\n    b.x  #=\n",
    "in a loop": "import a\nb = a\nfor c in d:\n    b.x  #=\n    b = b.y  #=\n",
}

ANNOTATIONS = {
    "string": "import a\ndef f(x: 'a.T') -> \"a.U\": ...  #= a.T a.U\n",
    "nested string": "import a\nx: list['a.T'] = []  #= a.T\n",
    "union": "import a\nx: 'a.T' | None  #= a.T\n",
    "string union": "import a\nx: 'a.T | a.U | None'  #= a.T a.U\n",
    "Literal": "import a\nfrom typing import Literal\nx: Literal['a.T']  #= typing.Literal\n",
    "qualified Literal": "import a, typing\nx: typing.Literal['a.T']  #= typing.Literal\n",
    "Annotated": (
        "import a\nfrom typing import Annotated\nx: Annotated['a.T', 'a.U', a.V]  #= typing.Annotated a.T a.V\n"
    ),
    "below its import": "x: 'a.T'  #= a.T\nimport a\n",
    "no annotation": "import a\nx = 'a.T'  #=\n",
    "broken": "import a\nx: 'a.'  #=\n",
    "local names": "import a\ndef f():\n    import b as a\n    x: 'a.T'  #= b.T\n",
    "parameter does not shadow": "import a\ndef f(a: 'a.T'): ...  #= a.T\n",
    "in the class": "class C:\n    import a\n    x: 'a.T'  #= a.T\n",
}

#: What stands for a collection, or for what is called, in annotations; those of strings have no types in them.
GENERICS = sorted(
    {name for name in typing.__all__ if isinstance(getattr(getattr(typing, name, None), "__origin__", None), type)}
    - {"ByteString", "Hashable", "Match", "Pattern", "Sized"}
)

TABLES = {
    "imports": IMPORTS,
    "shadowing": SHADOWING,
    "conditions": CONDITIONS,
    "aliases": ALIASES,
    "annotations": ANNOTATIONS,
}


@pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=f"{table}-{name}") for table, texts in TABLES.items() for name, text in texts.items()],
)
def test_names_mean_what_the_marks_say(text: str) -> None:
    assert_marks_hold(text)


@pytest.mark.parametrize("generic", GENERICS)
def test_strings_in_generics_are_types_wherever_they_stand(generic: str) -> None:
    assert_marks_hold(f"import a\nfrom typing import {generic}\nPair = {generic}['a.T']  #= typing.{generic} a.T\n")


@pytest.mark.parametrize(
    ("text", "module", "package"),
    [
        pytest.param("from . import b\nb.x  #= p.b.x\n", "p.m", False, id="sibling"),
        pytest.param("from . import b\nb.x  #= p.b.x\n", "p", True, id="from the package itself"),
        pytest.param("from .b import c\nc.x  #= p.b.c.x\n", "p.m", False, id="below a sibling"),
        pytest.param("from .. import b\nb.x  #= p.b.x\n", "p.q.m", False, id="two up"),
        pytest.param("from ..b import c as d\nd.x  #= p.b.c.x\n", "p.q.m", False, id="below an uncle"),
        pytest.param("from .. import b\nb.x  #=\n", "p.m", False, id="above the top"),
        pytest.param("from . import b\nb.x  #=\n", "m", False, id="no package"),
        pytest.param("from . import b\nb.x  #=\n", "", False, id="unknown file"),
        pytest.param("from . b import c\nc  #= p.b.c\n", "p.m", False, id="spaced dot"),
    ],
)
def test_relative_imports(text: str, module: str, package: bool) -> None:
    assert_marks_hold(text, module, package=package)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("def f(): ...\nf()  #= m.f\n", id="function"),
        pytest.param("async def f(): ...\nf()  #= m.f\n", id="async function"),
        pytest.param("class C:\n    def f(self): ...\nC.f()  #= m.C.f\n", id="method through the class"),
        pytest.param("class C:\n    class D: ...\n    D.x  #= m.C.D.x\n", id="nested class"),
        pytest.param("def f():\n    def g(): ...\n    g()  #=\n", id="local function"),
        pytest.param("def f(): ...\nf = 1\nf()  #=\n", id="rebound"),
        pytest.param("def open(): ...\nopen()  #= m.open\n", id="hides a builtin"),
        pytest.param("def f():\n    f()  #= m.f\n", id="itself"),
    ],
)
def test_definitions_of_the_file_itself(text: str) -> None:
    assert_marks_hold(text, "m")


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        pytest.param("open(1)\n", ["builtins.open"], id="bare"),
        pytest.param("str.join\n", ["builtins.str.join"], id="attribute"),
        pytest.param("import builtins\nbuiltins.open\n", ["builtins.open"], id="module"),
        pytest.param("open = 1\nopen\n", [], id="assigned"),
        pytest.param("def f(open): return open\n", [], id="parameter"),
        pytest.param("[open for open in ()]\n", [], id="comprehension"),
        pytest.param("from x import *\nopen\n", [], id="star import may hide it"),
        pytest.param("def f():\n    global open\n    open = 1\nopen\n", [], id="global"),
        pytest.param("class C:\n    open = open\n    def f(self): open\n", ["builtins.open"] * 2, id="class scope"),
    ],
)
def test_builtins(text: str, meanings: list[str]) -> None:
    assert [".".join(reference.qualified) for reference in indexed(text, "").references] == meanings


@pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 695 syntax")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("import a\ndef f[a](x: a.T): ...  #=\na.x  #= a.x\n", id="function"),
        pytest.param("import a\ndef f[a]():\n    a.x  #=\n", id="function body"),
        pytest.param("import a\nclass C[a](a.B): ...  #=\n", id="bases"),
        pytest.param("import a\ndef f[T: a.B](x=a.d): ...  #= a.B a.d\n", id="bound and default"),
        pytest.param("import a\ndef f[*a, **b](): a.x  #=\n", id="variadic"),
        pytest.param("import a\ntype T = a.B  #= a.B\n", id="alias"),
        pytest.param("import a\ntype T[a] = a.B  #=\n", id="generic alias"),
        pytest.param("import a\ntype a = int\na.x  #=\n", id="alias binds"),
        pytest.param("type T = a.B  #= a.B\nimport a\n", id="alias is lazy"),
        pytest.param("import a\n@a.d  #= a.d\ndef f[a](): ...\n", id="decorator is outside"),
    ],
)
def test_type_parameters(text: str) -> None:
    assert_marks_hold(text)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="except* syntax")
def test_except_star() -> None:
    assert_marks_hold("import a\ntry: ...\nexcept* a.E as a:  #= a.E\n    a.x  #=\n")


@pytest.mark.parametrize(
    ("text", "guarded", "versioned", "type_checking"),
    [
        pytest.param("import a\n", False, False, False, id="plain"),
        pytest.param("try:\n    import a\nexcept ImportError:\n    pass\n", True, False, False, id="guarded"),
        pytest.param(
            "try:\n    import a\nexcept (X, ModuleNotFoundError):\n    pass\n", True, False, False, id="tuple"
        ),
        pytest.param("try:\n    import a\nexcept ValueError:\n    pass\n", False, False, False, id="other error"),
        pytest.param("try:\n    pass\nexcept ImportError:\n    import a\n", True, False, False, id="handler"),
        pytest.param(
            "try:\n    pass\nexcept ImportError:\n    pass\nelse:\n    import a\n", False, False, False, id="else"
        ),
        pytest.param("with suppress(ImportError):\n    import a\n", True, False, False, id="suppress"),
        pytest.param("import sys\nif sys.version_info >= (3, 9):\n    import a\n", False, True, False, id="version"),
        pytest.param("if version_info < (3,):\n    pass\nelse:\n    import a\n", False, True, False, id="version else"),
        pytest.param("if six.PY2 and c:\n    import a\n", False, True, False, id="six"),
        pytest.param("if TYPE_CHECKING:\n    import a\n", False, False, True, id="type checking"),
        pytest.param("if t.TYPE_CHECKING:\n    if c:\n        import a\n", False, False, True, id="nested"),
        pytest.param(
            "if TYPE_CHECKING:\n    pass\nelse:\n    import a\n", False, False, False, id="type checking else"
        ),
        pytest.param("if not TYPE_CHECKING:\n    import a\n", False, False, False, id="not type checking"),
        pytest.param("def f():\n    if TYPE_CHECKING:\n        import a\n", False, False, True, id="in a function"),
    ],
)
def test_conditions_an_import_stands_under(text: str, guarded: bool, versioned: bool, type_checking: bool) -> None:
    index = indexed(text)
    block = next(binding.block for binding in index.imports if binding.name == "a")
    assert (block.guarded, block.versioned, block.type_checking) == (guarded, versioned, type_checking)


@pytest.mark.parametrize(
    "text",
    [
        "__all__ = ['a', 'b']\n",
        "__all__ = ('a', 'b')\n",
        "__all__: list[str] = ['a', 'b']\n",
        "__all__ = ['a']\n__all__ += ['b']\n",
        "__all__ = ['a'] + ['b']\n",
        "__all__ = []\n__all__.extend(['a', 'b'])\n",
        "__all__ = []\n__all__.append('a')\n__all__.append('b')\n",
        "if x:\n    __all__ = ['a']\nelse:\n    __all__ = ['b']\n",
    ],
)
def test_exported_names(text: str) -> None:
    assert indexed(text).exported == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        pytest.param("import a\né = 'ü'; a.b\n", "a.b", id="two bytes"),
        pytest.param("import a\n'\N{GRINNING FACE}' + a.b\n", "a.b", id="four bytes"),
        pytest.param("import größe as g\ng.maß\n", "g.maß", id="in the name"),
        pytest.param("import a\nx: 'ä | a.T'\n", "a.T", id="in a string annotation"),
        pytest.param("import a\n( a . \\\n  b )\n", "a . \\\n  b", id="continuation line"),
        pytest.param("import a\r\n\r\na.b\r\n", "a.b", id="CRLF"),
        pytest.param("import a\r\ra.b\r", "a.b", id="CR"),
        pytest.param("import a\n\x0c\na.b\n", "a.b", id="form feed"),
        pytest.param("import a\n'\u2028'; a.b\n", "a.b", id="line separator is no newline"),
        pytest.param("import a\nf'ä{a.b}'\n", "a.b", id="f-string"),
        pytest.param("import a\nf'''\n{a.b!r:>{3}}'''\n", "a.b", id="f-string of several lines"),
        pytest.param("import a\nx: ' a.b '\n", "a.b", id="blanks in a string annotation"),
    ],
)
def test_spans(text: str, spelling: str) -> None:
    assert spelling in [written for written, _ in spelled(indexed(text))]


def test_f_string_with_the_name_twice() -> None:
    """Before 3.12 ``ast`` does not say where in the string the names stand: then they are the whole string's."""
    index = indexed("import a\nf'{a.b} {a.b}'\n")
    written = [written for written, _ in spelled(index)]
    assert written == (["a.b", "a.b"] if sys.version_info >= (3, 12) else ["f'{a.b} {a.b}'"] * 2)


def test_ends_of_each_part() -> None:
    index = indexed("import os.path as p\np.join.__doc__\n")
    reference = index.references[0]
    text = index.source.text
    assert reference.qualified == ("os", "path", "join", "__doc__")
    assert [text[reference.start : reference.end_of(parts)] for parts in (1, 2, 3, 4)] == [
        "p",
        "p",
        "p.join",
        "p.join.__doc__",
    ]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"a"}, "import a\nimport b\nb.x\na.x\n"),
        ({"a"}, "import a\nh = a\ndef f():\n    return h.x\n"),
        ({"a"}, "def f():\n    a = 1\n    a.x\nimport a\na.y\n"),
        ({"a"}, "import a\n@a.x\nclass C:\n    def f(self):\n        return a.y\n"),
    ],
)
def test_words_leave_out_only_other_names(words: set[str], text: str) -> None:
    everything = [pair for pair in spelled(indexed(text)) if pair[1].split(".")[0] in words]
    assert spelled(indexed(text, words=words)) == everything


def test_deep_trees_do_not_recurse() -> None:
    text = "import a\nx = " + " + ".join(["a.b"] * 800) + "\ny = a" + ".b" * 800 + "\n"
    assert len(indexed(text).references) == 801


@examples(100)
@given(nested_scopes())
def test_names_belong_to_the_scope_symtable_says(text: str) -> None:
    """Each scope binds its names from a module of its own, so a meaning tells the scope."""
    index = indexed(text)
    ours = {
        index.source.row(reference.start): reference.qualified[0]
        for reference in index.references
        if reference.binding is not None
    }
    theirs = symtable_owners(text)
    assert {row: ours.get(row) for row in theirs} == theirs


@examples(100)
@given(running_programs())
def test_names_mean_what_they_are_when_run(text: str) -> None:
    """The index may be silent; what it says must be so in every run."""
    source = Source(text)
    exports = {("stars",): frozenset({"a", "b"})}
    index = build(source, parse(source), star_exports=exports.get)
    said = {
        source.row(reference.start): ".".join(reference.qualified)
        for reference in index.references
        if source.text.endswith("use(", 0, reference.start)
    }
    for outcome in range(4):
        ran: Ran = run(text, outcome)
        for row, value in ran.seen:
            if row in said:
                assert value == said[row], f"row {row} is {value}"
