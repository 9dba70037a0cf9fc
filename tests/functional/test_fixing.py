"""--fix, --diff and their relatives: what is written, shown, and left alone."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest

from .harness import APP, NEW, OLD

FIXED_APP = APP.replace("acme.db import get_session", "acme.sessions import open_session").replace(
    "get_session()", "open_session()"
)


def test_fix_applies_safe_fixes_and_reports_the_rest(project):
    project.write({"app.py": APP})
    done = project.json("--fix", "app.py")
    assert project.read("app.py") == FIXED_APP
    assert done.codes == ["ACM102", "ACM301", "ACM201"]
    assert done.status == 1
    assert "Fixed 1 finding in 1 file." in done.err
    assert project.leftovers() == []


def test_unsafe_fixes_are_applied_only_where_asked(project):
    project.write({"app.py": APP})
    assert "[?] warning" in project.check("--output-format", "concise", "app.py").out
    project.check("--fix", "--unsafe-fixes", "app.py")
    assert project.read("app.py") == FIXED_APP.replace("md5", "sha256")
    project.write({"app.py": APP})
    project.check("--unsafe-fixes", "app.py")
    assert project.read("app.py") == APP


def test_fixing_twice_changes_nothing_and_does_not_touch_the_file(project):
    project.write({"app.py": OLD})
    project.check("--fix", "app.py")
    before = (project.root / "app.py").stat()
    done = project.check("--fix", "app.py")
    after = (project.root / "app.py").stat()
    assert done.out == "All checks passed.\n"
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_suppressed_findings_are_not_fixed(project):
    text = OLD.replace("get_session()", "get_session()  # noqa: ACM101")
    project.write({"app.py": text})
    assert project.check("--fix", "app.py").status == 0
    assert project.read("app.py") == text


def test_the_configuration_may_ask_for_fixes_and_the_command_line_decides(project):
    project.write({"platform-lint.toml": 'rule-dirs = ["lint"]\nfix = true\nunsafe-fixes = true\n', "app.py": APP})
    project.check("--no-fix", "app.py")
    assert project.read("app.py") == APP
    project.check("--no-unsafe-fixes", "app.py")
    assert project.read("app.py") == FIXED_APP
    project.check("app.py")
    assert "md5" not in project.read("app.py")


def test_a_fixed_file_keeps_its_mode_and_links_stay_links(project):
    project.write({"real/app.py": OLD})
    path = project.root / "real/app.py"
    path.chmod(0o751)
    link = project.root / "link.py"
    link.symlink_to("real/app.py")
    assert project.check("--fix", "link.py").status == 0
    assert link.is_symlink()
    assert path.read_text() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o751


def test_show_fixes_lists_what_was_fixed_by_file(project):
    project.write({"a.py": OLD, "b.py": OLD.replace("session = get_session()", "get_session(); get_session()")})
    done = project.check("--fix", "--show-fixes", ".")
    assert done.out == "Fixed:\na.py:\n    1 × ACM101\nb.py:\n    2 × ACM101\nFixed 3 findings in 2 files.\n"


def test_diff_shows_the_change_and_changes_nothing(project):
    project.write({"pkg/app.py": OLD})
    done = project.check("--diff", ".")
    assert done.status == 1
    assert done.out == (
        "--- a/pkg/app.py\n+++ b/pkg/app.py\n@@ -1,3 +1,3 @@\n"
        "-from acme.db import get_session\n+from acme.sessions import open_session\n \n"
        "-session = get_session()\n+session = open_session()\n"
    )
    assert done.err == "Would fix 1 finding in 1 file.\n"
    assert project.read("pkg/app.py") == OLD


@pytest.mark.parametrize("tool", [("git", "apply", "-"), ("patch", "-p1", "-s")])
def test_a_diff_can_be_applied(project, tool):
    files = {
        "plain.py": OLD,
        "pkg/dos.py": OLD.replace("\n", "\r\n"),
        "open.py": OLD.rstrip("\n"),
        "feed.py": OLD.replace("\n\n", "\n\f\n"),
        "ünï cödé.py": OLD + 'x = "→ \u2028 \x85"\n',
        'a "quoted" \\ \t name.py': OLD,
        "bom.py": b"\xef\xbb\xbf" + OLD.encode(),
    }
    project.write(files)
    diff = project.check("--diff", "--show-fixes", ".")
    assert diff.status == 1
    assert "Would fix:" in diff.err
    applied = subprocess.run(
        [*tool, *(["--binary"] if tool[0] == "patch" else [])], cwd=project.root, input=diff.raw, capture_output=True
    )
    assert applied.returncode == 0, applied
    by_patch = {name: (project.root / name).read_bytes() for name in files}
    project.write(files)
    assert project.check("--fix", ".").status == 0
    assert {name: (project.root / name).read_bytes() for name in files} == by_patch


def test_standard_input_is_fixed_to_standard_output_and_reported_apart(project):
    done = project.check("--fix", "--stdin-filename", "app.py", "-", input=APP)
    assert done.out == FIXED_APP
    assert done.status == 1
    assert "ACM102" in done.err
    assert "Fixed 1 finding in 1 file." in done.err
    assert list(project.root.glob("*.py")) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x = 1",
        "# coding: latin-1\nx = 'é'\r\n".encode("latin-1"),
        b"\xef\xbb\xbfimport redis\r\n",
        b"import redis\0\n",
        b"\xff\xfe broken redis",
        b"import redis(\n",
    ],
)
def test_standard_input_that_cannot_be_fixed_comes_back_byte_for_byte(project, data):
    assert project.check("--fix", "-", input=data).raw == data


def test_standard_input_is_fixed_in_its_own_encoding(project):
    text = "# coding: latin-1\r\n" + OLD.replace("\n", "\r\n") + 'name = "é"\r\n'
    done = project.check("--fix", "-", input=text.encode("latin-1"))
    assert "open_session()\r\nname" in done.raw.decode("latin-1")
    assert done.raw.endswith('name = "é"\r\n'.encode("latin-1"))
    bom = project.check("--fix", "-", input=b"\xef\xbb\xbf" + OLD.encode())
    assert bom.raw == b"\xef\xbb\xbf" + NEW.encode()


def test_standard_input_shows_its_own_source_in_the_report(project):
    project.write({"app.py": "something = else\n"})
    out = project.check("-", "--stdin-filename", "app.py", input=b"\xef\xbb\xbfimport redis\n").out
    assert "1 | import redis\n  |        ^^^^^\n" in out


def test_standard_input_and_diff(project):
    done = project.check("--diff", "-", "--stdin-filename", "pkg/app.py", input=OLD)
    assert done.status == 1
    assert done.out.startswith("--- a/pkg/app.py\n+++ b/pkg/app.py\n")
    assert project.check("--diff", "-", input=NEW).out == ""


def test_many_files_are_fixed_by_many_processes_as_by_one(project):
    files = {f"pkg{number % 7}/m{number}.py": APP if number % 3 else OLD for number in range(80)}
    reports = []
    for jobs in ("1", "4"):
        project.write(files)
        done = project.json("--fix", "--show-fixes", "--jobs", jobs, ".")
        reports.append((done.findings, done.err, {name: project.read(name) for name in files}))
    assert reports[0] == reports[1]
    assert "Fixed 80 findings in 80 files." in reports[0][1]


def test_fixed_code_runs(project):
    project.write(
        {
            "acme/__init__.py": "",
            "acme/db.py": "",
            "acme/sessions.py": "def open_session():\n    return 'open'\n",
            "app.py": "import acme.db\n\nprint(acme.db.get_session())\n",
        }
    )
    assert project.check("--fix", "--ignore", "ACM301", "app.py").status == 0
    assert project.command(sys.executable, "app.py").out == "open\n"


CIRCLE = """\
[[rule]]
code = "RND100"
name = "there"
match = "corp.a($X)"
rewrite = "corp.b($X)"
message = "there"

