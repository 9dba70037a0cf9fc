"""Repositories made to hurt: nothing of them is run, nothing is written elsewhere, nothing waits for ever."""

from __future__ import annotations

import os
import time

import pytest

from platform_lint import profiles

from .harness import NEW, OLD

#: What a repository would have run: it leaves a trace.
TRIPWIRE = "import pathlib\npathlib.Path({trace!r}).touch()\n"

TRAPS = (
    "ast.py",
    "libcst.py",
    "msgspec.py",
    "json.py",
    "tomllib.py",
    "packaging.py",
    "sitecustomize.py",
    "usercustomize.py",
    "conftest.py",
    "setup.py",
    "ahocorasick_rs.py",
    "platform_lint_rules/__init__.py",
    "acme/db.py",
    "acme/__init__.py",
)

RULE_IN_PYTHON = '''\
from platform_lint.api import Rule

{tripwire}

class Sleepy(Rule):
    """`{{name}}` sleeps."""

    code = "ACM401"
    names = ("time.sleep",)

    def visit_Call(self, node):
        self.report(node)
'''


@pytest.fixture
def trace(tmp_path):
    """A file that only hostile code makes."""
    return tmp_path / "it-was-run"


@pytest.fixture
def elsewhere(tmp_path):
    """A directory outside of the project, with a file that has a finding."""
    directory = tmp_path / "elsewhere"
    directory.mkdir()
    (directory / "theirs.py").write_text(OLD)
    return directory


# Code of the linted tree


def test_no_module_of_the_linted_tree_is_imported(configured, trace):
    tripwire = TRIPWIRE.format(trace=str(trace))
    configured.write({**dict.fromkeys(TRAPS, tripwire), "app.py": OLD})
    # An installed package's own claim to hold rules, where Python would look for it first.
    configured.write(
        {
            "evil-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n",
            "evil-1.0.dist-info/entry_points.txt": "[platform_lint.packs]\nevil = evil\n",
            "evil/__init__.py": tripwire,
            "evil/rule.py": tripwire,
        }
    )
    for options in ((), ("--fix", "--unsafe-fixes")):
        done = configured.json("--no-cache", *options, ".", real=True)
        assert done.status in (0, 1)
        assert "evil" not in done.out + done.err
    assert "open_session" in configured.read("app.py")
    assert not trace.exists()


def test_rules_in_python_run_where_a_configuration_lists_them_and_nowhere_if_they_are_refused(empty, trace):
    rule = RULE_IN_PYTHON.format(tripwire=TRIPWIRE.format(trace=str(trace)))
    nested = 'rule-dirs = ["rules"]\nlocal-rules = true\n'
    empty.write({"nested/platform-lint.toml": nested, "nested/rules/sleepy.py": rule, "nested/app.py": "x = 1\n"})
    empty.write({"platform-lint.toml": "local-rules = false\n", "nested/rules/unlisted/_helper.py": "x = 1\n"})
    done = empty.check("--no-local-rules", ".")
    assert done.status == 0
    assert done.err == (
        "platform-lint: warning: rules in Python of this repository are not run, as asked for: nested/rules/sleepy.py\n"
    )
    assert not trace.exists()
    assert empty.check(".").status == 0
    assert trace.exists()


#: Nobody's number, and so another user's.
ANOTHER = 3_999_999_999


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no such owners here")
@pytest.mark.parametrize("name", ["platform-lint.toml", "pyproject.toml"])
def test_a_configuration_that_another_user_planted_above_is_not_used(empty, trace, monkeypatch, name):
    rule = RULE_IN_PYTHON.format(tripwire=TRIPWIRE.format(trace=str(trace)))
    table = "[tool.platform-lint]\n" if name == "pyproject.toml" else ""
    empty.write({name: table + 'rule-dirs = ["rules"]\n', "rules/sleepy.py": rule, "mine/pkg/a.py": "x = 1\n"})
    planted = str(empty.root / name)
    owners: dict[str, set[int]] = {planted: {os.geteuid(), ANOTHER}}  # As of a link of theirs to a file of mine.
    monkeypatch.setattr(profiles, "owners", lambda path: owners.get(path, {os.geteuid()}))
    for path, cwd in ((".", "mine"), ("pkg/a.py", "mine"), ("../mine", "rules")):
        complaint = empty.check(path, cwd=cwd).complaint
        assert complaint.startswith(f"{planted}: another user's file, found above ")
        assert complaint.endswith(f"say --config {planted} if you know it, or --isolated")
    assert not trace.exists()
    assert empty.check("--isolated", ".", cwd="mine").status == 0
    assert not trace.exists()
    # Who asks for it, works in its directory, or keeps all of the project, means it.
    owners[str(empty.root / "mine")] = {ANOTHER}
    for options in ((".",), ("--config", planted, ".")):
        assert empty.check("--no-cache", *options, cwd="mine").status == 0
        assert trace.exists()
        trace.unlink()
        empty.write({"rules/sleepy.py": rule + f"# {options}\n"})
    del owners[str(empty.root / "mine")]
    assert empty.check("--no-cache", "mine").status == 0
    assert trace.exists()


