"""Uses wherever the grammar lets them stand, and imports that say one thing twice."""

from __future__ import annotations

import pytest
from engine import catalog, fixed

GET = {"corp.db.get": "corp.data.fetch"}
MODULE = {"corp.db": "corp.data:"}


def case(name: str, renames: dict[str, str], before: str, after: str | None) -> object:
    """*after* is None where nothing is to change."""
    return pytest.param(renames, before, before if after is None else after, id=name)


DUPLICATES = [
    case(
        "twice",
        GET,
        "from corp.db import get\nfrom corp.db import get\nget()\n",
        "from corp.data import fetch\nfetch()\n",
    ),
    case(
        "twice in a statement", GET, "from corp.db import get, get\nget()\n", "from corp.data import fetch\nfetch()\n"
    ),
    case(
        "twice and under another name",
        GET,
        "from corp.db import get\nfrom corp.db import get as g\nfrom corp.db import put\nget(g, put)\n",
        "from corp.data import fetch\nfrom corp.data import fetch as g\nfrom corp.db import put\nfetch(g, put)\n",
    ),
    case("a module twice", MODULE, "import corp.db\nimport corp.db\ncorp.db.x\n", "import corp.data\ncorp.data.x\n"),
    case(
        "on top and in a function",
        GET,
        "from corp.db import get\ndef f():\n    from corp.db import get\n    return get()\nget()\n",
        "from corp.data import fetch\ndef f():\n    from corp.data import fetch\n    return fetch()\nfetch()\n",
    ),
    case(
        "a module on top and in a function",
        GET,
        "import corp.db\ndef f():\n    import corp.db\n    corp.db.get()\ncorp.db.get()\n",
        "import corp.data\ndef f():\n    import corp.data\n    corp.data.fetch()\ncorp.data.fetch()\n",
    ),
    case(
        "three aliases of a module",
        GET,
        "import corp.db as a\nfrom corp import db as b\nimport corp.db\na.get, b.get, corp.db.get\n",
        "from corp import data\nimport corp.data\ndata.fetch, data.fetch, corp.data.fetch\n",
    ),
    case(
        "three aliases of a module that moves",
        MODULE,
        "import corp.db as a\nfrom corp import db as b\nimport corp.db\na.x, b.x, corp.db.x\n",
        "import corp.data as a\nfrom corp import data as b\nimport corp.data\na.x, b.x, corp.data.x\n",
    ),
    case(
        "once for types, once for all",
        GET,
        "from typing import TYPE_CHECKING\n"
        "\n"
        "from corp.db import get\n"
        "\n"
        "if TYPE_CHECKING:\n"
        "    from corp.db import get\n"
        "get()\n",
        "from typing import TYPE_CHECKING\n"
        "\n"
        "from corp.data import fetch as get\n"
        "\n"
        "if TYPE_CHECKING:\n"
        "    from corp.data import fetch as get\n"
        "get()\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), DUPLICATES)
def test_imported_more_than_once(renames: dict[str, str], before: str, after: str) -> None:
    """Each import of the thing follows; one that says nothing more goes."""
    assert fixed(before, catalog(renames)) == after


USES = [
    case(
        "decorator with arguments",
        GET,
        "from corp.db import get\n@get(1)\nclass A: ...\n",
        "from corp.data import fetch\n@fetch(1)\nclass A: ...\n",
    ),
    case(
        "default",
        GET,
        "from corp.db import get\ndef f(x=get, *, y=get()): ...\n",
        "from corp.data import fetch\ndef f(x=fetch, *, y=fetch()): ...\n",
    ),
    case(
        "default of a lambda",
        GET,
        "from corp.db import get\nf = lambda x=get: x\n",
        "from corp.data import fetch\nf = lambda x=fetch: x\n",
    ),
    case(
        "annotation",
        GET,
        "from corp.db import get\nx: get\ndef f(*a: get, **k: get) -> get: ...\n",
        "from corp.data import fetch\nx: fetch\ndef f(*a: fetch, **k: fetch) -> fetch: ...\n",
    ),
    case(
        "string annotation",
        GET,
        "from corp.db import get\ndef f(x: 'get') -> 'list[get]': ...\n",
        "from corp.data import fetch\ndef f(x: 'fetch') -> 'list[fetch]': ...\n",
    ),
    case(
        "base class and keyword",
        GET,
        "from corp.db import get\nclass A(get, metaclass=get): ...\n",
        "from corp.data import fetch\nclass A(fetch, metaclass=fetch): ...\n",
    ),
    case(
        "f-string",
        GET,
        "from corp.db import get\nf'{get!r:>10} and {1}'\n",
        "from corp.data import fetch\nf'{fetch!r:>10} and {1}'\n",
    ),
    case(
        "handler",
        GET,
        "from corp.db import get\ntry: ...\nexcept (get, KeyError) as e: raise get from e\n",
        "from corp.data import fetch\ntry: ...\nexcept (fetch, KeyError) as e: raise fetch from e\n",
    ),
    case(
        "stars",
        GET,
        "from corp.db import get\nprint(*get, **get)\n",
        "from corp.data import fetch\nprint(*fetch, **fetch)\n",
    ),
    case(
        "await and async",
        GET,
        "from corp.db import get\n"
        "async def f():\n"
        "    async for x in get(): await get()\n"
        "    async with get() as y: yield get\n",
        "from corp.data import fetch\n"
        "async def f():\n"
        "    async for x in fetch(): await fetch()\n"
        "    async with fetch() as y: yield fetch\n",
    ),
    case(
        "match",
        GET,
        "from corp.db import get\nmatch get:\n    case get.x: ...\n    case get(y=1): ...\n",
        "from corp.data import fetch\nmatch fetch:\n    case fetch.x: ...\n    case fetch(y=1): ...\n",
    ),
    case(
        "assert and raise",
        GET,
        "from corp.db import get\nassert get, get\nraise get\n",
        "from corp.data import fetch\nassert fetch, fetch\nraise fetch\n",
    ),
    case(
        "subscript and slice",
        GET,
        "from corp.db import get\nget[get:get] = get[get]\n",
        "from corp.data import fetch\nfetch[fetch:fetch] = fetch[fetch]\n",
    ),
    case(
        "deleted item",
        GET,
        "from corp.db import get\ndel get.x, get[0]\n",
        "from corp.data import fetch\ndel fetch.x, fetch[0]\n",
    ),
    case(
        "attribute assigned",
        GET,
        "from corp.db import get\nget.x = get.y = 1\n",
        "from corp.data import fetch\nfetch.x = fetch.y = 1\n",
    ),
    case(
        "augmented", GET, "from corp.db import get\nget.x += get\n", "from corp.data import fetch\nfetch.x += fetch\n"
    ),
    case(
        "conditional",
        GET,
        "from corp.db import get\nx = get if get else get\n",
        "from corp.data import fetch\nx = fetch if fetch else fetch\n",
    ),
    case(
        "comparison chain",
        GET,
        "from corp.db import get\n1 < get() < get\n",
        "from corp.data import fetch\n1 < fetch() < fetch\n",
    ),
    case(
        "starred assignment",
        GET,
        "from corp.db import get\na, *b = get\n",
        "from corp.data import fetch\na, *b = fetch\n",
    ),
    case(
        "return and yield",
        GET,
        "from corp.db import get\ndef f():\n    yield get\n    yield from get\n    return get\n",
        "from corp.data import fetch\ndef f():\n    yield fetch\n    yield from fetch\n    return fetch\n",
    ),
    case(
        "keyword of that name",
        GET,
        "from corp.db import get\nf(get=get)\n",
        "from corp.data import fetch\nf(get=fetch)\n",
    ),
    case(
        "attribute of that name",
        GET,
        "from corp.db import get\nx.get(get).get\n",
        "from corp.data import fetch\nx.get(fetch).get\n",
    ),
    case(
        "dictionary key of that name",
        GET,
        "from corp.db import get\nx = {'get': get}\n",
        "from corp.data import fetch\nx = {'get': fetch}\n",
    ),
    case(
        "type alias by name",
        GET,
        "from corp.db import get\nAlias = get\ny: Alias\n",
        "from corp.data import fetch\nAlias = fetch\ny: Alias\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), USES)
def test_uses_of_every_kind(renames: dict[str, str], before: str, after: str) -> None:
    """Whatever the grammar has."""
    assert fixed(before, catalog(renames)) == after


DOCTESTS = [
    case(
        "uses it",
        GET,
        'from corp.db import get\ndef f():\n    """Do.\n\n    >>> get()\n    1\n    """\n    return get()\n',
        'from corp.data import fetch as get\ndef f():\n    """Do.\n\n    >>> get()\n    1\n    """\n    return get()\n',
    ),
    case(
        "alone uses it",
        GET,
        'from corp.db import get, put\ndef f():\n    """Do.\n\n    >>> get()\n    """\n    put()\n',
        "from corp.data import fetch as get\n"
        "from corp.db import put\n"
        "def f():\n"
        '    """Do.\n'
        "\n"
        "    >>> get()\n"
        '    """\n'
        "    put()\n",
    ),
    case(
        "imports it itself",
        GET,
        "from corp.db import get\n"
        "def f():\n"
        '    """Do.\n'
        "\n"
        "    >>> from corp.db import get\n"
        "    >>> get()\n"
        '    """\n'
        "    return get()\n",
        "from corp.data import fetch\n"
        "def f():\n"
        '    """Do.\n'
        "\n"
        "    >>> from corp.db import get\n"
        "    >>> get()\n"
        '    """\n'
        "    return fetch()\n",
    ),
    case(
        "continued line",
        GET,
        'from corp.db import get\nclass A:\n    """Do.\n\n    >>> f(1,\n    ...   get)\n    """\n    x = get\n',
        "from corp.data import fetch as get\n"
        "class A:\n"
        '    """Do.\n'
        "\n"
        "    >>> f(1,\n"
        "    ...   get)\n"
        '    """\n'
        "    x = get\n",
    ),
    case(
        "prose does not use it",
        GET,
        'from corp.db import get\ndef f():\n    """Do get.\n\n    >>> f()\n    get\n    """\n    return get()\n',
        'from corp.data import fetch\ndef f():\n    """Do get.\n\n    >>> f()\n    get\n    """\n    return fetch()\n',
    ),
    case(
        "a module stays imported",
        GET,
        'import corp.db\ndef f():\n    """Do.\n\n    >>> corp.db.put()\n    """\n    return corp.db.get()\n',
        "import corp.data\n"
        "import corp.db\n"
        "def f():\n"
        '    """Do.\n'
        "\n"
        "    >>> corp.db.put()\n"
        '    """\n'
        "    return corp.data.fetch()\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), DOCTESTS)
def test_doctests(renames: dict[str, str], before: str, after: str) -> None:
    """They run with the names of their module, but for what they import themselves."""
    assert fixed(before, catalog(renames)) == after
