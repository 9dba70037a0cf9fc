"""Whatever a file is made of, its fix is the one it has in plain dress, and all else stays byte for byte.

Line ends, encodings, byte order marks, tabs, form feeds, ends without a newline: each with every kind of fix that
changes lines.
"""

from __future__ import annotations

import pytest
from format_law import assert_ends_kept, comments, fix, fixed, python_rule, rule, said, tree

STATEMENTS = {
    "statement": (
        "def visit_Call(self, node):\n"
        "    if self.means(node, 'corp.call'):\n"
        "        line = self.enclosing(node, cst.SimpleStatementLine)\n"
        "        self.report(line, replace='x = 1\\nif x:\\n    corp.new()\\n')\n"
    ),
    "removal": (
        "def visit_Call(self, node):\n"
        "    if self.means(node, 'corp.call'):\n"
        "        self.report(self.enclosing(node, cst.SimpleStatementLine), remove=True)\n"
    ),
    "codemod": (
        "def transform(self, module):\n"
        "    class Adder(cst.CSTTransformer):\n"
        "        def leave_SimpleStatementLine(self, original_node, updated_node):\n"
        "            if module.code_for_node(original_node).strip().startswith('corp.call'):\n"
        "                call = updated_node.body[0].value\n"
        "                new = updated_node.with_deep_changes(call.func.attr, value='new')\n"
        "                return cst.FlattenSentinel([new, cst.parse_statement('corp.more()')])\n"
        "            return updated_node\n"
        "    return module.visit(Adder())\n"
    ),
}

#: By name: the rule, and a file whose fix adds, drops or changes lines.
FILES = {
    "an import and its uses": (
        rule('rename = {"corp.call" = "lib.x.new"}\n'),
        '"""Doc."""\nfrom corp import (\n    call,\n    other,  # o\n)\nimport os\n\n# c\ncall(1)\n\n\n'
        "def f():\n    from corp import call, more\n    return call(2), os, other, more\n",
    ),
    "another form of an import": (
        rule('import_as = {"corp.np" = "import corp.np as np"}\n'),
        "import os\nimport corp.np as N\nfrom corp import np as M, z\n\nN.x\nM.y\nz, os\n",
    ),
    "arguments put in": (
        rule('call = "corp.call"\nargs.t = {required = true, insert = "corp.T"}\n'),
        "from corp import call\n\ncall(\n    1,  # one\n    2,\n)\ncall(\n    1\n)\ncall(\n    # none\n)\n"
        "call(1,\n     2)\n",
    ),
    "arguments taken out": (
        rule('call = "corp.call"\nargs.k = {removed = true}\nargs.l = {rename = "m"}\n'),
        "from corp import call\n\ncall(\n    1,  # one\n    k=2,\n    l=3,\n)\ncall(\n    1,\n    k=1\n)\n"
        "call(\n    k=1\n)\n",
    ),
    "a method": (
        rule('on = "corp.Client"\nrename_attr = {"fetch" = "transport.get"}\n'),
        'from corp import Client\n\n\nclass X(Client):\n    """Doc.\n\n    more\n    """\n\n    def go(self):\n'
        "        self.fetch(\n            1,\n        )\n",
    ),
    "a class": (
        rule(
            'class = {name = "C*"}\n'
            'require = {decorator = "corp.deco", base = "corp.Base", class_attr = [{name = "owner", add = "1"}]}\n'
        ),
        'import os\n\n\nclass C1:\n    """Doc."""\n\n    x = 1\n\n\n@os.y\n# c\nclass C2(os.Z): pass\n\n\n'
        "class C3(\n    os.A,\n    os.B,\n):\n    # c\n    x = 1\n",
    ),
    "a function": (
        rule('function = {name = "f*"}\nrequire = {params = {kwargs = true}, returns = "int"}\n'),
        "def f1(a): pass\n\n\nasync def f2(\n    a,\n    b=1,  # b\n):\n    pass\n\n\n"
        "def f3(\n    a,\n    b\n): pass\n",
    ),
    "statements taken out": (
        rule('match = "corp.trace($...A)"\nrewrite = ""\n'),
        "import corp\ncorp.keep\n\ndef f():\n    corp.trace(1)\n    x = 1\n    corp.trace(\n        2\n    )\n"
        "    return x\n\nif x:\n    corp.trace()\ncorp.trace()\n",
    ),
    "statements put in": (
        rule('match = "corp.open($X)"\nrewrite = """\nwith corp.opened($X) as f:\n    f.read()\n"""\n'),
        'import corp\n\ndef f():\n    corp.open(1)\n    x = 1\n\nif x:\n    # c\n    corp.open("a")  # d\n',
    ),
    "a block moved out": (
        rule('match = """\nwith corp.old():\n    $...B\n"""\nrewrite = """\n$...B\n"""\n'),
        'import corp\ncorp.keep\n\ndef f():\n    with corp.old():\n        x = """\n  a\n"""\n\n        # c \\\n'
        "        y = (1,\n             2)\n        return x\n",
    ),
    "a list of arguments": (
        rule('match = "corp.call($...A)"\nrewrite = "corp.call2($...A, t=1)"\n'),
        "import corp\n\ncorp.call(\n    1,\n    2,\n)\ncorp.call(\n    1,  # c\n    2  # d\n)\n"
        "corp.call(\n    1,\n    2)\n",
    ),
    "a statement in Python": (
        "statement",
        "import corp\n\ndef f():\n    # c\n    corp.call(1)  # d\n    return 2\n\ncorp.call()\n",
    ),
    "a statement taken out in Python": (
        "removal",
        "import corp\ncorp.keep\n\ndef f():\n    # c\n    corp.call(1)\n    return 2\n\n"
        "if x:\n    corp.call()\n\ncorp.call()\n\nx = 1\n",
    ),
    "a codemod": (
        "codemod",
        "import corp\n\ndef f():\n    # c\n    corp.call(1)  # d\n    return 2\n\ncorp.call(\n    1,\n)\n",
    ),
}