def test_the_owners_of_a_file_are_those_of_what_it_links_to_as_well(tmp_path):
    (tmp_path / "a").touch()
    (tmp_path / "b").symlink_to("a")
    mine = {os.lstat(tmp_path / "a").st_uid}
    assert profiles.owners(str(tmp_path / "b")) == mine
    assert profiles.owners(str(tmp_path / "c")) == set()


def test_a_file_of_rules_that_no_configuration_lists_is_only_text(empty, trace):
    empty.write({"rules/sleepy.py": RULE_IN_PYTHON.format(tripwire=TRIPWIRE.format(trace=str(trace)))})
    assert empty.check(".").status == 0
    assert not trace.exists()


@pytest.mark.parametrize(
    "settings",
    [
        ("core.fsmonitor", "{program}"),
        ("core.hooksPath", "{hooks}"),
        ("core.pager", "{program}"),
        ("alias.ls-files", "!{program}"),
        ("filter.evil.clean", "{program}"),
        ("core.sshCommand", "{program}"),
    ],
    ids=lambda settings: settings[0],
)
def test_no_program_that_a_repository_s_git_configuration_names_is_run(configured, trace, tmp_path, settings):
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n")
    program.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-index-change", "fsmonitor-watchman", "post-checkout"):
        (hooks / hook).symlink_to(program)
    configured.write({"app.py": OLD, ".gitattributes": "*.py filter=evil\n", ".gitignore": "ignored.py\n"})
    configured.write({"ignored.py": OLD})
    configured.git("init", "-q")
    key, value = settings
    configured.git("config", key, value.format(program=program, hooks=hooks))
    for _ in range(2):
        assert [place[0] for place in configured.json("--no-cache", ".").places] == ["app.py"]
        (configured.root / "app.py").touch()
    assert not trace.exists()


# Links


def test_nothing_is_written_through_a_link_that_leads_out_of_the_given_paths(configured, elsewhere):
    configured.write({"pkg/app.py": OLD, "other/b.py": OLD})
    root = configured.root
    (root / "pkg" / "absolute.py").symlink_to(elsewhere / "theirs.py")
    (root / "pkg" / "relative.py").symlink_to("../../elsewhere/theirs.py")
    (root / "pkg" / "beside.py").symlink_to("../other/b.py")
    (root / "pkg" / "directory").symlink_to(elsewhere, target_is_directory=True)
    (root / "pkg" / "chain.py").symlink_to("absolute.py")
    done = configured.json("--fix", "pkg")
    assert done.status == 1
    left = {f["filename"]: f["message"] for f in done.findings if f["code"] == "LIB009"}
    theirs = f"left as it was: it is a link to {elsewhere}/theirs.py, which is outside of the given paths"
    assert left == {
        "pkg/absolute.py": theirs,
        "pkg/beside.py": f"left as it was: it is a link to {root}/other/b.py, which is outside of the given paths",
        "pkg/chain.py": theirs,
        "pkg/relative.py": theirs,
    }
    # What was not fixed is still found.
    assert {place[0] for place in done.places if place[3] == "ACM101"} == set(left)
    assert (elsewhere / "theirs.py").read_text() == OLD
    assert configured.read("other/b.py") == OLD
    assert configured.read("pkg/app.py") == NEW
    assert configured.check("--diff", "pkg").out == ""


def test_a_named_link_out_of_the_tree_is_not_written_through(configured, elsewhere):
    (configured.root / "theirs.py").symlink_to(elsewhere / "theirs.py")
    done = configured.json("--fix", "theirs.py")
    assert done.codes == ["LIB009", "ACM101"]
    assert (elsewhere / "theirs.py").read_text() == OLD


