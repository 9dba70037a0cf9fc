"""``platform_lint.packs``: what a pack may say, and one line naming file, row and key for what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from platform_lint.packs import PackError, pack_files, parse_pack, read_pack
from platform_lint.rule import Rule, Target
from platform_lint.tables import did_you_mean

HEAD = '[[rule]]\ncode = "TST101"\nname = "old-get"\n'


def parsed(text: str) -> list[Rule]:
    return parse_pack(text, "pack.toml").rules


def test_a_rule_with_everything() -> None:
    (rule,) = parsed(
        HEAD
        + """
message = "`{name}` is gone: {hint}"
why = "  Because.  "
docs = ["https://one", "https://two"]
since = "2.0"
level = "warning"
deadline = 2027-03-01
owner = "team"
default = false
fix = "unsafe"
type_checking = "allow"
allow = ["corp.db.get.ok", "corp.fine*"]
only_in = ["services/**"]
except_in = ["services/old/"]
requires = "corp>=3"
[rule.rename]
"corp.db.get" = { to = "corp.data:fetch", hint = "see the guide", fix = "safe" }
"corp.db.put" = "corp.data.store"
"corp.db.delete" = { removed = "delete it yourself" }
[[rule.example]]
bad = "import corp.db"
good = "import corp.data"
[[rule.example]]
ok = "import x"
path = "a/b.py"
"""
    )
    assert (rule.verb, rule.level, rule.fix, rule.default, rule.type_checking) == (
        "rename",
        "warning",
        "unsafe",
        False,
        "allow",
    )
    assert [(name.dotted, name.to, name.hint, name.fix, name.removed) for name in rule.names] == [
        ("corp.db.get", "corp.data:fetch", "see the guide", "safe", False),
        ("corp.db.put", "corp.data.store", "", "", False),
        ("corp.db.delete", "", "delete it yourself", "", True),
    ]
    assert (rule.why, rule.url, rule.since, rule.owner, rule.requires) == (
        "Because.",
        "https://one",
        "2.0",
        "team",
        "corp>=3",
    )
    assert rule.allow == (("corp", "db", "get", "ok"), ("corp", "fine*"))
    assert (rule.only_in, rule.except_in) == (("services/**",), ("services/old/",))
    assert rule.origin == "pack.toml:1"
    assert rule.level_on("2027-02-28") == "warning"
    assert rule.level_on("2027-03-01") == "error"


@pytest.mark.parametrize(
    ("ban", "names"),
    [
        ('ban = ["a.b", "a.c*"]', [("a.b", ""), ("a.c*", "")]),
        ('ban = { "a.b" = "c.d", "a.c" = { hint = "x" } }', [("a.b", "c.d"), ("a.c", "")]),
        ('ban."a.b" = "c.d"', [("a.b", "c.d")]),
        ('[rule.ban]\n"a.b" = "builtins:str"', [("a.b", "builtins:str")]),
        ('ban = ["a.b", "a.b"]', [("a.b", "")]),
    ],
)
def test_ways_to_write_names(ban: str, names: list[tuple[str, str]]) -> None:
    (rule,) = parsed(HEAD + ban)
    assert [(name.dotted, name.to) for name in rule.names] == names


def test_facts_about_re_exports_hold_for_every_rule() -> None:
    pack = parse_pack(
        HEAD
        + 'ban = ["corp.db.Session.get"]\n'
        + '[[api]]\nname = "corp.db.Session"\nreexports = ["corp.Session"]\n'
        + '[[api]]\nname = "corp.db"\nexports = ["Session", "get"]\n',
        "pack.toml",
    )
    assert [name.dotted for name in pack.rules[0].names] == ["corp.db.Session.get", "corp.Session.get"]
    assert pack.apis["corp.db"].exports == ("Session", "get")
    assert pack.apis["corp.db.Session"].reexports == ("corp.Session",)


def test_defaults_are_taken_unless_a_rule_says_otherwise() -> None:
    first, second = parsed(
        '[defaults]\nowner = "team"\nlevel = "warning"\n'
        + HEAD
        + 'ban = ["a.b"]\n[[rule]]\ncode = "TST102"\nname = "other"\nowner = "me"\nban = ["a.c"]\n'
    )
    assert (first.owner, first.level) == ("team", "warning")
    assert (second.owner, second.level) == ("me", "warning")


def error(name: str, text: str, line: int, *parts: str) -> object:
    return pytest.param(text, line, parts, id=name)


@pytest.mark.parametrize(
    ("text", "line", "parts"),
    [
        error("broken TOML", "[[rule]]\ncode = \n", 2, "broken TOML"),
        error(
            "unknown key", HEAD + 'ban = ["a.b"]\nmesage = "x"\n', 5, "mesage: unknown key", "did you mean 'message'?"
        ),
        error("unknown key of the file", '[[rules]]\ncode = "x"\n', 1, "rules: unknown key", "did you mean 'rule'?"),
        error(
            "unknown default",
            '[defaults]\nonwer = "x"\n' + HEAD + 'ban = ["a.b"]\n',
            2,
            "onwer",
            "did you mean 'owner'?",
        ),
        error(
            "unknown key of a name",
            HEAD + '[rule.ban]\n"a.b" = { hnt = "x" }\n',
            5,
            "ban.'a.b'.hnt: unknown key",
            "did you mean 'hint'?",
        ),
        error(
            "unknown key of an example",
            HEAD + 'ban = ["a.b"]\n[[rule.example]]\nbda = "x"\n',
            6,
            "example[1].bda: unknown key",
            "did you mean 'bad'?",
        ),
        error("unknown verb", HEAD + 'bann = ["a.b"]\n', 4, "bann: unknown key", "did you mean 'ban'?"),
        error("missing code", '[[rule]]\nname = "x"\n', 1, "'code' is missing"),
        error("wrong type", HEAD + 'ban = ["a.b"]\nowner = 3\n', 5, "owner: expected text, got a whole number"),
        error("wrong level", HEAD + 'ban = ["a.b"]\nlevel = "fatal"\n', 5, "level: 'fatal' is none of error, warning"),
        error("wrong schema", "schema = 2\n", 1, "schema"),
        error("bad code", '[[rule]]\ncode = "TEST1"\nname = "x"\nban = ["a.b"]\n', 2, "TEST1", "three digits"),
        error(
            "the engine's code",
            '[[rule]]\ncode = "LIB001"\nname = "x"\nban = ["a.b"]\n',
            2,
            "LIB001",
            "platform-lint's own",
        ),
        error("bad name", '[[rule]]\ncode = "TST101"\nname = "Old_Get"\nban = ["a.b"]\n', 3, "Old_Get", "hyphens"),
        error("no verb", HEAD + 'message = "x"\n', 2, "exactly one verb", "none"),
        error("two verbs", HEAD + 'ban = ["a.b"]\nrename."a.c" = "a.d"\n', 5, "exactly one verb", "ban and rename"),
        error("empty verb", HEAD + "ban = []\n", 4, "ban is empty"),
        error("no name", HEAD + 'ban = ["a..b"]\n', 4, "is no qualified name"),
        error("too general", HEAD + 'ban = ["**"]\n', 4, "nearly every name"),
        error("glob renamed", HEAD + 'rename."a.b*" = "c.d"\n', 4, "wildcards cannot be renamed"),
        error("rename to nothing", HEAD + 'rename."a.b" = { hint = "x" }\n', 4, "expected `to`, or `removed`"),
        error("removed and renamed", HEAD + 'rename."a.b" = { to = "a.c", removed = "x" }\n', 4, "exclude each other"),
        error("bad target", HEAD + 'rename."a.b" = "c-d"\n', 4, "to:", "is no qualified name"),
        error("target with two colons", HEAD + 'rename."a.b" = "c:d:e"\n', 4, "to:"),
        error("target is itself", HEAD + 'rename."a.b" = "a:b"\n', 4, "replaced by itself"),
        error("target below itself", HEAD + 'rename."a.b" = "a.b.c"\n', 4, "below itself"),
        error("placeholder", HEAD + 'ban = ["a.b"]\nmessage = "{nam}"\n', 5, "{nam}", "did you mean 'name'?"),
        error("message of two lines", HEAD + 'ban = ["a.b"]\nmessage = "a\\nb"\n', 5, "one line"),
        error("absolute path", HEAD + 'ban = ["a.b"]\nonly_in = ["/a"]\n', 5, "only_in", "relative"),
        error("bad allow", HEAD + 'ban = ["a.b"]\nallow = ["-"]\n', 5, "allow"),
        error("bad requirement", HEAD + 'ban = ["a.b"]\nrequires = "corp >"\n', 5, "is no requirement"),
        error("example without code", HEAD + 'ban = ["a.b"]\n[[rule.example]]\npath = "x"\n', 5, "either `bad`"),
        error("example with both", HEAD + 'ban = ["a.b"]\n[[rule.example]]\nbad = "x"\nok = "y"\n', 5, "either `bad`"),
        error(
            "good without bad",
            HEAD + 'ban = ["a.b"]\n[[rule.example]]\nok = "x"\ngood = "y"\n',
            7,
            "`good` needs the `bad`",
        ),
        error("duplicate code", HEAD + 'ban = ["a.b"]\n' + HEAD + 'ban = ["a.c"]\n', 6, "already taken", "pack.toml:1"),
        error(
            "duplicate name",
            HEAD + 'ban = ["a.b"]\n[[rule]]\ncode = "TST102"\nname = "old-get"\nban = ["a.c"]\n',
            7,
            "already taken",
        ),
        error("bad api", HEAD + 'ban = ["a.b"]\n[[api]]\nname = "a-b"\n', 6, "api a-b"),
    ],
)
def test_mistakes_are_one_line_with_file_and_row(text: str, line: int, parts: tuple[str, ...]) -> None:
    with pytest.raises(PackError) as caught:
        parse_pack(text, "pack.toml")
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"pack.toml:{line}: ")
    assert [part for part in parts if part not in message] == []


def test_files_of_a_pack(tmp_path: Path) -> None:
    for name in ("b.toml", "a/c.toml", ".hidden/d.toml", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    assert [str(path.relative_to(tmp_path)) for path in pack_files(tmp_path)] == ["a/c.toml", "b.toml"]
    assert pack_files(tmp_path / "b.toml") == [tmp_path / "b.toml"]
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, reason in ((empty, "holds no .toml file"), (tmp_path / "none", "no such file or folder")):
        with pytest.raises(PackError, match=reason):
            pack_files(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "pack.toml"
    with pytest.raises(PackError, match="cannot be read"):
        read_pack(path)
    path.write_bytes(b"x = '\xff'\n")
    with pytest.raises(PackError, match="not UTF-8"):
        read_pack(path)


def test_the_pack_of_a_rule_is_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    path.write_text(HEAD + 'ban = ["a.b"]\n')
    assert read_pack(path).rules[0].pack == tmp_path.name
    assert read_pack(path, pack="mine").rules[0].pack == "mine"


@pytest.mark.parametrize(("word", "guess"), [("mesage", "; did you mean 'message'?"), ("xyz", ""), ("", "")])
def test_guesses(word: str, guess: str) -> None:
    assert did_you_mean(word, ["message", "name"]) == guess


@pytest.mark.parametrize(
    ("text", "module", "attributes"),
    [
        ("a.b.c", "a.b", "c"),
        ("a.b:c.d", "a.b", "c.d"),
        ("a.b:", "a.b", ""),
        ("a.Client.get", "a", "Client.get"),
        ("a.Client", "a", "Client"),
        ("a", "a", ""),
        ("builtins:str", "builtins", "str"),
    ],
)
def test_targets(text: str, module: str, attributes: str) -> None:
    target = Target.parse(text)
    assert (".".join(target.module), ".".join(target.attributes)) == (module, attributes)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('ban = ["a.b"]', "`a.b` is banned"),
        ('ban."a.b" = "c.d"', "`a.b` is banned: use `c.d`"),
        ('ban."a.b" = { hint = "ask" }', "`a.b` is banned: ask"),
        ('rename."a.b" = "c:d"', "`a.b` is now `c.d`"),
        ('rename."a.b" = "builtins:str"', "`a.b` is now `str`"),
        ('rename."a.b" = { removed = "ask" }', "`a.b` was removed: ask"),
        ('message = "no {name}"\nban."a.b" = "c.d"', "no a.b: use `c.d`"),
        ('message = "no {name}, {to}"\nban."a.b" = "c.d"', "no a.b, c.d"),
        ('message = "no {name}. {hint}"\nban = ["a.b"]', "no a.b."),
        ('message = "it is {to}"\nrename."a.b" = { removed = "ask" }\nrename."a.c" = "a.d"', "`a.b` was removed: ask"),
        ('deadline = 2027-01-01\nlevel = "warning"\nban = ["a.b"]', "`a.b` is banned (an error from 2027-01-01 on)"),
    ],
)
def test_messages(rule: str, message: str) -> None:
    (parsed_rule,) = parsed(HEAD + rule)
    assert parsed_rule.text_for(parsed_rule.names[0], "a.b", "2026-01-01") == message


def test_a_rule_survives_being_taken_apart() -> None:
    (rule,) = parsed(HEAD + 'rename."a.b" = { to = "c.d", hint = "x" }\nowner = "team"\n')
    copy = Rule.from_fields(rule.fields())
    assert copy.fields() == rule.fields()
