"""Generated files: every form of an import, every kind of scope, calls in any layout, comments anywhere.

A *library* tells what there is to import: modules with the names in them. What is done with a name is up to *uses*,
which is drawn anew for each: from the spelling a name has in its scope to an expression.
"""

from __future__ import annotations

import ast
import io
import random
import sys
import tokenize
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from generated.fix_laws import compiles
from hypothesis import assume
from hypothesis import strategies as st

#: Modules, dotted, and the names in each.
Library = Mapping[str, Sequence[str]]
#: Draws an expression that uses the thing spelled so; *name* is its qualified name.
Uses = Callable[[st.DrawFn, str, str], str]
#: Names that programs bind to other things: some are those of the library, and so in the way.
LOCALS = ("x", "y", "get", "db", "corp", "data", "fetch", "Old")

#: Tokens before which nothing is put in.
_FIXED = (tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT)
_PEP_695 = sys.version_info >= (3, 12)
_EXCEPT_STAR = sys.version_info >= (3, 11)


def indent(lines: Sequence[str]) -> list[str]:
    return ["    " + line if line else line for line in lines]


# Imports


@st.composite
def import_forms(draw: st.DrawFn, library: Library) -> tuple[list[str], dict[str, str]]:
    """The lines of an import in some form, and the qualified names it makes known: spelling -> qualified name."""
    module = draw(st.sampled_from(sorted(library)))
    names = list(library[module])
    name = draw(st.sampled_from(names))
    parent, _, last = module.rpartition(".")
    alias = draw(st.sampled_from(["a1", "a2", last, name]))
    other = draw(st.sampled_from(names))
    forms: list[tuple[list[str], dict[str, str]]] = [
        ([f"import {module}"], {f"{module}.{each}": f"{module}.{each}" for each in names}),
        ([f"import {module} as {alias}"], {f"{alias}.{each}": f"{module}.{each}" for each in names}),
        ([f"from {module} import {name}"], {name: f"{module}.{name}"}),
        ([f"from {module} import {name} as {alias}"], {alias: f"{module}.{name}"}),
        ([f"from {module} import {name}, {name} as b1"], {name: f"{module}.{name}", "b1": f"{module}.{name}"}),
        (
            [f"from {module} import (", f"    {other} as b2,", "    thing,", f"    {name},", ")"],
            {"b2": f"{module}.{other}", name: f"{module}.{name}"},
        ),
        ([f"import sys, {module}, os"], {f"{module}.{each}": f"{module}.{each}" for each in names}),
        ([f"import {module}", f"import {module} as b3"], {f"b3.{name}": f"{module}.{name}"}),
        ([f"import {module}, {module}.sub"], {f"{module}.{name}": f"{module}.{name}"}),
        ([f"from {module} \\", f"    import {name}"], {name: f"{module}.{name}"}),
    ]
    if parent:
        forms += [
            ([f"from {parent} import {last}"], {f"{last}.{each}": f"{module}.{each}" for each in names}),
            ([f"from {parent} import {last} as {alias}"], {f"{alias}.{each}": f"{module}.{each}" for each in names}),
        ]
    return draw(st.sampled_from(forms))


def assumed_compiling(text: str) -> str:
    """*text*, or another try where it is no Python."""
    assume(compiles(text))
    return text


# Files


