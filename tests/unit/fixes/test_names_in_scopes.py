"""Names in scopes: each use follows, each other thing of that name stays."""

from __future__ import annotations

import pytest
from engine import catalog, fixed

GET = {"corp.db.get": "corp.data.fetch"}
MODULE = {"corp.db": "corp.data:"}


def case(name: str, renames: dict[str, str], before: str, after: str | None) -> object:
    """*after* is None where nothing is to change."""
    return pytest.param(renames, before, before if after is None else after, id=name)


SCOPES = [
    case(
        "names in texts of a file that begins with other letters",
        GET,
        '"""\u6a21\u5757\u672c\u6a21\u5757"""\nfrom corp.db import get\n'
        'def f(x: "Any") -> "Longer[Any]": return get(x)\n',
        '"""\u6a21\u5757\u672c\u6a21\u5757"""\nfrom corp.data import fetch\n'
        'def f(x: "Any") -> "Longer[Any]": return fetch(x)\n',
    ),
    case(
        "global read",
        GET,
        "from corp.db import get\ndef f():\n    global get\n    return get()\n",
        "from corp.data import fetch as get\ndef f():\n    global get\n    return get()\n",
    ),
    case(
        "deleted",
        GET,
        "from corp.db import get\nget()\ndel get\n",
        "from corp.data import fetch as get\nget()\ndel get\n",
    ),
    case(
        "deleted with another",
        GET,
        "from corp.db import get\nget()\nx = 1\ndel x, get\n",
        "from corp.data import fetch as get\nget()\nx = 1\ndel x, get\n",
    ),
    case(
        "deleted in a branch",
        GET,
        "from corp.db import get\nget()\nif x: del get\n",
        "from corp.data import fetch as get\nget()\nif x: del get\n",
    ),
    case(
        "deleted in parentheses",
        GET,
        "from corp.db import get\nget()\ndel (get)\n",
        "from corp.data import fetch as get\nget()\ndel (get)\n",
    ),
    case(
        "another one deleted",
        GET,
        "from corp.db import get\ndef f(get):\n    del get\nget()\n",
        "from corp.data import fetch\ndef f(get):\n    del get\nfetch()\n",
    ),
    case(
        "a handler's name",
        GET,
        "from corp.db import get\ntry: get()\nexcept E as get: get\n",
        "from corp.data import fetch\ntry: fetch()\nexcept E as get: get\n",
    ),
    case(
        "used after a handler of its name",
        GET,
        "from corp.db import get\ntry: get()\nexcept E as get: get\nget()\n",
        "from corp.data import fetch as get\ntry: get()\nexcept E as get: get\nget()\n",
    ),
    case(
        "comprehension target",
        GET,
        "from corp.db import get\n[get for get in get(1)]\n",
        "from corp.data import fetch\n[get for get in fetch(1)]\n",
    ),
    case(
        "comprehension condition",
        GET,
        "from corp.db import get\n[x for x in get() if get(x)]\n",
        "from corp.data import fetch\n[x for x in fetch() if fetch(x)]\n",
    ),
    case(
        "nested comprehension",
        GET,
        "from corp.db import get\n[[get(y) for y in get(x)] for x in get()]\n",
        "from corp.data import fetch\n[[fetch(y) for y in fetch(x)] for x in fetch()]\n",
    ),
    case(
        "comprehension of the new name",
        GET,
        "from corp.db import get\n{get: fetch for fetch in y}\n",
        "import corp.data\n{corp.data.fetch: fetch for fetch in y}\n",
    ),
    case(
        "dictionary comprehension",
        GET,
        "from corp.db import get\n{get(k): get(v) for k, v in get()}\n",
        "from corp.data import fetch\n{fetch(k): fetch(v) for k, v in fetch()}\n",
    ),
    case(
        "generator",
        GET,
        "from corp.db import get\nsum(get(x) for x in get)\n",
        "from corp.data import fetch\nsum(fetch(x) for x in fetch)\n",
    ),
    case(
        "walrus in a comprehension",
        GET,
        "from corp.db import get\n[(y := get(x)) for x in get()]\n",
        "from corp.data import fetch\n[(y := fetch(x)) for x in fetch()]\n",
    ),
    case(
        "walrus of that name",
        GET,
        "from corp.db import get\nprint(get)\nif (get := 1): get\n",
        "from corp.data import fetch\nprint(fetch)\nif (get := 1): get\n",
    ),
    case(
        "class attribute of that name",
        GET,
        "from corp.db import get\nclass A:\n    get = get\n    def m(self): return get()\n    x = get()\n",
        "from corp.data import fetch\nclass A:\n    get = fetch\n    def m(self): return fetch()\n    x = get()\n",
    ),
    case(
        "method of that name",
        GET,
        "from corp.db import get\nclass A:\n    def get(self): return get(self)\n",
        "from corp.data import fetch\nclass A:\n    def get(self): return fetch(self)\n",
    ),
    case(
        "method of that name, and a comprehension",
        GET,
        "from corp.db import get\nclass A:\n    def get(self): ...\n    y = [get for i in x]\n",
        "from corp.data import fetch\nclass A:\n    def get(self): ...\n    y = [fetch for i in x]\n",
    ),
    case(
        "class in a function",
        GET,
        "from corp.db import get\ndef f():\n    class A:\n        get = get()\n    return A, get\n",
        "from corp.data import fetch\ndef f():\n    class A:\n        get = fetch()\n    return A, fetch\n",
    ),
    case(
        "with of that name",
        GET,
        "from corp.db import get\nwith get() as get: get\n",
        "from corp.data import fetch\nwith fetch() as get: get\n",
    ),
    case(
        "match of that name",
        GET,
        "from corp.db import get\nmatch get:\n    case [get]: get\n",
        "from corp.data import fetch\nmatch fetch:\n    case [get]: get\n",
    ),
    case(
        "parameter of that name",
        GET,
        "from corp.db import get\ndef f(get): return get\nget()\n",
        "from corp.data import fetch\ndef f(get): return get\nfetch()\n",
    ),
    case(
        "default of a parameter of that name",
        GET,
        "from corp.db import get\ndef f(get=get): return get\n",
        "from corp.data import fetch\ndef f(get=fetch): return get\n",
    ),
    case(
        "star parameter",
        GET,
        "from corp.db import get\ndef f(*get, **k): return get\nget()\n",
        "from corp.data import fetch\ndef f(*get, **k): return get\nfetch()\n",
    ),
    case(
        "assigned later",
        GET,
        "from corp.db import get\nget()\nget = 1\n",
        "from corp.data import fetch\nfetch()\nget = 1\n",
    ),
    case("augmented", GET, "from corp.db import get\nget += 1\n", "from corp.data import fetch as get\nget += 1\n"),
    case(
        "unpacked", GET, "from corp.db import get\na, get = get()\n", "from corp.data import fetch\na, get = fetch()\n"
    ),
    case(
        "function of that name",
        GET,
        "from corp.db import get\nget()\ndef get(): ...\n",
        "from corp.data import fetch\nfetch()\ndef get(): ...\n",
    ),
    case(
        "imported in a class",
        GET,
        "class A:\n    from corp.db import get\n    x = get()\n    def m(self): return self.get()\n",
        "class A:\n    from corp.data import fetch as get\n    x = get()\n    def m(self): return self.get()\n",
    ),
    case(
        "imported in a function, used by one in it",
        GET,
        "def f():\n    from corp.db import get\n    def g(): return get()\n    return g\n",
        "def f():\n    from corp.data import fetch\n    def g(): return fetch()\n    return g\n",
    ),
    case(
        "imported in a loop",
        GET,
        "for x in y:\n    from corp.db import get\n    get(x)\n",
        "for x in y:\n    from corp.data import fetch\n    fetch(x)\n",
    ),
    case(
        "imported in a while with else",
        GET,
        "while x:\n    from corp.db import get\n    get(x)\nelse:\n    get = None\n",
        "while x:\n    from corp.data import fetch\n    fetch(x)\nelse:\n    get = None\n",
    ),
    case(
        "a module deleted",
        GET,
        "import corp.db\ncorp.db.get()\ndel corp\n",
        "import corp.data\nimport corp.db\ncorp.data.fetch()\ndel corp\n",
    ),
    case(
        "a module of another root deleted",
        {"corp.db.get": "lib.fetch"},
        "import corp.db\ncorp.db.get()\ndel corp\n",
        "import corp.db\nimport lib\nlib.fetch()\ndel corp\n",
    ),
    case("an alias deleted", MODULE, "import corp.db as db\ndb.x\ndel db\n", "import corp.data as db\ndb.x\ndel db\n"),
]


