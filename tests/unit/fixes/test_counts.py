"""``platform_lint.fixes.fixing``: how many findings a run says it fixed."""

from __future__ import annotations

import ast
from collections import Counter

from engine import catalog, complete, fix_result, sieved, table
from hypothesis import given, settings
from hypothesis import strategies as st

from platform_lint.fixes.fixing import offered


def test_fixes_are_counted_by_code() -> None:
    rules = catalog({"corp.db.get": "corp.data.fetch", "old.x": "new.y"})
    result = fix_result("from corp.db import get\nget(get(1))\nimport old\nold.x\n", rules)
    assert result.fixed == {"TST100": 2, "TST101": 1}


def test_a_finding_that_a_fix_makes_and_another_mends_is_not_counted() -> None:
    result = fix_result("from corp import a\na(1)\n", catalog({"corp.a": "corp.b", "corp.b": "corp.c"}))
    assert result.text == "from corp import c\nc(1)\n"
    assert result.fixed == {"TST100": 1}


def test_a_finding_that_goes_with_the_code_around_it_counts_as_fixed() -> None:
    rules = table('match = "corp.f(...)"\nrewrite = "None"', 'ban = ["corp.secret"]')
    result = fix_result("import corp\ncorp.f(corp.secret)\n", rules)
    assert result.fixed == {"TST100": 1, "TST101": 1}


def test_a_finding_that_is_mended_in_part_counts_as_fixed() -> None:
    rules = table(
        'class = { subclass_of = "corp.Base" }\n'
        'require = { docstring = true, class_attr = [{ name = "a", value = "1" }] }'
    )
    text = "import corp\n\n\nclass A(corp.Base):\n    b = 1\n"
    result = fix_result(text, rules)
    assert result.text == text.replace("    b", "    a = 1\n    b")
    assert result.fixed == {"TST100": 1}
    assert len(sieved(result.text, rules)) == 1
    assert fix_result(result.text, rules).fixed == {}


#: Rules that make work for each other, mend what others made, cannot mend, or run in circles.
BUSY = table(
    'rename."corp.f" = "corp.g"',
    'match = "corp.g($X)"\nrewrite = "corp.h(corp.k($X))"',
    'match = "corp.k($X)"\nrewrite = "$X"',
    'ban = ["corp.h"]',
    'ban = ["corp.bad"]',
    'match = "corp.a($X)"\nrewrite = "corp.b($X)"',
    'match = "corp.b($X)"\nrewrite = "corp.a($X)"',
    'call = ["corp.h"]\nargs.t = { required = true, insert = "corp.bad" }\nfix = "unsafe"',
)
CALLS = st.recursive(
    st.sampled_from(["1", "x", "corp.bad"]),
    lambda inner: st.one_of(
        st.builds(lambda name, one: f"corp.{name}({one})", st.sampled_from("fghkab"), inner),
        st.builds(lambda one, other: f"[{one}, {other}]", inner, inner),
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=25)
@given(st.lists(CALLS, min_size=1, max_size=4), st.booleans())
def test_what_was_there_less_what_was_fixed_and_more_by_what_came_is_what_is_left(
    calls: list[str], unsafe: bool
) -> None:
    text = "import corp\n" + "".join(f"{call}\n" for call in calls)
    result = fix_result(text, BUSY, unsafe=unsafe)
    ast.parse(result.text)
    before, after = (Counter(hit.rule.code for hit in sieved(one, BUSY)) for one in (text, result.text))
    came = after - before
    assert Counter(result.fixed) == before - after
    assert before.total() + came.total() == sum(result.fixed.values()) + after.total()
    allowed = ("safe", "unsafe") if unsafe else ("safe",)
    left = offered(complete(result.text, BUSY), stopped=result.stopped)
    assert not [fix for fix in left.values() if fix.safety in allowed], "something could still be fixed"
