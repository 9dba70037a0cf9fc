"""``platform_lint.explaining``: what is said of rules, and of what applies to a path."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from platform_lint.explaining import explain, list_rules, show_config
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
    monkeypatch.setenv("PLATFORM_LINT_CACHE_DIR", str(tmp_path / "cache"))
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
        line.split()[0]: " ".join(line.split()) for line in text.splitlines() if line[:5].strip()[:3] in ("ACM", "LIB")
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

`{name}` is gone: {hint}

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
    assert "\n`{name}` was removed: write it yourself\n" in text
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


# What applies to a path


def configure(project: Path, text: str) -> None:
    (project / "platform-lint.toml").write_text('rule-dirs = ["acme.toml"]\n' + text, "utf-8")


def section(text: str, title: str) -> list[str]:
    """The lines below the title that begins so."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(title)) + 1
    end = next((number for number, line in enumerate(lines[start:], start) if not line), len(lines))
    return [line.strip() for line in lines[start:end]]


def test_where_the_configuration_was_looked_for(project: Path) -> None:
    path = project / "services" / "billing" / "main.py"
    assert section(show_config(Profiles(), str(path)), "Configuration") == [
        "none: no file was found, the defaults hold",
        f"looked in {project}/services/billing: nothing",
        f"looked in {project}/services: nothing",
        f"looked in {project}: nothing, and it is the top of a repository",
        f"paths count from {project}",
    ]
    (project / "services" / "pyproject.toml").write_text("[project]\nname = 'services'\n", "utf-8")
    configure(project, "")
    assert section(show_config(Profiles(), str(path)), "Configuration") == [
        f"{project}/platform-lint.toml",
        f"looked in {project}/services/billing: nothing",
        f"looked in {project}/services: pyproject.toml has no [tool.platform-lint]",
        f"looked in {project}: found platform-lint.toml",
        f"paths count from {project}",
    ]


def test_a_named_file_and_none(project: Path) -> None:
    other = project / "other"
    other.mkdir()
    (other / "lint.toml").write_text("", "utf-8")
    named = show_config(Profiles(config=str(other / "lint.toml")), str(project))
    assert section(named, "Configuration")[0] == f"{other}/lint.toml: named by --config"
    isolated = show_config(Profiles(isolated=True), str(project))
    assert section(isolated, "Configuration")[0] == "none: --isolated leaves configuration files out"


def test_every_setting_says_where_it_comes_from(project: Path) -> None:
    base = project / "base.toml"
    base.write_text("fail-on = 'never'\n", "utf-8")
    configure(project, "extend = 'base.toml'\nextend-ignore = ['ACM2']\n[per-file-ignores]\n'scripts/**' = ['ACM1']\n")
    profiles = Profiles(overrides=["require-reason=true"], changes={"select": ("ALL",)})
    settings = section(show_config(profiles, str(project)), "Settings")
    by_key = {line.partition(" ")[0]: line.partition("= ")[2] for line in settings}
    file = f"({project}/platform-lint.toml)"
    assert f"extends {base}" in section(show_config(profiles, str(project)), "Configuration")
    assert by_key["fail-on"] == f'"never"  ({base})'
    assert by_key["ignore"] == f'["ACM2"]  {file}'
    assert by_key["per-file-ignores"] == f'{{"scripts/**": ["ACM1"]}}  {file}'
    assert by_key["rule-dirs"] == f'["{project}/acme.toml"]  {file}'
    assert by_key["require-reason"] == "true  (command line)"
    assert by_key["select"] == '["ALL"]  (command line)'
    assert by_key["fix"] == "false  (default)"
    assert section(show_config(Profiles(isolated=True), str(project)), "Settings")[0].endswith(
        "= the default rules  (default)"
    )


def test_what_the_file_is_called(project: Path) -> None:
    text = show_config(Profiles(), str(project / "services" / "billing" / "main.py"))
    assert section(text, "Modules") == [
        f"import root {project}",
        f"import root {project}/src (not there)",
        f"the file is billing.main, counted from {project}/services",
    ]
    assert section(show_config(Profiles(), str(project / "services" / "billing")), "Modules")[-1] == (
        f"files in it belong to billing, counted from {project}/services"
    )
    assert section(show_config(Profiles(), str(project / "setup-it.py")), "Modules")[-1] == (
        "the file is no module that others could import by name"
    )


def test_the_packs_and_their_doors(project: Path) -> None:
    configure(project, "")
    found = section(show_config(Profiles(), str(project)), "Packs")
    assert found[0].endswith("rules (installed package platform_lint_rules)")
    assert found[-1] == f"{project}/acme.toml: 3 rules (rule-dirs)"
    door = section(show_config(Profiles(isolated=True, rules=["acme.toml"]), str(project)), "Packs")
    assert door[-1] == f"{project}/acme.toml: 3 rules (--rules)"


def test_why_a_rule_is_off(project: Path) -> None:
    def reason(code: str, path: str, **changes: tuple[str, ...]) -> str:
        text = show_config(Profiles(changes=changes), str(project / path))
        off = [line for line in text.splitlines() if line.startswith(f"  {code} ")]
        assert len(off) == 1
        return off[0].partition(": ")[2]

    configure(project, "[per-file-ignores]\n'scripts/**' = ['moved']\n")
    (project / "scripts").mkdir()
    main, script = "services/billing/main.py", "scripts/tool.py"
    assert reason("ACM201", main) == ""
    assert reason("ACM201", script) == "ignored in scripts/** by per-file-ignores"
    assert reason("ACM201", main, ignore=("ACM2", "ACM201")) == "ignored by ACM2, ACM201"
    assert reason("ACM201", main, select=("ACM1",)) == "not selected by ACM1"
    assert reason("ACM102", main) == "off by default; select it by code or name"
    assert reason("ACM101", script) == "only in services/**"
    assert reason("ACM101", "services/legacy/x.py") == "not in services/legacy/**"
    requires = "requires corp-db>=4; "
    assert reason("ACM101", main) == requires + "the project does not depend on corp-db (it does not say)"
    pyproject = project / "pyproject.toml"
    pyproject.write_text("[project]\nname = 'x'\ndependencies = ['corp-db>=3']\n", "utf-8")
    assert reason("ACM101", main) == requires + f"the project admits corp-db 3 and later ({pyproject})"
    pyproject.write_text("[project]\nname = 'x'\ndependencies = ['corp-db']\n", "utf-8")
    assert reason("ACM101", main) == requires + f"the project admits any corp-db ({pyproject})"
    pyproject.write_text("[project]\nname = 'x'\ndependencies = ['corp-db>=4.1']\n", "utf-8")
    assert reason("ACM101", main) == ""


def test_an_excluded_path_says_so(project: Path) -> None:
    path = str(project / "build" / "x.py")
    assert show_config(Profiles(), path).splitlines()[1] == "excluded: left out unless it is named on the command line"
    forced = Profiles(changes={"force_exclude": True})
    assert show_config(forced, path).splitlines()[1] == "excluded: left out even when it is named"
    assert "excluded:" not in show_config(Profiles(), str(project / "x.py"))


def test_a_path_is_escaped(project: Path) -> None:
    assert "\x1b" not in show_config(Profiles(), str(project / "\x1b[31m.py"))


def test_a_broken_configuration_is_a_mistake(project: Path) -> None:
    configure(project, "selct = []\n")
    with pytest.raises(UsageError, match="did you mean 'select'"):
        show_config(Profiles(), str(project))
