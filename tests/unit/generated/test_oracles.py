"""What others say of the same code: Python's ``symtable`` of its own library, ruff of generated files."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import symtable
import sys
import sysconfig
import tempfile
import warnings
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from benchmarks.differences import UNEXPLAINED, View, only_ours, only_theirs
from engine import complete, indexed, pack
from examples import FACTOR, examples
from generated.scenes import files
from hypothesis import given, note
from hypothesis import strategies as st

from platform_lint.catalog import Catalog
from platform_lint.source import Source, SourceError

# Scopes, by `symtable`

#: Files of the standard library with imports in functions, classes, branches; more of them when somebody goes looking.
LIBRARY = ("argparse", "ctypes/util", "doctest", "inspect", "platform", "shutil", "typing", "unittest/mock", "uuid")
_COMPREHENSIONS = {
    ast.ListComp: "listcomp",
    ast.SetComp: "setcomp",
    ast.DictComp: "dictcomp",
    ast.GeneratorExp: "genexpr",
}
#: From 3.12 on comprehensions are no scopes for `symtable`, and type parameters are.
_INLINED = sys.version_info >= (3, 12)

Chain = tuple[symtable.SymbolTable, ...]


def stdlib(names: tuple[str, ...]) -> Iterator[Path]:
    root = Path(sysconfig.get_paths()["stdlib"])
    if FACTOR > 1:
        yield from (path for path in sorted(root.rglob("*.py")) if "site-packages" not in path.parts)
        return
    yield from (path for path in (root / f"{name}.py" for name in names) if path.exists())


def owners(text: str) -> Iterator[tuple[ast.Name, Chain]]:
    """Each name that is read, with the tables of the scopes it is in, the module's first; not all can be told."""

    def visit(node: ast.AST, chain: Chain) -> Iterator[tuple[ast.Name, Chain]]:
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                yield node, chain
            return
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            if getattr(node, "type_params", None):
                return
            inner = child(chain, getattr(node, "name", "lambda"), node.lineno)
            outside = [
                *getattr(node, "decorator_list", ()),
                *getattr(node, "bases", ()),
                *getattr(node, "keywords", ()),
            ]
            if not isinstance(node, ast.ClassDef):
                outside += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            for part in outside:
                yield from visit(part, chain)
            if inner is not None:
                for part in node.body if isinstance(node.body, list) else [node.body]:
                    yield from visit(part, (*chain, inner))
            return
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from visit(node.generators[0].iter, chain)
            inner = None if _INLINED else child(chain, _COMPREHENSIONS[type(node)], node.lineno)
            if inner is not None:
                for part in node.generators:
                    for each in (*([part.iter] if part is not node.generators[0] else []), *part.ifs):
                        yield from visit(each, (*chain, inner))
                for each in (getattr(node, "elt", None), getattr(node, "key", None), getattr(node, "value", None)):
                    if each is not None:
                        yield from visit(each, (*chain, inner))
            return
        if isinstance(node, ast.arg | ast.AnnAssign):
            return  # Where annotations are evaluated is not the same in all versions.
        for each in ast.iter_child_nodes(node):
            yield from visit(each, chain)

    def child(chain: Chain, name: str, row: int) -> symtable.SymbolTable | None:
        found = [table for table in chain[-1].get_children() if (table.get_name(), table.get_lineno()) == (name, row)]
        return found[0] if len(found) == 1 else None

    yield from visit(ast.parse(text), (symtable.symtable(text, "", "exec"),))


def owner(name: str, chain: Chain) -> symtable.SymbolTable | None:
    """The table of the scope that *name* belongs to; None where `symtable` does not know it."""
    try:
        symbol = chain[-1].lookup(name)
    except KeyError:
        return None
    if symbol.is_global():
        return chain[0]
    if symbol.is_local():
        return chain[-1]
    for table in reversed(chain[:-1]):
        if table.get_type() == "function" and name in table.get_identifiers() and table.lookup(name).is_local():
            return table
    return None


