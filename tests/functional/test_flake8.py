"""The flake8 plugin, in the real flake8."""

from __future__ import annotations

import argparse
import ast
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from .harness import APP, CONFIG, OLD, Done, Project

#: What flake8 itself has to say about these files is not the question.
ONLY_OURS = ("--extend-ignore=E,F,W,C90", "--format=%(path)s:%(row)d:%(col)d:%(code)s:%(text)s")


def flake8(project: Project, *arguments: str, **options: object) -> Done:
    return project.command(Path(sys.executable).with_name("flake8"), "--isolated", *ONLY_OURS, *arguments, **options)


def places(done: Done) -> list[tuple[str, int, int, str]]:
    """(file, row, column, code) of all that is reported."""
    rows = [line.removeprefix("./").split(":") for line in done.out.splitlines()]
    return [(file, int(row), int(column), code) for file, row, column, code, *_ in rows]


def test_findings_come_with_code_place_and_message(project):
    project.write({"app.py": APP})
    done = flake8(project, "app.py")
    assert done.status == 1
    assert done.out.splitlines()[0] == "app.py:2:8:ACM102:`redis`: only acme.cache may use it"
    assert places(done) == project.json("app.py").places


def test_columns_count_characters(project):
    project.write({"app.py": "from acme.db import get_session\nx = 'ünï 𝔘'; get_session()\n\tif_tab = 1\n"[:-13]})
    assert places(flake8(project, "app.py")) == [("app.py", 2, 14, "ACM101")]


def test_the_shipped_rules_need_no_configuration(empty):
    empty.write({"app.py": "import datetime\ndatetime.datetime.utcnow()\n"})
    assert places(flake8(empty, ".")) == [("app.py", 2, 1, "LIB200")]


@pytest.mark.parametrize("paths", [("app.py",), ("svc/app.py",), ("svc",), (".",)])
def test_codes_of_a_company_s_own_pack_are_reported_without_being_named(empty, paths):
    pack = '[[rule]]\ncode = "QX101"\nname = "sqlite"\nban = ["sqlite3"]\n'
    project = Project(empty.root, empty.env)
    where = "svc" if "svc" in paths[0] else "."
    project.write(
        {
            f"{where}/pyproject.toml": '[tool.platform-lint]\nrule-dirs = ["lint"]\n',
            f"{where}/lint/pack.toml": pack,
            f"{where}/app.py": "import sqlite3\n",
        }
    )
    assert [place[1:] for place in places(flake8(project, *paths))] == [(1, 8, "QX101")]


def test_flake8_selects_and_ignores_as_ever(project):
    project.write({"app.py": APP})
    assert {place[3] for place in places(flake8(project, "--select=ACM1", "app.py"))} == {"ACM101", "ACM102"}
    assert {place[3] for place in places(flake8(project, "--extend-ignore=ACM1,F,E", "app.py"))} == {"ACM201", "ACM301"}
    by_file = flake8(project, "--per-file-ignores=app.py:ACM1,ACM3", "app.py")
    assert {place[3] for place in places(by_file)} == {"ACM201"}


def test_noqa_is_flake8_s_business(project):
    project.write({"app.py": "import redis  # noqa: ACM102\nimport redis  # noqa: E501\nimport redis  # noqa\n"})
    assert ("app.py", 2, 8, "ACM102") in places(flake8(project, "app.py"))
    assert [place[1] for place in places(flake8(project, "app.py")) if place[3] == "ACM102"] == [2]
    shown = places(flake8(project, "--disable-noqa", "app.py"))
    assert [place[1] for place in shown if place[3] == "ACM102"] == [1, 2, 3]
    project.write({"app.py": "# flake8: noqa\nimport redis\n"})
    assert places(flake8(project, "app.py")) == []


def test_the_nearest_configuration_holds_or_the_one_that_is_named(project):
    project.write({"svc/platform-lint.toml": "select = ['LIB200']\n", "svc/app.py": APP, "ci.toml": CONFIG})
    assert places(flake8(project, "svc")) == []
    named = flake8(project, "--platform-lint-config=ci.toml", "svc")
    assert {place[3] for place in places(named)} == {"ACM101", "ACM102", "ACM201", "ACM301"}
    project.write({".flake8": "[flake8]\nplatform-lint-config = ../ci.toml\n", "svc/.flake8": ""})
    (project.root / ".flake8").rename(project.root / "svc" / ".flake8")
    from_file = project.command(sys.executable, "-m", "flake8", *ONLY_OURS, "app.py", cwd="svc")
    assert {place[3] for place in places(from_file)} == {"ACM101", "ACM102", "ACM201", "ACM301"}


