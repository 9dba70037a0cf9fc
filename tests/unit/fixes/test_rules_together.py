"""Two rules that say something of one use: the one that names more of it has its way, and no import is left over."""

from __future__ import annotations

import pytest
from engine import catalog, fix_result

RULES = catalog({"pkg.util": "pkg.toolbox", "pkg.util.defaultdict": "coll.abc.Defaulting"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from pkg import util\nutil.defaultdict(list)\n",
            "from coll import abc\nabc.Defaulting(list)\n",
        ),
        (
            "from pkg import util\nutil.defaultdict(list)\nutil.other()\n",
            "from coll import abc\nfrom pkg import toolbox\nabc.Defaulting(list)\ntoolbox.other()\n",
        ),
        ("import pkg.util\npkg.util.defaultdict(list)\n", "import coll.abc\ncoll.abc.Defaulting(list)\n"),
        (
            "import pkg.util\npkg.util.defaultdict(list)\npkg.util.other()\n",
            "import coll.abc\nimport pkg.toolbox\ncoll.abc.Defaulting(list)\npkg.toolbox.other()\n",
        ),
        ("import pkg.util as u\nu.defaultdict(list)\n", "from coll import abc\nabc.Defaulting(list)\n"),
        (
            "from pkg.util import defaultdict\ndefaultdict(list)\n",
            "from coll.abc import Defaulting\nDefaulting(list)\n",
        ),
        (
            "from pkg.util import defaultdict, x\ndefaultdict(list)\nx\n",
            "from coll.abc import Defaulting\nfrom pkg.toolbox import x\nDefaulting(list)\nx\n",
        ),
        (
            "def f():\n    from pkg import util as u\n    u.defaultdict(list)\n",
            "def f():\n    from coll import abc\n    abc.Defaulting(list)\n",
        ),
    ],
)
def test_the_longer_name_is_renamed(before: str, after: str) -> None:
    result = fix_result(before, RULES)
    assert result.text == after
    assert result.failures == []
