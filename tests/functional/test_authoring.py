"""The commands of those who write rules: new, prove, try, rule, docs; what rules cost; the schemas."""

from __future__ import annotations

import json

import pytest

from .harness import OLD, PACK

CALL = """\
[[rule]]
code = "ACM501"
name = "no-timeout"
message = "`{name}` waits for ever"
why = "It hangs."
fix = "unsafe"
call = "acme.http.get"
args.timeout = { required = true, insert = "10" }
[[rule.example]]
bad = "import acme.http\\n\\nacme.http.get(1)  # hit\\n"
good = "import acme.http\\n\\nacme.http.get(1, timeout=10)\\n"
"""
USES = "import acme.http\n\nacme.http.get(1)\nacme.http.get(2, timeout=3)\n"


@pytest.fixture
def company(empty):
    """A project with one rule about calls, and code that breaks it."""
    empty.write(
        {
            "platform-lint.toml": 'rule-dirs = ["rules"]\n',
            "rules/http/timeouts.toml": CALL,
            "services/a.py": USES,
            "CODEOWNERS": "/services/ @team\n",
        }
    )
    return empty


def test_from_nothing_to_a_rule_in_force(empty):
    empty.write({"platform-lint.toml": "", "app.py": "import optparse\n\noptparse.OptionParser()\n"})
    assert "--rules DIR" in empty.run("new", "cli/old-parser").complaint
    written = empty.run("new", "cli/old-parser", "--rules", "rules", "--code", "ACM101")
    assert written.status == 0, written
    assert written.out.startswith("rules/cli/old_parser.toml: ACM101 old-parser\n")
    empty.write({"platform-lint.toml": 'rule-dirs = ["rules"]\n'})
    for line in written.out.splitlines()[-2:]:
        _, _, command = line.partition("platform-lint ")
        done = empty.run(*command.split())
        assert done.status == 0, done
    assert empty.json("--select", "ACM", "app.py").codes == ["ACM101"]
    again = empty.run("new", "cli/new-parser", "--kind", "call")
    assert again.out.startswith("rules/cli/new_parser.toml: ACM102 new-parser\n")
    assert empty.run("prove", "rules").status == 0


def test_new_overwrites_nothing(company):
    before = company.read("rules/http/timeouts.toml")
    assert "it is there already" in company.run("new", "http/timeouts").complaint
    assert "there is a rule of that name" in company.run("new", "http/no-timeout").complaint
    assert company.read("rules/http/timeouts.toml") == before
    assert company.run("new", "http/x", "--kind", "nothing").status == 2


def test_prove_holds_a_rule_about_calls_to_every_spelling(company):
    done = company.run("prove", "rules")
    assert done.status == 0, done
    assert "1 rule, 1 example" in done.out
    company.write({"rules/http/timeouts.toml": CALL.replace("timeout=10)", "timeout=11)")})
    failed = company.run("prove", "rules")
    assert failed.status == 1
    assert "law: `good` is reached" in failed.out
    assert "+++ fixed: got" in failed.out


def test_try_a_pattern(company):
    done = company.run("try", "acme.http.get($X)", "--rewrite", "acme.http.fetch($X)", ".")
    assert (done.status, done.err) == (0, ""), done
    assert done.out.startswith("1 finding in 1 of 1 file: 1 with an unsafe one")
    assert "By owner (CODEOWNERS):\n        1  @team\n" in done.out
    assert "-acme.http.get(1)\n+acme.http.fetch(1)\n" in done.out
    assert company.read("services/a.py") == USES
    found = json.loads(company.run("try", "acme.http.get($X)", "--output-format", "json").out)
    assert found["by_owner"] == {"@team": 1}


def test_try_a_rule_file(company):
    done = company.run("try", "rules/http/timeouts.toml")
    assert done.status == 0, done
    assert "services/a.py:3:" in done.out
    assert "ACM501 `acme.http.get` waits for ever" in done.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["acme.http.get("], "the pattern: match: "),
        (["nowhere.toml"], "nowhere.toml: no such file of rules"),
        (["rules/http/timeouts.toml", "--rewrite", "x"], "--rewrite goes with a pattern"),
        (["acme.http.get($X)", "nowhere"], "nowhere: no such file or directory"),
        (["acme.http.get($X)", "--rewrite", "acme.f($Y)"], "`$Y`"),
        (["platform-lint.toml"], "platform-lint.toml:1: "),
        (
            ["ACM501"],
            "ACM501 looks like a rule, and what is tried is a pattern or a file: see `platform-lint rule ACM501`",
        ),
        (["ACM5011", "."], "or run it with `platform-lint check --select ACM5011`"),
        (["no-timeout"], "no-timeout looks like a rule"),
    ],
)
def test_what_cannot_be_tried_is_one_clear_line(company, arguments, complaint):
    assert complaint in company.run("try", *arguments).complaint


