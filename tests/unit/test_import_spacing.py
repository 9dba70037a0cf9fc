"""``platform_lint.imports``: white space that is odd stays odd, and nothing is left of what goes."""

from __future__ import annotations

import pytest
from test_imports import add, drop, edited, extend, item, on_top

from platform_lint.imports import CommentLost


@pytest.mark.parametrize(
    ("text", "names", "after"),
    [
        pytest.param("from m import (\n\ta ,\n\tb,\n)\n", "a", "from m import (\n\tb,\n)\n", id="blank before a comma"),
        pytest.param(
            "from m import (\n    a\t,\f\n    b,\n)\n", "a", "from m import (\n    b,\n)\n", id="tab and form feed"
        ),
        pytest.param(
            "from m import (\n    a,\n    b  \n)\n", "b", "from m import (\n    a,\n)\n", id="no comma behind"
        ),
        pytest.param(
            "from m import (\n    a, b,\n    c,\n)\n", "c", "from m import (\n    a, b,\n)\n", id="its own line"
        ),
        pytest.param("from m import (\n    a, b,\n    c,\n)\n", "b c", "from m import (\n    a,\n)\n", id="two lines"),
        pytest.param("from m import (\n    a,\n    b, c\n)\n", "a c", "from m import (\n    b\n)\n", id="around one"),
        pytest.param(
            "from m import (\n    a,\n    b,\n    c,\n)\n", "a c", "from m import (\n    b,\n)\n", id="around a line"
        ),
        pytest.param("from m import (a, b, c)\n", "a b", "from m import (c)\n", id="first two in parentheses"),
        pytest.param("from m import (a, b, c)\n", "c", "from m import (a, b)\n", id="last in parentheses"),
        pytest.param("from m import \\\n    a, \\\n    b\n", "a", "from m import \\\n    b\n", id="continued, first"),
        pytest.param("from m import \\\n    a, \\\n    b\n", "b", "from m import \\\n    a\n", id="continued, last"),
        pytest.param("from m import (\r    a,\r    b,\r)\r", "a", "from m import (\r    b,\r)\r", id="CR, first"),
        pytest.param("from m import (\r    a,\r    b,\r)\r", "b", "from m import (\r    a,\r)\r", id="CR, last"),
        pytest.param("if x:\r    import a\r    y\r", "a", "if x:\r    y\r", id="CR, a line"),
        pytest.param("import a  ; x\n", "a", "x\n", id="blanks before a semicolon"),
        pytest.param("x\t;\timport a\n", "a", "x\n", id="tabs around a semicolon"),
        pytest.param("x\f;\fimport a\n", "a", "x\n", id="form feeds around a semicolon"),
        pytest.param("import a\f;\fx\n", "a", "x\n", id="form feeds behind"),
        pytest.param("import a;\nx\n", "a", "x\n", id="semicolon at the end"),
        pytest.param("if x:\n    import a ; \n    y\n", "a", "if x:\n    y\n", id="semicolon at the end, indented"),
        pytest.param("x; import a;\ny\n", "a", "x;\ny\n", id="semicolons on both sides"),
        pytest.param("x; import a; # why\ny\n", "a", "x; # why\ny\n", id="semicolons on both sides and a comment"),
        pytest.param("import a ; # why\nx\n", "a", "# why\nx\n", id="semicolon and a comment"),
        pytest.param("import a;", "a", "", id="semicolon at the end of the file"),
        pytest.param("import a; import b; x\n", "a", "import b; x\n", id="first of three"),
        pytest.param("import a; import b; import c\n", "b", "import a; import c\n", id="second of three"),
        pytest.param("import a; import b; import c\n", "a c", "import b\n", id="around another"),
        pytest.param("if x: import a; y\n", "a", "if x: y\n", id="first in a one-line if"),
        pytest.param("if x: y; import a\n", "a", "if x: y\n", id="last in a one-line if"),
        pytest.param("import a\n\n\nx\n", "a", "x\n", id="blank lines at the top of the file"),
        pytest.param("import a\n\t\n\f\nx\n", "a", "x\n", id="lines of blanks at the top of the file"),
        pytest.param("import a\r\rx\r", "a", "x\r", id="blank lines at the top, CR"),
        pytest.param("import a\r\n\r\nx\r\n", "a", "x\r\n", id="blank lines at the top, CRLF"),
        pytest.param("x\nimport a\n\ny\n", "a", "x\n\ny\n", id="blank lines below something"),
        pytest.param("def f():\n    import a\n\n    y\n", "a", "def f():\n    y\n", id="blank lines in a function"),
        pytest.param("import a\t# why\n", "a", "# why\n", id="tab before a comment"),
        pytest.param("if x:\n    import a  # why\n", "a", "if x:\n    pass  # why\n", id="comment behind a pass"),
        pytest.param("if x:\n    y; import a  # why\n", "a", "if x:\n    y  # why\n", id="comment behind the rest"),
        pytest.param("while x:\n    y\nelse:\n    import a\n", "a", "while x:\n    y\nelse:\n    pass\n", id="else"),
        pytest.param("try:\n    x\nfinally:\n    import a\n", "a", "try:\n    x\nfinally:\n    pass\n", id="finally"),
    ],
)
def test_names_taken_out(text: str, names: str, after: str) -> None:
    assert edited(text, drop(*names.split())) == after


