"""``platform_lint.authoring.explaining``: what is said of rules, and of what applies to a path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from platform_lint.authoring.explaining import explain, list_rules
from platform_lint.profiles import Profile, Profiles, UsageError

PACK = """
[[rule]]
code = "ACM101"
name = "old-session"
message = "`{name}` is gone: {hint}"
why = "Sessions leaked."
docs = ["https://docs.corp.example/sessions", "https://docs.corp.example/why"]
since = "4.2"
owner = "team-platform"
level = "warning"
deadline = 2031-03-01
requires = "corp-db>=4"
only_in = ["services/**"]
except_in = ["services/legacy/**"]
allow = ["corp.legacy.fine"]
type_checking = "allow"
[rule.ban]
"corp.db.get_session" = "corp.db.sessions.open_session"
"corp.db.Session" = { to = "corp.db.sessions.Session", fix = "unsafe" }
"corp.legacy" = { hint = "use `corp`" }
[[rule.example]]
bad = '''
from corp.db import get_session  # hit
'''
good = '''
from corp.db.sessions import open_session  # hit
'''
[[rule.example]]
ok = "import corp.legacy\\n"
path = "scripts/tool.py"

[[rule]]
code = "ACM102"
name = "no-print"
message = "`{name}` \\u001b[31mred"
default = false
ban = ["builtins.print"]

[[rule]]
code = "ACM201"
name = "moved"
rename = { "corp.old" = { removed = "write it yourself" }, "corp.older" = "corp.new" }
fix = "suggest"
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a pack, which is where the tests run."""
    root = tmp_path / "project"
    (root / "services" / "billing").mkdir(parents=True)
    (root / "services" / "billing" / "__init__.py").touch()
    (root / "services" / "billing" / "main.py").touch()
    (root / ".git").mkdir()
    (root / "acme.toml").write_text(PACK, "utf-8")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def profile(project: Path) -> Profile:
    return Profiles(isolated=True, rules=[str(project / "acme.toml")]).for_directory(str(project))


def rows(text: str) -> dict[str, str]:
    """The lines of a list by code."""
    return {
        line.split()[0]: " ".join(line.split())
        for line in text.splitlines()
        if line[:5].strip()[:3] in ("ACM", "LIB", "MIG")
    }


# The list


def test_the_list_has_one_line_for_each_rule(profile: Profile) -> None:
    text = list_rules(profile, "text")
    found = rows(text)
    codes = list(found)
    assert codes.index("LIB001") < codes.index("LIB100") < codes.index("ACM101") < codes.index("ACM102")
    assert set(found) == {rule.code for rule in profile.rules}
    assert found["ACM101"] == (
        "ACM101 old-session fix warning default `corp.db.get_session` (+2) is gone: use `corp.db.sessions.open_session`"
    )
    assert found["ACM102"] == "ACM102 no-print - error opt-in `print` \\x1b[31mred"
    assert found["ACM201"] == "ACM201 moved suggest error default `corp.old` (+1) was removed: write it yourself"
    assert "\nacme (3 rules)\n" in text
    assert "\nhttp (" in text


def test_the_list_as_json_has_every_field(profile: Profile) -> None:
    found = {rule["code"]: rule for rule in json.loads(list_rules(profile, "json"))}
    assert set(found) == {rule.code for rule in profile.rules}
    session = found["ACM101"]
    assert set(session) == {*profile.rules[0].__slots__, "enabled", "fixable"}
    assert session["enabled"] is True
    assert found["ACM102"]["enabled"] is False
    assert session["allow"] == ["corp.legacy.fine"]
    assert session["names"][1] == {
        "name": "corp.db.Session",
        "to": "corp.db.sessions.Session",
        "hint": "",
        "fix": "unsafe",
        "removed": False,
    }


# One rule


def test_a_rule_is_explained_in_full(profile: Profile) -> None:
    assert (
        explain(profile, "ACM101", "text")
        == """\
ACM101 old-session

`corp.db.get_session` (+2) is gone: use `corp.db.sessions.open_session`

Sessions leaked.

