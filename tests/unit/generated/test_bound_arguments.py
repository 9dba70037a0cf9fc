"""Which argument of a call belongs to which parameter: as rules see it, and as Python passes it when it runs."""

from __future__ import annotations

import functools
import re
from dataclasses import make_dataclass
from typing import Any

from engine import complete, pack
from examples import examples
from hypothesis import assume, given, note
from hypothesis import strategies as st
from test_signatures import signatures

from platform_lint.catalog import Catalog
from platform_lint.signatures import parse_signature

#: How a callable can be reached: its name for rules, its signature there, and how calls are spelled.
WAYS = {
    "function": ("corp.f", "({0})", ("corp.f(", "g(", "(corp.f)(")),
    "method": ("corp.C.m", "(self, {0})", ("corp.C().m(", "c.m(", "corp.C.m(c, ")),
    "class method": ("corp.C.k", "(cls, {0})", ("corp.C.k(", "C.k(")),
    "static method": ("corp.C.s", "({0})", ("corp.C().s(", "c.s(", "C.s(")),
    "constructor": ("corp.D", "(self, {0})", ("corp.D(", "D(", "D.__init__(d, ")),
    "dataclass": ("corp.E", "({0})", ("corp.E(",)),
    "partial": ("corp.f", "({0})", ("functools.partial(corp.f, ", "functools.partial(g, ")),
}
HEAD = "import corp, functools\nfrom corp import C, D, f as g\nc = corp.C()\nd = D.__new__(D)\n"


@st.composite
def arguments(draw: st.DrawFn) -> str:
    """Arguments, each value another number; now and then a splat."""
    values = iter(range(1, 100))
    names = draw(st.lists(st.sampled_from("abcdefg"), unique=True, max_size=4))
    said = [str(next(values)) for _ in range(draw(st.integers(0, 4)))]
    said += [f"{name}={next(values)}" for name in names]
    splat = draw(st.sampled_from(["", "", "", "*[50, 51]", "**{'e': 60}", "*()"]))
    if splat.startswith("**"):
        said.append(splat)
    elif splat:
        said.insert(draw(st.integers(0, len(said))), splat)
    return ", ".join(said)


def rules_for(name: str, signature: str) -> Catalog:
    """Any value of any parameter is reported, and that it is missing where it must be given."""
    parameters = [each.name for each in parse_signature(signature).parameters if each.kind not in ("args", "kwargs")]
    given_ = "".join(f'[rule.args.{each}]\nforbid = ["$V"]\nhint = "given {each}"\n' for each in parameters)
    lacking = "".join(f'[rule.args.{each}]\nrequired = true\nhint = "lacks {each}"\n' for each in parameters)
    head = f'call = "{name}"\nsignature = "{signature}"\nreceiver = "inferred"\n'
    return pack(
        f'[[rule]]\ncode = "TST100"\nname = "given"\n{head}{given_}'
        f'[[rule]]\ncode = "TST101"\nname = "lacking"\n{head}{lacking}'
    )


def passed(signature: str, text: str) -> dict[str, Any]:
    """What each parameter is given when *text* runs, by its name. Raises TypeError where Python does."""
    seen: list[dict[str, Any]] = []
    names = [each.name for each in parse_signature(signature).parameters]
    space: dict[str, Any] = {"seen": seen}
    inner = signature.strip()[1:-1]
    unset = re.sub(r"=0", "=None", inner)
    methods = f"def m(self, {unset}): seen.append(locals())\n"
    methods += f"    @classmethod\n    def k(cls, {unset}): seen.append(locals())\n"
    static = f"    @staticmethod\n    def s({unset}): seen.append(locals())\n"
    exec(f"def f({unset}): seen.append(locals())\nclass C:\n    {methods}{static}", space)
    exec(f"class D:\n    def __init__(self, {unset}): seen.append(locals())\n", space)
    fields = [(name, object, None) for name in names]
    space["E"] = make_dataclass("E", fields, init=False, namespace={"__init__": space["D"].__init__})

    class Corp:
        pass

    corp = Corp()
    for name in "fCDE":
        setattr(corp, name, space[name])
    space |= {"corp": corp, "functools": functools, "g": space["f"]}
    body = text.removeprefix(HEAD)
    exec(f"c = corp.C()\nd = D.__new__(D)\n{body}", space)
    return {name: value for name, value in seen[-1].items() if name in names and value is not None}


@examples(80)
@given(signatures(), arguments(), st.sampled_from(sorted(WAYS)), st.integers(0, 2))
def test_an_argument_is_the_parameters_python_gives_it_to(signature: str, said: str, way: str, number: int) -> None:
    name, pattern, spellings = WAYS[way]
    full = pattern.format(signature.strip()[1:-1]).replace(", )", ")")
    spelling = spellings[number % len(spellings)]
    text = f"{HEAD}{spelling}{said})\n"
    note(f"{full}\n{text}")
    parameters = parse_signature(full).by_name
    by_name = [each for each, parameter in parameters.items() if parameter.kind not in ("args", "kwargs")]
    assume(by_name)
    try:
        values = passed(signature, text.replace(f"{spelling}{said})", _called(spelling, said)))
    except TypeError:
        return
    hits = complete(text, rules_for(name, full)).hits
    ours = {hit.message.split()[1]: text[hit.start : hit.end] for hit in hits if hit.message.startswith("given")}
    known = {parameter: int(re.findall(r"\d+$", shown)[0]) for parameter, shown in ours.items()}
    given_here = {each: values[each] for each in by_name if isinstance(values.get(each), int)}
    # What comes after a splat is not known to any rule; what is said of the others is right.
    assert known.items() <= given_here.items()
    # Nor is it whether the first of `Class.method(…)` is the instance, where no `self` says so.
    if "*" not in said and spelling != "C.s(":
        assert known == given_here
        lacks = {hit.message.split()[1] for hit in hits if hit.message.startswith("lacks")}
        assert lacks == (set() if spelling.startswith("functools") else set(by_name) - set(given_here))


def _called(spelling: str, said: str) -> str:
    """The call as it has to be for it to run: what is passed to a partial function is passed on."""
    call = f"{spelling}{said})"
    return f"{call}()" if spelling.startswith("functools") else call
