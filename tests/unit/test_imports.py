"""``platform_lint.imports``: import statements edited token by token."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest
from engine import split
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from platform_lint.fixes.fixing import apply_edits
from platform_lint.imports import CommentLost, ImportEditor, Item
from platform_lint.source import Source

Change = Callable[[ImportEditor, list[ast.Import | ast.ImportFrom]], None]


def edited(text: str, change: Change) -> str:
    """*text* after *change*, which gets its import statements in reading order."""
    tree = ast.parse(text)
    editor = ImportEditor(Source(text), tree)
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    change(editor, sorted(statements, key=lambda node: (node.lineno, node.col_offset)))
    after = apply_edits(text, editor.edits())
    ast.parse(after)
    return after


def item(dotted: str, name: str = "", local: str = "") -> Item:
    return Item(split(dotted), name, local)


def drop(*names: str) -> Change:
    def change(editor: ImportEditor, statements: list[ast.Import | ast.ImportFrom]) -> None:
        for statement in statements:
            for alias in statement.names:
                if (alias.asname or alias.name) in names:
                    editor.drop(statement, alias)

    return change


def extend(*names: str) -> Change:
    def change(editor: ImportEditor, statements: list[ast.Import | ast.ImportFrom]) -> None:
        statement = statements[0]
        assert isinstance(statement, ast.ImportFrom)
        for name in names:
            editor.extend(statement, item("m", name))

    return change


def add(*items: Item) -> Change:
    def change(editor: ImportEditor, statements: list[ast.Import | ast.ImportFrom]) -> None:
        for new in items:
            editor.add(new, statements[0])

    return change


def on_top(*items: Item) -> Change:
    def change(editor: ImportEditor, _: list[ast.Import | ast.ImportFrom]) -> None:
        for new in items:
            editor.add_on_top(new)

    return change


@pytest.mark.parametrize(
    ("text", "names", "after"),
    [
        pytest.param("import a\nx\n", "a", "x\n", id="a line"),
        pytest.param("import a\n", "a", "", id="all there is"),
        pytest.param("x\nimport a", "a", "x\n", id="last line without newline"),
        pytest.param("import a, b\n", "a", "import b\n", id="first"),
        pytest.param("import a, b\n", "b", "import a\n", id="last"),
        pytest.param("import a, b, c\n", "b", "import a, c\n", id="middle"),
        pytest.param("import a, b, c\n", "b c", "import a\n", id="last two"),
        pytest.param("import a as x, b\n", "x", "import b\n", id="alias"),
        pytest.param("import a  # why\nx\n", "a", "# why\nx\n", id="comment behind stays"),
        pytest.param("# why\nimport a\nx\n", "a", "# why\nx\n", id="comment above stays"),
        pytest.param("from m import (a,\n               b)\n", "a", "from m import (b)\n", id="parentheses, first"),
        pytest.param(
            "from m import (\n    a,\n    b,\n)\n", "a", "from m import (\n    b,\n)\n", id="one a line, first"
        ),
        pytest.param(
            "from m import (\n    a,\n    b,\n)\n", "b", "from m import (\n    a,\n)\n", id="one a line, last"
        ),
        pytest.param(
            "from m import (\n    a,  # why\n    b,\n)\n",
            "b",
            "from m import (\n    a,  # why\n)\n",
            id="comment of another",
        ),
        pytest.param(
            "from m import (\n    a,\n    # why\n    b,\n)\n",
            "b",
            "from m import (\n    a,\n    # why\n)\n",
            id="comment above stays in place",
        ),
        pytest.param("x; import a; import b\ny\n", "a b", "x\ny\n", id="two behind a semicolon"),
        pytest.param("import a; import b\ny\n", "a b", "y\n", id="two on a line"),
        pytest.param("if x: import a; import b\n", "a b", "if x: pass\n", id="two in a one-line if"),
        pytest.param("import a; x; import b\n", "a b", "x\n", id="around another"),
        pytest.param("from m import a, \\\n    b\n", "b", "from m import a\n", id="continuation"),
        pytest.param("x; import a\n", "a", "x\n", id="behind a semicolon"),
        pytest.param("import a; x\n", "a", "x\n", id="before a semicolon"),
        pytest.param("x; import a; y\n", "a", "x; y\n", id="between semicolons"),
        pytest.param("if x: import a\n", "a", "if x: pass\n", id="one-line if"),
        pytest.param(
            "if x:\n    import a\nelse:\n    y\n", "a", "if x:\n    pass\nelse:\n    y\n", id="only one of its block"
        ),
        pytest.param("try:\n    x\nexcept E:\n    import a\n", "a", "try:\n    x\nexcept E:\n    pass\n", id="handler"),
        pytest.param(
            "match x:\n    case 1:\n        import a\n", "a", "match x:\n    case 1:\n        pass\n", id="case"
        ),
        pytest.param("if x:\n\timport a\n\ty\n", "a", "if x:\n\ty\n", id="tabs"),
        pytest.param("import a\r\nx\r\n", "a", "x\r\n", id="CRLF"),
        pytest.param("import a\rx\r", "a", "x\r", id="CR"),
        pytest.param(
            "from m import (\r\n    a,\r\n    b,\r\n)\r\n",
            "a",
            "from m import (\r\n    b,\r\n)\r\n",
            id="CRLF in parentheses",
        ),
        pytest.param("if x:\n    import a\n    import b\n", "a b", "if x:\n    pass\n", id="all of a block"),
    ],
)
def test_names_taken_out(text: str, names: str, after: str) -> None:
    assert edited(text, drop(*names.split())) == after


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("from m import (\n    a,  # why\n    b,\n)\n", "a", id="beside the name"),
        pytest.param("from m import (\n    # why\n    a,\n)\n", "a", id="all gone"),
        pytest.param("from m import (a,  # why\n    b)\n", "b", id="before the last name"),
    ],
)
def test_a_comment_is_never_lost(text: str, names: str) -> None:
    with pytest.raises(CommentLost):
        edited(text, drop(*names.split()))


@pytest.mark.parametrize(
    ("text", "names", "after"),
    [
        pytest.param("from m import a, c\n", "b", "from m import a, b, c\n", id="in order"),
        pytest.param("from m import a, c\n", "d", "from m import a, c, d\n", id="last"),
        pytest.param("from m import b\n", "a", "from m import a, b\n", id="first"),
        pytest.param("from m import c, a\n", "b", "from m import c, a, b\n", id="no order: last"),
        pytest.param("from m import A, B, a\n", "b", "from m import A, B, a, b\n", id="classes first"),
        pytest.param("from m import A, a\n", "B", "from m import A, B, a\n", id="a class among classes"),
        pytest.param("from m import a, B, c\n", "b2", "from m import a, B, b2, c\n", id="case does not matter"),
        pytest.param("from m import (a, c)\n", "b", "from m import (a, b, c)\n", id="parentheses"),
        pytest.param(
            "from m import (\n    a,\n    c,\n)\n", "b", "from m import (\n    a,\n    b,\n    c,\n)\n", id="one a line"
        ),
        pytest.param(
            "from m import (\n    b,\n    c,\n)\n",
            "a",
            "from m import (\n    a,\n    b,\n    c,\n)\n",
            id="one a line, first",
        ),
        pytest.param(
            "from m import (\n    a,\n    b,\n)\n",
            "c",
            "from m import (\n    a,\n    b,\n    c,\n)\n",
            id="one a line, last",
        ),
        pytest.param(
            "from m import (\n    a,\n    b\n)\n",
            "c",
            "from m import (\n    a,\n    b,\n    c\n)\n",
            id="no comma at the end",
        ),
        pytest.param(
            "from m import (\n    b,\n)\n", "c", "from m import (\n    b,\n    c,\n)\n", id="one alone on its line"
        ),
        pytest.param(
            "from m import (\n    b,\n)\n", "a", "from m import (\n    a, b,\n)\n", id="before one alone on its line"
        ),
        pytest.param(
            "from m import (\n    a,  # why\n)\n",
            "b",
            "from m import (\n    a,  # why\n    b,\n)\n",
            id="behind a comment",
        ),
        pytest.param("from m import a as b, c\n", "b", "from m import a as b, b, c\n", id="aliases sort by name"),
        pytest.param("from m import a  # why\n", "b", "from m import a, b  # why\n", id="comment stays behind"),
        pytest.param("from m import a; x\n", "b", "from m import a, b; x\n", id="semicolon"),
        pytest.param("from m import a, d\n", "b c", "from m import a, b, c, d\n", id="several"),
        pytest.param(
            "from m import (\n    a,\n    d,\n)\n",
            "b c",
            "from m import (\n    a,\n    b,\n    c,\n    d,\n)\n",
            id="several, one a line",
        ),
        pytest.param("from m import a\n", "b c", "from m import a, b, c\n", id="several at the end"),
    ],
)
def test_names_put_in(text: str, names: str, after: str) -> None:
    assert edited(text, extend(*names.split())) == after


@pytest.mark.parametrize(
    ("text", "items", "after"),
    [
        pytest.param("import a\nx\n", [item("b")], "import a\nimport b\nx\n", id="a line"),
        pytest.param("import a", [item("b")], "import a\nimport b", id="no newline at the end"),
        pytest.param("import a  # why\n", [item("b")], "import a  # why\nimport b\n", id="behind a comment"),
        pytest.param("import a; x\n", [item("b")], "import a; import b; x\n", id="semicolon"),
        pytest.param("if x: import a\n", [item("b")], "if x: import a; import b\n", id="one-line if"),
        pytest.param(
            "if x:\n\timport a\n", [item("m", "b", "c")], "if x:\n\timport a\n\tfrom m import b as c\n", id="indented"
        ),
        pytest.param("import a\r\n", [item("b")], "import a\r\nimport b\r\n", id="CRLF"),
        pytest.param(
            "import a\n", [item("m", "b"), item("m", "c")], "import a\nfrom m import b, c\n", id="one module, one line"
        ),
        pytest.param("import a\n", [item("b"), item("c")], "import a\nimport b\nimport c\n", id="two modules"),
        pytest.param(
            "import a\n",
            [item("b", "", "x"), item("b", "", "y")],
            "import a\nimport b as x\nimport b as y\n",
            id="two aliases",
        ),
        pytest.param("import a\n", [item("b"), item("b")], "import a\nimport b\n", id="once"),
    ],
)
def test_imports_beside_another(text: str, items: list[Item], after: str) -> None:
    assert edited(text, add(*items)) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("x\n", "import b\n\nx\n", id="code"),
        pytest.param("", "import b\n", id="nothing"),
        pytest.param("import a\nx\n", "import a\nimport b\nx\n", id="imports"),
        pytest.param('"""Doc."""\nx\n', '"""Doc."""\n\nimport b\n\nx\n', id="docstring"),
        pytest.param('"""Doc."""\n\nx\n', '"""Doc."""\n\nimport b\n\nx\n', id="docstring and a blank line"),
        pytest.param('"doc" "string"\nx\n', '"doc" "string"\n\nimport b\n\nx\n', id="docstring in pieces"),
        pytest.param('("doc")\nx\n', '("doc")\n\nimport b\n\nx\n', id="docstring in parentheses"),
        pytest.param('"""Doc."""; x\n', '"""Doc."""; import b; x\n', id="docstring and a semicolon"),
        pytest.param(
            '"""Doc."""\nfrom __future__ import annotations\nx\n',
            '"""Doc."""\nfrom __future__ import annotations\nimport b\nx\n',
            id="__future__",
        ),
        pytest.param(
            "from __future__ import annotations; x\n",
            "from __future__ import annotations; import b; x\n",
            id="__future__ and a semicolon",
        ),
        pytest.param(
            "#!/bin/sh\n# licence\n\n# about f\ndef f(): ...\n",
            "#!/bin/sh\n# licence\nimport b\n\n\n# about f\ndef f(): ...\n",
            id="header",
        ),
        pytest.param(
            "import a\n\n# about f\ndef f(): ...\n",
            "import a\nimport b\n\n# about f\ndef f(): ...\n",
            id="comment of a function",
        ),
        pytest.param("import a  # why\nx\n", "import a  # why\nimport b\nx\n", id="comment of an import"),
        pytest.param(
            "import (\n" if False else "from m import (\n    a,\n)\nx\n",
            "from m import (\n    a,\n)\nimport b\nx\n",
            id="several lines",
        ),
        pytest.param(
            "import a\ntry:\n    import c\nexcept E: ...\n",
            "import a\nimport b\ntry:\n    import c\nexcept E: ...\n",
            id="before a try",
        ),
        pytest.param("x\r\n", "import b\r\n\r\nx\r\n", id="CRLF"),
    ],
)
def test_imports_at_the_top(text: str, after: str) -> None:
    assert edited(text, on_top(item("b"))) == after
    tree = ast.parse(after)
    assert ast.get_docstring(tree) == ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("from a import b\n", "from m.n import b\n", id="plain"),
        pytest.param("from a . b import c\n", "from m.n import c\n", id="spaced"),
        pytest.param("from ..a import b\n", "from m.n import b\n", id="relative"),
        pytest.param("from . import b\n", "from m.n import b\n", id="dots alone"),
        pytest.param("from.import b\n", "from m.n import b\n", id="glued"),
        pytest.param("from a \\\n  import b\n", "from m.n \\\n  import b\n", id="continuation"),
        pytest.param("from a import (  # why\n    b,\n)\n", "from m.n import (  # why\n    b,\n)\n", id="comments"),
        pytest.param("from imports import b\n", "from m.n import b\n", id="a module called imports"),
    ],
)
def test_the_module_of_a_from_import(text: str, after: str) -> None:
    def change(editor: ImportEditor, statements: list[ast.Import | ast.ImportFrom]) -> None:
        assert isinstance(statements[0], ast.ImportFrom)
        editor.set_module(statements[0], "m.n")

    assert edited(text, change) == after


def test_a_statement_replaced_keeps_its_shape() -> None:
    def change(editor: ImportEditor, statements: list[ast.Import | ast.ImportFrom]) -> None:
        statement = statements[0]
        for alias in reversed(statement.names):
            editor.drop(statement, alias)
            editor.add(item("n", alias.name.upper()), statement, alias)

    text = "from m import (  # one\n    a,  # two\n    b,  # three\n)\n"
    assert edited(text, change) == "from n import (  # one\n    A,  # two\n    B,  # three\n)\n"


def test_an_extended_statement_whose_names_all_go_keeps_what_was_added() -> None:
    def change(editor: ImportEditor, statements: list[ast.Import | ast.ImportFrom]) -> None:
        extend("b")(editor, statements)
        drop("a")(editor, statements)

    assert edited("from m import a\nx\n", change) == "from m import b\nx\n"


def test_a_name_behind_the_last_import_comes_before_a_new_line_there() -> None:
    text = "from corp import one\n\none()\n"
    tree = ast.parse(text)
    editor = ImportEditor(Source(text), tree)
    statement = tree.body[0]
    assert isinstance(statement, ast.ImportFrom)
    editor.add_on_top(Item(("typing",), "Annotated"))
    editor.extend(statement, Item(("corp",), "two"))
    ((start, end, new),) = editor.edits()
    assert text[:start] + new + text[end:] == "from corp import one, two\nfrom typing import Annotated\n\none()\n"


def test_items() -> None:
    assert item("a.b").statement == "import a.b"
    assert item("a.b", "", "c").statement == "import a.b as c"
    assert item("a", "b", "b").statement == "from a import b"
    assert item("a", "b", "c") == item("a", "b", "c")
    assert len({item("a", "b"), item("a", "b", "b"), item("a", "b", "c")}) == 2


# Whatever is done to whatever statement: the result parses and imports what it should

NAMES = ["a", "b", "c", "D", "e as f"]


@st.composite
def statements(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    shape = draw(st.integers(0, 5))
    comma = draw(st.sampled_from(["", ","]))
    if shape == 0:
        text = "from m import " + ", ".join(names)
    elif shape == 1:
        text = "from m import (" + ", ".join(names) + comma + ")"
    elif shape == 2:
        text = (
            "from m import (\n"
            + "".join(f"    {name},{draw(st.sampled_from(['', '  # why']))}\n" for name in names)
            + ")"
        )
    elif shape == 3:
        text = "from m import (\n    " + ",\n    ".join(names) + comma + "\n)"
    elif shape == 4:
        text = "from m import " + ", \\\n    ".join(names)
    else:
        text = "from m import (" + ",\n               ".join(names) + comma + ")"
    around = draw(
        st.sampled_from(["{}", "{}", "x = 1; {}", "{}; x = 1", "if x:\n    {}", "if x:\n    {}\n    y = 1", "if x: {}"])
    )
    text = around.format(text) + draw(st.sampled_from(["\n", "", "  # end\n", "\ny = 2\n"]))
    try:
        ast.parse(text)
    except SyntaxError:
        assume(False)
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def imported(text: str) -> set[str]:
    return {
        f"{alias.name} as {alias.asname}" if alias.asname else alias.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@settings(deadline=None, max_examples=150)
@given(
    statements(),
    st.sets(st.sampled_from(["a", "b", "c", "D", "f"])),
    st.lists(st.sampled_from(["b2", "E", "z"]), unique=True),
)
def test_any_change_to_any_statement(text: str, dropped: set[str], added: list[str]) -> None:
    def change(editor: ImportEditor, statements: list[ast.Import | ast.ImportFrom]) -> None:
        drop(*dropped)(editor, statements)
        extend(*added)(editor, statements)

    before = imported(text)
    try:
        after = edited(text, change)
    except CommentLost:
        assert "# why" in text
        return
    assert imported(after) == {name for name in before if name.split()[-1] not in dropped} | set(added)
    assert after.count("# why") == text.count("# why")
    assert ("\r" in after) == ("\r" in text and "\n" in after)