@pytest.mark.parametrize(("renames", "before", "after"), SCOPES)
def test_scopes(renames: dict[str, str], before: str, after: str) -> None:
    """Global, nonlocal, deleted, bound by handlers, comprehensions, class bodies."""
    assert fixed(before, catalog(renames)) == after


LAZY = [
    case(
        "a lazy import",
        GET,
        "def __getattr__(name):\n"
        "    if name == 'get':\n"
        "        from corp.db import get\n"
        "        return get\n"
        "    raise AttributeError(name)\n",
        "def __getattr__(name):\n"
        "    if name == 'get':\n"
        "        from corp.data import fetch\n"
        "        return fetch\n"
        "    raise AttributeError(name)\n",
    ),
    case(
        "whatever the module has",
        GET,
        "import corp.db\ndef __getattr__(name): return getattr(corp.db, name)\ncorp.db.get()\n",
        "import corp.data\nimport corp.db\ndef __getattr__(name): return getattr(corp.db, name)\ncorp.data.fetch()\n",
    ),
    case(
        "with __all__",
        GET,
        "from corp.db import get\n__all__ = ['get', 'lazy']\ndef __getattr__(name): return get(name)\n",
        "from corp.data import fetch as get\n__all__ = ['get', 'lazy']\ndef __getattr__(name): return get(name)\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), LAZY)
def test_modules_that_make_up_their_names(renames: dict[str, str], before: str, after: str) -> None:
    """A module with a ``__getattr__`` of its own."""
    assert fixed(before, catalog(renames)) == after
