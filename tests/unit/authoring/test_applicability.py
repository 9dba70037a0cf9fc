"""``platform_lint.authoring.applicability``: what applies to a path, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from platform_lint.authoring.applicability import show_config
from platform_lint.profiles import Profiles, UsageError

PACK = """
[[rule]]
code = "ACM101"
name = "old-session"
message = "`{name}` is gone: {hint}"
requires = "corp-db>=4"
only_in = ["services/**"]
except_in = ["services/legacy/**"]
ban = ["corp.db.get_session"]

[[rule]]
code = "ACM102"
name = "no-print"
default = false
ban = ["builtins.print"]

[[rule]]
code = "ACM201"
name = "moved"
rename = { "corp.older" = "corp.new" }
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


def test_a_rule_that_is_on_says_what_its_conditions_are_met_by(project: Path) -> None:
    inside = 'inside = "async def $_(...): ..."\nnot_inside = "with $_:\\n    ..."\n'
    (project / "acme.toml").write_text(PACK.replace('ban = ["corp', inside + 'ban = ["corp'), "utf-8")
    configure(project, "")
    pyproject = project / "pyproject.toml"
    pyproject.write_text("[project]\nname = 'x'\ndependencies = ['corp-db>=4.1']\n", "utf-8")
    text = show_config(Profiles(), str(project / "services/billing/main.py"))
    on = text.partition(" on here:\n")[2].partition(" off here:")[0]
    assert (
        f"  ACM101 old-session: requires corp-db>=4; the project admits corp-db 4.1 and later ({pyproject}),"
        " inside `async def $_(...): ...`, not inside `with $_: ...`\n" in on
    )
    assert "  ACM201 moved\n" in on


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
