"""``platform-lint migrate``: a list of rules over all files, and what is left for people."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable

import pytest

from .harness import Project

RULES = """\
[defaults]
default = false

[[rule]]
code = "ACM801"
name = "old-fetch"
message = "`{name}` is now `{to}`"
rename = { "acme.v1.fetch" = "acme.v2.get" }

[[rule]]
code = "ACM802"
name = "fetch-without-zone"
message = "`acme.v2.get` wants a zone: ask who owns the data"
call = "acme.v2.get"
args.zone = { required = true }

[[rule]]
code = "ACM803"
name = "loose-mode"
message = "`loose` is gone"
call = "acme.v2.get"
args.loose = { removed = true }
fix = "unsafe"
requires = "acme>=9"

[[rule]]
code = "ACM804"
name = "old-base"
message = "`{name}` is now `{to}`"
rename = { "acme.v1.Base" = "acme.v2.Base" }

[[rule]]
code = "ACM805"
name = "old-method"
message = "`old` is now `new`"
on = "acme.v1.Base"
rename_attr = { old = "new" }

[[rule]]
code = "ACM806"
name = "region-named"
message = "`region=` is `${region}` for all of us"
call = "acme.v2.get"
args.region = { forbid = ['"${region}"'], fix = "remove" }
"""

MIGRATION = """\
[migration]
name = "acme2"
title = "acme 1 to acme 2"
from = "acme 1"
to = "acme 2"
why = "Two is better."
docs = "https://acme.example/2"
rules = ["ACM801", "old-base", "ACM80"]
after = "run the tests"

