"""Small programs that use the classes of a stub module in many ways, and what their receivers really are.

A program is run against the stub; every ``.fetch()`` notes on which row, and on an instance of what, it was called.
"""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Iterator

HEAD = """\
import contextlib
from typing import Optional, Union
from corp.http import Client, Other, Sub, boom, flag, make_client, make_other
import corp.http as http
"""
_NAMES = ("a", "b", "c")


class Writer:
    """Writes one program."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines: list[str] = []
        self.classes = ["Client", "Other", "Sub", "http.Client"]
        self.count = 0

    def text(self) -> str:
        self.lines = HEAD.splitlines()
        for name in _NAMES:
            self.add(0, f"{name} = {self.expression()}")
        for _ in range(self.random.randint(3, 8)):
            self.statement(0, 0, False)
        return "\n".join(self.lines) + "\n"

    def add(self, indent: int, line: str) -> None:
        self.lines.append("    " * indent + line)

    def name(self) -> str:
        return self.random.choice(_NAMES)

    def expression(self, depth: int = 0) -> str:
        pick = self.random.randrange(14 if depth < 2 else 7)
        if pick < 4:
            return f"{self.random.choice(self.classes)}()"
        if pick == 4:
            return self.name()
        if pick == 5:
            return self.random.choice(["None", "make_client()", "make_other()"])
        if pick == 6:
            return f"({self.name()} := {self.random.choice(self.classes)}())"
        inner, other = self.expression(depth + 1), self.expression(depth + 1)
        return {
            7: f"({inner} if flag() else {other})",
            8: f"({inner} or {other})",
            9: f"({inner} and {other})",
            10: f"type({inner})()" if inner != "None" else "Client()",
            11: f"[{inner}, {other}][0]",
            12: f"(lambda {self.name()}: {inner})({other})",
            13: f"[{inner} for {self.name()} in ({other},)][0]",
        }[pick]

    def block(self, indent: int, depth: int, function: bool) -> None:
        for _ in range(self.random.randint(1, 3)):
            self.statement(indent, depth, function)

    def statement(self, indent: int, depth: int, function: bool) -> None:
        pick = self.random.randrange(24 if depth < 3 else 8)
        name, value = self.name(), self.expression()
        if pick < 3:
            self.add(indent, f"{self.name()}.fetch()")
        elif pick == 3:
            self.add(indent, f"{name} = {value}")
        elif pick == 4:
            self.add(indent, f"{name}, {self.name()} = {value}, {self.expression()}")
        elif pick == 5:
            self.add(indent, self.random.choice(["boom()", "pass", f"{value}.fetch()", f"del {name}"]))
        elif pick == 6:
            wanted = self.random.choice(["isinstance({0}, Client)", "{0}", "not isinstance({0}, Client)"]).format(name)
            self.add(indent, f"{wanted} and {name}.fetch()")
        elif pick == 7:
            self.add(indent, f"{name} = {self.name()} = {value}")
        else:
            self.compound(indent, depth + 1, function, pick)

    def compound(self, indent: int, depth: int, function: bool, pick: int) -> None:
        name = self.name()
        if pick < 11:
            test = self.random.choice(["flag()", "flag()", f"isinstance({name}, Client)", f"{name} is None"])
            self.add(indent, f"if {test}:")
            self.block(indent + 1, depth, function)
            if flag_of(self.random):
                self.add(indent, "else:")
                self.block(indent + 1, depth, function)
        elif pick < 13:
            self.add(indent, self.random.choice(["for _ in range(3):", "while flag():", f"for {name} in ({name},):"]))
            self.block(indent + 1, depth, function)
            if flag_of(self.random):
                self.add(indent + 1, "if flag():")
                self.add(indent + 2, self.random.choice(["break", "continue"]))
                self.block(indent + 1, depth, function)
        elif pick < 15:
            self.add(indent, "try:")
            self.block(indent + 1, depth, function)
            self.add(indent + 1, "boom()")
            self.block(indent + 1, depth, function)
            self.add(indent, "except ValueError:")
            self.block(indent + 1, depth, function)
            if flag_of(self.random):
                self.add(indent, "finally:")
                self.block(indent + 1, depth, function)
        elif pick < 17:
            manager = self.random.choice(
                ["contextlib.suppress(ValueError)", f"Client() as {name}", f"Other() as {name}"]
            )
            self.add(indent, f"with {manager}:")
            self.block(indent + 1, depth, function)
        elif pick < 19:
            self.function(indent, depth)
        elif pick < 22:
            self.class_(indent, depth)
        else:
            self.add(indent, f"{name}.fetch()")

    def function(self, indent: int, depth: int) -> None:
        self.count += 1
        called, given = f"f{self.count}", self.random.choice(["Client()", "Sub()"])
        said = self.random.choice(["Client", "'Client'", "Optional[Client]", "Union[Client, Other]", "http.Client"])
        if "Union" in said or "Optional" in said:
            given = self.random.choice([given, "Other()" if "Union" in said else "None"])
        self.add(indent, f"def {called}(p: {said}, q=None):")
        if flag_of(self.random):
            self.add(indent + 1, f"global {self.name()}")
        self.add(indent + 1, "p.fetch()")
        self.add(indent + 1, "if flag(): q.fetch()")
        self.block(indent + 1, depth, True)
        if flag_of(self.random):
            self.add(indent + 1, f"p = {self.expression()}")
            self.add(indent + 1, "p.fetch()")
        self.add(indent, f"{called}({given}, {self.name()})")

    def class_(self, indent: int, depth: int) -> None:
        self.count += 1
        cls, base = f"K{self.count}", self.random.choice(self.classes)
        self.add(indent, f"class {cls}({base}):")
        if flag_of(self.random):
            self.add(indent + 1, f"x = {self.expression()}")
        self.add(indent + 1, "def __init__(self):")
        self.add(indent + 2, f"self.x = {self.expression()}")
        self.add(indent + 2, f"self.y = self.z = {self.expression()}")
        self.add(indent + 1, "def m(self, other=None):")
        if flag_of(self.random):
            self.add(indent + 2, f"self.x = {self.expression()}")
        for _ in range(3):
            self.add(
                indent + 2, f"self.{self.random.choice('xyz')}.fetch()" if flag_of(self.random) else "self.fetch()"
            )
        self.block(indent + 2, depth, True)
        if not indent:
            self.classes.append(cls)
        made = f"k{self.count}"
        self.add(indent, f"{made} = {cls}()")
        if flag_of(self.random):
            self.add(indent, f"{made}.z = {self.expression()}")
        self.add(indent, f"{made}.m()")
        self.add(indent, f"{made}.x.fetch()")
        self.add(indent, f"{made}.fetch()")


def flag_of(source: random.Random) -> bool:
    return source.random() < 0.5


def receivers(text: str, seed: int) -> dict[int, set[bool]]:
    """By row, whether what `.fetch` was called on there was an instance of `Client`, in a run of *text*."""
    import types

    seen: dict[int, set[bool]] = {}
    choices = random.Random(seed)
    left = [400]

    def flag() -> bool:
        left[0] -= 1
        return left[0] > 0 and choices.random() < 0.5

    def boom() -> None:
        if flag():
            raise ValueError

    class Base:
        def fetch(self) -> None:
            seen.setdefault(sys._getframe(1).f_lineno, set()).add(isinstance(self, Client))

        def __enter__(self) -> Base:
            return self

        def __exit__(self, *_: object) -> None: ...

    class Client(Base): ...

    class Sub(Client): ...

    class Other(Base): ...

    stub = types.ModuleType("corp.http")
    stub.__dict__.update(
        Client=Client, Sub=Sub, Other=Other, flag=flag, boom=boom, make_client=Client, make_other=Other, __path__=[]
    )
    package = types.ModuleType("corp")
    package.__dict__.update(http=stub, __path__=[])
    with _installed({"corp": package, "corp.http": stub}), contextlib.suppress(Exception):
        exec(compile(text, "<program>", "exec"), {"__name__": "app"})
    return seen


@contextlib.contextmanager
def _installed(modules: dict[str, object]) -> Iterator[None]:
    sys.modules.update(modules)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in modules:
            del sys.modules[name]