def ended(text: str, *ends: str) -> str:
    """*text* with lines that end in turn with *ends*."""
    made = ""
    for number, line in enumerate(text.split("\n")[:-1]):
        end = ends[number % len(ends)]
        # A carriage return and an empty line would be one line end.
        made += line + ("\r\n" if end == "\n" and not line and made.endswith("\r") else end)
    return made


def coded(text: str, name: str, chars: str) -> str:
    return f'# -*- coding: {name} -*-\n{text}y = "{chars}"  # {chars}\n'


BOM = b"\xef\xbb\xbf"
DRESSES = {
    "carriage returns and newlines": lambda text: ended(text, "\r\n").encode(),
    "a byte order mark": lambda text: BOM + text.encode(),
    "a byte order mark, carriage returns": lambda text: BOM + ended(text, "\r\n").encode(),
    "no newline at the end": lambda text: text.rstrip("\n").encode(),
    "no newline at the end, carriage returns": lambda text: ended(text, "\r\n").rstrip("\r\n").encode(),
    "tabs": lambda text: text.replace("    ", "\t").encode(),
    "two blanks": lambda text: text.replace("    ", "  ").encode(),
    "latin-1": lambda text: coded(text, "latin-1", "é\xa0").encode("latin-1"),
    "cp1252": lambda text: coded(text, "cp1252", "€’").encode("cp1252"),
    "utf-8-sig": lambda text: BOM + coded(text, "utf-8-sig", "é𝔘").encode(),
    "shift_jis": lambda text: coded(text, "shift_jis", "日本語ー").encode("shift_jis"),
    "euc-jp": lambda text: coded(text, "euc-jp", "日本語").encode("euc-jp"),
    "characters that end no line": lambda text: (text + 'z = "\v\x1c\x85\u2028"\n').encode(),
    "an end after a backslash": lambda text: (text + "x = \\\n1").encode(),
}
MIXED = {
    "all three line ends": ("\n", "\r\n", "\r"),
    "mostly newlines": ("\r\n", "\n", "\n"),
    "mostly carriage returns": ("\r\n", "\r\n", "\n"),
    "carriage returns alone": ("\r",),
}
ROUND_TRIP = "LibCST would not write it back as it is"


@pytest.fixture(scope="module")
def rules(tmp_path_factory) -> dict[str, str]:
    """By name of a fix its rule."""
    folder = tmp_path_factory.mktemp("rules")
    made = {name: python_rule(folder, name, body) for name, body in STATEMENTS.items()}
    return {name: made.get(pack, pack) for name, (pack, _) in FILES.items()}


@pytest.mark.parametrize("name", FILES)
def test_a_fix_is_the_same_in_every_dress(rules, name):
    text = FILES[name][1]
    plain = fixed(text.encode(), rules[name]).decode()
    assert plain != text
    assert comments(plain) == comments(text)
    wrong = {}
    for dress, put in DRESSES.items():
        got = fixed(put(text), rules[name])
        if got != put(plain):
            wrong[dress] = got
    assert wrong == {}


@pytest.mark.parametrize("name", FILES)
def test_a_line_keeps_its_end_and_a_line_put_in_has_that_of_its_neighbours(rules, name):
    text = FILES[name][1]
    plain = fixed(text.encode(), rules[name]).decode()
    for ends in MIXED.values():
        before = ended(text, *ends)
        after = fixed(before.encode(), rules[name]).decode()
        if after == before:
            assert [ROUND_TRIP in reason for reason in said(before.encode(), rules[name])] == [True]
            continue
        assert after.replace("\r\n", "\n").replace("\r", "\n") == plain
        assert tree(after) == tree(plain)
        assert_ends_kept(before, after)


