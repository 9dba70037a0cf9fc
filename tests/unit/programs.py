"""Small generated programs, and what Python itself says about their names: ``symtable``, and running them."""

from __future__ import annotations

import random
import symtable
import sys
from collections.abc import Callable, Iterable
from types import TracebackType

from hypothesis import assume
from hypothesis import strategies as st

NAMES = ("a", "b", "c")


def indent(lines: Iterable[str]) -> list[str]:
    return ["    " + line for line in lines]


# Nested scopes, for `symtable`


@st.composite
def nested_scopes(draw: st.DrawFn) -> str:
    """Scopes inside scopes. Scope *sN* imports its names from a module *sN* and mentions a name ``id_sN``."""
    counter = iter(range(100))

    def uses(scope: str) -> list[str]:
        return [f"id_{scope}({name}.x)" for name in NAMES]

    def expression(depth: int) -> list[str]:
        scope = f"s{next(counter)}"
        target = draw(st.sampled_from(NAMES))
        # From 3.12 on comprehensions are inlined, and `symtable` shows them merged into what is around them.
        if sys.version_info >= (3, 12) or draw(st.booleans()):
            return [f"lambda {target}={target}: [", *indent(f"{use}," for use in uses(scope)), "]"]
        inner = expression(depth - 1) if depth > 0 and draw(st.booleans()) else []
        return ["[(", *indent(f"{use}," for use in uses(scope)), *indent(inner), ")", f"for {target} in z]"]

    def body(kind: str, depth: int, enclosing: frozenset[str]) -> list[str]:
        scope = f"s{next(counter)}"
        roles = ["", "", "import", *(("assigned", "global") if kind != "module" else ("assigned",))]
        lines: list[str] = []
        bound = set()
        for name in NAMES:
            role = draw(st.sampled_from([*roles, "nonlocal"] if name in enclosing else roles))
            if role == "import":
                lines.append(f"from {scope} import {name}")
                bound.add(name)
            elif role == "assigned":
                lines.append(f"{name} = 1")
                bound.add(name)
            elif role:
                lines.append(f"{role} {name}")
        lines += uses(scope)
        inside = enclosing | bound if kind == "function" else enclosing
        for number in range(draw(st.integers(0, 2)) if depth > 0 else 0):
            child = draw(st.sampled_from(["function", "class", "expression"]))
            if child == "function":
                lines += [f"def f{number}():", *indent(body("function", depth - 1, inside))]
            elif child == "class":
                lines += [f"class C{number}:", *indent(body("class", depth - 1, inside))]
            else:
                lines += expression(1)
        return lines

    text = "\n".join(body("module", 3, frozenset())) + "\n"
    try:
        compile(text, "", "exec")
    except SyntaxError:
        assume(False)
    return text


def symtable_owners(text: str) -> dict[int, str | None]:
    """Row -> the module from which the scope that owns the name used there imports it, None where it does not."""
    rows = text.split("\n")
    owners: dict[int, str | None] = {}

    def scope_of(table: symtable.SymbolTable) -> str:
        return next(name.removeprefix("id_") for name in table.get_identifiers() if name.startswith("id_"))

    def visit(table: symtable.SymbolTable, above: tuple[symtable.SymbolTable, ...]) -> None:
        scope = scope_of(table)
        chain = (*above, table)
        for name in NAMES:
            symbol = table.lookup(name)
            if symbol.is_global():
                owner = chain[0]
            elif symbol.is_local():
                owner = table
            else:
                owner = next(
                    outer
                    for outer in reversed(above)
                    if outer.get_type() == "function"
                    and name in outer.get_identifiers()
                    and outer.lookup(name).is_local()
                )
            imported = f"from {scope_of(owner)} import {name}"
            row = next(number for number, line in enumerate(rows, 1) if f"id_{scope}({name}.x)" in line)
            owners[row] = scope_of(owner) if any(line.strip() == imported for line in rows) else None
        for child in table.get_children():
            # Python 3.14 has a table for the annotations of each function, which are not there (PEP 649).
            if child.get_name() != "__annotate__":
                visit(child, chain)

    visit(symtable.symtable(text, "", "exec"), ())
    return owners


# Programs that run


