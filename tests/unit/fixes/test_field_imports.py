"""What other tools get wrong when they add imports.

Each table is a defect known of LibCST's ``AddImportsVisitor``, in several shapes.
"""

from __future__ import annotations

import pytest
from engine import catalog, fixed

GET = {"corp.db.get": "corp.data.fetch"}
OPEN = {"builtins.open": "corp.io.open_file"}


def case(name: str, renames: dict[str, str], before: str, after: str | None) -> object:
    """*after* is None where nothing is to change."""
    return pytest.param(renames, before, before if after is None else after, id=name)


PRESENT = [
    case(
        "after a try",
        OPEN,
        "try:\n    import x\nexcept ImportError:\n    x = None\nfrom corp.io import open_file\nopen(1)\n",
        "try:\n    import x\nexcept ImportError:\n    x = None\nfrom corp.io import open_file\nopen_file(1)\n",
    ),
    case(
        "after an if",
        OPEN,
        "if x:\n    import y\nfrom corp.io import open_file\nopen(1)\n",
        "if x:\n    import y\nfrom corp.io import open_file\nopen_file(1)\n",
    ),
    case(
        "behind a semicolon",
        OPEN,
        "import a; from corp.io import open_file\nopen(1)\n",
        "import a; from corp.io import open_file\nopen_file(1)\n",
    ),
    case(
        "another name behind a semicolon",
        OPEN,
        "import a; from corp.io import b\nopen(1)\n",
        "import a; from corp.io import b, open_file\nopen_file(1)\n",
    ),
    case(
        "for type checking alone",
        OPEN,
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from corp.io import open_file\nopen(1)\n",
        "from typing import TYPE_CHECKING\n"
        "\n"
        "import corp.io\n"
        "if TYPE_CHECKING:\n"
        "    from corp.io import open_file\n"
        "corp.io.open_file(1)\n",
    ),
    case(
        "below the code that uses it later",
        OPEN,
        "def f(): return open(1)\nfrom corp.io import open_file\n",
        "def f(): return open_file(1)\nfrom corp.io import open_file\n",
    ),
    case(
        "below the code that uses it now",
        OPEN,
        "x = open(1)\nfrom corp.io import open_file\n",
        "import corp.io\n\nx = corp.io.open_file(1)\nfrom corp.io import open_file\n",
    ),
    case(
        "in the function that uses it",
        OPEN,
        "def f():\n    from corp.io import open_file\n    open(open_file)\n",
        "def f():\n    from corp.io import open_file\n    open_file(open_file)\n",
    ),
    case("by its module", OPEN, "import corp.io\nopen(1)\n", "import corp.io\ncorp.io.open_file(1)\n"),
    case(
        "under another name",
        OPEN,
        "from corp.io import open_file as o\nopen(1)\n",
        "from corp.io import open_file as o\no(1)\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), PRESENT)
def test_what_is_imported_is_not_imported_again(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere only the block at the top is looked at."""
    assert fixed(before, catalog(renames)) == after


ALIASES = [
    case(
        "two aliases of a module",
        {"corp.a": "new.mod.a", "corp.b": "new.mod.b"},
        "import new.mod as m1\nimport new.mod as m2\nfrom corp import a, b\na(), b(), m1, m2\n",
        "import new.mod as m1\nimport new.mod as m2\nm1.a(), m1.b(), m1, m2\n",
    ),
    case(
        "two names become one with two aliases",
        {"corp.a": "new.x", "corp.b": "new.x"},
        "from corp import a as p\nfrom corp import b as q\np(q)\n",
        "from new import x as p\nfrom new import x as q\np(q)\n",
    ),
    case(
        "two modules become one with two aliases",
        {"corp.a": "new.mod:", "corp.b": "new.mod:"},
        "import corp.a as p\nimport corp.b as q\np.x, q.y\n",
        "import new.mod as p\nimport new.mod as q\np.x, q.y\n",
    ),
    case(
        "two names become one",
        {"corp.a": "new.x", "corp.b": "new.x"},
        "from corp import a, b\na(b)\n",
        "from new import x\nx(x)\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), ALIASES)
def test_two_aliases_of_one_module(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere the last one survives alone."""
    assert fixed(before, catalog(renames)) == after


HEADERS = [
    case(
        "a function",
        OPEN,
        "# about f\ndef f():\n    open(1)\n",
        "from corp.io import open_file\n\n\n# about f\ndef f():\n    open_file(1)\n",
    ),
    case(
        "a shebang above",
        OPEN,
        "#!/usr/bin/env python\n# about f\ndef f():\n    open(1)\n",
        "#!/usr/bin/env python\nfrom corp.io import open_file\n\n\n# about f\ndef f():\n    open_file(1)\n",
    ),
    case(
        "a licence above",
        OPEN,
        "# Copyright 2020 Acme\n# about f\n@deco\ndef f():\n    open(1)\n",
        "# Copyright 2020 Acme\nfrom corp.io import open_file\n\n\n# about f\n@deco\ndef f():\n    open_file(1)\n",
    ),
    case(
        "a licence apart",
        OPEN,
        "# All of this is ours.\n\n# about f\nclass f:\n    x = open(1)\n",
        "# All of this is ours.\nfrom corp.io import open_file\n\n\n# about f\nclass f:\n    x = open_file(1)\n",
    ),
    case(
        "two lines",
        OPEN,
        "# about f\n# and more\nx = open(1)\n",
        "from corp.io import open_file\n\n# about f\n# and more\nx = open_file(1)\n",
    ),
    case(
        "imports above",
        OPEN,
        "import os\n\n\n# about f\ndef f():\n    open(os)\n",
        "import os\n\nfrom corp.io import open_file\n\n\n# about f\ndef f():\n    open_file(os)\n",
    ),
    case(
        "a directive",
        OPEN,
        "# mypy: strict\nx = open(1)\n",
        "# mypy: strict\nfrom corp.io import open_file\n\nx = open_file(1)\n",
    ),
    case(
        "a docstring above",
        OPEN,
        "'''Doc.'''\n\n\n# about f\ndef f():\n    open(1)\n",
        "'''Doc.'''\n\nfrom corp.io import open_file\n\n\n# about f\ndef f():\n    open_file(1)\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), HEADERS)
def test_a_comment_stays_with_what_it_is_about(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere the import lands between a comment and its function."""
    assert fixed(before, catalog(renames)) == after


DOCSTRINGS = [
    case(
        "two pieces",
        OPEN,
        "'doc' 'string'\nfrom __future__ import annotations\nopen(1)\n",
        "'doc' 'string'\nfrom __future__ import annotations\n\nfrom corp.io import open_file\nopen_file(1)\n",
    ),
    case(
        "parentheses",
        OPEN,
        "('doc'\n 'string')\nopen(1)\n",
        "('doc'\n 'string')\n\nfrom corp.io import open_file\n\nopen_file(1)\n",
    ),
    case("a raw one", OPEN, "r'''doc'''\nopen(1)\n", "r'''doc'''\n\nfrom corp.io import open_file\n\nopen_file(1)\n"),
    case("one line", OPEN, "'''doc''';open(1)\n", "'''doc'''; from corp.io import open_file;open_file(1)\n"),
    case(
        "comment behind",
        OPEN,
        "'''doc'''  # why\nopen(1)\n",
        "'''doc'''  # why\n\nfrom corp.io import open_file\n\nopen_file(1)\n",
    ),
    case(
        "an f-string is none",
        OPEN,
        "f'no doc'\nopen(1)\n",
        "from corp.io import open_file\n\nf'no doc'\nopen_file(1)\n",
    ),
    case(
        "bytes are none", OPEN, "b'no doc'\nopen(1)\n", "b'no doc'\n\nfrom corp.io import open_file\n\nopen_file(1)\n"
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), DOCSTRINGS)
def test_what_a_docstring_is(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere one in pieces or parentheses is none, and ``__future__`` goes above it."""
    assert fixed(before, catalog(renames)) == after


TAKEN = [
    case(
        "assigned",
        OPEN,
        "open_file = 1\nopen(open_file)\n",
        "import corp.io\n\nopen_file = 1\ncorp.io.open_file(open_file)\n",
    ),
    case(
        "a parameter",
        OPEN,
        "def f(open_file): open(open_file)\n",
        "import corp.io\n\n\ndef f(open_file): corp.io.open_file(open_file)\n",
    ),
    case(
        "a class attribute",
        OPEN,
        "class A:\n    open_file = open(1)\n",
        "import corp.io\n\n\nclass A:\n    open_file = corp.io.open_file(1)\n",
    ),
    case(
        "a function",
        OPEN,
        "def open_file(): return open(1)\n",
        "import corp.io\n\n\ndef open_file(): return corp.io.open_file(1)\n",
    ),
    case(
        "an import",
        OPEN,
        "from other import open_file\nopen(open_file)\n",
        "import corp.io\nfrom other import open_file\ncorp.io.open_file(open_file)\n",
    ),
    case(
        "a loop",
        OPEN,
        "for open_file in x: open(open_file)\n",
        "import corp.io\n\nfor open_file in x: corp.io.open_file(open_file)\n",
    ),
    case(
        "in another function",
        OPEN,
        "def f():\n    open_file = 1\nopen(1)\n",
        "from corp.io import open_file\n\n\ndef f():\n    open_file = 1\nopen_file(1)\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), TAKEN)
def test_a_name_that_is_taken(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere the import rebinds it."""
    assert fixed(before, catalog(renames)) == after


ORDER = [
    case(
        "constants, classes, functions",
        GET,
        "from corp.data import MAX, Z, a\nfrom corp.db import get\nget(MAX, Z, a)\n",
        "from corp.data import MAX, Z, a, fetch\nfetch(MAX, Z, a)\n",
    ),
    case(
        "two on the first line",
        GET,
        "from corp.data import (\n    Z, A,\n    q)\nfrom corp.db import get\nget(Z, A, q)\n",
        "from corp.data import (\n    Z, A,\n    q,\n    fetch)\nfetch(Z, A, q)\n",
    ),
    case(
        "parentheses on a line",
        GET,
        "from corp.data import (Z, a)\nfrom corp.db import get\nget(Z, a)\n",
        "from corp.data import (Z, a, fetch)\nfetch(Z, a)\n",
    ),
    case(
        "aligned",
        GET,
        "from corp.data import (Z,\n"
        "                       a,\n"
        "                       q)\n"
        "from corp.db import get\n"
        "get(Z, a, q)\n",
        "from corp.data import (Z,\n"
        "                       a,\n"
        "                       fetch,\n"
        "                       q)\n"
        "fetch(Z, a, q)\n",
    ),
    case(
        "one a line",
        GET,
        "from corp.data import (\n    Z,\n    a,\n)\nfrom corp.db import get\nget(Z, a)\n",
        "from corp.data import (\n    Z,\n    a,\n    fetch,\n)\nfetch(Z, a)\n",
    ),
    case(
        "numbers",
        GET,
        "from corp.data import f1, f2, f10\nfrom corp.db import get\nget(f1, f2, f10)\n",
        "from corp.data import f1, f2, f10, fetch\nfetch(f1, f2, f10)\n",
    ),
    case(
        "too long for a line",
        GET,
        "from corp.data import a_name_of_some_length, b_name_of_some_length, c_name_of_some_length\n"
        "from corp.db import get\n"
        "get(a_name_of_some_length, b_name_of_some_length, c_name_of_some_length)\n",
        "from corp.data import (\n"
        "    a_name_of_some_length,\n"
        "    b_name_of_some_length,\n"
        "    c_name_of_some_length,\n"
        "    fetch,\n"
        ")\n"
        "fetch(a_name_of_some_length, b_name_of_some_length, c_name_of_some_length)\n",
    ),
    case(
        "one with an as stays apart",
        GET,
        "from corp.data import a as b\nfrom corp.db import get\nget(b)\n",
        "from corp.data import a as b\nfrom corp.data import fetch\nfetch(b)\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), ORDER)
def test_the_order_of_names(renames: dict[str, str], before: str, after: str) -> None:
    """Elsewhere new names are put first."""
    assert fixed(before, catalog(renames)) == after
