"""What is left of an import when fixes have taken its uses: nothing, unless somebody needs it."""

from __future__ import annotations

import pytest
from engine import catalog, fixed, pack

JSON = pack('[[rule]]\nrename = { "json.dumps" = "corp.codec:encode" }')
ANY = pack('[[rule]]\nrename = { "typing.Any" = "corp.types:Anything" }')
MODULE = pack('[[rule]]\nrename = { "re" = "regex" }')
SHORT = pack(
    """
[[rule]]
code = "TST100"
name = "moved"
rename = { "datetime.timedelta" = "corp.clock:Span" }
[[rule]]
code = "TST101"
name = "short"
import_as = { datetime = "import datetime as dt" }
"""
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import json\n\nprint(json.dumps(1))\n\n\ndef load(json=None):\n    return json\n",
            "import corp.codec\n\nprint(corp.codec.encode(1))\n\n\ndef load(json=None):\n    return json\n",
            id="a parameter of its name",
        ),
        pytest.param(
            "import json\n\nprint(json.dumps(1))\n\n\ndef load(text):\n    json = text\n    return json\n",
            "import corp.codec\n\nprint(corp.codec.encode(1))\n\n\ndef load(text):\n    json = text\n    return json\n",
            id="a local variable of its name",
        ),
        pytest.param(
            "import json\n\nprint(json.dumps(1))\nif fast:\n    json = None\nprint(json)\n",
            "import json\n\nimport corp.codec\n\nprint(corp.codec.encode(1))\nif fast:\n    json = None\nprint(json)\n",
            id="a use that may mean it",
        ),
    ],
)
def test_a_module_that_shares_its_name(before: str, after: str) -> None:
    assert fixed(before, JSON) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            'from typing import Any, Union\n\nPair = Union["Pot[Any]", Any]\n',
            'from typing import Union\n\nfrom corp.types import Anything\n\nPair = Union["Pot[Anything]", Anything]\n',
            id="a type in a string of an alias",
        ),
        pytest.param(
            'import typing\n\nPair = typing.Tuple["typing.Any", ...]\n',
            'import typing\n\nimport corp.types\n\nPair = typing.Tuple["corp.types.Anything", ...]\n',
            id="a dotted one",
        ),
        pytest.param(
            'from typing import Any, cast\n\nrows = cast("list[Any]", load())\n',
            'from typing import cast\n\nfrom corp.types import Anything\n\nrows = cast("list[Anything]", load())\n',
            id="the type of a cast",
        ),
        pytest.param(
            'from typing import Any, Literal\n\nK = Literal["Any"]\nrow: Any = 0\n',
            'from typing import Literal\n\nfrom corp.types import Anything\n\nK = Literal["Any"]\nrow: Anything = 0\n',
            id="a literal is no type",
        ),
        pytest.param(
            'from typing import Any\n\nnames = {}\nnames["Any"] = 1\nrows: Any = []\n',
            'from corp.types import Anything\n\nnames = {}\nnames["Any"] = 1\nrows: Anything = []\n',
            id="a key is no type",
        ),
    ],
)
def test_types_in_strings_outside_annotations(before: str, after: str) -> None:
    assert fixed(before, ANY) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import re\nimport regex\n\nre.compile(regex.X)\n", "import regex\n\nregex.compile(regex.X)\n", id="below"
        ),
        pytest.param(
            "import regex\nimport re\n\nre.compile(regex.X)\n", "import regex\n\nregex.compile(regex.X)\n", id="above"
        ),
        pytest.param(
            "import re\n\n\ndef find():\n    import regex\n\n    return regex.X\n\n\nre.compile(find())\n",
            "import regex\n\n\ndef find():\n    import regex\n\n    return regex.X\n\n\nregex.compile(find())\n",
            id="where the uses do not see it",
        ),
    ],
)
def test_a_module_that_is_there_by_its_new_name(before: str, after: str) -> None:
    assert fixed(before, MODULE) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "from datetime import timedelta\n\nday = timedelta(1)\n",
            "from corp.clock import Span\n\nday = Span(1)\n",
            id="all of it",
        ),
        pytest.param(
            "from datetime import date, timedelta\n\nday = timedelta(1)\nfirst = date.min\n",
            "import datetime as dt\n\nfrom corp.clock import Span\n\nday = Span(1)\nfirst = dt.date.min\n",
            id="one of two names",
        ),
    ],
)
def test_an_import_that_one_rule_moves_while_another_takes_its_uses(before: str, after: str) -> None:
    assert fixed(before, SHORT) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "from old.compat import jar\n\n\ndef load(cookiejar):\n    return jar.Cookie(cookiejar)\n",
            "import http.cookiejar\n\n\ndef load(cookiejar):\n    return http.cookiejar.Cookie(cookiejar)\n",
            id="where its own name is taken",
        ),
        pytest.param(
            "import old.compat\n\nprint(old.compat.jar.Cookie)\n",
            "import http.cookiejar\n\nprint(http.cookiejar.Cookie)\n",
            id="through its package",
        ),
        pytest.param(
            "from old import compat\n\nprint(compat.jar.Cookie)\n",
            "import http.cookiejar\n\nprint(http.cookiejar.Cookie)\n",
            id="through a module",
        ),
        pytest.param(
            "from old.compat import jar\n\nprint(jar.Cookie)\n",
            "from http import cookiejar\n\nprint(cookiejar.Cookie)\n",
            id="by name",
        ),
    ],
)
def test_a_module_that_its_package_does_not_load_is_imported_itself(before: str, after: str) -> None:
    assert fixed(before, pack('[[rule]]\nrename = { "old.compat.jar" = "http.cookiejar" }')) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from typing import (  # noqa\n    Dict,\n    Set,\n)\n",
            "from typing import (  # noqa\n    Set,\n)\n\nfrom coll.abc import Map as Dict  # noqa\n",
        ),
        (
            "from typing import Dict, List  # noqa: F401\n",
            "from coll.abc import Map as Dict  # noqa: F401\nfrom other import List  # noqa: F401\n",
        ),
        (
            "from typing import (  # noqa\n    Dict,\n    Set,\n)\nDict\n",
            "from typing import (  # noqa\n    Set,\n)\n\nfrom coll.abc import Map\nMap\n",
        ),
    ],
    ids=["some of them", "all of them", "what is used needs none"],
)
def test_a_suppression_goes_with_the_unused_name_it_was_for(before: str, after: str) -> None:
    assert fixed(before, catalog({"typing.Dict": "coll.abc.Map", "typing.List": "other.List"})) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from typing import Any, Dict\n\nx = 1  # type: Dict[str, Any]\nDict\n",
            "from typing import Any\nfrom typing import Map as Dict\n\nx = 1  # type: Dict[str, Any]\nDict\n",
        ),
        (
            "from typing import Any as A, Dict\n\nx = 1  # type: Dict[str, A]\nDict\n",
            "from typing import Any as A, Map as Dict\n\nx = 1  # type: Dict[str, A]\nDict\n",
        ),
        (
            "from typing import (  # noqa\n    Any,\n    Dict,\n)\n\nx: Any = 1  # type: Dict[str, int]\n",
            "from typing import (  # noqa\n    Any,\n)\nfrom typing import Map as Dict  # noqa\n\n"
            "x: Any = 1  # type: Dict[str, int]\n",
        ),
    ],
    ids=["as isort has it", "as the file has it", "with the suppression that kept it"],
)
def test_a_name_that_must_stay_is_imported_by_a_statement_of_its_own(before: str, after: str) -> None:
    assert fixed(before, catalog({"typing.Dict": "typing.Map"})) == after


STARS = pack(
    """
[[api]]
name = "corp.tests"
exports = ["equal", "true", "skip"]

[[rule]]
match = "corp.tests.equal($A, $B)"
rewrite = "assert $A == $B"
"""
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("equal(1, 2)\nequal(len(a), 3)\n", "assert 1 == 2\nassert len(a) == 3\n", id="every use"),
        pytest.param(
            "equal(1, 2)\ntrue(3)\n", "from corp.tests import *\nassert 1 == 2\ntrue(3)\n", id="another name of it"
        ),
        pytest.param("from b import *\nequal(1, c)\n", "from b import *\nassert 1 == c\n", id="beside another one"),
        pytest.param("skip = 1\nequal(skip, 2)\n", "skip = 1\nassert skip == 2\n", id="a name of the file's own"),
    ],
)
def test_a_star_import_goes_when_nothing_it_binds_is_used(before: str, after: str) -> None:
    """What it binds is what a pack says: builtins are none of it."""
    assert fixed(f"from corp.tests import *\n{before}", STARS) == after
