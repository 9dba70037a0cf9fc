"""Limits through the doors: what is too large or takes too long is named, and the other files are checked."""

from __future__ import annotations

import pytest

from platform_lint import limits, packs

from .harness import CONFIG, NEW, OLD

LARGE = OLD + "x = 1\n" * 2_000
SAID = "LIB010"

#: A rule in Python that never ends, whatever interrupts it as an exception.
ENDLESS = '''\
from platform_lint.api import Rule, cst


class Endless(Rule):
    """`{name}` is looked at for ever."""

    code = "PYR100"
    words = ("for_ever",)

    def visit_Name(self, node: cst.Name) -> None:
        while node.value == "for_ever":
            try:
                len(node.value)
            except Exception:
                pass
'''


@pytest.fixture
def small(project):
    """A project whose files may have 10,000 bytes."""
    project.write({"ok.py": OLD, "large.py": LARGE})
    project.write({"platform-lint.toml": CONFIG + "max-file-size = 10_000\n"})
    return project


def test_a_file_that_is_too_large_is_named_and_the_others_are_checked(small):
    done = small.json(".")
    assert done.places == [("large.py", 1, 1, SAID), ("ok.py", 3, 11, "ACM101")]
    message = "not checked: it has 12,057 bytes and `max-file-size` is 10,000; raise that or exclude the file"
    assert done.findings[0]["message"] == message
    assert done.status == 1


def test_a_file_that_is_too_large_is_not_fixed(small):
    done = small.check("--fix", ".")
    assert done.status == 1
    assert "Fixed 1 finding in 1 file" in done.out
    assert (small.read("large.py"), small.read("ok.py")) == (LARGE, NEW)


def test_a_large_file_in_which_nothing_can_be_found_is_clean(small):
    small.write({"large.py": "x = 1\n" * 10_000})
    assert small.json("large.py").places == []


def test_the_limit_may_be_raised(small):
    done = small.json("--config", "max-file-size=20_000", "large.py")
    assert done.codes == ["ACM101"]


@pytest.mark.parametrize("value", ["0", "-1", "'2 MB'"])
def test_a_limit_that_is_none_is_refused(small, value):
    done = small.check("--config", f"max-file-size={value}", ".")
    assert done.status == 2
    assert "max-file-size" in done.err
    assert done.err.count("\n") == 1


def test_the_limit_is_part_of_what_is_kept(small):
    assert small.json("large.py").codes == [SAID]
    assert small.json("--config", "max-file-size=20_000", "large.py").codes == ["ACM101"]


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("mode", [(), ("--fix",)])
def test_a_file_that_takes_too_long_is_named_and_the_others_are_checked(project, monkeypatch, jobs, mode):
    monkeypatch.setattr(limits, "MAX_SECONDS", 1)
    project.write({"ok.py": OLD, "slow.py": OLD + "for_ever\n", "later.py": OLD, "lint/endless.py": ENDLESS})
    project.write({"platform-lint.toml": CONFIG.replace('"ACM"', '"ACM", "PYR"')})
    done = project.json(*mode, "--jobs", jobs, "later.py", "ok.py", "slow.py")
    said = ("slow.py", 1, 1, SAID)
    assert done.places == ([said] if mode else [("later.py", 3, 11, "ACM101"), ("ok.py", 3, 11, "ACM101"), said])
    assert "1 s of processor time" in done.findings[-1]["message"]
    assert project.read("slow.py") == OLD + "for_ever\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--exclude", "[z-a]"), "--exclude: '[z-a]' is no path pattern: bad character range z-a"),
        (("--config", "exclude=['[z-a]']"), "exclude: '[z-a]' is no path pattern: bad character range z-a"),
        (("--config", f"exclude=['{'**/' * 5}x']"), "is no path pattern: it has more than 4 `**`"),
    ],
)
def test_a_pattern_of_paths_that_is_none_is_refused(project, options, said):
    project.write({"ok.py": OLD})
    done = project.check(*options, ".")
    assert done.status == 2
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_folder_of_rules_that_is_a_whole_disk_is_refused(project, monkeypatch):
    monkeypatch.setattr(packs, "_MAX_ENTRIES", 3)
    project.write({"ok.py": OLD, "lint/a/x.toml": "", "lint/b/y.toml": "", "lint/c/z.toml": ""})
    project.write({"platform-lint.toml": 'rule-dirs = ["lint"]\n'})
    done = project.check(".")
    assert done.status == 2
    assert "more than 3 files and folders: name the folder that holds the rules" in done.err