@st.composite
def files(draw: st.DrawFn, library: Library, uses: Uses, *, runs: bool = False) -> str:
    """A file in which things of *library* are imported and used, in scopes of every kind.

    Where it *runs*, functions are called and nothing is imported that is not there; else it may say anything that
    compiles.
    """
    counter = iter(range(10_000))
    local_names = st.sampled_from(LOCALS)

    def imported(where: str) -> tuple[list[str], dict[str, str]]:
        lines: list[str] = []
        reach: dict[str, str] = {}
        for _ in range(draw(st.integers(1, 3 if where == "module" else 1))):
            form, known = draw(import_forms(library))
            reach.update(known)
            shape = draw(st.integers(0, 11))
            if shape == 0:
                lines += ["if TYPE_CHECKING:", *indent(form), *(["else:", *indent(form)] if runs else [])]
            elif shape == 1:
                lines += ["try:", *indent(form), "except ImportError:", "    pass"]
            elif shape == 2:
                lines += ["if flag:", *indent(form), "else:", *indent(form)]
            elif shape == 3 and len(form) == 1 and lines and not lines[-1].startswith((" ", ")", "    import")):
                lines[-1] += "; " + form[0]
            elif shape == 4:
                lines += [*form, *form]
            else:
                lines += form
        return lines, reach

    def used(reach: Mapping[str, str]) -> str:
        spelling = draw(st.sampled_from(sorted(reach)))
        return uses(draw, spelling, reach[spelling])

    def simple(reach: Mapping[str, str]) -> list[str]:
        use, local, number = used(reach), draw(local_names), next(counter)
        shapes: list[list[str]] = [
            [f"note({use})"],
            [f"note({use})"],
            [use],
            [f"v{number} = {use}"],
            [f"v{number}: object = {use}"],
            [f"note([{use} for {local} in [1, 2]])"],
            [f"note({{{use}: {local} for {local} in [1] if {used(reach)}}})"],
            [f"note((lambda {local}: {use})(1))"],
            [f"note(({local} := {use}))"],
            [f"note({use}); note({used(reach)})"],
            [f"assert {use} is not None, {used(reach)}"],
            [f"{local} = 1"],
            [f"note(not {use})", "pass"],
            [f"note({use} if flag else {used(reach)})"],
            [f"note(f'a{{1}}{{2!r:>{{3}}}}', {use})"],
            [f"note({used(reach)}, {use})"],
        ]
        if not any(sign in use for sign in "'\"\n\\#{}") and _PEP_695:
            shapes.append([f"note(f'a {{{use}!r}} b')"])
        return draw(st.sampled_from(shapes))

    def compound(reach: dict[str, str], kind: str, depth: int) -> list[str]:
        number, local = next(counter), draw(local_names)
        shape = draw(st.integers(0, 13))
        inner, more = imported("function") if draw(st.integers(0, 2)) == 0 else ([], {})

        def body(where: str, **known: object) -> list[str]:
            return indent([*inner, *block({**reach, **more}, where, depth - 1)])

        if shape == 0:
            parameter = draw(st.sampled_from(["", "", f"{local}=1", f"x={used(reach)}", "*, x: int = 0", "self=None"]))
            return [f"def f{number}({parameter}):", *body("function"), f"f{number}()"]
        if shape == 1:
            declared = draw(st.sampled_from([[], [f"global {local}"], [f"nonlocal {local}"]]))
            middle = ["    def inner():", *indent(indent(declared)), *indent(body("function")), "    inner()"]
            return [f"def f{number}():", f"    {local} = 1", *middle, f"f{number}()"]
        if shape == 2:
            base = draw(st.sampled_from(["", "(Base)"]))
            return [f"class C{number}{base}:", *body("class")]
        if shape == 3:
            return [f"class C{number}:", "    def m(self):", *indent(body("function")), f"C{number}().m()"]
        if shape == 4:
            return ["if flag:", *body(kind), *(["else:", *body(kind)] if draw(st.booleans()) else [])]
        if shape == 5:
            head = draw(st.sampled_from(["except ValueError:", f"except ValueError as {local}:", "finally:"]))
            return ["try:", *body(kind), head, *body(kind)]
        if shape == 6:
            return [f"for {local} in [1]:", *body(kind)]
        if shape == 7:
            return [f"with manager as {local}, manager:", *body(kind)]
        if shape == 8:
            pattern = draw(st.sampled_from([local, f"int() as {local}", f"[{local}, *_]", f"{{1: {local}}}", "_"]))
            return [f"match {used(reach)}:", f"    case {pattern}:", *indent(body(kind)), "    case _:", "        pass"]
        if shape == 9:
            return [f"@decorator({used(reach)})", f"def f{number}(): return {used(reach)}", f"f{number}()"]
        if shape == 10:
            return [f"async def f{number}():", *body("function")]
        if shape == 11 and _PEP_695:
            parameter = draw(st.sampled_from([local, "T", "*Ts", "**P"]))
            return [f"def f{number}[{parameter}]():", *body("function"), f"f{number}()"]
        if shape == 12 and _PEP_695:
            return [f"class C{number}[{local}]:", *body("class"), f"type T{number}[{local}] = {local}"]
        if shape == 13 and _EXCEPT_STAR:
            return ["try:", *body("class"), f"except* ValueError as {local}:", *body("class")]
        return ["while flag:", *body(kind), "    break"]

    def block(reach: dict[str, str], kind: str, depth: int) -> list[str]:
        lines: list[str] = []
        for _ in range(draw(st.integers(1, 3))):
            lines += compound(reach, kind, depth) if depth and draw(st.integers(0, 2)) == 0 else simple(reach)
        return lines

    head = draw(st.sampled_from([[], [], ['"""Doc."""', ""], ["# A comment.", "from __future__ import annotations"]]))
    lines, reach = imported("module")
    text = "\n".join([*head, *lines, *block(reach, "module", 2)])
    text = assumed_compiling(text + "\n")
    return assumed_compiling(draw(laid_out(text)))