@pytest.mark.parametrize(
    ("rules_", "before", "after"),
    [
        pytest.param(
            rule('class = {name = "C*"}\nrequire.decorator = "corp.deco"\n'),
            "import corp\n\x0cclass C:\n    x = 1\n",
            "import corp\n\x0c@corp.deco\nclass C:\n    x = 1\n",
            id="a decorator below a form feed",
        ),
        pytest.param(
            rule('rename = {"corp.call" = "lib.new"}\n'),
            "import os\n\x0cfrom corp import call, x\n\x0c\ncall(x, os)\n",
            "import os\n\x0cfrom corp import x\nfrom lib import new\n\x0c\nnew(x, os)\n",
            id="an import below a form feed",
        ),
        pytest.param(
            rule('match = "corp.open($X)"\nrewrite = """\nwith corp.opened($X) as f:\n    f.read()\n"""\n'),
            "import corp\nif x:\n\x0c    corp.open(1)\n",
            "import corp\nif x:\n\x0c    with corp.opened(1) as f:\n        f.read()\n",
            id="a statement behind a form feed",
        ),
        pytest.param(
            rule('call = "corp.call"\nargs.t = {required = true, insert = "1"}\n'),
            "import corp\n\x0c\ncorp.call(\n\x0c    1,\n)\n\x0c\n",
            "import corp\n\x0c\ncorp.call(\n\x0c    1,\n    t=1,\n)\n\x0c\n",
            id="an argument below one behind a form feed",
        ),
        pytest.param(
            rule('call = "corp.call"\nargs.t = {required = true, insert = "1"}\n'),
            "import corp\nif x:\n\tcorp.call(\n\t\t# none\n\t)\n",
            "import corp\nif x:\n\tcorp.call(\n\t\t# none\n\t\tt=1\n\t)\n",
            id="an argument below a comment",
        ),
    ],
)
def test_what_is_put_in_is_indented_as_its_neighbours(rules_, before, after):
    assert fixed(before.encode(), rules_).decode() == after


@pytest.mark.parametrize("name", ["a statement in Python", "a codemod"])
@pytest.mark.parametrize(
    "odd",
    [
        pytest.param("x=1\n\x0cdef g(): pass\n", id="a form feed before code"),
        pytest.param("x = 1\ry = 2\r", id="carriage returns alone"),
        pytest.param("\x0c\n\n\t\n  # end", id="blanks of all kinds at the end"),
    ],
)
def test_a_file_that_libcst_would_change_is_left_alone_and_named(rules, name, odd):
    before = (FILES[name][1] + odd).encode()
    result = fix(before, rules[name])
    assert result.after is None
    (finding,) = result.findings
    assert finding.message == f"the file was not checked for TST100: {ROUND_TRIP}"


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        # LibCST 1.9 overflows its stack here, which ends the process.
        pytest.param("x = " + " and ".join("a" * 9_000) + "\n", "it is", id="a chain of and"),
        pytest.param("import a" + ".b" * 6_000 + "\n", "it is", id="a dotted name"),
        # It takes minutes for these.
        pytest.param("x = a" + "()" * 900 + "\n", "it is", id="calls of calls"),
        pytest.param(
            "match x:\n    case " + "{1: " * 12 + "y" + "}" * 12 + ": z\n", "a pattern in it is", id="mappings"
        ),
        pytest.param("match x:\n    case " + "(" * 24 + "1" + ")" * 24 + ": z\n", "a pattern in it is", id="groups"),
        # And it cannot make the code of these.
        pytest.param("x = " + " + ".join("a" * 700) + "\n", "it is", id="a long sum"),
        pytest.param("x = [a" + " for a in b" * 600 + "]\n", "it is", id="loops in a list"),
        pytest.param("x = (" + "'a'\n" * 700 + ")\n", "it is", id="many strings beside each other"),
    ],
)
@pytest.mark.parametrize("name", ["a statement in Python", "a codemod"])
def test_a_file_that_is_too_deep_for_libcst_is_left_alone_and_named(rules, name, odd, reason):
    result = fix((FILES[name][1] + odd).encode(), rules[name])
    assert result.after is None
    messages = [finding.message for finding in result.findings]
    assert messages == [f"the file was not checked for TST100: {reason} nested too deeply for LibCST"]


@pytest.mark.parametrize(
    "odd",
    [
        "x = " + " + ".join("a" * 300) + "\n",
        "match x:\n    case '((((((((((((((((((((' | {1: [A(k=(1, [2]))]}: z\n",
        "x = {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: (((((((((((1)))))))))))}}}}}}}}}}\n",
    ],
)
def test_what_is_deep_and_within_reach_of_libcst_is_fixed(rules, odd):
    before = (FILES["a codemod"][1] + odd).encode()
    assert fixed(before, rules["a codemod"]).endswith(b"corp.more()\n" + odd.encode())


def test_a_character_the_encoding_lacks_leaves_the_file_alone():
    before = "# coding: latin-1\nimport corp\ncorp.call('é')\n".encode("latin-1")
    pack = rule('match = "corp.call($X)"\nrewrite = "corp.call($X, \'€\')"\n')
    assert fixed(before, pack) == before
    assert fixed(before.replace(b"latin-1", b"iso8859-15"), pack).endswith(b"corp.call('\xe9', '\xa4')\n")