def test_settings_of_files_and_deadlines_hold_as_on_the_command_line(project):
    project.write(
        {
            "platform-lint.toml": 'force-exclude = true\nextend-exclude = ["gen"]\n'
            + CONFIG
            + '[per-file-ignores]\n"tests/*" = ["ACM1"]\n',
            **dict.fromkeys(("gen/a.py", "tests/a.py", "src/a.py"), APP),
        }
    )
    assert sorted(places(flake8(project, "."))) == project.json("gen/a.py", "tests/a.py", "src/a.py").places


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("-",), "stdin"),
        (("--stdin-display-name", "svc/app.py", "-"), "svc/app.py"),
        (("--stdin-display-name", "not/there/app.py", "-"), "not/there/app.py"),
    ],
)
def test_an_editor_s_buffer_is_checked_under_its_name(project, arguments, shown):
    project.write({"svc/platform-lint.toml": 'rule-dirs = ["../lint"]\nselect = ["ACM102"]\n'})
    done = flake8(project, *arguments, input=APP)
    codes = ["ACM102"] if "svc/app.py" in arguments else ["ACM102", "ACM301", "ACM101", "ACM201"]
    assert [(place[0], place[3]) for place in places(done)] == [(shown, code) for code in codes]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('selct = ["ACM"]\n', "selct: unknown key; did you mean 'select'?"),
        ("[", "broken TOML"),
        ('rule-dirs = ["nowhere"]\n', "does not exist"),
        ('select = ["ACM999"]\n', "'ACM999'"),
    ],
)
def test_a_broken_configuration_is_one_finding_of_each_file_and_no_crash(project, config, said):
    project.write({"platform-lint.toml": config, "app.py": "x = 1\n", "b.py": "y = undefined\n"})
    done = flake8(project, "--extend-ignore=E", "app.py", "b.py")
    assert [place for place in places(done) if place[3] != "F821"] == [
        ("app.py", 1, 1, "LIB008"),
        ("b.py", 1, 1, "LIB008"),
    ]
    assert done.out.count(said) == 2
    # What others found is not lost.
    assert ("b.py", 1, 5, "F821") in places(done)


def test_a_named_configuration_that_is_missing_is_said_for_each_file(project):
    project.write({"app.py": "x = 1\n", "b.py": "y = 1\n"})
    done = flake8(project, "--platform-lint-config=no.toml", "app.py", "b.py", "--jobs=1")
    assert [place[3] for place in places(done)] == ["LIB008", "LIB008"]
    assert done.out.count("no.toml: no such file") == 2


def test_files_that_flake8_cannot_parse_are_its_own_business(project):
    project.write({"odd.py": "import redis\ndef f(:\n", "late.py": "import redis\nx = '''\n", "app.py": OLD})
    found = places(flake8(project, "--select=E9,ACM,LIB", "."))
    assert ("app.py", 3, 11, "ACM101") in found
    assert {place[3] for place in found if place[0] != "app.py"} <= {"E902", "E999"}


def test_the_tree_of_flake8_is_used_and_left_as_it_was(project, monkeypatch):
    from platform_lint.flake8_plugin import Plugin

    monkeypatch.chdir(project.root)
    tree = ast.parse(APP)
    before = ast.dump(tree, include_attributes=True)
    parse = ast.parse

    def of_rules_alone(text, *arguments, **options):
        assert text != APP
        return parse(text, *arguments, **options)

    monkeypatch.setattr(ast, "parse", of_rules_alone)
    rows = list(Plugin(tree, "app.py", APP.splitlines(keepends=True)).run())
    assert [row[:2] for row in rows] == [(2, 7), (5, 0), (5, 6), (5, 21)]
    assert ast.dump(tree, include_attributes=True) == before


LINES = (
    "import redis",
    "from acme.db import get_session",
    "import acme.db as db, acme.db",
    "from . import *",
    "from acme.db import *",
    "get_session()",
    "global get_session",
    "x = f'{get_session} {db.get_session!r:>{redis}}'",
    "x: 'acme.db.get_session' = 'ünï 𝔘', '\\x00'",
    "# noqa: ACM1 -- until never",
    "x = 1 # noqa",
    "del db, redis",
    "lambda get_session: get_session",
    "class C(db.get_session): redis = redis",
    "def f(redis=redis): return redis.get",
    "if x:",
    "    get_session = acme.db.get_session",
    "try:",
    "    import redis",
    "except ImportError: pass",
    "match x:",
    "    case redis.a | db(get_session=_): redis",
    "async def f(): await db.get_session(); [x async for redis in redis]",
    "@redis.wraps",
    "x = (y := get_session, \\",
    "  hashlib.md5)",
    "import hashlib; hashlib \\",
    "    .md5()",
    "\u2028\f",
    "",
)
ENDS = ("\n", "\n", "\r\n", "\r", "\n\f", "; ", "\n\n")
NAMES = ("-", "stdin", "app.py", "a/../b.py", "", "/", "/dev/null/x.py", "a\nb.py", "\udcff.py", "~", "x" * 5_000)


@pytest.fixture(scope="module")
def plugin(shared):
    """The plugin, configured as flake8 does it."""
    from platform_lint.flake8_plugin import Plugin

    def configure(config: str) -> type[Plugin]:
        families: list[str] = []
        manager = SimpleNamespace(extend_default_select=families.extend)
        Plugin.parse_options(manager, argparse.Namespace(platform_lint_config=config), [])
        assert families == (["ACM", "MIG"] if config else ["MIG"])
        return Plugin

    yield configure(str(shared.root / "platform-lint.toml"))
    configure("")


@given(
    lines=st.lists(st.tuples(st.sampled_from(LINES), st.sampled_from(ENDS)), max_size=12),
    filename=st.sampled_from(NAMES) | st.text(max_size=20),
)
@example(lines=[("import redis", "")], filename="a\0b.py")
@settings(max_examples=300, deadline=None)
def test_nothing_is_raised_whatever_the_input(plugin, lines, filename):
    text = "".join(line + end for line, end in lines)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return  # flake8 does not ask about these.
    for row, column, message, kind in plugin(tree, filename, text.splitlines(keepends=True)).run():
        assert row >= 1 and column >= 0 and kind is plugin
        assert "\n" not in message
        assert "LIB008" not in message
