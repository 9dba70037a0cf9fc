"""What a fix needs is imported where the code it replaces has its own from: in the function, the branch."""

from __future__ import annotations

from textwrap import dedent

import pytest
from engine import fixed, pack

RULES = pack("""
schema = 1

[[rule]]
code = "TST100"
name = "old-get"
message = "old"
match = "old.get($X)"
rewrite = "corp.net.fetch($X)"

[[rule]]
code = "TST101"
name = "no-timeout"
message = "no timeout"
call = "lib.run"
args = { timeout = { required = true, insert = "corp.limits.TIMEOUT" } }
""")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """
            def f(x):
                from old import get

                return get(x)
            """,
            """
            def f(x):
                from corp.net import fetch

                return fetch(x)
            """,
            id="in place of the old one",
        ),
        pytest.param(
            """
            def f(x):
                from old import get
                return get(x), get(1)
            def g(x):
                import old
                return old.get(x), old.put(x)
            """,
            """
            def f(x):
                from corp.net import fetch
                return fetch(x), fetch(1)
            def g(x):
                import old
                from corp.net import fetch
                return fetch(x), old.put(x)
            """,
            id="in each function",
        ),
        pytest.param(
            """
            def f(x):
                from corp.net import save
                from old import get, put
                save(put(x))
                return get(x)
            """,
            """
            def f(x):
                from corp.net import fetch, save
                from old import put
                save(put(x))
                return fetch(x)
            """,
            id="among the names of an import beside it",
        ),
        pytest.param(
            """
            def f(x):
                if x:
                    import lib
                    return lib.run(x)
            """,
            """
            def f(x):
                if x:
                    import lib
                    from corp.limits import TIMEOUT
                    return lib.run(x, timeout=TIMEOUT)
            """,
            id="what is only added, beside what the call goes through",
        ),
        pytest.param(
            """
            def f(x):
                fetch = 1
                from old import get
                return get(fetch)
            """,
            """
            def f(x):
                fetch = 1
                import corp.net
                return corp.net.fetch(fetch)
            """,
            id="in full where the name is taken",
        ),
        pytest.param(
            """
            corp = 1
            def f(x):
                fetch = 1
                from old import get
                return get(fetch)
            """,
            """
            corp = 1
            def f(x):
                fetch = 1
                import corp.net
                return corp.net.fetch(fetch)
            """,
            id="in full, where only a module's variable has that name",
        ),
        pytest.param(
            """
            from corp.net import fetch
            def f(x):
                from old import get

                return get(x)
            """,
            """
            from corp.net import fetch
            def f(x):
                return fetch(x)
            """,
            id="not at all where it is known already",
        ),
        pytest.param(
            """
            class A:
                from old import get
                x = get(1)
                def f(self):
                    return self.get(1)
            """,
            """
            class A:
                from corp.net import fetch
                from old import get
                x = fetch(1)
                def f(self):
                    return self.get(1)
            """,
            id="in a class",
        ),
        pytest.param(
            """
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                import lib

            x: "lib.run()" = 1
            """,
            """
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                import lib

            x: "lib.run()" = 1
            """,
            id="nothing in a string",
        ),
    ],
)
def test_imports_stay_in_their_place(before: str, after: str) -> None:
    assert fixed(dedent(before), RULES) == dedent(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    from old import get\n\n    return get(x)\n", "    return fetch(x)\n"),
        ('    """Doc."""\n\n    from old import get\n\n    return get(x)\n', '    """Doc."""\n\n    return fetch(x)\n'),
        ("    y = 1\n    from old import get\n\n    return get(x)\n", "    y = 1\n\n    return fetch(x)\n"),
        (
            "    # why\n    from old import get\n\n    # so\n    return get(x)\n",
            "    # why\n\n    # so\n    return fetch(x)\n",
        ),
        ("    y = 1\n\n    from old import get\n    return get(x)\n", "    y = 1\n\n    return fetch(x)\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_no_empty_lines_are_left_of_a_local_import(before: str, after: str, newline: str) -> None:
    text = f"from corp.net import fetch\n\n\ndef f(x):\n{before}"
    wanted = f"from corp.net import fetch\n\n\ndef f(x):\n{after}"
    assert fixed(text.replace("\n", newline), RULES) == wanted.replace("\n", newline)


def test_what_only_one_branch_would_import_comes_on_top() -> None:
    text = "if TYPE_CHECKING:\n    import old\nelse:\n    import old\nold.get(1)\n"
    assert fixed(text, RULES).startswith("from corp.net import fetch\n")