def test_try_asks_for_no_more_than_it_needs(company):
    assert company.run("try").err.endswith("the following arguments are required: PATTERN|FILE\n")


def test_rule_explains_what_a_table_asks_for(company):
    text = company.run("rule", "no-timeout").out
    assert "Calls of `acme.http.get`:\n  - `timeout` must be given; the fix adds `10`.\n" in text
    assert "Fix:         unsafe: applied with --unsafe-fixes\n" in text
    page = company.run("rule", "ACM501", "--output-format", "markdown").out
    assert page.startswith("# ACM501 no-timeout\n\n`acme.http.get` waits for ever\n\nIt hangs.\n")
    assert "```python\nimport acme.http\n\nacme.http.get(1, timeout=10)\n```" in page
    fields = json.loads(company.run("rule", "ACM501", "--output-format", "json").out)
    assert fields["fixable"] is True
    assert fields["asks"].startswith("Calls of `acme.http.get`:")
    listed = {line.split()[0]: line.split()[2] for line in company.run("rule").out.splitlines() if "ACM5" in line}
    assert listed == {"ACM501": "unsafe"}


def test_docs_writes_pages_and_tells_whether_they_are_current(company):
    done = company.run("docs", "rules", "--output", "pages")
    assert done.status == 0, done
    assert "pages/http/ACM501-no-timeout.md: written\n" in done.out
    assert "[ACM501](http/ACM501-no-timeout.md)" in company.read("pages/README.md")
    assert company.run("docs", "rules", "--output", "pages", "--check").status == 0
    company.write({"rules/http/timeouts.toml": CALL.replace("It hangs.", "It hangs for ever.")})
    stale = company.run("docs", "rules", "--output", "pages", "--check")
    assert stale.status == 1
    assert "pages/http/ACM501-no-timeout.md: not current\n" in stale.out
    assert "\nIt hangs.\n" in company.read("pages/http/ACM501-no-timeout.md")


def test_config_says_what_the_conditions_of_a_rule_are_met_by(company):
    company.write(
        {
            "rules/http/timeouts.toml": CALL.replace("fix =", 'requires = "acme>=2"\nfix ='),
            "pyproject.toml": "[project]\nname = 'x'\ndependencies = ['acme>=2.5']\n",
        }
    )
    shown = company.run("config", "services/a.py").out.partition(" off here")[0]
    assert "ACM501 no-timeout: requires acme>=2; the project admits acme 2.5 and later" in shown
    company.write({"pyproject.toml": "[project]\nname = 'x'\n"})
    off = company.run("config", "services/a.py").out.partition(" off here")[2]
    assert "ACM501 no-timeout: requires acme>=2; the project does not depend on acme" in off


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_rules_cost(company, jobs):
    company.write({"lint/acme.toml": PACK, "rules/acme.toml": PACK, "old.py": OLD})
    done = company.check("--profile-rules", "--jobs", jobs)
    assert done.status == 1
    rows = [line.split() for line in done.out.partition("Time by rule:\n")[2].splitlines()]
    assert rows[0] == ["ms", "files", "hits"]
    by_name = {row[-1]: row for row in rows}
    assert by_name["ACM501"][1:3] == ["1", "1"]
    assert by_name["ACM101"] == ["1", "ACM101"]
    assert any(row[2:] == ["parsing", "and", "indexing"] and row[1] == "2" for row in rows)
    # Kept results would cost nothing: they are not used.
    assert company.check("--profile-rules").out.count("ACM501") == done.out.count("ACM501")
    assert "Time by rule" not in company.check().out


def test_what_rules_cost_stays_out_of_what_programs_read(company):
    done = company.json("--profile-rules")
    assert [finding["code"] for finding in done.findings] == ["ACM501"]
    assert "Time by rule:" in done.err


