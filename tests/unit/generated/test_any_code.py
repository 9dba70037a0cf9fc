"""Whatever Python takes: code of a grammar, and of the standard library with its tokens mixed up.

Nobody chose this code, and nothing in it is sensible. The engine must not raise, and its fixes must keep their laws.
"""

from __future__ import annotations

import ast
import keyword
import random
import re
import sysconfig
import warnings
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest
from engine import complete, indexed, pack
from examples import examples
from generated.fix_laws import assert_fix_holds, compiles
from hypothesis import assume, given, note
from hypothesis import strategies as st

from platform_lint.catalog import Catalog

#: Rules that match nearly anything.
BROAD = """
[[rule]]
code = "TST100"
name = "calls"
match = "$F($A, $...REST)"
rewrite = "corp.called($F, $A, $...REST)"
not_match = "corp.called(...)"
[[rule]]
code = "TST101"
name = "conditions"
match = "$A if $C else $B"
rewrite = "corp.choose($C, $A, $B)"
[[rule]]
code = "TST102"
name = "operations"
match = "$A + $B"
rewrite = "corp.plus($A, $B)"
[[rule]]
code = "TST103"
name = "functions"
function = {}
require.decorator = "corp.traced"
[[rule]]
code = "TST104"
name = "classes"
class = {}
require.base = "corp.Base"
[[rule]]
code = "TST105"
name = "returns"
match = "return $X"
rewrite = "return (corp.returned, $X)"
not_match = "return (corp.returned, $_)"
"""


