"""What a program does is the same before and after its fixes: what is evaluated, in which order, and what is called
with which arguments, but for what the rule says.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import pytest
from engine import fix_result, pack
from examples import examples
from generated.recording import Log, Recorded, Thing, run
from generated.scenes import files
from hypothesis import given, note
from hypothesis import strategies as st

from platform_lint.catalog import Catalog

LATE = Thing("corp.q.LATE")
#: What nobody passes.
UNSET = object()


class Case(NamedTuple):
    """Rules, and the library *before* and *after* them: of each function, what it was called with.

    *shapes* are calls with ``{0}`` for a function and ``{A}``, ``{B}``, ``{C}`` for values; without any,
    calls have up to *most* positional arguments and any of the keywords *names*. Calls that are not fixed are right
    both before and after: that nothing is left which could be fixed is another test.
    """

    rules: str
    before: dict[str, Recorded]
    after: dict[str, Recorded]
    names: tuple[str, ...] = ()
    most: int = 2
    shapes: tuple[str, ...] = ()


def of_call(args: str) -> str:
    """A rule about the arguments of ``send``."""
    return (
        '[[rule]]\ncode = "TST100"\nname = "the-rule"\ncall = "corp.q.send"\n'
        f'signature = "(a, b=0, c=0, *, d=0, e=0)"\n[rule.args]\n{args}\n'
    )


def of_match(match: str, rewrite: str, number: int = 101) -> str:
    head = f'[[rule]]\ncode = "TST{number}"\nname = "rule-{number}"\n'
    return f"{head}match = '''{match}'''\nrewrite = '''{rewrite}'''\n"


PLAIN = lambda a, b=0, c=0, *, d=0, e=0: (a, b, c, d, e)  # noqa: E731


def listed(value: object) -> object:
    """What the rule makes of a value, unless there is none."""
    return value if value in (None, UNSET) else [value, None]


def named(value: object) -> object:
    """What the other rule makes of it."""
    return value if value in (None, UNSET) else {"v": value}


def moved(*args: object, **named: object) -> object:
    """``send`` whose `b` comes first: by keyword, as it was given, or by position, as the fix gives it."""
    given = [*args]
    if "b" in named:
        given.insert(0, named.pop("b"))
    return given, named


def about(rules: str, before: object, after: object, **more: object) -> Case:
    """A case of ``corp.q.send`` alone."""
    return Case(
        rules,
        {"corp.q.send": ("send", before)},  # type: ignore[dict-item]
        {"corp.q.send": ("send", after)},  # type: ignore[dict-item]
        **{"names": ("b", "c", "d", "e"), **more},  # type: ignore[arg-type]
    )


def written(match: str, rewrite: str, before: object, new: str, after: object, *shapes: str) -> Case:
    """A case of ``corp.q.send`` that becomes the function *new*."""
    return Case(
        of_match(match, rewrite),
        {"corp.q.send": ("send", before)},  # type: ignore[dict-item]
        {"corp.q.send": ("send", before), new: ("send", after)},  # type: ignore[dict-item]
        shapes=shapes,
    )


CASES = {
    "required": about(
        of_call('e = { required = true, insert = "corp.q.LATE" }'),
        lambda a, b=0, c=0, *, d=0, e=LATE: (a, b, c, d, e),
        lambda a, b=0, c=0, *, d=0, e=LATE: (a, b, c, d, e),
    ),
    "renamed": about(
        of_call('d = { rename = "f" }\nc = { rename = "g" }'),
        PLAIN,
        lambda a, b=0, c=0, g=UNSET, *, d=0, e=0, f=UNSET: (
            (a, b, c if g is UNSET else g, d if f is UNSET else f, e)
        ),
    ),
    "renamed with another value": about(
        of_call('c = { rename = "g", value = "[$V, None]", fold = true }'),
        lambda a, b=0, c=UNSET, *, d=0, e=0: (a, b, listed(c), d, e),
        lambda a, b=0, c=UNSET, *, d=0, e=0, g=UNSET: (a, b, listed(c) if g is UNSET else g, d, e),
    ),
    "another value": about(
        of_call('c = { value = "dict(v=$V)" }'),
        lambda a, b=0, c=UNSET, *, d=0, e=0: (a, b, named(c), d, e),
        lambda a, b=0, c=UNSET, *, d=0, e=0: (a, b, c if isinstance(c, dict) else named(c), d, e),
    ),
    "removed": about(
        of_call("c = { removed = true }\ne = { removed = true }"),
        lambda a, b=0, c=0, *, d=0, e=0: (a, b, d),
        lambda a, b=0, c=0, *, d=0, e=0: (a, b, d),
        most=3,
    ),
    "removed where it is the default": about(
        of_call('b = { remove_if = "0" }\nd = { remove_if = "0" }'), PLAIN, PLAIN, most=3
    ),
    "another value instead": about(
        of_call('d = { forbid = ["None", "0"], replace = "1" }\ne = { forbid = ["None"], fix = "remove" }'),
        lambda a, b=0, c=0, *, d=0, e=0: (a, b, c, 1 if d in (None, 0) else d, e or 0),
        lambda a, b=0, c=0, *, d=0, e=0: (a, b, c, 1 if d in (None, 0) else d, e or 0),
    ),
    "keyword": about(of_call("b = { keyword = true }"), PLAIN, PLAIN, most=3),
    "positional": about(
        of_call("a = { positional = true }\nb = { positional = true }\nc = { positional = true }"), PLAIN, PLAIN,
        names=("a", "c", "b", "d"), most=0,
    ),
    "moved": about(of_call("b = { position = 0 }"), moved, moved, names=("b", "d")),
    "all at once": about(
        of_call(
            'b = { keyword = true }\nc = { rename = "g" }\nd = { removed = true }\n'
            'e = { required = true, insert = "7" }'
        ),
        lambda a, b=0, c=0, *, d=0, e=7: (a, b, c, e),
        lambda a, b=0, c=0, *, g=UNSET, d=0, e=7: (a, b, c if g is UNSET else g, e),
    ),
    "rewritten: keywords before": written(
        "corp.q.send($A, key=$K)", "corp.q.post(key=$K, first=$A)",
        lambda first, key: (first, key), "corp.q.post", lambda key, first: (first, key),
        "{0}({A}, key={B})", "{0}({A}, key={0}({C}, key={B}))",
    ),
    "rewritten: the other way round": written(
        "corp.q.send($A, $B)", "corp.q.swapped($B, $A)",
        lambda a, b: (a, b), "corp.q.swapped", lambda b, a: (a, b),
        "{0}({A}, {B})", "{0}({0}({A}, {B}), {C})",
    ),
    "rewritten: twice": written(
        "corp.q.send($A)", "corp.q.pair($A, $A)", lambda a: (a, a), "corp.q.pair", lambda a, b: (a, b), "{0}({A})",
    ),
    "rewritten: left out": written(
        "corp.q.send($A, $B)", "corp.q.only($B)", lambda a, b: b, "corp.q.only", lambda b: b, "{0}({A}, {B})",
    ),
    "rewritten: the rest first": written(
        "corp.q.send($A, $...R)", "corp.q.late($...R, last=$A)",
        lambda a, *r: (a, r), "corp.q.late", lambda *r, last: (last, r),
        "{0}({A}, {B}, {C})", "{0}({A})", "{0}({A}, *xs)",
    ),
    "rewritten: into names": written(
        "corp.q.send($A, $B)", "corp.q.named(first=$A, second=$B)",
        lambda a, b: (a, b), "corp.q.named", lambda first, second: (first, second), "{0}({A}, {B})",
    ),
    "rewritten: as an operation": written(
        "corp.q.send($A, $B)", "corp.q.packed([$B, $A][::-1])",
        lambda a, b: (a, b), "corp.q.packed", lambda both: tuple(both), "{0}({A}, {B})",
    ),
    "rewritten: later": written(
        "corp.q.send($A)", "corp.q.defer(lambda: $A)", lambda a: a, "corp.q.defer", lambda a: a(), "{0}({A})",
    ),
    "several rules": Case(
        of_call('d = { rename = "f" }\nb = { keyword = true }').replace(
            'call = "corp.q.send"', 'call = ["corp.q.send", "corp.bus.publish"]'
        )
        + "[[rule]]\ncode = \"TST102\"\nname = \"move\"\nrename = { 'corp.q.send' = 'corp.bus.publish' }\n"
        + of_match("corp.q.wait($T, $...R)", "corp.bus.take($T, $...R, wait=True)", 103),
        {"corp.q.send": ("send", PLAIN), "corp.q.wait": ("wait", lambda a, b=0: (a, b))},
        {
            "corp.bus.take": ("wait", lambda a, b=0, *, wait: (a, b)),
            "corp.q.wait": ("wait", lambda a, b=0: (a, b)),
            **{
                name: ("send", lambda a, b=0, c=0, *, d=0, e=0, f=UNSET: (a, b, c, d if f is UNSET else f, e))
                for name in ("corp.q.send", "corp.bus.publish")
            },
        },
        ("c", "d", "e"),
        shapes=("{0}({A}, {B})", "{0}({0}({A}), {B})", "{0}({A})"),
    ),
}  # fmt: skip

#: Values whose order tells: what is evaluated, what a call changes, what is bound on the way.
TELLING = (
    "tick(1)", "tick('s')", "bump()", "box.v", "(y := tick(2))", "(y := 3)", "y", "x", "0", "None", "'a' 'b'", "(x)",
    "[y, bump()]", "lambda: y", "[tick(z) for z in (1, 2)]", "box.v + 1", "xs[0]", "tick(y)", "f'{y}'", "tick(tick(0))",
    "y if x else tick(4)", "(tick(1),\n   bump())", "not y", "-x",
)  # fmt: skip
#: Values that are the same whenever they are evaluated.
CONSTANT = tuple(value for value in TELLING if not any(name in value for name in ("bump", "box", "y", "tick")))


def uses_of(case: Case, telling: bool) -> object:
    values = st.sampled_from(TELLING if telling else (*CONSTANT, "tick(1)", "tick(2)", "tick(tick(3))"))

    def arguments(draw: st.DrawFn) -> str:
        count = draw(st.integers(min(1, case.most), case.most))
        left = [name for name in ("a", "b", "c", "d", "e")[count:] if name in case.names]
        named = [name for name in draw(st.permutations(left)) if name == "a" or draw(st.booleans())]
        said = [draw(values) for _ in range(count)] + [f"{name}={draw(values)}" for name in named]
        return ", ".join(said) + draw(st.sampled_from(["", "", ","]))

    def uses(draw: st.DrawFn, spelling: str, _: str) -> str:
        if case.shapes:
            shape = draw(st.sampled_from(case.shapes))
            return shape.format(spelling, A=draw(values), B=draw(values), C=draw(values))
        return f"{spelling}({arguments(draw)})"

    return uses


def library_of(case: Case) -> dict[str, list[str]]:
    names = [name.rpartition(".") for name in case.before]
    return {module: [last for other, _, last in names if other == module] for module, _, _ in names}


STRATEGIES = {
    (name, telling): files(library_of(case), uses_of(case, telling), runs=True)  # type: ignore[arg-type]
    for name, case in CASES.items()
    for telling in (True, False)
}


@lru_cache
def rules_of(name: str) -> Catalog:
    return pack(CASES[name].rules)


def is_broken(log: Log) -> bool:
    """Whether the program failed: then what comes later is not known."""
    return any(line.startswith("wrong call") or line.endswith("Error") for line in log)


@pytest.mark.parametrize("name", CASES)
@examples(5)
@given(data=st.data())
def test_a_safe_fix_changes_nothing_that_can_be_told(name: str, data: st.DataObject) -> None:
    text = data.draw(STRATEGIES[name, True])
    note(text)
    assert_same(CASES[name], text, rules_of(name))


def assert_same(case: Case, text: str, rules: Catalog) -> None:
    before = run(text, case.before)
    if is_broken(before):
        return
    after = fix_result(text, rules).text
    assert run(after, case.after) == before, after


@pytest.mark.parametrize("name", CASES)
@examples(3)
@given(data=st.data())
def test_an_unsafe_fix_passes_the_same(name: str, data: st.DataObject) -> None:
    text = data.draw(STRATEGIES[name, False])
    note(text)
    assert_same_calls(CASES[name], text, rules_of(name))


def assert_same_calls(case: Case, text: str, rules: Catalog) -> None:
    """The same is passed, if not in the same order: an unsafe fix may evaluate things at another time."""
    before = run(text, case.before)
    if is_broken(before):
        return
    after = fix_result(text, rules, unsafe=True).text
    assert sent(run(after, case.after)) == sent(before), after


def sent(log: Log) -> Counter[str]:
    return Counter(line for line in log if not line.startswith("tick"))