@st.composite
def running_programs(draw: st.DrawFn) -> str:
    """Imports, rebinding and control flow, with ``use(…)`` around the names to be watched, one on a row."""
    counter = iter(range(1000))
    names = st.sampled_from(NAMES)
    values = st.sampled_from(["a", "b", "c", "a.x", "b.y", "c.x.y", "other()"])

    def simple(kind: str) -> str:
        name = draw(names)
        return draw(
            st.sampled_from(
                [
                    f"import {name}",
                    f"import {name}.x",
                    f"import p.q as {name}",
                    f"from p import {name}",
                    f"from p import q as {name}",
                    f"from maybe import {name}",
                    f"{name} = {draw(values)}",
                    f"{name} = {draw(values)}",
                    f"{name}: int = {draw(values)}",
                    f"({name} := {draw(values)})",
                    f"{name}, {draw(names)} = {draw(values)}, {draw(values)}",
                    f"{name} += {draw(values)}",
                    f"del {name}",
                    *(["from stars import *"] if kind == "module" else []),
                ]
            )
        )

    def use() -> list[str]:
        name, other = draw(names), draw(names)
        tail = draw(st.sampled_from(["", ".x", ".x.y"]))
        return [
            draw(
                st.sampled_from(
                    [
                        f"use({name}{tail})",
                        f"use({name}{tail})",
                        f"use({name}{tail})",
                        f"[use({name}{tail}) for {other} in [{draw(values)}]]",
                        f"[use({name}{tail}) for z in [0, 1] for {other} in [{draw(values)}]]",
                        f"[use({name}{tail}) for z in [0, 1] if ({other} := {draw(values)})]",
                        f"(lambda {other}: use({name}{tail}))({draw(values)})",
                    ]
                )
            )
        ]

    def block(kind: str, depth: int) -> list[str]:
        return [line for _ in range(draw(st.integers(1, 3))) for line in statement(kind, depth)]

    def statement(kind: str, depth: int) -> list[str]:
        choice = draw(st.integers(0, 20 if depth > 0 else 11))
        if choice < 6:
            return [simple(kind)]
        if choice < 12:
            return use()
        inner = indent(block(kind, depth - 1))
        if choice == 12:
            return ["if flag():", *inner, "else:", *indent(block(kind, depth - 1))]
        if choice == 13:
            return [draw(st.sampled_from(["if flag():", "while flag():"])), *inner]
        if choice == 14:
            return [f"for {draw(names)} in [{draw(values)}, {draw(values)}]:", *inner]
        if choice == 15:
            handler = draw(
                st.sampled_from(["except ImportError:", "except Exception:", f"except Exception as {draw(names)}:"])
            )
            last = draw(st.sampled_from([[], ["else:"], ["finally:"]]))
            return ["try:", *inner, handler, *indent(block(kind, depth - 1)), *last, *(indent(use()) if last else [])]
        if choice == 16:
            return [f"with manager({draw(values)}) as {draw(names)}:", *inner]
        if choice == 17:
            pattern = draw(
                st.sampled_from([draw(names), f"{draw(names)}.x", f"[{draw(names)}]", f"int() as {draw(names)}"])
            )
            return [f"match {draw(values)}:", f"    case {pattern}:", *indent(inner)]
        if choice == 18:
            return [f"class C{next(counter)}:", *indent(block("class", depth - 1))]
        function = f"f{next(counter)}"
        declared = draw(st.sampled_from([[], [], [f"global {draw(names)}"], [f"nonlocal {draw(names)}"]]))
        if declared and declared[0].startswith("nonlocal") and kind != "function":
            declared = []
        parameter = draw(st.sampled_from(["", "", f"{draw(names)}=other()", f"{draw(names)}={draw(values)}"]))
        later = block(kind, depth - 1) if draw(st.booleans()) else []
        return [
            f"def {function}({parameter}):",
            *indent(declared),
            *indent(block("function", depth - 1)),
            *later,
            "try:",
            f"    {function}()",
            "except Exception: pass",
        ]

    start = [f"import {name}" for name in NAMES if draw(st.booleans())]
    text = (
        "\n".join([*start, *(line for _ in range(draw(st.integers(2, 6))) for line in statement("module", 3))]) + "\n"
    )
    try:
        compile(text, "", "exec")
    except SyntaxError:
        assume(False)
    return text


class Thing:
    """Whatever a stub module holds: it knows its qualified name."""

    def __init__(self, qualified: str) -> None:
        self.__dict__["qualified"] = qualified
        if qualified == "stars":
            self.__dict__["__all__"] = ["a", "b"]

    def __getattr__(self, name: str) -> Thing:
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing(f"{self.qualified}.{name}")

    def __add__(self, other: object) -> Thing:
        return Thing("a sum")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing) and other.qualified == self.qualified

    def __hash__(self) -> int:
        return hash(self.qualified)

    def __enter__(self) -> Thing:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        return None


class Ran:
    """What a run saw: (row, qualified name) of every use."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, str]] = []


def run(text: str, outcome: int) -> Ran:
    """Run *text* against stub modules; *outcome* decides what its conditions come to. An error ends the run."""
    ran = Ran()
    chance = random.Random(outcome)
    left = 60

    def flag() -> bool:
        nonlocal left
        left -= 1
        return left > 0 and (bool(outcome) if outcome < 2 else chance.random() < 0.5)

    def use(value: object) -> None:
        row = sys._getframe(1).f_lineno
        ran.seen.append((row, value.qualified if isinstance(value, Thing) else "nothing of a module"))

    def stub_import(name: str, _globals: object, _locals: object, wanted: Iterable[str] | None, _level: int) -> Thing:
        if name == "maybe" and flag():
            raise ImportError(name)
        return Thing(name if wanted else name.partition(".")[0])

    helpers: dict[str, Callable[..., object]] = {
        "flag": flag,
        "use": use,
        "other": lambda: Thing("something else"),
        "manager": lambda _: Thing("something entered"),
    }
    builtins = {"__import__": stub_import, "__build_class__": __build_class__, "Exception": Exception, "int": int}
    builtins["ImportError"] = ImportError
    try:
        exec(compile(text, "", "exec"), {"__builtins__": builtins, "__name__": "program", **helpers})
    except Exception:
        pass
    return ran
