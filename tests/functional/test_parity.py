"""Every door reports the same."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from .harness import CONFIG, ROOT, Project

#: Many ways to say the same three things, and some that only look like it.
TREE = {
    "svc/__init__.py": "",
    "svc/plain.py": "import acme.db\n\nacme.db.get_session()\n",
    "svc/renamed.py": "import acme.db as database\n\ndatabase.get_session\n",
    "svc/from_package.py": "from acme import db\n\n\ndef f():\n    return db.get_session()\n",
    "svc/from_module.py": "from acme.db import (\n    get_session as g,  # why\n    other,\n)\n\ng()\nother()\n",
    "svc/local.py": "def f(get_session):\n    get_session()\n\n\ndef g():\n    from acme.db import get_session\n"
    "    return [get_session() for _ in get_session()]\n",
    "svc/shadowed.py": "from acme.db import get_session\n\nget_session = None\nget_session()\n",
    "svc/facade.py": "from acme.db import get_session\n\n__all__ = ['get_session']\n",
    "svc/relative.py": "from .facade import get_session\nfrom . import facade\n\nget_session()\nfacade.get_session()\n",
    "svc/absolute.py": "import svc.facade\n\nsvc.facade.get_session()\n",
    "svc/star.py": "from acme.db import *\n\nget_session()\n",
    "svc/alias.py": "import acme.db\n\ndb = acme.db\nmake = db.get_session\nmake()\n",
    "svc/checking.py": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from acme.db import get_session\n\n"
    "def f(x: 'get_session') -> 'list[get_session]': ...\n",
    "svc/optional.py": "try:\n    import redis\nexcept ImportError:\n    redis = None\nelse:\n    redis.Redis()\n",
    "svc/guarded.py": "import sys\n\nif sys.version_info >= (3, 12):\n    import redis\n",
    "svc/submodule.py": "import redis.client\nfrom redis.client import Redis\nfrom redis import *\n",
    "svc/wide.py": "import hashlib; x = 'ünï 𝔘 →'; hashlib.md5(); from hashlib import md5; md5()\n",
    "svc/dos.py": "import redis\r\n\r\nfrom acme.db import get_session\r\n\r\nget_session(\r\n)\r\n",
    "svc/bom.py": b"\xef\xbb\xbfimport redis\nfrom acme.db import get_session; get_session()\n",
    "svc/latin.py": "# coding: latin-1\nimport redis; 'é'; redis.a\n".encode("latin-1"),
    "svc/feed.py": "import redis\n\f\nfrom acme.db import get_session\n\n\x0c\nx = get_session()\n",
    "svc/builtins_.py": "import builtins\n\nprint()\nbuiltins.print()\n\n\ndef f(print):\n    print()\n",
    "svc/walrus.py": "import hashlib\n\nif (h := hashlib.md5)():\n    h()\nmatch hashlib:\n    case hashlib.md5: ...\n",
    "svc/text.py": "import hashlib\n\nx = f'{hashlib.md5()!r}'\n",
    "svc/decorated.py": "import acme.db as d\n\n\n@d.get_session\nclass C(d.get_session, metaclass=d.get_session):\n"
    "    x: d.get_session = d.get_session\n",
    "svc/suppressed.py": "import redis  # noqa: ACM102\nimport redis  # noqa\nimport redis  # noqa:ACM1, E501\n"
    "import redis  # NOQA : acm102 -- because\nfrom acme.db import get_session\n"
    "x = '''\n'''; get_session()  # noqa: ACM101\n"
    "import os  # noqa: ACM102\nget_session()  # noqa: ACM101 -- soon; until 2020-01-01\n"
    "get_session()  # noqa: ACM101 -- soon; until 2020-13-99\n",
    "svc/file_noqa.py": "# flake8: noqa: ACM102\nimport redis\n\nprint()\n",
    "svc/all_noqa.py": "# flake8: noqa\nimport redis\n\nprint()\n",
    "svc/stub.pyi": "import redis\nfrom acme.db import get_session as get_session\n\nx: redis.Redis\n",
    "tests/test_it.py": "import redis\n\nprint()\n",
    "gen/excluded.py": "import redis\n",
    "other/platform-lint.toml": 'rule-dirs = ["../lint"]\nselect = ["ACM102"]\nforce-exclude = true\n'
    'exclude = ["vendored"]\n',
    "other/app.py": "import redis\n\nprint()\n",
    "other/vendored/app.py": "import redis\n",
}

SETTINGS = CONFIG + 'force-exclude = true\nextend-exclude = ["gen"]\n[per-file-ignores]\n"tests/**" = ["ACM3"]\n'

Places = list[tuple[str, int, int, str]]


@pytest.fixture(scope="module")
def tree(tmp_path_factory, environment, shared):
    tree = Project(tmp_path_factory.mktemp("tree"), environment)
    lint = {"lint/acme.toml": (shared.root / "lint" / "acme.toml").read_bytes()}
    tree.write({**TREE, **lint, "platform-lint.toml": SETTINGS})
    return tree


@pytest.fixture(scope="module")
def by_command_line(tree) -> Places:
    return tree.json("--no-cache", ".").places


def test_the_tree_is_worth_comparing(by_command_line):
    assert {code for _, _, _, code in by_command_line} == {
        *("ACM101", "ACM102", "ACM201", "ACM301"),
        *("LIB003", "LIB004", "LIB006", "LIB007"),
    }
    files = {file for file, _, _, _ in by_command_line}
    silent = {"svc/__init__.py", "svc/optional.py", "svc/guarded.py", "svc/all_noqa.py", "svc/file_noqa.py"}
    assert {name for name in TREE if name.startswith("svc/")} - files == silent
    assert not files & {"gen/excluded.py", "other/vendored/app.py"}


def test_flake8_reports_what_the_command_line_does(tree, by_command_line):
    done = tree.command(
        sys.executable, "-m", "flake8", "--isolated", "--select=ACM,LIB", "--filename=*.py,*.pyi",
        "--format=%(path)s:%(row)d:%(col)d:%(code)s", ".",
    )  # fmt: skip
    rows = [line.removeprefix("./").split(":") for line in done.out.splitlines()]
    assert sorted((file, int(row), int(column), code) for file, row, column, code in rows) == by_command_line


def test_the_hook_reports_what_the_command_line_does(tree, by_command_line):
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    (entry,) = re.findall(r"- id: platform-lint\n(?:  .*\n)*?  entry: (.*)\n", hooks)
    command, *arguments = entry.split()
    assert command == "platform-lint"
    files = [name for name in TREE if name.endswith((".py", ".pyi"))]
    assert tree.run(*arguments, "--output-format", "json", *files).places == by_command_line
    # As pre-commit does it with many files: in several runs.
    halves = [tree.run(*arguments, "--output-format", "json", *files[start::2]).places for start in (0, 1)]
    assert sorted(halves[0] + halves[1]) == by_command_line


def test_the_library_reports_what_the_command_line_does(tree, by_command_line, monkeypatch):
    from platform_lint import check

    monkeypatch.chdir(tree.root)
    found: Places = []
    for name, content in TREE.items():
        if name.startswith("svc/") and isinstance(content, str):
            findings = check(content, filename=name, rules=["lint"], select=["ACM", "LIB0"])
            found += [(name, finding.start.row, finding.start.column, finding.code) for finding in findings]
    named = {name for name, content in TREE.items() if isinstance(content, str)}
    assert sorted(found) == [place for place in by_command_line if place[0].startswith("svc/") and place[0] in named]


def test_standard_input_reports_what_the_command_line_does(tree, by_command_line):
    for name in ("svc/relative.py", "svc/suppressed.py", "svc/wide.py", "svc/bom.py", "tests/test_it.py"):
        done = tree.json("-", "--stdin-filename", name, input=Path(tree.root, name).read_bytes())
        assert done.places == [place for place in by_command_line if place[0] == name]
