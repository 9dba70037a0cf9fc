"""What is said of packs that are wrong: one line with file, row, what is blamed, what is wrong, and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from platform_lint.loading import load_packs
from platform_lint.packs import PackError, parse_pack, read_pack

HEAD = '[[rule]]\ncode = "TST101"\nname = "the-rule"\n'
RULE = HEAD + 'ban = ["a.b"]\n'


def said(text: str) -> str:
    with pytest.raises(PackError) as caught:
        parse_pack(text, "pack.toml")
    return str(caught.value)


def _blocks() -> list[tuple[str, str]]:
    """The tables of the file with what is said; a table may have blank lines in it."""
    text = (Path(__file__).parent / "pack_mistakes.txt").read_text().partition("\n\n")[2]
    found, table = [], []
    for line in text.splitlines():
        if line.startswith("--> "):
            found.append(("\n".join(table).strip("\n") + "\n", line.removeprefix("--> ")))
            table = []
        else:
            table.append(line)
    return found


@pytest.mark.parametrize(
    ("table", "message"), [pytest.param(*block, id=" ".join(block[0].split())) for block in _blocks()]
)
def test_a_broken_rule_is_one_line(table: str, message: str) -> None:
    assert said(HEAD + table) == f"pack.toml:{message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("schema = 2\n", "1: schema: expected 1, got 2"),
        ('[defaults]\nlevel = "x"\n', "2: defaults.level: 'x' is none of error, warning"),
        ('[defaults]\ncode = "x"\n', "2: defaults.code: unknown key; code is said of each rule"),
        ('[defaults]\nonwer = "x"\n', "2: defaults.onwer: unknown key; did you mean 'owner'?"),
        (f'[defaults]\nreceiver = "x"\n{RULE}', "2: defaults.receiver: 'x' is none of exact, inferred, any"),
        (
            f'[defaults]\nowner = "a"\nmessage = "{{nme}}"\n{RULE}',
            "3: rule TST101: message: unknown placeholder {nme}; did you mean 'name'?",
        ),
        ("defaults = 3\n", "1: defaults: expected a table, got a whole number"),
        ("rule = 3\n", "1: rule: expected a list, got a whole number"),
        ("rule = [3]\n", "1: rule 1: expected a table, got a whole number"),
        ('[rule]\ncode = "x"\n', "1: rule: expected a list, got a table: write [[rule]]"),
        ("[rules]\n", "1: rules: unknown key; did you mean 'rule'?"),
        ("[[rule]]\n", "1: rule 1: the key 'code' is missing"),
        ("[[rule]]\ncode = \n", "2: broken TOML: Invalid value"),
        ('a = 1\n[[rule]]\ncode = """\n', "3: broken TOML: Unterminated string"),
        ('[[api]]\nnme = "a"\n', "2: api[1].nme: unknown key; did you mean 'name'?"),
        ('[[api]]\nname = "a"\nexports = ["a b"]\n', "3: api a: exports: 'a b' is no identifier"),
        (
            '[[api]]\nname = "a"\nreturns = "b c"\n',
            "3: api a: returns: 'b c' is no qualified name: 'b c' is no identifier",
        ),
        (
            '[[api]]\nname = "a"\nsignature = "(x)"\n[[api]]\nname = "a"\nsignature = "(y)"\n',
            "6: api a: signature: another [[api]] of this name says '(x)'",
        ),
        (RULE.replace("TST101", "LIB999"), "2: rule LIB999: code LIB999: the letters LIB are platform-lint's own"),
        (RULE.replace('"TST101"', "101"), "2: rule 1: code: expected text, got a whole number"),
        (f"{RULE}{RULE}", "6: rule TST101: code TST101 is already taken by 'the-rule' (pack.toml:1)"),
        (
            RULE + RULE.replace("101", "102"),
            "7: rule TST102: name 'the-rule' is already taken by TST101 (pack.toml:1)",
        ),
        (
            HEAD
            + 'import_as.a = "import a as x"\n'
            + HEAD.replace("101", "102").replace("the-", "a-")
            + 'import_as.a = "import a as y"\n',
            "5: rule TST102: import_as: 'a' has another form in TST101 the-rule (pack.toml:1): keep one of them",
        ),
    ],
)
def test_a_broken_file_is_one_line(text: str, message: str) -> None:
    assert said(text).startswith(f"pack.toml:{message}")


@pytest.mark.parametrize(
    "table",
    [
        pytest.param('ban = ["a.b"]\nrequires = "django"', id="a requirement of any version"),
        pytest.param('ban = ["celery.backends.async"]', id="a name from before async was a word"),
        pytest.param('ban = ["a.*"]\nallow = ["a.b"]', id="allowed among what a wildcard covers"),
        pytest.param('rename."a.b" = "c:"', id="a module"),
        pytest.param('call = "a.f"\nargs.x.forbid = ["$X"]', id="any value is forbidden"),
        pytest.param('class = {}\nforbid.class_attr = ["x"]', id="every class"),
        pytest.param(
            'class = {}\nrequire.class_attr = [{ name = "x", value = "a.X(..., 1)", add = "a.X(2, 1)" }]',
            id="what is added fits what is open",
        ),
        pytest.param(
            'class = {}\nforbid.class_attr = [{ name = "x", value = "1" }]\nrequire.class_attr = ["x"]',
            id="an attribute that must not have one value",
        ),
        pytest.param(
            'class = {}\nrequire.method = { name = "get" }\nforbid.method = { name = "get", async = true }',
            id="a method that must not be of one kind",
        ),
        pytest.param('match = "a.f($X, $Y)"\nwhere.X.not = "$Y"', id="two arguments that differ"),
        pytest.param('match = "a.f($X)"\nwhere.X.test = "1 <= X <= 1"', id="one number"),
        pytest.param('match = "with a.b():\\n    ..."\nrewrite = "with a.c():\\n    ..."', id="a body that stays"),
    ],
)
def test_what_looks_wrong_and_is_not(table: str) -> None:
    assert parse_pack(f"{HEAD}{table}\n", "pack.toml").rules


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "pack.toml"
    path.write_bytes(b"\xef\xbb\xbf" + RULE.encode())
    assert [rule.code for rule in read_pack(path).rules] == ["TST101"]


@pytest.mark.parametrize("name", ["pack.toml", "rule.py"])
def test_what_is_no_utf8_has_its_row(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"# one\n# two \xe9\n")
    with pytest.raises(PackError) as caught:
        read_pack(path)
    assert str(caught.value) == f"{path}:2: not UTF-8 text: save it as UTF-8"


def test_files_of_a_pack_agree_on_a_name(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.toml").write_text(f'[[api]]\nname = "a.f"\nsignature = "(x{number})"\n')
    with pytest.raises(PackError) as caught:
        load_packs([str(tmp_path)], installed=False)
    assert str(caught.value) == (
        f"{tmp_path / '2.toml'}:2: api a.f: another file of the pack says something else of it: keep one"
    )
