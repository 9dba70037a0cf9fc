"""Modules below modules, and the two forms of an alias."""

from __future__ import annotations

import pytest
from engine import catalog, fixed


def case(name: str, renames: dict[str, str], before: str, after: str | None) -> object:
    """*after* is None where nothing is to change."""
    return pytest.param(renames, before, before if after is None else after, id=name)


SUBMODULES = [
    case(
        "one of two moves out",
        {"a.b": "c.d:"},
        "import a.b\nimport a.c\na.b.x, a.c.y\n",
        "import a.c\nimport c.d\nc.d.x, a.c.y\n",
    ),
    case(
        "one of two is renamed",
        {"a.b": "a.d:"},
        "import a.b\nimport a.c\na.b.x, a.c.y\n",
        "import a.c\nimport a.d\na.d.x, a.c.y\n",
    ),
    case(
        "a name moves to the other",
        {"a.b.f": "a.c.g"},
        "import a.b\nimport a.c\na.b.f(), a.c.y\n",
        "import a.c\na.c.g(), a.c.y\n",
    ),
    case(
        "a name moves to a third",
        {"a.b.f": "a.d.g"},
        "import a.b\nimport a.c\na.b.f(), a.c.y, a.b.z\n",
        "import a.b\nimport a.c\nimport a.d\na.d.g(), a.c.y, a.b.z\n",
    ),
    case(
        "the package moves",
        {"a": "z:"},
        "import a.b\nimport a.c\na.b.x, a.c.y, a.w\n",
        "import z.b\nimport z.c\nz.b.x, z.c.y, z.w\n",
    ),
    case(
        "the package alone",
        {"a.b": "z:"},
        "import a.b.c\nimport a\na.b.c.x, a.b.y\n",
        "import z\nimport z.c\nz.c.x, z.y\n",
    ),
    case(
        "one in a function",
        {"a.b": "c.d:"},
        "import a.c\ndef f():\n    import a.b\n    return a.b.x, a.c.y\n",
        "import a.c\ndef f():\n    import a.b\n    import c.d\n    return c.d.x, a.c.y\n",
    ),
    case(
        "one that is imported for what it does",
        {"a.b.f": "c.f"},
        "import a.b\nimport a.plugins\na.b.f()\n",
        "import a.plugins\nimport c\nc.f()\n",
    ),
    case(
        "the root is used by itself", {"a.b": "a.d:"}, "import a.b\nprint(a, a.b.x)\n", "import a.d\nprint(a, a.d.x)\n"
    ),
    case(
        "the root is used by itself, another root",
        {"a.b": "c.d:"},
        "import a.b\nprint(a, a.b.x)\n",
        "import a.b\nimport c.d\nprint(a, c.d.x)\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), SUBMODULES)
def test_submodules(renames: dict[str, str], before: str, after: str) -> None:
    """``import a.b`` and ``import a.c`` bind the same ``a``."""
    assert fixed(before, catalog(renames)) == after


ALIASES = [
    case("import as, module", {"a.b": "a.z:"}, "import a.b as c\nc.x\n", "import a.z as c\nc.x\n"),
    case("from as, module", {"a.b": "a.z:"}, "from a import b as c\nc.x\n", "from a import z as c\nc.x\n"),
    case("import as, to the top", {"a.b": "z:"}, "import a.b as c\nc.x\n", "import z as c\nc.x\n"),
    case("from as, to the top", {"a.b": "z:"}, "from a import b as c\nc.x\n", "import z as c\nc.x\n"),
    case("from, to the top", {"a.b": "z:"}, "from a import b\nb.x\n", "import z\nz.x\n"),
    case(
        "from as, to the top, among others",
        {"a.b": "z:"},
        "from a import b as c, d\nc.x, d\n",
        "import z as c\nfrom a import d\nc.x, d\n",
    ),
    case("import as its own name", {"a.b": "a.z:"}, "import a.b as b\nb.x\n", "import a.z as b\nb.x\n"),
    case("from as its own name", {"a.b": "a.z:"}, "from a import b as b\nb.x\n", "from a import z as b\nb.x\n"),
    case("import as, name", {"a.b.x": "a.z.x"}, "import a.b as c\nc.x\n", "from a import z\nz.x\n"),
    case("from as, name", {"a.b.x": "a.z.x"}, "from a import b as c\nc.x\n", "from a import z\nz.x\n"),
    case(
        "from as, one name of two",
        {"a.b.x": "a.z.x"},
        "from a import b as c\nc.x, c.y\n",
        "from a import b as c\nfrom a import z\nz.x, c.y\n",
    ),
    case(
        "import as, one name of two",
        {"a.b.x": "a.z.x"},
        "import a.b as c\nc.x, c.y\n",
        "import a.b as c\nfrom a import z\nz.x, c.y\n",
    ),
    case("the alias is the new name", {"a.b": "a.c:"}, "from a import b as c\nc.x\n", "from a import c\nc.x\n"),
    case(
        "an alias of the new name elsewhere",
        {"a.b": "a.c:"},
        "from a import b\nimport z as c\nb.x, c\n",
        "import a.c\nimport z as c\na.c.x, c\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), ALIASES)
def test_import_as_and_from_import_as(renames: dict[str, str], before: str, after: str) -> None:
    """``import a.b as c`` and ``from a import b as c`` are one thing in two forms."""
    assert fixed(before, catalog(renames)) == after
