"""Which files may call something in a certain way, told from their bytes."""

from __future__ import annotations

import pytest
from tests.unit.engine import complete, pack, sieved

from platform_lint.hits import Hit

RULES = pack(
    """
    [[rule]]
    code = "TST101"
    name = "encoding-given"
    message = "no encoding"
    call = "corp.text.load"
    args.encoding = { removed = true }

    [[rule]]
    code = "TST102"
    name = "not-awaited"
    message = "await it"
    match = "corp.clock.sleep(...)\\n..."
    """
)


def _starts(hits: list[Hit]) -> list[tuple[str, int]]:
    return [(hit.rule.code, hit.start) for hit in hits]


CALLS = {
    "a call": "from corp.text import load\nload(f, encoding='x')\n",
    "by way of the module": "import corp.text as t\nt . load(\n    f,\n    encoding='x')\n",
    "brackets": "import corp.text\n(corp.text).load(f, encoding='x')\n",
    "a comment that closes nothing": "from corp.text import load\nload(f,  # :)\n    encoding='x')\n",
    "a string that closes nothing": "from corp.text import load\nload(')', '''\n)''', \"\\\")\", encoding='x')\n",
    "a string in a string": "from corp.text import load\nload(f\"{g(')')}\", encoding='x')\n",
    "another name": "from corp.text import load as get\nget(f, encoding='x')\n",
    "a new name": "from corp.text import load\nget = load\nget(f, encoding='x')\n",
    "a new name of the module": "import corp.text\nt = corp.text\nt.load(f, encoding='x')\n",
    "at the very beginning": "load(f, encoding='x')\nfrom corp.text import load\n",
}
NO_CALLS = {
    "another call has it": "from corp.text import load\nload(f)\nopen(f, encoding='x')\n",
    "imported only": "from corp.text import (\n    load,\n)\nopen(f, encoding='x')\n",
    "a method of that name": "import corp.text\ncorp.text.dump(f)\nself.load(f, encoding='x')\n",
    "a string of that name": "import corp.text\nopen('load', encoding='x')\n",
}


@pytest.mark.parametrize("text", CALLS.values(), ids=CALLS)
def test_what_may_be_a_call_with_the_argument_is_looked_at(text: str) -> None:
    assert RULES.sieve.look(text.encode()) is not None
    assert _starts(sieved(text, RULES)) == _starts(complete(text, RULES).hits) != []


@pytest.mark.parametrize("text", NO_CALLS.values(), ids=NO_CALLS)
def test_a_file_without_such_a_call_is_not_parsed(text: str) -> None:
    assert RULES.sieve.look(text.encode()) is None
    assert complete(text, RULES).hits == []


STATEMENTS = {
    "a statement": "from corp.clock import sleep\nsleep(1)\n",
    "indented": "import corp.clock\ndef f():\n\tcorp.clock.sleep(1)\n",
    "behind a semicolon": "import corp.clock as c\nx = 1; c.sleep(1)\n",
    "behind a colon": "import corp.clock as c\nif x: c.sleep(1)\n",
    "in brackets": "import corp.clock as c\n(c.sleep(1))\n",
    "over lines": "import corp.clock as c\n(c\n .sleep(1))\n",
    "continued": "import corp.clock as c\nc \\\n.sleep(1)\n",
    "another name": "from corp.clock import sleep as s\ns(1)\n",
}


@pytest.mark.parametrize("text", STATEMENTS.values(), ids=STATEMENTS)
def test_what_may_be_a_statement_is_looked_at(text: str) -> None:
    assert sieved(text, RULES)
    assert _starts(sieved(text, RULES)) == _starts(complete(text, RULES).hits)


@pytest.mark.parametrize("before", ["await ", "x = ", "return ", "yield ", "print(", "[", "lambda_=", "del x, "])
def test_a_call_within_a_statement_is_no_reason_to_parse_a_file(before: str) -> None:
    close = {"(": ")", "[": "]"}.get(before.strip()[-1], "")
    text = f"import corp.clock as c\n\nasync def f():\n    {before}c.sleep(1){close}\n"
    assert RULES.sieve.look(text.encode()) is None


def test_the_words_of_a_rule_are_whole_words() -> None:
    rules = pack(
        """
        [[rule]]
        code = "TST103"
        name = "one-letter"
        message = "no T"
        ban = ["corp.T"]
        """
    )
    assert rules.sieve.may_hold(b"import corp\ncorp.Total\n") is None
    assert rules.sieve.may_hold(b"import corp\ncorp._T = T1\n") is None
    assert rules.sieve.may_hold(b"import corp\ncorp.T\n") is not None
    assert rules.sieve.may_hold(b"\xef\xbb\xbfT") is not None
    assert sieved("from corp import T\n", rules)