def test_a_link_inside_the_tree_is_written_through_and_stays_a_link(configured):
    configured.write({"pkg/app.py": OLD})
    (configured.root / "link.py").symlink_to("pkg/app.py")
    assert configured.check("--fix", ".").status == 0
    assert configured.read("pkg/app.py") == NEW
    assert (configured.root / "link.py").is_symlink()


def test_a_directory_named_by_a_link_is_written_to(configured, elsewhere):
    (configured.root / "linked").symlink_to(elsewhere, target_is_directory=True)
    assert configured.check("--fix", "linked").status == 0
    assert (elsewhere / "theirs.py").read_text() == NEW


def test_another_hard_link_keeps_the_old_text(configured, elsewhere):
    os.link(elsewhere / "theirs.py", configured.root / "app.py")
    assert configured.check("--fix", ".").status == 0
    assert configured.read("app.py") == NEW
    assert (elsewhere / "theirs.py").read_text() == OLD


def test_a_cache_is_not_written_through_a_link(tmp_path):
    from platform_lint.compiled import write_atomically

    (tmp_path / "precious").write_text("precious")
    (tmp_path / f"results.{os.getpid()}.tmp").symlink_to("precious")
    write_atomically(str(tmp_path / "results"), b"results")
    assert (tmp_path / "precious").read_text() == "precious"
    assert (tmp_path / "results").read_bytes() == b"results"


# Files that are none


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("platform-lint.toml", "/platform-lint.toml: cannot be read: it is no regular file"),
        ("pyproject.toml", "/pyproject.toml: cannot be read: it is no regular file"),
        ("lint/more.toml", "/lint/more.toml: cannot be read: it is no regular file"),
        ("lint/more.py", "/lint/more.py: cannot be read: it is no regular file"),
    ],
)
def test_a_pipe_in_the_place_of_a_configuration_or_of_rules_is_not_waited_for(configured, place, said):
    (configured.root / "app.py").write_text(OLD)
    if place.endswith("lint.toml"):
        (configured.root / place).unlink()
    elif place == "pyproject.toml":
        configured.write({"sub/app.py": OLD})
        place = "sub/pyproject.toml"
        said = "/sub" + said
    os.mkfifo(configured.root / place)
    assert configured.check(".").complaint.endswith(said)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("place", ["acme/__init__.py", "acme/db.py", "requirements.txt", "src/acme/__init__.py"])
def test_a_pipe_in_the_place_of_a_module_or_of_requirements_is_not_waited_for(configured, place):
    configured.write({"app.py": OLD, "lint/acme.toml": PACK_WITH_REQUIREMENT})
    (configured.root / place).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(configured.root / place)
    assert configured.json("app.py").status in (0, 1)


PACK_WITH_REQUIREMENT = """\
[[rule]]
code = "ACM101"
name = "old-session"
message = "`{name}` is now `{to}`"
requires = "acme>=1"
rename = { "acme.db.get_session" = "acme.sessions.open_session" }
"""


def test_a_device_is_no_file_to_check(configured):
    (configured.root / "zero.py").symlink_to("/dev/zero")
    assert configured.json(".").places == [("zero.py", 1, 1, "LIB002")]


# Configurations


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param(
            {"platform-lint.toml": "select = " + "[" * 20_000 + "]" * 20_000},
            "platform-lint.toml: nested too deeply",
            id="nested too deeply",
        ),
        pytest.param(
            {"platform-lint.toml": 'extend = "a.toml"\n', "a.toml": 'extend = "platform-lint.toml"\n'},
            "`extend` goes in a circle",
            id="a circle",
        ),
        pytest.param(
            {f"{n or 'platform-lint'}.toml": f'extend = "{n + 1}.toml"\n' for n in range(30)},
            "more than 10 files extend each other",
            id="a long chain",
        ),
        pytest.param(
            {"platform-lint.toml": 'extend = "/dev/zero"\n'}, "extend: there is no file /dev/zero", id="device"
        ),
        pytest.param({"platform-lint.toml": b'select = ["\xff"]\n'}, "not UTF-8 text", id="no UTF-8"),
        pytest.param({"platform-lint.toml": "x = 1\0\n"}, "broken TOML", id="null byte"),
        pytest.param(
            {"platform-lint.toml": "#" * (17 << 20)},
            "cannot be read: it is larger than 16 MB",
            id="17 MB",
        ),
        pytest.param({"platform-lint.toml": 'rule-dirs = ["no\\u001b[31m"]\n'}, "does not exist", id="escapes"),
    ],
)
def test_a_hostile_configuration_is_one_line(empty, files, said):
    empty.write({**files, "app.py": OLD})
    complaint = empty.check("app.py").complaint
    assert said in complaint
    assert "\x1b" not in complaint


