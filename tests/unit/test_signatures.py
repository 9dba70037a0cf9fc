"""Binding agrees with Python's own, on signatures and calls that nobody chose."""

from __future__ import annotations

import ast
import inspect
from types import FunctionType
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from platform_lint.signatures import Bound, SignatureError, bind, parse_signature

NOTHING = object()


@st.composite
def signatures(draw: st.DrawFn) -> str:
    """A legal parameter list, brackets included."""
    names = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=6))
    kinds = sorted(draw(st.lists(st.integers(0, 2), min_size=len(names), max_size=len(names))))
    optional = False
    parts: list[str] = []
    star = draw(st.sampled_from(["", "*args"]))
    for number, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        if kind == 2 and (number == 0 or kinds[number - 1] != 2):
            if kinds[:number].count(0) == number and number:
                parts.append("/")
            parts.append(star or "*")
        elif kind == 1 and number and kinds[number - 1] == 0:
            parts.append("/")
        has_default = draw(st.booleans())
        optional = has_default or (optional and kind != 2)
        parts.append(f"{name}=0" if (optional if kind != 2 else has_default) else name)
    if names and set(kinds) == {0}:
        parts.append("/")
    if 2 not in kinds and star:
        parts.append(star)
    if draw(st.booleans()):
        parts.append("**kw")
    return f"({', '.join(parts)})"


@st.composite
def calls(draw: st.DrawFn) -> str:
    count = draw(st.integers(0, 5))
    keywords = draw(st.lists(st.sampled_from("abcdefg"), unique=True, max_size=4))
    positional = [str(number) for number in range(count)]
    return f"f({', '.join([*positional, *(f'{name}={name!r}' for name in keywords)])})"


def python(signature: str) -> inspect.Signature:
    return inspect.signature(function(signature))


def function(signature: str) -> FunctionType:
    """A function that returns what its parameters got."""
    space: dict[str, Any] = {}
    exec(f"def f{signature}: return locals()", space)
    made = space["f"]
    assert isinstance(made, FunctionType)
    return made


def received(signature: str, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """What each parameter gets from a call that need not give all of them.

    Python itself is asked: `inspect.Signature.bind_partial` refuses a positional-only name that `**kwargs` would take,
    until Python 3.12.

    Raises:
        TypeError: Python takes no such call.
    """
    called = function(signature)
    parameters = python(signature).parameters.values()
    called.__defaults__ = (NOTHING,) * sum(
        one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) for one in parameters
    )
    called.__kwdefaults__ = {one.name: NOTHING for one in parameters if one.kind is one.KEYWORD_ONLY}
    return {name: value for name, value in called(*args, **kwargs).items() if value is not NOTHING}


def ours(signature: str, call: str) -> Bound:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    return bind(parse_signature(signature), node.args, node.keywords)


@examples(100)
@given(signatures(), calls())
def test_an_argument_goes_where_python_takes_it(signature: str, call: str) -> None:
    real = python(signature)
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    args = [ast.literal_eval(argument) for argument in node.args]
    kwargs = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
    bound = bind(parse_signature(signature), node.args, node.keywords)
    try:
        arguments = received(signature, args, kwargs)
    except TypeError:
        assert bound.error
        return
    extra = [*arguments.pop("args", ())]
    taken = arguments.pop("kw", {})
    kinds = {name: parameter.kind for name, parameter in real.parameters.items()}
    expected = {**arguments, **{name: value for name, value in taken.items() if name not in kinds}}
    extra += [value for name, value in taken.items() if name in kinds]
    values = {
        name: ast.literal_eval(argument.value if isinstance(argument, ast.keyword) else argument)
        for name, argument in bound.given.items()
    }
    assert not bound.error
    assert values == expected
    assert [
        ast.literal_eval(argument.value if isinstance(argument, ast.keyword) else argument) for argument in bound.extra
    ] == extra


@examples(100)
@given(signatures())
def test_parameters_are_pythons(signature: str) -> None:
    kinds = {
        inspect.Parameter.POSITIONAL_ONLY: "positional",
        inspect.Parameter.POSITIONAL_OR_KEYWORD: "either",
        inspect.Parameter.KEYWORD_ONLY: "keyword",
        inspect.Parameter.VAR_POSITIONAL: "args",
        inspect.Parameter.VAR_KEYWORD: "kwargs",
    }
    expected = [
        (
            parameter.name,
            kinds[parameter.kind],
            parameter.default is parameter.empty and "VAR" not in parameter.kind.name,
        )
        for parameter in python(signature).parameters.values()
    ]
    assert [(one.name, one.kind, one.required) for one in parse_signature(signature).parameters] == expected


@pytest.mark.parametrize("call", ["f(*a, b=1)", "f(1, **k)", "f(*a, 2)", "f(b=1, *a)"])
def test_a_splat_may_give_anything(call: str) -> None:
    assert ours("(a, b, c)", call).splat


def test_what_comes_after_a_splat_is_not_known() -> None:
    bound = ours("(a, b, c)", "f(1, *more, 3)")
    assert list(bound.given) == ["a"]
    assert [ast.unparse(argument) for argument in bound.extra] == ["*more", "3"]


def test_without_a_signature_only_keywords_are_known() -> None:
    call = ast.parse("f(1, x=2)", mode="eval").body
    assert isinstance(call, ast.Call)
    bound = bind(None, call.args, call.keywords)
    assert (list(bound.given), len(bound.extra), bound.error) == (["x"], 1, "")


@pytest.mark.parametrize(("text", "owner"), [("(self, x)", "self"), ("(cls, x)", "cls"), ("(x, self)", "")])
def test_the_instance_is_no_argument(text: str, owner: str) -> None:
    signature = parse_signature(text)
    assert signature.owner == owner
    assert ("self" in signature.by_name) == (text == "(x, self)")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(a, b", "is no signature"),
        ("(a, , b)", "column 5"),
        ("(a=1, b)", "column"),
        ("a, b", "is no signature"),
        ("(a): pass\ndef g()", "is no signature"),
        ("(a): return 1; x", "is no signature"),
        ("(a, a)", "two parameters 'a'"),
        ("", "is no signature"),
        ("()()", "column"),
    ],
)
def test_a_broken_signature_is_refused(text: str, reason: str) -> None:
    with pytest.raises(SignatureError, match=reason) as raised:
        parse_signature(text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["()", "(a: int = 3, *, b: str) -> None", "(\n  a,\n  b,\n)", "(a, /, *args, **kw)"])
def test_a_signature_may_be_written_as_in_code(text: str) -> None:
    assert parse_signature(text)
