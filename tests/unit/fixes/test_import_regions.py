"""What stands right below imports is not theirs: whatever a fix does to the block, the code after it stays whole."""

from __future__ import annotations

import ast
from itertools import product

import pytest
from engine import fix_result, rename_rules

from platform_lint.catalog import Catalog

RULES = Catalog(
    rename_rules({"corp.old.helper": "acme.helper", "corp.tool": "functools.tool", "zoo.last": "zoo.other.last"})
)
ABOVE = ("", "from math import ceil\n", "import os\nfrom math import ceil\n", '"""Text."""\n\nimport os\n')
GAPS = ("", "\n", "\n\n", "\n\n\n", "# a comment\n", "\n# a comment\n")
MOVED = ("from corp.old import helper", "from corp import tool as helper", "from zoo import last as helper")
BELOW = (
    "_log = helper(1)\nprint(_log)\n",
    "X = 1\nhelper()\n",
    "# about it\nhelper()\n",
    "def f():\n    return helper()\n",
    "@helper\nclass C:\n    pass\n",
    "__all__ = ('helper',)\nhelper()\n",
    "if helper:\n    x = 1\n",
    "helper()",
)


def rest(text: str) -> list[str]:
    """The statements of *text* that import nothing."""
    return [ast.dump(node) for node in ast.parse(text).body if not isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("moved", MOVED)
@pytest.mark.parametrize("after", ["", "import sys\n", "\nimport corp.third\n"])
def test_the_code_below_stays_whole(newline: str, moved: str, after: str) -> None:
    for above, gap, below, space in product(ABOVE, GAPS, BELOW, GAPS):
        text = f"{above}{gap}{moved}\n{after}{space}{below}".replace("\n", newline)
        if above and not gap and above.startswith('"""'):
            continue
        result = fix_result(text, RULES)
        assert not result.failures
        assert rest(result.text.replace("helper", "NAME")) == rest(text.replace("helper", "NAME")), text
        assert result.text.count("#") == text.count("#"), text


def test_an_import_alone_in_its_group_goes_with_its_line() -> None:
    text = "from math import ceil\n\nfrom corp import tool\n\n_log = tool(ceil)\nprint(_log)\n"
    after = "from functools import tool\nfrom math import ceil\n\n_log = tool(ceil)\nprint(_log)\n"
    assert fix_result(text, RULES).text == after