Default:     on; on under this configuration
Level:       warning, an error from 2031-03-01 on
Fix:         safe
Since:       4.2
Owner:       team-platform
Requires:    corp-db>=4 (of the linted project)
Only in:     services/**
Not in:      services/legacy/**
Allows:      corp.legacy.fine
Annotations: imports under `if TYPE_CHECKING:` are allowed
Docs:        https://docs.corp.example/sessions
Docs:        https://docs.corp.example/why
Defined in:  acme.toml:2 (pack acme)

Bans:
  corp.db.get_session  -> corp.db.sessions.open_session
  corp.db.Session      -> corp.db.sessions.Session (unsafe)
  corp.legacy          use `corp`

Example 1, is reported:
    from corp.db import get_session  # hit
Example 1 becomes:
    from corp.db.sessions import open_session

Example 2 in scripts/tool.py, is left alone:
    import corp.legacy
"""
    )


def test_a_rule_has_a_code_a_name_and_either_will_do(profile: Profile) -> None:
    assert explain(profile, "old-session", "text") == explain(profile, "acm101", "text")


def test_a_bare_rule_says_only_what_there_is(profile: Profile) -> None:
    text = explain(profile, "moved", "text")
    assert "\n`corp.old` (+1) was removed: write it yourself\n" in text
    assert "Fix:         suggested, never applied\n" in text
    assert "  corp.old    removed: write it yourself\n  corp.older  -> corp.new (suggest)\n" in text
    assert "Owner" not in text
    assert "Example" not in text


def test_an_engine_rule_is_explained_too(profile: Profile) -> None:
    text = explain(profile, "LIB003", "text")
    assert text.startswith("LIB003 unused-suppression\n")
    assert "Defined in:  platform-lint itself\n" in text


def test_foreign_text_is_escaped(profile: Profile) -> None:
    assert "\x1b" not in explain(profile, "no-print", "text")


def test_an_explanation_as_json_has_the_examples(profile: Profile) -> None:
    rule = json.loads(explain(profile, "ACM101", "json"))
    assert rule["examples"][1] == {"ok": "import corp.legacy\n", "path": "scripts/tool.py"}
    assert rule["why"] == "Sessions leaked."


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("ACM999", "no rule has the code or name 'ACM999'"),
        ("old-sesion", "no rule has the code or name 'old-sesion'; did you mean 'old-session'\\?"),
        ("ACM1", "2 codes begin with ACM1: name one of ACM101 to ACM102"),
        ("", "no rule has the code or name ''"),
    ],
)
def test_an_unknown_rule_is_a_mistake(profile: Profile, word: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        explain(profile, word, "text")


def test_every_built_in_rule_can_be_explained(profile: Profile) -> None:
    for rule in profile.rules:
        assert explain(profile, rule.code, "text").startswith(f"{rule.code} {rule.name}\n")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('message = "`{name}` needs {arg}"\ncall = ["a.f", "a.g"]\nargs.x.required = true', "`a.f` (+1) needs x"),
        ('message = "`{name}`: {to}"\non = "a.B"\nrename_attr.get = "fetch"', "`a.B.get`: fetch"),
        (
            'message = "{name} is {to} and {use}"\nimport_as.numpy = "import numpy as np"',
            "numpy is import numpy as np and np",
        ),
        ('message = "{N} times: {to}"\nmatch = "a.f($N)"\nrewrite = "a.g($N)"', "$N times: a.g($N)"),
        ('message = "`{name}` lacks {what}"\nclass = {}\nrequire.docstring = true', "`…` lacks …"),
        ("class = {}\nrequire.docstring = true", "Classes: must have a docstring."),
    ],
)
def test_no_placeholder_is_left_in_what_a_list_says(table: str, said: str) -> None:
    from platform_lint.authoring.explaining import summary
    from platform_lint.loading import Sheet
    from platform_lint.packs import parse_pack

    pack = parse_pack(f'[[rule]]\ncode = "ACM101"\nname = "a-rule"\n{table}\n', "acme.toml")
    assert summary(pack.rules[0], Sheet((), pack.tables["ACM101"])) == said


FIXES = """
[[rule]]
code = "ACM301"
name = "rewritten"
match = "corp.old($X)"
rewrite = "corp.new($X)"

[[rule]]
code = "ACM302"
name = "only-found"
match = "corp.old($X)"

[[rule]]
code = "ACM303"
name = "gone-attribute"
on = "corp.Session"
rename_attr = { run = { removed = "call `start`" } }

[[rule]]
code = "ACM304"
name = "moved-attribute"
on = "corp.Session"
rename_attr = { run = { to = "start", fix = "unsafe" } }

[[rule]]
code = "ACM305"
name = "other-import"
import_as = { "corp.tables" = "import corp.tables as ct" }
fix = "suggest"

[[rule]]
code = "ACM306"
name = "without-timeout"
call = "corp.get"
args.timeout = { required = true, insert = "10" }

[[rule]]
code = "ACM307"
name = "without-limit"
call = "corp.get"
args.limit = { required = true }

[[rule]]
code = "ACM308"
name = "undocumented"
class = { subclass_of = "corp.Base" }
require = { docstring = true }
"""
PYTHON = '''
from platform_lint.api import Rule, cst


class {name}(Rule):
    """No `old`."""

    code = "{code}"
    words = ("old",)

    def visit_Name(self, node: cst.Name) -> None:
        self.report(node{more})
'''


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        ("ACM301", "safe"),
        ("ACM302", "none"),
        ("ACM303", "none"),
        ("ACM304", "unsafe: applied with --unsafe-fixes"),
        ("ACM305", "suggested, never applied"),
        ("ACM306", "safe"),
        ("ACM307", "none"),
        ("ACM308", "none that an example shows"),
        ("ACM309", "safe"),
        ("ACM310", "none that an example shows"),
    ],
)
def test_whether_a_rule_mends_needs_no_example(project: Path, code: str, fix: str) -> None:
    rules = project / "fixes"
    rules.mkdir()
    (rules / "fixes.toml").write_text(FIXES)
    (rules / "mends.py").write_text(PYTHON.format(name="Mends", code="ACM309", more=', replace="new"'))
    (rules / "finds.py").write_text(PYTHON.format(name="Finds", code="ACM310", more=""))
    profile = Profiles(isolated=True, rules=[str(rules)]).for_directory(str(project))
    assert f"Fix:         {fix}\n" in explain(profile, code, "text")
    assert json.loads(explain(profile, code, "json"))["fixable"] == (not fix.startswith("none"))