@pytest.mark.parametrize(
    ("text", "names", "reason"),
    [
        pytest.param("from m import (a,  # why\n    b, c, d)\n", "a c", "beside the imported name", id="one of two"),
        pytest.param("from m import (  # why\n    a,\n)\n", "a", "inside the import", id="in what goes as a whole"),
    ],
)
def test_the_reason_says_which_comment(text: str, names: str, reason: str) -> None:
    with pytest.raises(CommentLost, match=f"a comment {reason} would be lost"):
        edited(text, drop(*names.split()))


@pytest.mark.parametrize(
    ("text", "names", "after"),
    [
        pytest.param(
            "from m import (\n    a\t,\t# why\n)\n",
            "b",
            "from m import (\n    a\t,\t# why\n    b,\n)\n",
            id="tabs before a comment",
        ),
        pytest.param(
            "from m import (\n    a  # why\n)\n", "b", "from m import (\n    a,\n    b  # why\n)\n", id="no comma"
        ),
        pytest.param(
            "from m import (\n    a,  # why\n    c,\n)\n",
            "b",
            "from m import (\n    a,  # why\n    b,\n    c,\n)\n",
            id="between a comment and a name",
        ),
        pytest.param("from m import (\n    a, c,\n)\n", "b", "from m import (\n    a, b, c,\n)\n", id="two a line"),
        pytest.param(
            "from m import (\n    a, c,\n)\n", "d", "from m import (\n    a, c, d,\n)\n", id="two a line, at the end"
        ),
        pytest.param(
            "from m import (a,\n               c)\n",
            "b",
            "from m import (a,\n               b,\n               c)\n",
            id="under the parenthesis",
        ),
        pytest.param(
            "from m import (a,\n               c)\n",
            "d",
            "from m import (a,\n               c,\n               d)\n",
            id="under the parenthesis, at the end",
        ),
        pytest.param(
            "from m import \\\n    a, \\\n    c\n", "b", "from m import \\\n    a, \\\n    b, c\n", id="continued"
        ),
        pytest.param(
            "from m import \\\n    a, \\\n    c\n",
            "d",
            "from m import \\\n    a, \\\n    c, d\n",
            id="continued, at the end",
        ),
        pytest.param("from m import(a)\n", "b", "from m import(a, b)\n", id="glued parenthesis"),
        pytest.param("from m import\\\n(a,\n)\n", "b", "from m import\\\n(a, b,\n)\n", id="continued parenthesis"),
        pytest.param(
            "from m import( # why\n  a\n)\n",
            "b",
            "from m import( # why\n  a,\n  b\n)\n",
            id="comment of the parenthesis",
        ),
        pytest.param("from m import AB, Bc, a\n", "CD", "from m import AB, CD, Bc, a\n", id="constants first"),
        pytest.param("from m import AB, Bc, a\n", "Bd", "from m import AB, Bc, Bd, a\n", id="then classes"),
        pytest.param("from m import B, a\n", "C", "from m import B, C, a\n", id="one letter is a class"),
        pytest.param("from m import ZZ, Ab, B, a\n", "C", "from m import ZZ, Ab, B, C, a\n", id="and so among others"),
        pytest.param("from m import a, B, C\n", "D", "from m import a, B, C, D\n", id="case does not matter"),
        pytest.param("from m import B, a, C\n", "b", "from m import B, a, C, b\n", id="no order there is"),
        pytest.param("from m import A, _b, c\n", "_a", "from m import A, _a, _b, c\n", id="underscores"),
    ],
)
def test_names_put_in(text: str, names: str, after: str) -> None:
    assert edited(text, extend(*names.split())) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("import a;", "import a; import b; from c import d;", id="semicolon at the end"),
        pytest.param("import a ; # why\n", "import a; import b; from c import d ; # why\n", id="blank, semicolon"),
        pytest.param(
            "if x:\n    y; import a\n", "if x:\n    y; import a; import b; from c import d\n", id="behind a semicolon"
        ),
        pytest.param("import a\r", "import a\rimport b\rfrom c import d\r", id="CR"),
        pytest.param("if x:\r\timport a\r", "if x:\r\timport a\r\timport b\r\tfrom c import d\r", id="CR, indented"),
        pytest.param(
            "from m import (\n  a)\n", "from m import (\n  a)\nimport b\nfrom c import d\n", id="several lines"
        ),
    ],
)
def test_imports_beside_another(text: str, after: str) -> None:
    assert edited(text, add(item("b"), item("c", "d"))) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("# c\r# d\r\rx\r", "# c\r# d\rimport p\rfrom m import q, r\r\rx\r", id="CR"),
        pytest.param(
            "# c\r\n# d\r\n\r\nx\r\n",
            "# c\r\n# d\r\nimport p\r\nfrom m import q, r\r\n\r\nx\r\n",
            id="under comments, CRLF",
        ),
        pytest.param("'doc'", "'doc'\n\nimport p\nfrom m import q, r", id="a docstring is all there is"),
        pytest.param(
            "'doc'\r\nx\r\n", "'doc'\r\n\r\nimport p\r\nfrom m import q, r\r\n\r\nx\r\n", id="under a docstring, CRLF"
        ),
        pytest.param(
            "'doc'  # why\nx\n", "'doc'  # why\n\nimport p\nfrom m import q, r\n\nx\n", id="docstring, comment"
        ),
        pytest.param("'doc';x\n", "'doc'; import p; from m import q, r;x\n", id="docstring, semicolon"),
        pytest.param("import a;x\n", "import a; import p; from m import q, r;x\n", id="import, semicolon"),
        pytest.param(
            "import a\n'x'\nimport b\n", "import a\nimport p\nfrom m import q, r\n'x'\nimport b\n", id="a late string"
        ),
        pytest.param("x\nimport a\n", "import p\nfrom m import q, r\n\nx\nimport a\n", id="imports below code"),
        pytest.param(
            "import a\\\n, b\nx\n", "import a\\\n, b\nimport p\nfrom m import q, r\nx\n", id="below a continuation"
        ),
    ],
)
def test_imports_at_the_top(text: str, after: str) -> None:
    assert edited(text, on_top(item("p"), item("m", "q"), item("m", "r"))) == after


def test_what_stands_at_the_top_and_goes_is_replaced() -> None:
    def change(editor, statements):  # type: ignore[no-untyped-def]
        editor.drop(statements[-1], statements[-1].names[0])
        editor.add_on_top(item("m", "b"))
        editor.add_on_top(item("m", "b"))

    assert edited("import a\nfrom m import c  # why\nx\n", change) == "import a\nfrom m import b  # why\nx\n"
