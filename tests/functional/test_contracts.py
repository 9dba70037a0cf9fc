"""Contracts about imports, from the command line: the whole project has a say in what is found in one file."""

from __future__ import annotations

import pytest

from .harness import Project

RULES = """\
[[rule]]
code = "ACM160"
name = "layers"
layers = ["shop.web", "shop.data"]
ignore = ["shop.data.old -> shop.web"]
"""

FILES = {
    "platform-lint.toml": 'rule-dirs = ["lint"]\nselect = ["ACM"]\n',
    "lint/rules.toml": RULES,
    "shop/__init__.py": "",
    "shop/web.py": "from shop import data\n",
    "shop/tools.py": "import os\n",
    "shop/data/__init__.py": "",
    "shop/data/old.py": "import shop.web\n",
    "shop/data/new.py": "import shop.tools\n",
    "other.py": "import os\n",
}


@pytest.fixture
def shop(tmp_path, environment):
    project = Project(tmp_path, {**environment, "PLATFORM_LINT_CACHE_DIR": str(tmp_path / ".cache")})
    project.write(FILES)
    return project


def test_a_change_elsewhere_is_seen_by_cached_and_single_files(shop):
    for _ in range(2):
        assert shop.json(".").places == []
    shop.write({"shop/tools.py": "import os\nfrom shop.web import page\n"})
    for paths in ([], [], ["shop/data/new.py"], ["-j", "2", "."]):
        done = shop.json(*paths)
        assert done.places == [("shop/data/new.py", 1, 8, "ACM160")]
        assert "shop.data.new imports shop.tools, which imports shop.web (shop/tools.py:2)" in done.out
    shop.write({"shop/tools.py": "import os\n"})
    assert shop.json(".").places == []


def test_a_module_that_appears_is_seen(shop):
    shop.write({"shop/data/new.py": "from shop.tools import helpers\n"})
    assert shop.json(".").places == []
    shop.write(
        {"shop/web/page.py": "", "shop/web/__init__.py": "", "shop/data/new.py": "from shop.tools import helpers\n"}
    )
    (shop.root / "shop/web.py").unlink()
    (shop.root / "shop/tools.py").unlink()
    shop.write({"shop/tools/__init__.py": "", "shop/tools/helpers.py": "import shop.web.page\n"})
    assert shop.json(".").places == [("shop/data/new.py", 1, 24, "ACM160")]


def test_an_ignore_that_matches_nothing_is_a_mistake(shop):
    assert shop.check(".").status == 0
    shop.write({"shop/data/old.py": "import shop.tools\n"})
    complaint = "rules.toml:1: ACM160: ignore 'shop.data.old -> shop.web' matches no import; remove it"
    for paths in (["."], ["."], ["shop/data/new.py"]):
        assert shop.check(*paths).complaint.endswith(complaint)
    # What has nothing to do with the rule is linted.
    assert shop.check("other.py").status == 0
    assert shop.check("--ignore", "ACM160", ".").status == 0


def test_it_may_be_a_warning_or_nothing(shop):
    shop.write({"shop/data/old.py": "", "lint/rules.toml": RULES + 'unmatched_ignore = "warn"\n'})
    for _ in range(2):
        done = shop.check(".")
        assert done.status == 0
        assert "rules.toml:1: ACM160: ignore 'shop.data.old -> shop.web' matches no import; remove it" in done.err
    shop.write({"lint/rules.toml": RULES + 'unmatched_ignore = "none"\n'})
    assert shop.check(".").err == ""


def test_a_layer_without_a_module_is_a_warning(shop):
    shop.write({"lint/rules.toml": RULES.replace('"shop.web",', '"shop.web", "shop.gone", "(shop.may)",')})
    done = shop.check(".")
    assert done.status == 0
    assert done.err.count("warning: ") == 1
    assert "layer 'shop.gone' has no module; write '(shop.gone)' where it need not be there" in done.err