[migration.options.region]
help = "where you are"
default = "eu"
"""

FILES = {
    "lint/rules.toml": RULES,
    "lint/migration.toml": MIGRATION,
    "platform-lint.toml": 'rule-dirs = ["lint"]\nselect = ["LIB0"]\n',
    "app/__init__.py": "",
    "app/base.py": "import acme.v1\n\n\nclass Mine(acme.v1.Base):\n    pass\n",
    "app/use.py": "from app.base import Mine\n\nmine = Mine()\nmine.old()\n",
    "app/calls.py": (
        "from acme.v1 import fetch\n\n\ndef all_of_it(n):\n"
        "    # what it takes\n    return fetch(n), fetch(n, zone=1, loose=True), fetch(n, zone=2, region='eu')\n"
    ),
    "app/other.py": "print('nothing here')\n",
}


@pytest.fixture
def acme(empty: Project) -> Project:
    """A project with a migration of its own, committed."""
    empty.write(FILES)
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "all")):
        assert empty.command("git", *arguments).status == 0
    return empty


def report(project: Project, *arguments: str, status: int = 1) -> dict:
    done = project.run("migrate", "acme2", "--output-format", "json", *arguments)
    assert done.status == status, done
    return json.loads(done.out)


def places(said: dict) -> list[tuple[str, int, str]]:
    return [(left["path"], left["row"], left["code"]) for left in said["left"]]


def test_the_migrations_there_are(acme: Project) -> None:
    done = acme.run("migrate")
    assert done.status == 0
    assert "acme2" in done.out
    assert "acme 1 to acme 2 (6 rules)" in done.out
    assert "--set region=…  where you are (default: eu)" in done.out
    listed = {row["name"]: row for row in json.loads(acme.run("migrate", "--output-format", "json").out)}
    assert listed["acme2"]["to"] == "acme 2"
    assert listed["acme2"]["rules"] == 6


def test_rules_of_a_migration_are_off_until_they_are_selected(acme: Project) -> None:
    assert acme.run("check").status == 0
    done = acme.run("check", "--select", "ACM801,ACM805", "--output-format", "json")
    assert done.codes == ["ACM801"] * 3 + ["ACM805"]


def test_nothing_is_written_unless_it_is_asked_for(acme: Project) -> None:
    said = report(acme)
    assert not said["applied"]
    assert acme.command("git", "status", "--porcelain").out == ""
    assert said["matched"] == sum(said["fixed"].values()) + len(said["left"])
    assert Counter(said["fixed"]) == sum((Counter(one["fixed"]) for one in said["changed"]), Counter())


def test_what_is_left_says_where_it_is_and_why(acme: Project) -> None:
    said = report(acme)
    assert places(said) == [("app/calls.py", 6, "ACM802"), ("app/calls.py", 6, "ACM803")]
    reasons = {left["code"]: left["reason"] for left in said["left"]}
    assert reasons["ACM802"] == "there is no fix for it"
    assert reasons["ACM803"].endswith("--unsafe-fixes makes it")
    text = acme.run("migrate", "acme2").out
    assert "  app/calls.py:6:1: ACM802 `acme.v2.get` wants a zone: ask who owns the data [no fix]\n" in text
    assert "\n       1  ACM802 fetch-without-zone\n" in text
    assert re.search(r"  app/calls\.py:6:1: ACM803 .*\n      its fix is unsafe: ", text)
    assert "Nothing was written" in text


def test_rows_are_those_of_the_file_as_it_is(acme: Project) -> None:
    acme.write(
        {"app/calls.py": "import os\nfrom acme.v1 import fetch\nimport acme.v2\n\nfetch(1)\nx = acme.v2.get(2)\n"}
    )
    before = report(acme, "app/calls.py")
    assert places(before) == [("app/calls.py", 5, "ACM802"), ("app/calls.py", 6, "ACM802")]
    # Of a line that is to be changed the column is not known.
    assert [left["column"] for left in before["left"]] == [1, 5]


def test_the_patch_is_what_is_applied(acme: Project) -> None:
    patch = acme.run("migrate", "acme2", "--diff", "--unsafe-fixes")
    assert patch.status == 1
    assert acme.command("git", "apply", "-", input=patch.raw).status == 0
    patched = {name: acme.read(name) for name in FILES}
    acme.command("git", "checkout", "-q", ".")
    acme.run("migrate", "acme2", "--apply", "--unsafe-fixes")
    assert {name: acme.read(name) for name in FILES} == patched


def test_applying_it_leaves_only_what_is_for_people(acme: Project) -> None:
    said = report(acme, "--apply", "--unsafe-fixes")
    assert acme.read("app/calls.py") == (
        "from acme.v2 import get\n\n\ndef all_of_it(n):\n"
        "    # what it takes\n    return get(n), get(n, zone=1), get(n, zone=2)\n"
    )
    # The class and what is called on it are in two files, and both are worked out before either is written.
    assert acme.read("app/base.py") == FILES["app/base.py"].replace("v1", "v2")
    assert "mine.new()" in acme.read("app/use.py")
    assert places(said) == [("app/calls.py", 6, "ACM802")]
    assert said["matched"] == sum(said["fixed"].values()) + len(said["left"])
    again = report(acme, "--apply", "--unsafe-fixes", "--allow-dirty")
    assert again["changed"] == []
    assert again["left"] == said["left"]


def test_the_status_says_whether_anything_is_left(acme: Project) -> None:
    acme.command("git", "rm", "-q", "app/calls.py")
    assert acme.run("migrate", "acme2").status == 1
    assert acme.run("migrate", "acme2", "--apply", "--unsafe-fixes").status == 0
    done = acme.run("migrate", "acme2")
    assert done.status == 0
    assert "Nothing to do.\nThen: run the tests" in done.out


def test_an_option_has_the_value_that_is_said(acme: Project) -> None:
    acme.write({"app/regions.py": "from acme.v2 import get\n\nget(1, zone=2, region='eu')\n"})
    assert report(acme)["fixed"].get("ACM806") == 1
    said = report(acme, "--set", "region=us")
    assert "ACM806" not in said["fixed"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("acme3",), "there is no migration 'acme3'; did you mean 'acme2'?"),
        (("nothing-like-it",), "there is no migration 'nothing-like-it'; `platform-lint migrate` lists all there are"),
        (("acme2", "--set", "regoin=us"), "--set regoin: migration acme2 has no such option; did you mean 'region'?"),
        (("acme2", "--set", "region"), "--set region: write KEY=VALUE"),
        (("acme2", "nowhere"), "nowhere: no such file or directory"),
        (("acme2", "--allow-dirty"), "--allow-dirty goes with --apply"),
        (("--apply",), "which migration? name one; `platform-lint migrate` lists all there are"),
    ],
)
def test_bad_input_is_one_line(acme: Project, arguments: tuple[str, ...], complaint: str) -> None:
    assert acme.run("migrate", *arguments).complaint == complaint


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"ACM80"]', '"ACM9"]', "rules: no rule has the code, prefix or name 'ACM9'"),
        ('"acme2"', '"Acme 2"', "name: write small letters"),
        ('"acme 1 to acme 2"', '""', "title is empty"),
        ("[migration.options.region]", "[migration.options.place]", "ACM806 has the option 'region'"),
        ('default = "eu"', 'default = "eu"\nchoices = ["us"]', "the default 'eu' is no choice"),
        ('after = "run', 'afterwards = "run', "unknown key"),
        ('"old-base", ', '"ACM801", ', "'ACM801' is there twice"),
    ],
)
def test_a_migration_that_cannot_be_is_refused_with_its_place(
    acme: Project, old: str, new: str, complaint: str
) -> None:
    assert old in MIGRATION
    acme.write({"lint/migration.toml": MIGRATION.replace(old, new)})
    said = acme.run("migrate").complaint
    assert complaint in said
    assert "migration.toml:" in said


def test_two_migrations_of_one_name(acme: Project) -> None:
    acme.write({"lint/more.toml": MIGRATION})
    assert "migration 'acme2' is already there" in acme.run("migrate").complaint


def test_an_option_without_a_default_must_be_said(acme: Project) -> None:
    acme.write({"lint/migration.toml": MIGRATION.replace('default = "eu"\n', "")})
    assert acme.run("migrate", "acme2").complaint == "migration acme2 needs --set region=…: where you are"


def test_uncommitted_changes_are_not_written_over(acme: Project) -> None:
    acme.write({"app/calls.py": FILES["app/calls.py"] + "# mine\n", "app/other.py": "print('also mine')\n"})
    said = acme.run("migrate", "acme2", "--apply").complaint
    # The other file is changed as well, but not by the migration.
    assert said == "uncommitted changes in app/calls.py: commit them first, or pass --allow-dirty"
    assert acme.read("app/base.py") == FILES["app/base.py"]
    report(acme, "--apply", "--allow-dirty")
    assert acme.read("app/calls.py").endswith("# mine\n")
    assert "acme.v2" in acme.read("app/base.py")


def test_without_git_it_is_said_that_nothing_leads_back(empty: Project) -> None:
    empty.write(FILES)
    done = empty.run("migrate", "acme2", "--apply")
    assert "note: no git work tree" in done.out
    assert "acme.v2" in empty.read("app/base.py")


def test_a_file_that_cannot_be_parsed_is_named_and_the_rest_goes_on(acme: Project) -> None:
    acme.write({"app/broken.py": "from acme.v1 import fetch\nfetch(\n"})
    said = report(acme, "--apply")
    assert ("app/broken.py", "LIB001") in {(left["path"], left["code"]) for left in said["left"]}
    assert "acme.v2" in acme.read("app/calls.py")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anything")
def test_a_file_that_may_not_be_written_is_said(acme: Project) -> None:
    (acme.root / "app").chmod(0o555)
    try:
        done = acme.run("migrate", "acme2", "--apply")
    finally:
        (acme.root / "app").chmod(0o755)
    assert done.status == 2
    assert "left as it was" in done.out


OLD = FILES["app/calls.py"] * 20
MANY = {f"app/more{number}.py": OLD for number in range(60)}


def interrupted(project: Project, at: Callable[[int], bool]) -> str:
    """What a migration of many files says that is interrupted as soon as *at* is true of its process."""
    process = subprocess.Popen(
        project.ours("migrate", "acme2", "--apply", "--allow-dirty", "--jobs", "2"),
        cwd=project.root,
        env=project.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while process.poll() is None and not at(process.pid):
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    return said


@pytest.mark.skipif(os.name == "nt", reason="other signals")
def test_who_interrupts_the_planning_has_changed_nothing(acme: Project) -> None:
    acme.write(MANY)

    def has_workers(pid: int) -> bool:
        return bool(subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, check=False).stdout)

    said = interrupted(acme, has_workers)
    assert "the same command goes on with them" in said
    assert {acme.read(name) for name in MANY} == {OLD}


@pytest.mark.skipif(os.name == "nt", reason="other signals")
def test_who_interrupts_the_writing_has_whole_files_and_goes_on(acme: Project) -> None:
    acme.write(MANY)
    interrupted(acme, lambda _: any(acme.read(name) != OLD for name in MANY))
    between = {acme.read(name) for name in MANY}
    acme.run("migrate", "acme2", "--apply", "--allow-dirty")
    (after,) = {acme.read(name) for name in MANY}
    assert between <= {OLD, after}
    assert "acme.v1" not in after


def test_no_files_are_said(acme: Project) -> None:
    (acme.root / "empty").mkdir()
    assert "note: no Python files found" in acme.run("migrate", "acme2", "empty").out
