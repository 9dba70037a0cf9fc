"""``platform_lint.fixes.fixing``: bytes that stay as they were, and the laws on generated programs."""

from __future__ import annotations

import ast
import difflib
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from engine import catalog, complete, fix_result, fixed, sieved, suppressed
from examples import examples
from hypothesis import assume, example, given
from hypothesis import strategies as st
from programs import indent

from platform_lint.catalog import Catalog
from platform_lint.fixes.fixing import apply_edits, offered
from platform_lint.library import fix as fix_text
from platform_lint.source import Source

GET = {"corp.db.get": "corp.data.fetch"}


# Whole files


def test_an_unparsable_file_is_left() -> None:
    text = "from corp.db import get\nget(\n"
    assert fix_result(text, catalog(GET)).text == text


def test_a_deeply_nested_file_is_left_or_fixed_without_a_crash() -> None:
    text = "from corp.db import get\nx = " + "+".join(["get()"] * 3000) + "\n"
    after = fix_result(text, catalog(GET)).text
    assert after in (text, text.replace("db", "data").replace("get", "fetch"))


def test_edits_may_touch_but_not_overlap() -> None:
    assert apply_edits("abcdef", [(4, 6, "Z"), (0, 2, "X"), (2, 2, "Y")]) == "XYcdZ"


# Every byte that need not change


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            b"from corp.db import get\r\n\r\nget(1)\r\n", b"from corp.data import fetch\r\n\r\nfetch(1)\r\n", id="CRLF"
        ),
        pytest.param(b"from corp.db import get\rget(1)\r", b"from corp.data import fetch\rfetch(1)\r", id="CR"),
        pytest.param(
            b"from corp.db import get\r\nget(1)\nx\r\n",
            b"from corp.data import fetch\r\nfetch(1)\nx\r\n",
            id="mixed newlines",
        ),
        pytest.param(
            b"from corp.db import a, get\r\nget(a)\r\n",
            b"from corp.data import fetch\r\nfrom corp.db import a\r\nfetch(a)\r\n",
            id="CRLF for an added line",
        ),
        pytest.param(
            b"from corp.data import (\r\n    a,\r\n)\r\nfrom corp.db import get\r\nget(a)\r\n",
            b"from corp.data import (\r\n    a,\r\n    fetch,\r\n)\r\nfetch(a)\r\n",
            id="CRLF in parentheses",
        ),
        pytest.param(
            b"from corp.db import (\r\n    get,\r\n    put,\r\n)\r\nget(put)\r\n",
            b"from corp.data import fetch\r\nfrom corp.db import (\r\n    put,\r\n)\r\nfetch(put)\r\n",
            id="CRLF, a line taken out",
        ),
        pytest.param(
            b"\xef\xbb\xbffrom corp.db import get\nget(1)\n",
            b"\xef\xbb\xbffrom corp.data import fetch\nfetch(1)\n",
            id="BOM",
        ),
        pytest.param(
            b"# coding: latin-1\nfrom corp.db import get\nx = '\xe9'; get('\xe8')\n",
            b"# coding: latin-1\nfrom corp.data import fetch\nx = '\xe9'; fetch('\xe8')\n",
            id="latin-1",
        ),
        pytest.param(
            b"from corp.db import get\n\x0c\nx=1\n\x0cdef f(): get(1)\n",
            b"from corp.data import fetch\n\x0c\nx=1\n\x0cdef f(): fetch(1)\n",
            id="form feeds",
        ),
        pytest.param(
            b"from corp.db import get\nget(1)", b"from corp.data import fetch\nfetch(1)", id="no newline at the end"
        ),
        pytest.param(
            b"from corp.db import a, get",
            b"from corp.data import fetch as get\nfrom corp.db import a",
            id="ends in the import",
        ),
        pytest.param(
            b"if x:\n\tfrom corp.db import a, get\n\tget(a)  \n",
            b"if x:\n\tfrom corp.data import fetch\n\tfrom corp.db import a\n\tfetch(a)  \n",
            id="tabs and trailing blanks",
        ),
        pytest.param(
            "from corp.db import get\n'äö😀'; get('ü')\n".encode(),
            "from corp.data import fetch\n'äö😀'; fetch('ü')\n".encode(),
            id="wide characters",
        ),
        pytest.param(
            b"from corp.db import get\n'''\nget\r\n'''\nget ( 1 ,)\n",
            b"from corp.data import fetch\n'''\nget\r\n'''\nfetch ( 1 ,)\n",
            id="strings and spacing",
        ),
    ],
)
def test_bytes_stay(before: bytes, after: bytes) -> None:
    source = Source.from_bytes(before)
    assert (
        source.to_bytes(fixed(source.text, catalog(GET))) == after
        or source.to_bytes(fix_result(source.text, catalog(GET)).text) == after
    )


