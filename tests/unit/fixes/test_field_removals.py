"""What other tools get wrong when they remove imports.

Each table is a defect known of LibCST's ``RemoveImportsVisitor``, in several shapes.
"""

from __future__ import annotations

import pytest
from engine import catalog, fixed

GET = {"corp.db.get": "corp.data.fetch"}
CLASS = {"corp.Old": "corp.New"}


def case(name: str, renames: dict[str, str], before: str, after: str | None) -> object:
    """*after* is None where nothing is to change."""
    return pytest.param(renames, before, before if after is None else after, id=name)


MODULES = [
    case(
        "two modules",
        GET,
        "import corp.db as a\nimport corp.db as b\na.get, b.get\n",
        "from corp import data\ndata.fetch, data.fetch\n",
    ),
    case(
        "on a line",
        GET,
        "import corp.db as a, corp.db as b\na.get, b.get\n",
        "from corp import data\ndata.fetch, data.fetch\n",
    ),
    case(
        "from its package",
        GET,
        "from corp import db as a, db as b\na.get, b.get\n",
        "from corp import data\ndata.fetch, data.fetch\n",
    ),
    case(
        "one of them needed",
        GET,
        "import corp.db as a\nimport corp.db as b\na.get, b.put\n",
        "import corp.db as b\nfrom corp import data\ndata.fetch, b.put\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), MODULES)
def test_two_aliases_are_removed(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere one of them stays."""
    assert fixed(before, catalog(renames)) == after


ABOVE = [
    case(
        "above",
        GET,
        "import os\n\n# about db\nfrom corp.db import get\nfrom corp.data import fetch as f\nget(os)\n",
        "import os\n\n# about db\nfrom corp.data import fetch as f\nf(os)\n",
    ),
    case(
        "above, apart",
        GET,
        "import os\n\n# about db\n\nfrom corp.db import get\nfrom corp.data import fetch as f\nget(os)\n",
        "import os\n\n# about db\n\nfrom corp.data import fetch as f\nf(os)\n",
    ),
    case(
        "behind",
        GET,
        "from corp.data import fetch as f\nfrom corp.db import get  # about db\nget()\n",
        "from corp.data import fetch as f\n\n# about db\nf()\n",
    ),
    case(
        "above the last one",
        GET,
        "from corp.data import fetch as f\n# about db\nfrom corp.db import get\n\nget()\n",
        "from corp.data import fetch as f\n# about db\n\nf()\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), ABOVE)
def test_a_comment_above_an_import_that_goes(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere it goes too."""
    assert fixed(before, catalog(renames)) == after


PARENTHESES = [
    case(
        "replaced in place",
        GET,
        "from corp.db import (\n    # c1\n    get,  # c2\n    # c3\n)\nget()\n",
        "from corp.data import (\n    # c1\n    fetch,  # c2\n    # c3\n)\nfetch()\n",
    ),
    case(
        "a comment behind the parenthesis",
        GET,
        "from corp.db import (  # c1\n    get\n)  # c2\nget()\n",
        "from corp.data import (  # c1\n    fetch\n)  # c2\nfetch()\n",
    ),
    case(
        "no comment",
        GET,
        "from corp.data import fetch as f\nfrom corp.db import (\n    get)\nget()\n",
        "from corp.data import fetch as f\nf()\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), PARENTHESES)
def test_the_last_name_in_parentheses(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere ``(`` and the comments are lost with it."""
    assert fixed(before, catalog(renames)) == after


EXPORTS = [
    case(
        "list",
        GET,
        "from corp.db import get\n__all__ = ['get']\nget()\n",
        "from corp.data import fetch as get\n__all__ = ['get']\nget()\n",
    ),
    case(
        "tuple",
        GET,
        "from corp.db import get\n__all__ = ('get', 'a')\nget()\n",
        "from corp.data import fetch as get\n__all__ = ('get', 'a')\nget()\n",
    ),
    case(
        "no parentheses",
        GET,
        "from corp.db import get\n__all__ = 'get', 'a'\nget()\n",
        "from corp.data import fetch as get\n__all__ = 'get', 'a'\nget()\n",
    ),
    case(
        "sum",
        GET,
        "from corp.db import get\n__all__ = ['a'] + ['get']\nget()\n",
        "from corp.data import fetch as get\n__all__ = ['a'] + ['get']\nget()\n",
    ),
    case(
        "augmented",
        GET,
        "from corp.db import get\n__all__ = []\n__all__ += ['get']\nget()\n",
        "from corp.data import fetch as get\n__all__ = []\n__all__ += ['get']\nget()\n",
    ),
    case(
        "augmented by a tuple",
        GET,
        "from corp.db import get\n__all__ = ['a']\n__all__ += ('get',)\nget()\n",
        "from corp.data import fetch as get\n__all__ = ['a']\n__all__ += ('get',)\nget()\n",
    ),
    case(
        "append",
        GET,
        "from corp.db import get\n__all__ = []\n__all__.append('get')\nget()\n",
        "from corp.data import fetch as get\n__all__ = []\n__all__.append('get')\nget()\n",
    ),
    case(
        "extend",
        GET,
        "from corp.db import get\n__all__ = ['a']\n__all__.extend(['get'])\nget()\n",
        "from corp.data import fetch as get\n__all__ = ['a']\n__all__.extend(['get'])\nget()\n",
    ),
    case(
        "insert",
        GET,
        "from corp.db import get\n__all__ = []\n__all__.insert(0, 'get')\nget()\n",
        "from corp.data import fetch as get\n__all__ = []\n__all__.insert(0, 'get')\nget()\n",
    ),
    case(
        "annotated",
        GET,
        "from corp.db import get\n__all__: list[str] = ['get']\nget()\n",
        "from corp.data import fetch as get\n__all__: list[str] = ['get']\nget()\n",
    ),
    case(
        "another module's with it",
        GET,
        "from corp.db import get\nimport z\n__all__ = [*z.__all__, 'get']\nget()\n",
        "from corp.data import fetch as get\nimport z\n__all__ = [*z.__all__, 'get']\nget()\n",
    ),
    case(
        "another module's alone",
        GET,
        "from corp.db import get\nimport z\n__all__ = z.__all__\nget()\n",
        "from corp.data import fetch as get\nimport z\n__all__ = z.__all__\nget()\n",
    ),
    case(
        "augmented by another module's",
        GET,
        "from corp.db import get\nimport z\n__all__ = ['a']\n__all__ += z.__all__\nget()\n",
        "from corp.data import fetch as get\nimport z\n__all__ = ['a']\n__all__ += z.__all__\nget()\n",
    ),
    case(
        "made of words",
        GET,
        "from corp.db import get\n__all__ = 'get put'.split()\nget()\n",
        "from corp.data import fetch as get\n__all__ = 'get put'.split()\nget()\n",
    ),
    case(
        "made of what there is",
        GET,
        "from corp.db import get\n__all__ = [n for n in dir() if n[0] != '_']\nget()\n",
        "from corp.data import fetch as get\n__all__ = [n for n in dir() if n[0] != '_']\nget()\n",
    ),
    case(
        "a slice",
        GET,
        "from corp.db import get\n__all__ = []\n__all__[:] = ['get']\nget()\n",
        "from corp.data import fetch as get\n__all__ = []\n__all__[:] = ['get']\nget()\n",
    ),
    case(
        "two names for it",
        GET,
        "from corp.db import get\nA = __all__ = ['get']\nget()\n",
        "from corp.data import fetch as get\nA = __all__ = ['get']\nget()\n",
    ),
    case(
        "under a condition",
        GET,
        "from corp.db import get\nif x:\n    __all__ = ['get']\nget()\n",
        "from corp.data import fetch as get\nif x:\n    __all__ = ['get']\nget()\n",
    ),
    case(
        "converted",
        GET,
        "from corp.db import get\n__all__ = list(('get',))\nget()\n",
        "from corp.data import fetch as get\n__all__ = list(('get',))\nget()\n",
    ),
    case(
        "by the name of the thing",
        GET,
        "from corp.db import get\n__all__ = []\n__all__.append(get.__name__)\nget()\n",
        "from corp.data import fetch as get\n__all__ = []\n__all__.append(get.__name__)\nget()\n",
    ),
    case(
        "another name",
        GET,
        "from corp.db import get\n__all__ = ['got']\nget()\n",
        "from corp.data import fetch\n__all__ = ['got']\nfetch()\n",
    ),
    case(
        "nothing",
        GET,
        "from corp.db import get\n__all__ = []\nget()\n",
        "from corp.data import fetch\n__all__ = []\nfetch()\n",
    ),
    case(
        "sorted",
        GET,
        "from corp.db import get\n__all__ = sorted(['put', 'a'])\nget()\n",
        "from corp.data import fetch\n__all__ = sorted(['put', 'a'])\nfetch()\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), EXPORTS)
def test_all_that_all_can_be(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere ``__all__.append`` is not seen, and the import removed."""
    assert fixed(before, catalog(renames)) == after


TYPES = [
    case(
        "parameter",
        CLASS,
        "from corp import Old\ndef f(a,  # type: Old\n      ):\n    # type: (...) -> None\n    Old()\n",
        "from corp import New as Old\ndef f(a,  # type: Old\n      ):\n    # type: (...) -> None\n    Old()\n",
    ),
    case(
        "signature",
        CLASS,
        "from corp import Old\ndef f(a):\n    # type: (int) -> Old\n    return Old(a)\n",
        "from corp import New as Old\ndef f(a):\n    # type: (int) -> Old\n    return Old(a)\n",
    ),
    case(
        "loop",
        CLASS,
        "from corp import Old\nfor x in y:  # type: Old\n    Old()\n",
        "from corp import New as Old\nfor x in y:  # type: Old\n    Old()\n",
    ),
    case(
        "with",
        CLASS,
        "from corp import Old\nwith Old() as x:  # type: Old\n    x\n",
        "from corp import New as Old\nwith Old() as x:  # type: Old\n    x\n",
    ),
    case(
        "ignore",
        CLASS,
        "from corp import Old\nx = Old()  # type: ignore[Old]\n",
        "from corp import New\nx = New()  # type: ignore[Old]\n",
    ),
    case(
        "a longer name",
        CLASS,
        "from corp import Old\nx = Old()  # type: Older\n",
        "from corp import New\nx = New()  # type: Older\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), TYPES)
def test_type_comments(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere they are not seen."""
    assert fixed(before, catalog(renames)) == after


NOQA = [
    case(
        "all that is said",
        GET,
        "from corp.data import fetch\nfrom corp.db import get  # noqa\nget(fetch)\n",
        "from corp.data import fetch\nfrom corp.db import get  # noqa\nfetch(fetch)\n",
    ),
    case(
        "unused is said",
        GET,
        "from corp.db import get  # noqa: F401\nget()\n",
        "from corp.data import fetch as get  # noqa: F401\nget()\n",
    ),
    case(
        "unused among others",
        GET,
        "from corp.db import get  # noqa: E501,F401\nget()\n",
        "from corp.data import fetch as get  # noqa: E501,F401\nget()\n",
    ),
    case(
        "for several names",
        GET,
        "from corp.db import (  # noqa: F401\n    get,\n    put,\n)\nget()\n",
        "from corp.data import fetch as get\nfrom corp.db import (  # noqa: F401\n    put,\n)\nget()\n",
    ),
    case(
        "something else is said",
        GET,
        "from corp.db import get  # noqa: E501\nget()\n",
        "from corp.data import fetch  # noqa: E501\nfetch()\n",
    ),
    case(
        "below",
        GET,
        "import corp.db  # noqa: F401\ncorp.db.get()\n",
        "import corp.data\nimport corp.db  # noqa: F401\ncorp.data.fetch()\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), NOQA)
def test_suppressions(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere an explicit removal minds no ``noqa``."""
    assert fixed(before, catalog(renames)) == after


REBOUND = [
    case("a module", GET, "import corp.db\ndef f():\n    global corp\n    corp = 1\ncorp.db.get()\n", None),
    case(
        "a name",
        GET,
        "from corp.db import get\ndef f():\n    global get\n    get = get()\n",
        "from corp.data import fetch as get\ndef f():\n    global get\n    get = get()\n",
    ),
    case(
        "deleted by a function",
        GET,
        "from corp.db import get\nget()\ndef f():\n    global get\n    del get\n",
        "from corp.data import fetch as get\nget()\ndef f():\n    global get\n    del get\n",
    ),
    case(
        "assigned by a nested function",
        GET,
        "def g():\n    from corp.db import get\n    def f():\n        nonlocal get\n        get = 1\n    get()\n",
        "def g():\n"
        "    from corp.data import fetch as get\n"
        "    def f():\n"
        "        nonlocal get\n"
        "        get = 1\n"
        "    get()\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), REBOUND)
def test_rebound_elsewhere(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere ``global os`` is not seen."""
    assert fixed(before, catalog(renames)) == after
