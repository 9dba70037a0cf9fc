"""``platform_lint.authoring.describing``: the table of a rule's verb, in words."""

from __future__ import annotations

import pytest

from platform_lint.authoring.describing import as_markdown, as_text, clauses, fenced, quote, said
from platform_lint.packs import parse_pack

HEAD = '[[rule]]\ncode = "ACM101"\nname = "a"\nmessage = "m"\n'


def described(text: str) -> list[str]:
    pack = parse_pack(HEAD + text, "acme.toml")
    return as_text(clauses(pack.rules[0], pack.tables["ACM101"]))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            'call = ["requests.get", "requests.Session.get"]\nsignature = "(url, timeout=None, **options)"\n'
            'splat = "report"\n'
            'args.timeout = { required = true, insert = "10" }\n'
            'args.verify = { forbid = ["False", "0"], fix = "remove" }\n'
            'args.url = { keyword = true }\nat_least_one = ["json", "data"]\n',
            [
                "Calls of `requests.get` or `requests.Session.get`:",
                "  - the signature is `(url, timeout=None, **options)`, so positions and keywords are the same;",
                "  - `timeout` must be given; the fix adds `10`;",
                "  - `verify` must not be `False` or `0`; the fix takes it out;",
                "  - `url` is given by keyword;",
                "  - one of `json` or `data` is given;",
                "  - a call that passes `*args` or `**kwargs` counts as if they held none of it.",
            ],
        ),
        (
            'call = "a.f"\nargs.old = { rename = "new", value = "$V / 1000", fold = true }\n'
            'args.gone = { removed = "it is automatic" }\nargs.mode = { only = ["1", "2"], replace = "1" }\n',
            [
                "Calls of `a.f`:",
                "  - `old` is now `new`;",
                "  - `old` becomes `$V / 1000`, `$V` being the old value, worked out where it is a literal;",
                "  - `gone` is gone: it is automatic;",
                "  - `mode` must be `1` or `2`; the fix makes it `1`.",
            ],
        ),
        (
            'on = "a.C"\nreceiver = "exact"\n[rule.rename_attr]\nf = "g"\nh = { removed = "call `g`" }\n',
            [
                "On instances of `a.C` and of what inherits from it:",
                "  - `f` is now `g`;",
                "  - `h` is gone: call `g`.",
                "Only where the object's type is written down: constructed, annotated or declared.",
            ],
        ),
        (
            'class = { subclass_of = "a.Base", name = "*Handler", public = true }\n'
            '[rule.require]\ndecorator = { any = ["a.x", "a.y"], add = "a.x" }\n'
            'class_attr = ["owner", { name = "level", value = "1" }]\n'
            'method = { name = "handle", async = true, params = "(self, request)" }\n'
            "[rule.forbid]\nmember = ['close']\n",
            [
                "Classes called `*Handler`, that inherit from `a.Base`, that are public:",
                "  - must be decorated with one of `a.x` or `a.y`; the fix adds `a.x`;",
                "  - must set the class attribute `owner`;",
                "  - must set the class attribute `level`, as `1`;",
                "  - must have the method `async handle(self, request)`;",
                "  - must not define `close`.",
            ],
        ),
        (
            "function = { async = true, method_of = { subclass_of = 'a.Base' } }\n"
            "[rule.require]\nannotations = 'all'\nparams = { max_positional = 3, keyword_only_booleans = true }\n",
            [
                "Functions that are `async`, that are methods of classes that inherit from `a.Base`:",
                "  - must as for parameters: take at most 3 by position, take booleans by keyword only;",
                "  - must annotate every parameter and the result.",
            ],
        ),
        (
            'layers = ["a.api", "a.core"]\nindependent = "b.*"\nreserved = { "redis" = ["a.cache"] }\n'
            'ignore = ["a.core.x -> a.api.y"]\n',
            [
                "Imports go downwards only, from `a.api` to `a.core`.",
                "Modules of `b.*` do not import one another.",
                "`redis` is imported by `a.cache` only.",
                "Left out: `a.core.x -> a.api.y`.",
            ],
        ),
        (
            '[rule.import_as]\n"datetime" = "import datetime as dt"\n',
            ["  - `datetime` is imported as `import datetime as dt`."],
        ),
        (
            'match = "a.f($X, ...)"\nrewrite = "a.g($X)"\nwhere.X = { literal = "int", test = "X > 1" }\n'
            "inside = 'async def $_(...): ...'\n",
            [
                "Matches:",
                "    a.f($X, ...)",
                "Becomes:",
                "    a.g($X)",
                "  - `$X` is a literal `int`;",
                "  - `$X` is such that `X > 1`.",
                "Only inside `async def $_(...): ...`.",
            ],
        ),
    ],
    ids=["call", "values", "attributes", "class", "function", "layers", "imports", "pattern"],
)
def test_what_a_table_asks_for(text: str, lines: list[str]) -> None:
    assert described(text) == lines


def test_names_are_told_elsewhere() -> None:
    assert described('ban = ["a.b"]\n') == []


def test_what_has_no_sentence_is_said_as_it_is_written() -> None:
    lines = described("class = { subclass_of = 'a.B' }\n[rule.require]\nattr_regex = '[A-Z]+'\n")
    assert lines[1].startswith("  - must ")
    assert "`[A-Z]+`" in lines[1]


def test_lists_and_code_in_markdown() -> None:
    pack = parse_pack(HEAD + 'match = """\n$A = a.f()\n$A.g()\n"""\nwhere.A = { regex = "x" }\n', "acme.toml")
    assert as_markdown(clauses(pack.rules[0], pack.tables["ACM101"])) == [
        "Matches:",
        "",
        "```python",
        "$A = a.f()",
        "$A.g()",
        "```",
        "",
        "- `$A` matches `x`.",
    ]


def test_backticks_in_code() -> None:
    assert quote("builtins.print") == "`print`"
    assert quote("a`b") == "`` a`b ``"
    assert fenced("```\nx\n```")[0] == "````python"
    assert said(["a"]) == "`a`"
    assert said(["a", "b", "c"], "and") == "`a`, `b` and `c`"