def test_a_file_that_is_extended_is_not_quoted(empty, tmp_path):
    (tmp_path / "secret").write_text("root:swordfish:0:0\n")
    empty.write({"platform-lint.toml": f'extend = "{tmp_path}/secret"\n'})
    assert "swordfish" not in empty.check().complaint


# Names and texts that act


ODD_NAMES = {
    "escape": "\x1b]0;title\x07\x1b[31mred.py",
    "new line": "a\n::error::b.py",
    "carriage return": "a\r::error::b.py",
    "command": "::set-output name=x::b.py",
    "percent": "%0A::error::b.py",
    "bidirectional": "\u202eyp.exe.py",
    "html": "<img src=x onerror=alert(1)>.py",
    "line separator": "a\u2028b.py",
    "half of a pair": os.fsdecode(b"\xff\xfe.py"),
    "comma and equals": "=cmd|' /C calc'!A0,.py",
    "diff": "a\n+++ b/evil.py",
    "quotes": "\"'`$(id)`.py",
}


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES)
@pytest.mark.parametrize(
    "options",
    [
        ("--output-format", "concise"),
        ("--output-format", "full"),
        ("--output-format", "json"),
        ("--output-format", "json-lines"),
        ("--output-format", "sarif"),
        ("--output-format", "github"),
        ("--statistics",),
        ("--diff",),
        ("--fix", "--show-fixes"),
        ("--profile-rules",),
    ],
    ids=lambda options: options[-1],
)
def test_no_name_of_a_file_acts_in_any_output(project, name, options):
    project.write({name: OLD + "# \x1b[31m \u202e ::error::\n"})
    done = project.check("--no-cache", *options, ".")
    assert done.status in (0, 1)
    shown = done.out + done.err
    if options != ("--diff",):  # a patch has to have the file's own text
        assert not set("\x1b\x07\r\u202e\u2028") & set(shown)
    lines = shown.splitlines()
    assert not [line for line in lines if line.lstrip().startswith("::") and "github" not in options]
    assert not [line for line in lines if line.startswith("+++ ") and "/" not in line[:12]]
    if "github" in options:
        assert [line.partition(" ")[0] for line in lines if line.startswith("::")] == ["::error"]


@pytest.mark.parametrize("options", [("--output-format", "full"), ("--output-format", "concise"), ("--diff",)])
def test_the_log_of_a_github_workflow_sees_no_command_in_what_is_quoted(project, options):
    name = "##[add-mask]a.py"
    project.write({name: OLD.rstrip() + "  # ##[set-output name=x]y\n", "##[b]": "x", "##[c].txt": "x"})
    command = ("check", "--no-cache", *options, ".", "##[c].txt")
    if "--diff" not in options:  # a patch has to have the file's own text
        shown = project.run(*command, env={"GITHUB_ACTIONS": "true"})
        assert shown.status == 1
        assert "##\\[add-mask]a.py:3:" in shown.out
        assert "##[" not in shown.out + shown.err
        assert ("##\\[set-output name=x]y" in shown.out) == ("full" in options)
    assert "##[add-mask]a.py" in project.run(*command).out


@pytest.mark.parametrize("command", ["check", "config", "rule", "prove", "try", "docs", "new"])
def test_no_argument_acts_in_a_complaint(project, command):
    for argument in ("--no-such-\x1b[31m", "no-such-\x1b[31m\n::error::\u202e"):
        done = project.run(command, argument)
        assert not set("\x1b\u202e") & set(done.out + done.err)
        assert not [line for line in (done.out + done.err).splitlines() if line.startswith("::")]


# Encodings


@pytest.mark.parametrize(
    "codec", ["rot13", "zlib", "bz2", "hex", "base64", "uu", "undefined", "idna", "punycode", "..x"]
)
def test_a_codec_that_is_not_for_text_is_refused(project, codec):
    project.write({"app.py": f"# coding: {codec}\n{OLD}"})
    done = project.json("app.py")
    assert done.codes == ["LIB002"]
    assert done.findings[0]["message"] == f"unknown encoding '{codec}'"