[[rule]]
code = "RND101"
name = "back"
match = "corp.b($X)"
rewrite = "corp.a($X)"
message = "back"

[[rule]]
code = "RND102"
name = "old-f"
rename."corp.f" = "corp.g"
"""
RUNNING = "import corp\n\ncorp.a(corp.f(1))\n"
STOPPED = "fixes undo each other: RND100 (there) and RND101 (back)"


@pytest.fixture
def circular(project):
    """A project with two rules that undo each other beside one that does not."""
    project.write(
        {"svc/pack.toml": CIRCLE, "svc/platform-lint.toml": 'rule-dirs = ["pack.toml"]\n', "svc/app.py": RUNNING}
    )
    return project


def test_fixes_that_undo_each_other_are_named_and_the_others_are_made(circular):
    done = circular.check("--fix", "--output-format", "concise", "svc")
    assert circular.read("svc/app.py") == RUNNING.replace("corp.f", "corp.g")
    assert done.out == (
        f"svc/app.py:1:1: LIB009 {STOPPED}\n"
        "svc/app.py:3:1: RND100 there\n"
        "Fixed 1 finding in 1 file. Found 2 errors in 1 file (1 checked).\n"
    )
    assert done.status == 1


def test_what_a_run_could_not_fix_is_not_remembered_of_the_file(circular):
    circular.write({"svc/app.py": RUNNING.replace("corp.f", "corp.g")})
    assert circular.json("svc").codes == ["RND100"]
    assert sorted(circular.json("--fix", "svc").codes) == ["LIB009", "RND100"]
    after = circular.json("svc")
    assert after.codes == ["RND100"]
    assert after.findings[0]["fix"]["safety"] == "safe"


def test_a_diff_says_which_fixes_it_leaves_out(circular):
    done = circular.check("--diff", "svc")
    assert "+corp.a(corp.g(1))\n" in done.out
    assert done.err == (
        f"svc/app.py:1:1: LIB009 {STOPPED}\nWould fix 1 finding in 1 file. Found 1 error in 1 file (1 checked). "
        "1 more finding would stay.\n"
    )
    assert circular.read("svc/app.py") == RUNNING


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"import redis\nredis(\n", "app.py:2:6: LIB001 "),
        (b"import redis\n\0\n", "app.py:2:1: LIB002 "),
        (b"# coding: klingon\nimport redis\n", "app.py:1:1: LIB002 "),
    ],
)
@pytest.mark.parametrize("flags", [("--diff",), ("--fix", "--diff")])
def test_a_diff_says_what_it_could_not_look_at(project, data, said, flags):
    project.write({"app.py": data, "old.py": OLD})
    alone = project.check(*flags, "app.py")
    assert alone.status == project.check("app.py").status == 1
    assert alone.out == ""
    assert said.partition(" ")[2] in alone.err
    assert alone.err.endswith("Found 1 error in 1 file (1 checked).\n")
    both = project.check(*flags, "app.py", "old.py")
    assert both.status == 1
    assert both.out.startswith("--- a/old.py\n")
    assert said.partition(" ")[2] in both.err
    piped = project.check(*flags, "--stdin-filename", "app.py", "-", input=data)
    assert (piped.status, piped.out) == (1, "")
    assert said.partition(" ")[2] in piped.err


def test_a_diff_says_where_a_python_rule_failed(project):
    project.write(
        {
            "svc/rules/broken_rule.py": (
                "from platform_lint.api import Rule\n\n\nclass BrokenRule(Rule):\n    '''Broken.'''\n\n"
                '    code = "RND200"\n    words = ("broken",)\n\n'
                "    def visit_Call(self, node):\n        self.report(node, replace='1 +')\n"
            ),
            "svc/platform-lint.toml": 'rule-dirs = ["rules"]\n',
            "svc/app.py": "broken()\n",
        }
    )
    done = project.check("--diff", "svc")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("svc/app.py:1:1: RND200 the rule failed here and checked nothing: ")
    assert "the replacement is no Python" in done.err


def test_a_diff_of_files_without_fixes_is_empty_and_counts_their_findings(project):
    project.write({"app.py": "import redis\n"})
    done = project.check("--diff", "app.py")
    assert (done.status, done.out, done.err) == (0, "", "Nothing would be fixed. 1 finding would stay.\n")


def test_what_check_found_is_what_fix_fixed_and_what_it_left(project):
    files = {
        "one.py": APP,
        "two.py": OLD.replace("get_session()", "get_session(get_session())"),
        "three.py": "from acme.db import get_session\nimport redis\n",
    }
    project.write(files)
    before = project.json(".")
    done = project.json("--fix", "--unsafe-fixes", "--show-fixes", ".")
    assert (len(before.findings), len(done.findings)) == (8, 3)
    assert "Fixed 5 findings in 3 files. Found 3 errors" in done.err
    assert done.err.startswith(
        "Fixed:\none.py:\n    1 × ACM101\n    1 × ACM201\nthree.py:\n    1 × ACM101\ntwo.py:\n    2 × ACM101\n"
    )
