"""Rules in Python through the doors: configuration, options, trust, caches, flake8, and what is never loaded."""

from __future__ import annotations

import re
import sys

import pytest

from .harness import ROOT

RULE = '''\
from platform_lint.api import Rule, cst


class TooManyArguments(Rule):
    """`{name}` is called with more than {limit} arguments.

    ```python bad
    shout(1, 2, 3, 4)
    ```
    ```python fixed
    shout(1)
    ```
    ```python ok
    shout(1)
    ```
    """

    code = "PYR100"
    words = ("shout",)
    limit: int = 3

    def visit_Call(self, node: cst.Call) -> None:
        if len(node.args) > self.limit and self.source_of(node.func) == "shout":
            first = node.args[0].with_changes(comma=cst.MaybeSentinel.DEFAULT)
            self.report(node, replace=node.with_changes(args=[first]))
'''

CODEMOD = '''\
from platform_lint.api import Rule, cst


class NewNames(Rule):
    """This file has old names."""

    code = "PYR200"
    words = ("old_name",)

    def transform(self, module: cst.Module) -> cst.Module:
        class Renamer(cst.CSTTransformer):
            def leave_Name(self, original_node, updated_node):
                return updated_node.with_changes(value="new_name") if updated_node.value == "old_name" else updated_node

        return module.visit(Renamer())
'''

TABLE = '[[rule]]\ncode = "PYR300"\nname = "no-redis"\nban = ["redis"]\n'
CONFIG = 'rule-dirs = ["lint"]\nselect = ["PYR"]\n'
APP = "shout(1, 2, 3, 4)  # c\nold_name = 1\nimport redis\n"


@pytest.fixture
def python(empty):
    """A project with a visitor, a codemod and a table, and a file that breaks them all."""
    empty.write(
        {
            "platform-lint.toml": CONFIG,
            "lint/too_many.py": RULE,
            "lint/new_names.py": CODEMOD,
            "lint/tables.toml": TABLE,
            "app.py": APP,
        }
    )
    return empty


def codes(done):
    return [finding["code"] for finding in done.json()]


def reported(done):
    return [line.split()[1] for line in done.out.splitlines() if " PYR" in line]


def check(project, *arguments, **options):
    return project.check("--output-format", "concise", *arguments, **options)


def test_rules_in_python_and_in_tables_are_found_and_fixed_alike(python):
    assert reported(check(python)) == ["PYR100", "PYR200", "PYR300"]
    assert reported(check(python)) == ["PYR100", "PYR200", "PYR300"]
    python.check("--fix", "--unsafe-fixes")
    assert python.read("app.py") == "shout(1)  # c\nnew_name = 1\nimport redis\n"


def test_an_option_is_set_by_code_or_name(python):
    python.write({"platform-lint.toml": CONFIG + "[options.PYR100]\nlimit = 4\n"})
    assert reported(check(python)) == ["PYR200", "PYR300"]
    python.write({"platform-lint.toml": CONFIG + "[options]\ntoo-many-arguments.limit = 5\n"})
    assert reported(check(python)) == ["PYR200", "PYR300"]
    assert "PYR100" in reported(check(python, "--config", "options.PYR100.limit=2"))


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        (
            "[options.PYR100]\nlimt = 4\n",
            4,
            "options.PYR100.limt: rule PYR100 has no such option; did you mean 'limit'?",
        ),
        ("[options.PYR100]\nlimit = '4'\n", 4, "options.PYR100.limit: expected int, got '4'"),
        ("[options.PYR100]\nlimit = true\n", 4, "options.PYR100.limit: expected int, got True"),
        ("[options.PYR101]\nlimit = 4\n", 3, "options.PYR101: there is no rule 'PYR101'; did you mean 'PYR100'?"),
        ("[options.PYR300]\nlimit = 4\n", 4, "options.PYR300.limit: rule PYR300 has no such option; it has none"),
        ("[options]\nPYR100 = 4\n", 3, "options must be a table of rules, each with a table of its options, as in"),
    ],
)
def test_an_option_that_cannot_be_is_an_error(python, table, row, reason):
    python.write({"platform-lint.toml": CONFIG + table})
    problem = check(python).complaint
    assert reason in problem
    assert f"platform-lint.toml:{row}: " in problem


@pytest.mark.parametrize("how", ["--no-local-rules", "config"])
def test_rules_of_a_repository_can_be_refused(python, how):
    if how == "config":
        python.write({"platform-lint.toml": CONFIG + "local-rules = false\n"})
    python.write({"lint/too_many.py": "print('run!')\n" + RULE})
    for _ in range(2):
        done = check(python, *([how] if how.startswith("--") else []))
        assert reported(done) == ["PYR300"]
        assert done.err.count("are not run, as asked for: lint/new_names.py, lint/too_many.py") == 1
        assert "run!" not in done.out


def test_a_rule_that_cannot_be_imported_is_an_error(python):
    python.write({"lint/too_many.py": "import nowhere\n" + RULE})
    assert (
        "too_many.py:1: cannot be imported: ModuleNotFoundError: No module named 'nowhere'" in check(python).complaint
    )


