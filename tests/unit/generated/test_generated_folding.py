"""Generated programs ask a flag in the midst of conditions: folded, they do what they did, in the same order."""

from __future__ import annotations

import ast
import random
import warnings
from collections.abc import Callable
from typing import Any

from folded import folding
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import indent

_VALUES: tuple[object, ...] = (False, True, 0, 1, "", "x", None, True, False)
_STEPS = 150


class _Stopped(BaseException):
    """The program has gone on for long enough."""


class _Code:
    """Writes a program. What it calls is numbered, so that a trace tells what was called."""

    def __init__(self, number: Callable[[int], int]) -> None:
        #: Gives a number from 0 to another.
        self.number = number
        self.calls = 0
        self.names = 0

    def pick(self, *choices: Any) -> Any:
        return choices[self.number(len(choices) - 1)]

    def call(self) -> str:
        self.calls += 1
        return f"t({self.calls})"

    def atom(self, bound: list[str]) -> str:
        return self.pick("flag()", "flag()", self.call(), self.call(), "x", *bound, *bound)

    def expression(self, depth: int, bound: list[str]) -> str:
        if depth == 0:
            return self.atom(bound)
        form = self.pick("atom", "and", "or", "and", "or", "not", "if", "compare", "bool", "list", "lines", "tuple")

        def inner() -> str:
            return self.expression(depth - 1, bound)

        if form in ("and", "or"):
            return f"({f' {form} '.join(inner() for _ in range(2 + self.number(1)))})"
        if form == "lines":
            word = self.pick("and", "or")
            layout = self.pick(
                f"\n        {word} ", f" {word}\n        ", f"  # why\n        {word} ", f" {word}  # why\n        "
            )
            return f"(\n        {layout.join(inner() for _ in range(2 + self.number(2)))}\n    )"
        if form == "not":
            return f"(not {inner()})"
        if form == "if":
            return f"({inner()} if {inner()} else {inner()})"
        if form == "compare":
            return f"({inner()} {self.pick('==', 'is', '!=', 'is not')} {self.pick('True', 'False', 'None', 'x')})"
        if form == "bool":
            return f"bool({inner()})"
        if form == "list":
            return f"[i for i in (1, 2) if {inner()}]"
        if form == "tuple":
            return f"({inner()}, {inner()})"
        return self.atom(bound)

    def block(self, depth: int, bound: list[str], loop: bool) -> list[str]:
        bound = list(bound)
        lines: list[str] = []
        for _ in range(1 + self.number(2)):
            if self.pick(True, False, False):
                lines.append(self.pick(f"# note {self.calls}", ""))
            lines += self.statement(depth, bound, loop)
        return lines

    def statement(self, depth: int, bound: list[str], loop: bool) -> list[str]:
        simple = [
            "call",
            "call",
            "return",
            "assign",
            "name",
            "assert",
            "flag",
            "raise",
            *(["break", "continue"] if loop else []),
        ]
        deep = ["if", "if", "if", "if", "while", "for", "try", "with", "def", "match", "line"] if depth else []
        form = self.pick(*simple, *deep, *deep)
        test = self.expression(self.number(2), bound) if form not in ("call", "break", "continue", "for", "try") else ""

        def inner(loop: bool = loop) -> list[str]:
            return indent(self.block(depth - 1, bound, loop))

        if form == "call":
            return [self.pick(self.call(), f"{self.call()}; {self.call()}", f"{self.call()}  # said")]
        if form == "flag":
            return [self.pick("flag()", f"flag(); {self.call()}", f"{self.call()}; flag()", test)]
        if form == "name":
            self.names += 1
            name = f"n{self.names}"
            lines = [f"{name} = {self.pick('flag()', 'not flag()', test)}"]
            bound.append(name)
            return lines
        if form == "line":
            return [f"if {test}: {self.call()}", *([f"else: {self.call()}; flag()"] if self.number(1) else [])]
        if form == "if":
            lines = [f"if {test}:  # head", *inner()]
            for _ in range(self.number(2)):
                lines += [f"elif {self.expression(self.number(2), bound)}:", *inner()]
            return [*lines, *(["else:", *inner()] if self.number(1) else [])]
        if form == "while":
            return [
                f"while {test}:",
                f"    {self.call()}",
                *inner(True),
                *(["else:", *inner()] if self.number(2) == 0 else []),
            ]
        if form == "for":
            return ["for i in (1, 2):", *inner(True), *(["else:", *inner()] if self.number(2) == 0 else [])]
        if form == "try":
            return ["try:", *inner(), self.pick("finally:", "except KeyError:"), *inner(False)]
        if form == "with":
            return [f"with c({test}):", *inner()]
        if form == "def":
            self.names += 1
            return [f"def f{self.names}(p={test}):", *inner(False), f"t(f{self.names}())"]
        if form == "match":
            return [f"match {test}:", "    case True:", *indent(inner()), "    case False | None:", *indent(inner())]
        known = {
            "return": f"return {test}",
            "assign": f"v = {test}",
            "assert": f"assert {test}",
            "raise": f"raise KeyError({test})",
        }
        return [known.get(form, form)]


def program(number: Callable[[int], int], depth: int) -> str:
    """A program of choices that *number* makes: from 0 to what it is given."""
    return "\n".join(["def main(x):", *indent(_Code(number).block(depth, [], False)), ""])


def _trace(text: str, value: object, seed: int) -> list[object]:
    """What the program calls, what comes of it, and how it ends."""
    seen: list[object] = []

    def t(number: object) -> object:
        seen.append(number)
        if len(seen) > _STEPS:
            raise _Stopped
        return _VALUES[(hash(number) * 7 + seed) % len(_VALUES)] if isinstance(number, int) else number

    class c:
        def __init__(self, given: object) -> None:
            seen.append(("with", repr(given)))

        def __enter__(self) -> None:
            seen.append("enter")

        def __exit__(self, *_: object) -> None:
            seen.append("exit")

    names: dict[str, Any] = {"t": t, "c": c, "flag": lambda: value}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `(a, b) is True`
        exec(compile(text, "<program>", "exec"), names)
    try:
        seen.append(("returned", repr(names["main"](_VALUES[seed % len(_VALUES)]))))
    except _Stopped:
        seen.append("stopped")
    except (KeyError, AssertionError) as error:
        seen.append((type(error).__name__, error.args))
    return seen


@settings(deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_what_is_called_stays_as_it_was(seed: int, value: bool) -> None:
    # Drawn one by one, so many choices take longer than all that is done with them.
    chance = random.Random(seed)
    text = program(lambda most: chance.randint(0, most), chance.choice([1, 2, 2, 3]))
    after, done = folding(text, value)
    assert ast.parse(after)
    for start in (1, 2, 3):
        try:
            before = _trace(text, value, start)
        except (NameError, TypeError, SyntaxError):
            return  # It was no program.
        assert _trace(after, value, start) == before, f"{text}\n-->\n{after}"
    assert done.refused or "flag(" not in after