def renames(text: str) -> str:
    """A rule that renames what *text* imports, and builtins that occur in it."""
    names: dict[str, str] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names.update((alias.name, f"corp.{alias.name}:") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.update((f"{node.module}.{alias.name}", f"corp.moved.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Name) and node.id in ("len", "str", "isinstance", "A", "print"):
            names[f"builtins.{node.id}"] = f"corp.builtin.{node.id}"
    names = {old: new for old, new in names.items() if "*" not in old and old.isascii() and old.partition(".")[2]}
    if not names:
        return ""
    lines = "\n".join(f'"{old}" = "{new}"' for old, new in sorted(names.items()))
    return f'[[rule]]\ncode = "TST200"\nname = "renames"\n[rule.rename]\n{lines}\n'


@lru_cache
def broad() -> Catalog:
    return pack(BROAD)


def assert_holds_on(text: str) -> None:
    """The engine takes *text*, and rules that change nearly all of it, or each name in it, keep the laws."""
    note(text)
    if not compiles(text):
        analysis = complete(text, broad())
        assert all(hit.rule.code != "LIB008" for hit in analysis.hits)
        return
    indexed(text, "pkg.mod")
    assert_fix_holds(text, broad(), unsafe=True, keeps_comments=False)
    assert_fix_holds(text, broad())
    rename = renames(text)
    if rename:
        assert_fix_holds(text, pack(rename))


# The standard library, mixed up


@lru_cache
def snippets() -> list[str]:
    """Functions and classes of the standard library, as they stand there."""
    found: list[str] = []
    names = ["argparse", "ast", "dataclasses", "functools", "inspect", "tarfile", "typing", "contextlib", "enum"]
    for name in names:
        text = Path(sysconfig.get_paths()["stdlib"], f"{name}.py").read_text("utf-8")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        lines = text.split("\n")
        imports = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        head = "\n".join(line for line in imports if "__future__" not in line)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and 5 < (node.end_lineno or 0) - node.lineno < 40:
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                found.append("\n".join([head, *lines[first - 1 : node.end_lineno], ""]))
    return found


#: A token: a name, a number, a string on one line, anything else that is no blank.
_TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|'[^'\\\n]*'|\"[^\"\\\n]*\"|[^\w\s]")


def mutated(text: str, seed: int) -> str:
    """*text* with some of its tokens put in the place of others, doubled, or left out."""
    chance = random.Random(seed)
    places = [match.span() for match in _TOKEN.finditer(text)]
    names = [text[start:end] for start, end in places if text[start:end].isidentifier()]
    names = [name for name in names if not keyword.iskeyword(name)]
    for _ in range(chance.randint(0, 4)):
        number = chance.randrange(len(places))
        start, end = places[number]
        other = text[slice(*chance.choice(places))]
        if text[start:end] in names:
            other = chance.choice(names)
        way = chance.randrange(6)
        new = {0: "", 1: text[start:end] * 2, 2: f"({text[start:end]})", 3: f"\\\n {other} "}.get(way, other)
        text = text[:start] + new + text[end:]
        places = [match.span() for match in _TOKEN.finditer(text)]
    return text


@examples(12)
@given(st.integers(0, 10_000), st.integers(0, 2**20))
def test_mixed_up_code_of_the_standard_library(which: int, seed: int) -> None:
    found = snippets()
    assert_holds_on(mutated(found[which % len(found)], seed))


# Code of a grammar


@lru_cache
def grammar() -> st.SearchStrategy[str]:
    """Modules by Python's own grammar. `hypothesmith.from_node` has more to say, and takes half a second for each."""
    found: st.SearchStrategy[str] = pytest.importorskip("hypothesmith").from_grammar()
    return found


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@examples(12)
@given(data=st.data())
def test_code_of_pythons_grammar(data: st.DataObject) -> None:
    text = data.draw(grammar())
    assume("\0" not in text)
    assert_holds_on(text)


@st.composite
def trees(draw: st.DrawFn) -> str:
    """Expressions and statements of random trees, as ``ast.unparse`` writes them, over few names so that they meet."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    return Trees(chance).module(draw(st.integers(1, 6)))


class Trees:
    """Writes random modules; *chance* decides."""

    NAMES = ("a", "b", "c", "len", "corp", "os")

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def name(self) -> str:
        return self.chance.choice(self.NAMES)

    def module(self, size: int) -> str:
        return "".join(self.statement(2) for _ in range(size))

    def block(self, depth: int, function: bool = False) -> str:
        lines = "".join(self.statement(depth - 1, function) for _ in range(self.chance.randint(1, 2)))
        return "".join(f"    {line}\n" if line else "\n" for line in lines.splitlines())

    def expression(self, depth: int = 3) -> str:
        if depth == 0 or self.chance.random() < 0.2:
            return self.chance.choice([self.name(), self.name(), "1", "'s'", "None", "b''", "...", "1j"])
        e = self.expression
        d = depth - 1
        return self.chance.choice(
            [
                lambda: f"{self.name()}({e(d)})",
                lambda: f"({e(d)})({e(d)}, *{self.name()}, k={e(d)}, **{self.name()})",
                lambda: f"({e(d)}).{self.name()}",
                lambda: f"({e(d)})[{e(d)}:{e(d)}, {e(d)}]",
                lambda: f"({e(d)} + {e(d)})",
                lambda: f"({e(d)} if {e(d)} else {e(d)})",
                lambda: f"[{e(d)} for {self.name()} in {e(d)} if {e(d)}]",
                lambda: f"{{{e(d)}: {e(d)}, **{self.name()}}}",
                lambda: f"(lambda {self.name()}={e(d)}, *args, z: {e(d)})",
                lambda: f"({self.name()} := {e(d)})",
                lambda: f"(not {e(d)} and {e(d)} or {e(d)})",
                lambda: f"({e(d)} < {e(d)} is not {e(d)})",
                lambda: f"f'{{{self.name()}!r:>{{{self.name()}}}}} {{{self.name()}}}'",
                lambda: f"({e(d)},)",
                lambda: f"-{e(d)} ** ~{e(d)}",
                lambda: f"({e(d)} for {self.name()} in {e(d)})",
                lambda: f"{self.name()}({e(d)} for {self.name()} in {e(d)})",
            ]
        )()

    def statement(self, depth: int, function: bool = False) -> str:
        e, n = self.expression, self.name
        simple = [
            lambda: f"{n()} = {n()}.x = {e()}\n",
            lambda: f"{n()}, *{n()} = {e()}\n",
            lambda: f"{n()}: {e(1)} = {e()}\n",
            lambda: f"{n()} += {e()}\n",
            lambda: f"import os.path as {n()}, {n()}\n",
            lambda: f"from os import {n()}, path as {n()}\n",
            lambda: f"from . import {n()}\n",
            lambda: f"del {n()}, {n()}[{e()}]\n",
            lambda: f"assert {e()}, {e()}\n",
            lambda: f"{e()}\n",
            lambda: f"raise {e()} from {e()}\n",
            lambda: f"return {e()}\n" if function else f"{e()}; {e()}\n",
            lambda: f"yield {e()}\n" if function else "pass\n",
        ]
        if depth <= 0 or self.chance.random() < 0.5:
            return self.chance.choice(simple)()
        b = self.block
        return self.chance.choice(
            [
                lambda: f"if {e()}:\n{b(depth, function)}elif {e()}:\n{b(depth, function)}",
                lambda: f"for {n()}, {n()} in {e()}:\n{b(depth, function)}else:\n{b(depth, function)}",
                lambda: f"while {e()}:\n{b(depth, function)}",
                lambda: f"with {e()} as {n()}, {e()}:\n{b(depth, function)}",
                lambda: f"try:\n{b(depth, function)}except {e()} as {n()}:\n{b(depth, function)}",
                lambda: f"try:\n{b(depth, function)}finally:\n{b(depth, function)}",
                lambda: f"@{e()}\ndef {n()}({n()}: {e()}, /, x={e()}, *, y) -> {e()}:\n{b(depth, True)}",
                lambda: f"async def {n()}(*{n()}):\n    async for {n()} in {e()}:\n        await {n()}\n",
                lambda: f"@{n()}\nclass {n()}({e()}, k={e()}):\n{b(depth)}",
                lambda: f"match {e()}:\n  case {{'k': {n()}, **rest}} if {e()}:\n{b(depth, function)}",
                lambda: f"match {e()}:\n  case {n()}.x | [1, *_] | len():\n{b(depth, function)}",
            ]
        )()


@examples(15)
@given(trees())
def test_random_trees(text: str) -> None:
    assert_holds_on(text)


def test_the_mixed_up_code_is_python_often_enough() -> None:
    found = snippets()
    taken = Counter(compiles(mutated(found[number % len(found)], number)) for number in range(60))
    assert taken[True] > 12
    written = Counter(compiles(Trees(random.Random(number)).module(3)) for number in range(60))
    assert written[True] > 20