@pytest.mark.parametrize(
    "codec", ["utf-7", "unicode_escape", "raw_unicode_escape", "utf-16", "utf-32", "utf-8-sig", "cp037"]
)
def test_a_fix_in_an_odd_encoding_is_right_or_refused(project, codec):
    before = f"# coding: {codec}\n{OLD}# \\u0041 +AGE- \\n\n".encode()
    project.write({"app.py": before})
    done = project.json("--fix", "app.py")
    after = (project.root / "app.py").read_bytes()
    assert after in (before, before.replace(OLD.encode(), NEW.encode()))
    if after == before:
        assert set(done.codes) & {"LIB001", "LIB002", "LIB009"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-16-be"])
def test_a_file_in_wide_characters_is_named_or_passed_over_and_kept(project, encoding):
    before = OLD.encode(encoding)
    project.write({"app.py": before, "b.py": before[:7], "c.py": b"\xed\xa0\x80 = acme.db.get_session\n"})
    done = project.json("--fix", ".")
    assert set(done.codes) <= {"LIB001", "LIB002"}
    assert (project.root / "app.py").read_bytes() == before
    assert ("c.py", 1, 1, "LIB002") in done.places


# Time


@pytest.mark.slow
def test_a_large_and_hostile_file_is_looked_at_in_bounded_time(project):
    project.write(
        {
            "imports.py": "import acme.db\n" * 4_000 + "acme.db.get_session()\n",
            "names.py": "from acme.db import " + ", ".join(f"n{n}" for n in range(4_000)) + ", get_session\n",
            "line.py": "x = '" + "acme.db.get_session" * 20_000 + "'; import acme.db; acme.db.get_session()\n",
            "blank.py": "\n" * 200_000 + OLD,
        }
    )
    began = time.monotonic()
    done = project.json("--no-cache", ".")
    assert done.status == 1
    assert {place[0] for place in done.places} == {"imports.py", "names.py", "line.py", "blank.py"}
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("jobs", ["0", "1"])
def test_a_file_that_ends_the_parser_costs_itself(configured, jobs):
    # Python 3.10 ends with a signal here, later ones with an exception.
    configured.write({"chain.py": "import acme.db\nx = acme.db.get_session" + ".a" * 200_000 + "\n", "ok.py": OLD})
    done = configured.json("--no-cache", "--jobs", jobs, ".", real=True)
    assert done.status in (1, 2)
    assert done.codes in (["LIB001", "ACM101"], ["LIB008", "ACM101"])


NESTED = {
    "attributes": "time.sleep(x" + ".real" * 2_000 + ")\n",
    "calls": "time.sleep" + "(1)" * 2_000 + "\n",
    "sum": "time.sleep(" + " + ".join(["1"] * 2_000) + ")\n",
    "conditions": "time.sleep(" + " and ".join(["1"] * 40_000) + ")\n",
    "negations": "time.sleep(" + "not " * 900 + "1)\n",
    "elifs": "if time.sleep(1): pass\n" + "elif x: pass\n" * 900,
}


@pytest.mark.parametrize("case", NESTED)
def test_what_libcst_would_choke_on_is_not_given_to_it(empty, case):
    empty.write({"platform-lint.toml": 'rule-dirs = ["rules"]\nselect = ["ACM", "LIB0"]\n'})
    empty.write({"rules/sleepy.py": RULE_IN_PYTHON.format(tripwire=""), "app.py": "import time\n" + NESTED[case]})
    began = time.monotonic()
    done = empty.json("--no-cache", "app.py")
    assert done.status == 1
    (message,) = [finding["message"] for finding in done.findings]
    assert message == "the file was not checked for ACM401: it is nested too deeply for LibCST"
    assert time.monotonic() - began < 30


def test_what_is_nested_as_people_write_it_is_given_to_libcst(empty):
    empty.write({"platform-lint.toml": 'rule-dirs = ["rules"]\nselect = ["ACM", "LIB0"]\n'})
    text = (
        "import time\ntime.sleep(" + " + ".join(["1"] * 150) + ")\nx = " + "[" * 50 + "time.sleep(1)" + "]" * 50 + "\n"
    )
    empty.write({"rules/sleepy.py": RULE_IN_PYTHON.format(tripwire=""), "app.py": text})
    assert empty.json("--no-cache", "app.py").codes == ["ACM401", "ACM401"]
