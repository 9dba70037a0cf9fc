from __future__ import annotations

import subprocess
import sys

import pytest

from platform_lint.reports import render
from platform_lint.settings import FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_ends_its_last_line(name, make_finding, make_report):
    assert render(name, make_report(make_finding())).endswith("\n")
    assert render(name, make_report()) in ("", "[]\n") or name == "sarif"


@pytest.mark.parametrize("name", FORMATS)
def test_the_order_of_the_input_does_not_matter(name, make_finding, make_report):
    findings = [make_finding((row, 1), filename=filename) for filename in ("a.py", "b.py") for row in (2, 10)]
    assert render(name, make_report(*findings)) == render(name, make_report(*reversed(findings)))


def test_an_unknown_format_is_named_with_those_there_are(make_report):
    with pytest.raises(ValueError, match=r"'xml'.*concise, full, json"):
        render("xml", make_report())


def test_no_format_is_imported_before_it_is_asked_for():
    program = (
        "import sys, platform_lint.reports as reports; "
        "print(*(name for name in sys.modules if name.startswith(reports.__name__ + '.') or name == 'json'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