def test_an_edited_rule_or_helper_is_read_again(python):
    text = RULE.replace("limit: int = 3", "limit: int = LIMIT").replace(
        "cst\n", "cst\n\nfrom ._limits import LIMIT\n", 1
    )
    python.write({"lint/too_many.py": text, "lint/_limits.py": "LIMIT = 3\n"})
    assert "PYR100" in reported(check(python))
    python.write({"lint/_limits.py": "LIMIT = 40\n"})
    assert "PYR100" not in reported(check(python))
    body = text.replace("len(node.args) > self.limit", "True")
    python.write({"lint/too_many.py": body})
    assert "PYR100" in reported(check(python))


def test_a_rule_that_raises_is_a_finding_and_the_run_goes_on(python):
    python.write({"lint/too_many.py": RULE.replace("if len", "1 / 0\n        if len")})
    done = check(python, "app.py")
    assert reported(done) == ["PYR100", "PYR200", "PYR300"]
    assert (
        "the rule failed here and checked nothing: ZeroDivisionError: division by zero (lint/too_many.py:23)"
        in done.out
    )
    assert done.status == 1


def test_workers_find_the_same(python):
    python.write({f"m{number}.py": APP for number in range(5)})
    assert check(python, "-n", "-j", "3").out == check(python, "-n", "-j", "1").out


def test_examples_are_proved(python):
    done = python.run("prove", "PYR100")
    assert (done.status, done.out) == (0, "1 rule, 2 examples, 2 spellings: all hold.\n") or done.status == 0, done
    python.write(
        {
            "lint/too_many.py": RULE.replace(
                "    shout(1)\n    ```\n    ```python ok", "    shout()\n    ```\n    ```python ok"
            )
        }
    )
    done = python.run("prove", "PYR100")
    assert done.status == 1
    assert "`good` is reached" in done.out


def test_a_rule_that_raises_does_not_prove(python):
    python.write({"lint/too_many.py": RULE.replace("if len", "1 / 0\n        if len")})
    done = python.run("prove", "PYR100")
    assert done.status == 1
    assert "the rule runs to its end: the rule failed here and checked nothing: ZeroDivisionError" in done.out


def test_options_are_shown(python):
    assert "`limit`" in python.run("rule", "PYR100").out


def test_flake8_runs_no_codemod(python):
    done = python.command(sys.executable, "-m", "flake8", "--select", "PYR", "app.py")
    assert [line.split()[1] for line in done.out.splitlines()] == ["PYR100", "PYR300"]
    python.write({"app.py": "old_name = 1  # noqa: PYR200\n"})
    done = python.command(sys.executable, "-m", "flake8", "--select", "PYR,LIB", "--disable-noqa", "app.py")
    assert "LIB003" not in done.out
    assert done.out == ""


#: Tells what is loaded, in whatever process that happens.
LOADED = """\
import os
import sys
from platform_lint.cli import main
sys.addaudithook(
    lambda event, what: event == "import" and what[0] in ("libcst", "platform_lint.api") and os.write(1, b"loaded\\n")
)
main(["check", "-q", *sys.argv[1:]])
"""


@pytest.mark.parametrize("arguments", [("clean.py",), ("clean.py", "-n"), ("tables.py", "-n")])
def test_libcst_is_not_loaded_where_no_rule_in_python_has_work(python, arguments):
    python.write({"clean.py": "x = 1\n", "tables.py": "import redis\n"})
    python.command(sys.executable, "-c", LOADED, "clean.py")  # The packs are read once.
    done = python.command(sys.executable, "-c", LOADED, *arguments)
    assert "loaded" not in done.out, done
    done = python.command(sys.executable, "-c", LOADED, "app.py", "-n")
    assert done.out.count("loaded\n") == 2, done


def test_flake8_does_not_load_libcst_for_nothing(python):
    python.write({"clean.py": "import redis\nold_name = 1\n"})
    text = "\n".join(
        (
            "import sys",
            "from flake8.main import cli",
            "cli.main(['-j1', '--select', 'PYR', 'clean.py'])",
            "print('libcst' in sys.modules)",
        )
    )
    python.command(sys.executable, "-c", text)
    done = python.command(sys.executable, "-c", text)
    assert done.out.splitlines()[-1] == "False", done
    assert "PYR300" in done.out


def test_the_rules_of_the_documentation_work(empty):
    text = (ROOT / "docs" / "python-rules.md").read_text("utf-8")
    # A rule holds fenced blocks of its own, indented.
    naive, codemod = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    (config,) = re.findall(r"^```toml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    empty.write({"platform-lint.toml": config, "lint/naive_now.py": naive, "lint/new_names.py": codemod})
    done = empty.run("prove", "ACM201")
    assert done.status == 0, done
    test = "import datetime\ndef test_a():\n    datetime.datetime.utcnow()\ndef a():\n    datetime.datetime.utcnow()\n"
    empty.write({"a.py": test, "b.py": "old_name = 1\n"})
    done = check(empty, "--select", "ACM", "a.py", "b.py")
    assert [line.split(":")[:3] for line in done.out.splitlines()[:2]] == [["a.py", "5", "5"], ["b.py", "1", "1"]], done