def test_names_of_the_standard_library_belong_where_symtable_says() -> None:
    told = known = 0
    for path in stdlib(LIBRARY):
        try:
            text = Source.from_bytes(path.read_bytes()).text
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                names = list(owners(text))
        except (SyntaxError, ValueError, SourceError):
            continue  # A test file of Python's own that is broken on purpose.
        index = indexed(text)
        by_place = {reference.start: reference for reference in index.references if reference.binding is not None}
        for node, chain in names:
            table = owner(node.id, chain)
            if table is None:
                continue
            reference = by_place.get(index.source.offset(node.lineno, node.col_offset))
            imported = node.id in table.get_identifiers() and table.lookup(node.id).is_imported()
            if reference is not None and reference.binding is not None and reference.binding.kind in ("import", "from"):
                told += 1
                kind = reference.binding.scope.kind
                place = f"{path.name}:{node.lineno}: {node.id}"
                assert imported, f"{place} is imported, says the index"
                assert (kind == "module", kind == "class") == (table is chain[0], table.get_type() == "class"), place
                if kind == "function":
                    assert reference.binding.place[0] >= table.get_lineno(), place
            known += imported and not table.lookup(node.id).is_assigned()
    # What is bound once, and by an import, is hardly ever left open.
    assert told > 700
    assert told >= 0.9 * known


# Imports, by ruff

BANS = ("corp.db.get", "corp.http", "corp.queue.send", "corp.old")
MODULES = {
    "corp": ["old", "thing"],
    "corp.db": ["get", "Old"],
    "corp.http": ["Client", "get"],
    "corp.queue": ["send", "wait"],
}


def used(draw: st.DrawFn, spelling: str, _: str) -> str:
    """An expression around *spelling*."""
    shapes = ["{0}", "{0}()", "f({0})", "{0}.attribute", "[{0}]", "{0}[1](2)", "f(k={0}, *[{0}])", "({0}\n )"]
    return draw(st.sampled_from(shapes)).format(spelling)


FILES = st.lists(files(MODULES, used), min_size=6, max_size=6)


@lru_cache
def bans() -> Catalog:
    tables = [
        f'[[rule]]\ncode = "TST{100 + n}"\nname = "ban-{n}"\nban = {{ "{name}" = {{}} }}\n'
        for n, name in enumerate(BANS)
    ]
    return pack("".join(tables))


def by_ruff(ruff: str, directory: Path) -> dict[tuple[str, int], set[str]]:
    """Where ruff reports which of the names: by file and row."""
    arguments = ["check", "--isolated", "--no-cache", "--ignore-noqa", "--select", "TID251", "--output-format", "json"]
    tables = ", ".join(f'"{name}" = {{ msg = "" }}' for name in BANS)
    arguments += ["--target-version", "py313", "--config", f"lint.flake8-tidy-imports.banned-api = {{ {tables} }}", "."]
    done = subprocess.run([ruff, *arguments], cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found: dict[tuple[str, int], set[str]] = {}
    for finding in json.loads(done.stdout):
        if finding["code"] == "TID251":
            place = Path(finding["filename"]).name, finding["location"]["row"]
            found.setdefault(place, set()).add(finding["message"].split("`")[1])
    return found


def by_us(name: str, text: str) -> dict[tuple[str, int], set[str]]:
    found: dict[tuple[str, int], set[str]] = {}
    source = Source(text)
    for hit in complete(text, bans()).hits:
        assert hit.name is not None
        found.setdefault((name, source.row(hit.start)), set()).add(hit.name.dotted)
    return found


@examples(5)
@given(FILES)
def test_bans_are_found_where_ruff_finds_them(texts: list[str]) -> None:
    """Row by row; a difference must be of a class that has an argument (``benchmarks/differences.py``)."""
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent))
    if ruff is None:
        pytest.skip("ruff is not installed here")
    ours: dict[tuple[str, int], set[str]] = {}
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for number, text in enumerate(texts):
            (root / f"m{number}.py").write_text(text, "utf-8")
            ours |= by_us(f"m{number}.py", text)
        theirs = by_ruff(ruff, root)
        for file, row in sorted(ours.keys() ^ theirs.keys()):
            view = View(root, file)
            explain = only_ours if (file, row) in ours else only_theirs
            for name in ours.get((file, row)) or theirs[file, row]:
                note("\n".join(view.lines))
                why = explain(view, row, name)
                assert why != UNEXPLAINED, f"{explain.__name__}: row {row}: {name}: {view.line(row)}"
