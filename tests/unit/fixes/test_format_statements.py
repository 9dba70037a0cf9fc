"""Statements that share a line, or stand behind a colon: the lines around them stay as they are."""

from __future__ import annotations

import pytest
from format_law import fixed, python_rule, rule, said

REPORT = "def visit_Call(self, node):\n    if self.means(node, 'corp.call'):\n        self.report("
PYTHON = {
    "two": REPORT + "self.enclosing(node, cst.Expr), replace='corp.one()\\ncorp.two()')\n",
    "with": REPORT + "self.enclosing(node, cst.Expr), replace='with corp.one():\\n    corp.two()')\n",
    "none": REPORT + "self.enclosing(node, cst.Expr), remove=True)\n",
}
DROP = rule('match = "corp.call($...A)"\nrewrite = ""\n')
HEAD = "import corp\ncorp.keep\n"


@pytest.mark.parametrize("name", ["pattern", "Python"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a; corp.call(1); b\n", "a; b\n"),
        ("corp.call(1); b  # c\n", "b  # c\n"),
        ("a; corp.call(1)  # c\n", "a  # c\n"),
        ("if a: corp.call(1)\n", "if a: pass\n"),
        ("if a: corp.call(1); b\n", "if a: b\n"),
        ("if a: b; corp.call(1)\nelse: c\n", "if a: b\nelse: c\n"),
        ("if a:\n    b\nelif c:\n    corp.call(1)\nelse:\n    d\n", "if a:\n    b\nelif c:\n    pass\nelse:\n    d\n"),
        ("try: corp.call(1)\nfinally: b\n", "try: pass\nfinally: b\n"),
        ("match a:\n    case 1: corp.call(1)\n", "match a:\n    case 1: pass\n"),
        ("if a:\n\tif b:\n\t\tcorp.call(\n\t\t\t1)\n\tc\n", "if a:\n\tif b:\n\t\tpass\n\tc\n"),
        ("x = \\\n    1; corp.call(1)\n", "x = \\\n    1\n"),
        ("@d\n# c\ndef f():\n    '''doc'''\n    corp.call(1)\n\n\nx\n", "@d\n# c\ndef f():\n    '''doc'''\n\n\nx\n"),
    ],
)
def test_a_statement_taken_out(tmp_path, name, before, after):
    pack = DROP if name == "pattern" else python_rule(tmp_path, "none", PYTHON["none"])
    assert fixed((HEAD + before).encode(), pack).decode() == HEAD + after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if a: corp.call(1)\n", "if a: corp.one(); corp.two()\n"),
        ("if a: x; corp.call(1); y  # c\n", "if a: x; corp.one(); corp.two(); y  # c\n"),
        ("if a:\n\tcorp.call(1)  # c\n\ty\n", "if a:\n\tcorp.one()  # c\n\tcorp.two()\n\ty\n"),
        ("x; corp.call(1)", "x\ncorp.one()\ncorp.two()"),
    ],
)
def test_two_statements_for_one(tmp_path, before, after):
    pack = python_rule(tmp_path, "two", PYTHON["two"])
    assert fixed((HEAD + before).encode(), pack).decode() == HEAD + after


def test_where_a_block_cannot_stand_the_fix_is_refused_and_others_are_made(tmp_path):
    pack = python_rule(tmp_path, "with", PYTHON["with"])
    before = f"{HEAD}if a: corp.call(1); y\ncorp.call(2)\n".encode()
    assert fixed(before, pack).decode() == f"{HEAD}if a: corp.call(1); y\nwith corp.one():\n    corp.two()\n"
    assert said(before, pack) == ["With cannot stand behind the colon of a block"]


@pytest.mark.parametrize("shown", ["f'{N.x=}'", 'f"""{\nN.x=}"""', 'f"""{\nN.x = !r:>10}"""'])
def test_an_import_keeps_its_form_where_a_string_shows_a_use(shown):
    before = f"import corp.np as N\nx = {shown}\n"
    pack = rule('import_as = {"corp.np" = "import corp.np as np"}\n')
    assert fixed(before.encode(), pack).decode() == before
    assert said(before.encode(), pack) == ["an f-string shows how a use is written (`{…=}`)"]