LIBRARY = {
    "lib/acme/__init__.py": "",
    "lib/acme/marks.py": "def replaced_by(name):\n    return lambda thing: thing\n",
    "lib/acme/http.py": (
        "from acme.marks import replaced_by\n\ndef fetch(url): ...\n\n"
        '@replaced_by("acme.http.fetch")\ndef get(url): return fetch(url)\n\n'
        '@replaced_by("acme.nowhere")\ndef lost(url): ...\n\nraise SystemExit("this is never run")\n'
    ),
}


def test_a_library_is_harvested_and_its_rules_are_in_force(empty):
    empty.write({**LIBRARY, "platform-lint.toml": 'rule-dirs = ["rules"]\nsrc = ["app"]\n', "rules/none.toml": ""})
    harvest = ("harvest", "lib/acme", "--code-prefix", "ACM", "--first", "500", "--requires", "acme>=2")
    printed = empty.run(*harvest)
    assert printed.status == 0, printed
    lost = "lib/acme/http.py:9: lost: `acme.nowhere` is not there\n"
    said = "1 rule from 2 deprecations: 1 with a safe fix, 0 with an unsafe one; 1 could not be harvested\n"
    assert printed.err == lost + said
    written = empty.run(*harvest, "--output", "rules/acme.toml")
    assert (written.status, written.out, written.err) == (0, f"rules/acme.toml: written; {said}", lost)
    assert empty.read("rules/acme.toml") == printed.out
    assert empty.run("prove", "rules").status == 0
    empty.write(
        {
            "app/use.py": "from acme.http import get\n\nget(1)\n",
            "app/pyproject.toml": "[project]\nname = 'app'\ndependencies = ['acme>=2']\n",
        }
    )
    assert empty.check("--fix", "app").status == 0
    assert empty.read("app/use.py") == "from acme.http import fetch\n\nfetch(1)\n"


def test_a_harvested_file_says_itself_whether_it_is_current(empty):
    empty.write(LIBRARY)
    assert empty.run("harvest", "lib/acme", "--code-prefix", "ACM", "--output", "a.toml", "--owner", "me").status == 0
    # Letters, owner and the rest stand in the file.
    current = empty.run("harvest", "lib/acme", "--check", "a.toml")
    assert (current.status, current.out[:16]) == (0, "a.toml: current;"), current
    empty.write({"lib/acme/http.py": LIBRARY["lib/acme/http.py"].replace("def get(", "def load(")})
    before = empty.read("a.toml")
    stale = empty.run("harvest", "lib/acme", "--check", "a.toml")
    assert (stale.status, stale.out[:20]) == (1, "a.toml: not current;"), stale
    assert empty.read("a.toml") == before
    assert empty.run("harvest", "lib/acme", "--output", "a.toml").status == 0
    assert 'code = "ACM101"\nname = "acme-http-load"\n' in empty.read("a.toml")


def test_a_harvest_leaves_codes_and_names_to_the_rules_beside_it(empty):
    empty.write({**LIBRARY, "rules/other.toml": PACK.replace("raw-redis", "acme-http-get")})
    harvest = ("harvest", "lib/acme", "--code-prefix", "ACM", "--first", "101", "--output", "rules/b.toml")
    assert empty.run(*harvest).status == 0
    assert 'code = "ACM103"\nname = "acme-http-get-2"\n' in empty.read("rules/b.toml")
    assert empty.run("check", "--isolated", "--rules", "rules", "lib").status == 0
    before = empty.read("rules/b.toml")
    assert empty.run(*harvest).status == 0
    assert empty.read("rules/b.toml") == before


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["lib/acme"], "which codes? name their letters with --code-prefix, as in ACM"),
        (["nowhere", "--code-prefix", "ACM"], "nowhere: no such file, folder or package"),
        (["lib/acme", "--output", "mine.toml", "--code-prefix", "ACM"], "mine.toml: it was not harvested"),
        (["lib/acme", "--output", "lib", "--code-prefix", "ACM"], "lib: cannot be read: Is a directory"),
    ],
)
def test_what_cannot_be_harvested_is_one_clear_line(empty, arguments, complaint):
    empty.write({**LIBRARY, "mine.toml": "# mine\n"})
    assert complaint in empty.run("harvest", *arguments).complaint
    assert empty.read("mine.toml") == "# mine\n"