# Calls


@st.composite
def argument_lists(
    draw: st.DrawFn,
    names: Sequence[str],
    values: st.SearchStrategy[str],
    *,
    most: int = 3,
    splats: Sequence[str] = ("*xs", "**opts"),
) -> str:
    """What stands in the brackets of a call: positional arguments, keywords in any order, splats, a trailing comma."""
    positional = [draw(values) for _ in range(draw(st.integers(0, most)))]
    chosen = [name for name in draw(st.permutations(list(names))) if draw(st.integers(0, 2)) == 0]
    keywords = [f"{name}={draw(values)}" for name in chosen]
    for splat in splats:
        if draw(st.integers(0, 7)) == 0:
            among = keywords if splat.startswith("**") else positional
            among.insert(draw(st.integers(0, len(among))), splat)
    arguments = [*positional, *keywords]
    if len(positional) == 1 and not keywords and draw(st.integers(0, 7)) == 0:
        return "x for x in xs"
    comma = "," if arguments and draw(st.integers(0, 3)) == 0 else ""
    return draw(st.sampled_from([", ", ", ", ",", " , "])).join(arguments) + comma


# Layout


@st.composite
def laid_out(draw: st.DrawFn, text: str) -> str:
    """*text* with comments, blanks, line breaks and continuations wherever Python takes them; no string is touched."""
    seed = draw(st.integers(0, 2**20))
    if seed % 4 == 0:
        return text
    # One draw for all: a failure shrinks to no layout, or to the smallest number that still fails.
    chance = random.Random(seed)
    every = chance.randint(3, 12)
    count = iter(range(1, 100_000))
    rows = [list(row) for row in text.split("\n")]
    depth = fstrings = 0
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    #: (row, column, what is put in there), to be applied from the end.
    changes: list[tuple[int, int, str]] = []
    for token, following in pairwise(tokens):
        name = tokenize.tok_name[token.type]
        fstrings += name in ("FSTRING_START", "TSTRING_START")
        fstrings -= name in ("FSTRING_END", "TSTRING_END")
        row, column = token.end
        if token.type == tokenize.OP and not fstrings:
            depth += (token.string in "([{") - (token.string in ")]}")
        if (
            fstrings
            or following.type in (tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT)
            or chance.randrange(every)
        ):
            continue
        if following.type == tokenize.NEWLINE:
            changes.append((row, column, chance.choice(["  # c{0}", " ", " # c{0}", '  # c{0}: (,"'])))
        elif token.type in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING):
            continue
        elif depth:
            gaps = [" ", "\n", "\n        ", "  # c{0}\n    ", "\n    # c{0}\n\n    ", "\t", " \\\n  "]
            changes.append((row, column, chance.choice(gaps)))
        elif following.string not in (":", ";") and every < 6:
            changes.append((row, column, " \\\n        "))
    for row, column, what in reversed(changes):
        rows[row - 1].insert(column, what.replace("{0}", str(next(count))))
    laid = "\n".join("".join(row) for row in rows)
    if seed % 4 == 3 and laid.endswith("\n"):
        laid = laid[:-1]
    try:
        same = ast.dump(ast.parse(laid)) == ast.dump(ast.parse(text))
    except SyntaxError:
        same = False
    return laid if same else text