def test_the_library_fixes_text(tmp_path: Path) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text('[[rule]]\ncode = "TST100"\nname = "old-get"\nrename."corp.db.get" = "corp.data.fetch"\n')
    text = "from corp.db import get\nget(1)\n"
    assert fix_text(text, rules=[str(pack)]) == "from corp.data import fetch\nfetch(1)\n"
    assert fix_text(text, rules=[str(pack)], select=["LIB0"]) == text


# The laws, on generated programs

RENAMES = {
    "corp.db.get": "corp.data.fetch",
    "corp.db.put": "corp.db.store",
    "corp.Old": "corp.New",
    "corp.Old.make": "corp.New.build",
    "corp.util": "lib.tools:",
    "corp.chain": "corp.link",
    "corp.link": "corp.last",
    "gone": "lib.gone:",
    "builtins.repr": "lib.text.show",
    "corp.number": "builtins:abs",
}
RULES = catalog(RENAMES)
#: What each name is called in the end. A class has its members under whatever name it goes by itself.
FINALLY = RENAMES | {"corp.New.make": "corp.New.build"}
#: Modules that the renames leave alone, and names that may be in the way.
LOCALS = ("get", "fetch", "corp", "lib", "New", "Old", "data", "db", "store", "show", "last", "x")
USED = {
    "from corp.db import get": ["get"],
    "from corp.db import put as get": ["get"],
    "from corp.db import get, put": ["get", "put"],
    "from corp.db import (\n    get,\n    other,  # why\n    put,\n)": ["get", "other", "put"],
    "import corp.db": ["corp.db.get", "corp.db.put", "corp.db.other"],
    "import corp.db as db": ["db.get", "db.put"],
    "from corp import db": ["db.get", "db.other", "db.put"],
    "from corp import db as data": ["data.get"],
    "import corp": ["corp.Old", "corp.Old.make", "corp.New", "corp.chain", "corp.number"],
    "from corp import Old": ["Old", "Old.make", "Old.other"],
    "from corp import Old as New, chain": ["New", "New.make", "chain"],
    "from corp import New, Old": ["New", "Old", "Old.make"],
    "from corp import number, link": ["number", "link"],
    "from corp.util import x": ["x", "x.y"],
    "from corp.util import x, y as show": ["x", "show"],
    "import corp.util": ["corp.util", "corp.util.x"],
    "import corp.util.deep as x": ["x.y"],
    "from corp import util as lib": ["lib", "lib.x"],
    "import gone": ["gone.x", "gone"],
    "import gone, corp": ["gone.x", "corp.Old"],
    "import gone.deep": ["gone.deep.x", "gone.x"],
    "from corp.data import fetch": ["fetch"],
    "from corp.data import (\n    aaa,\n    zzz,\n)": ["aaa", "zzz"],
    "import corp.data": ["corp.data.fetch", "corp.Old"],
    "from lib import text": ["text.show"],
    "import lib": ["lib.x", "lib.text.show"],
}


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Imports in all spellings and what uses them; now and then a name that is in the way."""

    def imported() -> tuple[list[str], list[str]]:
        chosen = draw(st.lists(st.sampled_from(sorted(USED)), min_size=1, max_size=3, unique=True))
        lines: list[str] = []
        for statement in chosen:
            if lines and "\n" not in statement + lines[-1] and draw(st.integers(0, 5)) == 0:
                lines[-1] += f"; {statement}"
            else:
                lines += (statement + draw(st.sampled_from(["", "", "  # why", "  # noqa: F401"]))).split("\n")
        return lines, [use for statement in chosen for use in USED[statement]]

    def use(names: list[str]) -> str:
        name = draw(st.sampled_from([*names, "repr"]))
        other = draw(st.sampled_from([*names, *LOCALS]))
        local = draw(st.sampled_from(LOCALS))
        return draw(
            st.sampled_from(
                [
                    f"use({name})",
                    f"use({name}(1))",
                    f"use({name}({name}({name}(2))))",
                    f"use({name}(1), {other})",
                    f"y = [use(z) for z in [{name}, {name}]]",
                    f"[use({name}) for {local} in [1]]",
                    f"use((lambda {local}: {name})(1))",
                    f"use({name}); use({other})  # noqa: TST100",
                    f"z = {name}  # type: {name}",
                    f"z: '{name}' = use({name})",
                    f"use((\n    {name}  # here\n    .attribute\n))",
                    f"use(f'{{use({name})}}')",
                    f"alias = {name}; use(alias)",
                    f"{local} = 1",
                    f"__all__ = ['{name.partition('.')[0]}']",
                ]
            )
        )

    def block(names: list[str], depth: int) -> list[str]:
        lines: list[str] = []
        for number in range(draw(st.integers(1, 4))):
            shape = draw(st.integers(0, 9 if depth else 5))
            if shape < 6:
                lines += use(names).split("\n")
            elif shape == 6:
                inner, more = imported()
                parameter = draw(st.sampled_from(["", "", draw(st.sampled_from(LOCALS)) + "=1"]))
                lines += [
                    f"def f{number}({parameter}):",
                    *indent([*inner, *block([*names, *more], depth - 1)]),
                    f"f{number}()",
                ]
            elif shape == 7:
                lines += [f"class C{number}:", *indent(block(names, depth - 1))]
            elif shape == 8:
                inner, more = imported()
                lines += ["if flag:", *indent([*inner, *block([*names, *more], depth - 1)])]
            else:
                inner, more = imported()
                handler = draw(st.sampled_from(["ImportError", "ValueError"]))
                lines += ["try:", *indent([*inner, *block([*names, *more], 0)]), f"except {handler}:", "    pass"]
        return lines

    head = draw(st.sampled_from([[], ['"""Doc."""'], ["# comment", "from __future__ import annotations"]]))
    lines, names = imported()
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    text = newline.join([*head, *lines, *block(names, 2)]) + draw(st.sampled_from([newline, ""]))
    try:
        compile(text, "", "exec")
    except SyntaxError:
        assume(False)
    return text


class Stub:
    """A thing of a stub library: it goes by what its name becomes."""

    def __init__(self, qualified: str) -> None:
        self.qualified = qualified

    def __getattr__(self, name: str) -> Stub:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub(f"{self.qualified}.{name}")

    def __call__(self, *_: object) -> Stub:
        return Stub(f"{self.qualified}()")


def final(qualified: str) -> str:
    """What *qualified* is called once everything is renamed."""
    for _ in range(4):
        for old in sorted(FINALLY, key=len, reverse=True):
            if qualified == old or qualified.startswith((f"{old}.", f"{old}(")):
                qualified = FINALLY[old].replace(":", ".").rstrip(".") + qualified[len(old) :]
                break
    return qualified


def calls(text: str) -> list[str]:
    """What the program uses, in order, by the names that things have once everything is renamed."""
    log: list[str] = []

    def use(*things: object) -> None:
        log.append(
            " ".join(final(thing.qualified) if isinstance(thing, Stub) else type(thing).__name__ for thing in things)
        )

    def stub_import(name: str, *context: object) -> Stub:
        wanted = context[2] if len(context) > 2 else None
        return Stub(name if wanted else name.partition(".")[0])

    builtins = {
        "__import__": stub_import,
        "__build_class__": __build_class__,
        "ImportError": ImportError,
        "ValueError": ValueError,
        "repr": Stub("builtins.repr"),
        "abs": Stub("builtins.abs"),
    }
    text = re.sub(r"from __future__ import annotations", "", text)
    try:
        exec(compile(text, "", "exec"), {"__builtins__": builtins, "__name__": "program", "use": use, "flag": True})
    except Exception as error:
        log.append(type(error).__name__)
    return log


def import_rows(text: str) -> set[int]:
    tree = ast.parse(text)
    return {
        row
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for row in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def changed_rows(before: str, after: str) -> Iterable[int]:
    """The rows of *before* that *after* has not, or has something else for."""
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    for tag, start, end, _, _ in matcher.get_opcodes():
        if tag in ("replace", "delete"):
            yield from range(start + 1, end + 1)


def assert_laws_hold(text: str, rules: Catalog = RULES) -> None:
    result = fix_result(text, rules)
    after = result.text
    assert result.failures == []
    compile(after, "", "exec")
    assert fix_result(after, rules).text == after, "a second fix changes something"
    analysis = complete(after, rules)
    still = [hit for hit in analysis.hits if not suppressed(analysis.source, hit)]
    assert all(fix.safety == "suggest" for fix in offered(analysis, still).values()), "something fixable is left"
    touched = {Source(text).row(hit.start) for hit in sieved(text, rules)} | import_rows(text)
    near = touched | {row + 1 for row in touched} | {row + 2 for row in touched}
    # What an import under `try` binds is left alone, until a fix imports it for sure.
    assert set(changed_rows(text, after)) <= near or "ImportError" in text, (
        "a line changed that has nothing to do with it"
    )
    before, now = calls(text), calls(after)
    if before and before[-1].endswith("Error"):
        # A program that fails may come to fail no more.
        before = before[:-1]
        now = now[: len(before)]
    assert now == before, "the program does something else"


@example(
    "from corp import New, Old\nclass C:\n    if flag:\n        from corp import New, Old\n"
    "    z = Old.make  # type: Old.make\n"
)
@examples(120)
@given(programs())
def test_laws(text: str) -> None:
    assert_laws_hold(text)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="positions in f-strings")
def test_laws_in_f_strings() -> None:
    assert_laws_hold("from corp.db import get\nuse(f'{get} {get!r:>{get(1)}}')\n")
