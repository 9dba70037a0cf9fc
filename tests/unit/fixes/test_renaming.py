"""``platform_lint.fixes.renaming``: uses and imports change together, or nothing does and a reason is given."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine import catalog, complete, fix_result, fixed, found, refusals

from platform_lint.fixes.fixing import offered
from platform_lint.modules import Modules, ModuleView

GET = {"corp.db.get": "corp.data.fetch"}
CLASS = {"corp.Old": "corp.New"}
MODULE = {"corp.db": "corp.data:"}


def case(name: str, renames: dict[str, str], before: str, after: str) -> object:
    return pytest.param(renames, before, after, id=name)


IMPORT_FORMS = [
    case("from", GET, "from corp.db import get\nget(1)\n", "from corp.data import fetch\nfetch(1)\n"),
    case("from as", GET, "from corp.db import get as g\ng(1)\n", "from corp.data import fetch as g\ng(1)\n"),
    case("dotted", GET, "import corp.db\ncorp.db.get(1)\n", "import corp.data\ncorp.data.fetch(1)\n"),
    case("dotted as", GET, "import corp.db as d\nd.get(1)\n", "from corp import data\ndata.fetch(1)\n"),
    case("from the parent", GET, "from corp import db\ndb.get(1)\n", "from corp import data\ndata.fetch(1)\n"),
    case("same module", CLASS, "from corp import Old\nOld()\n", "from corp import New\nNew()\n"),
    case("same module, dotted", CLASS, "import corp\ncorp.Old()\n", "import corp\ncorp.New()\n"),
    case("same module, as", CLASS, "import corp as c\nc.Old()\n", "import corp as c\nc.New()\n"),
    case("same module, from as", CLASS, "from corp import Old as O\nO()\n", "from corp import New as O\nO()\n"),
    case(
        "to the package that is there, as",
        {"corp.db": "corp:"},
        "import corp as c\nc.db.get(1)\n",
        "import corp as c\nc.get(1)\n",
    ),
    case("import only", GET, "from corp.db import get\n", "from corp.data import fetch as get\n"),
    case("several uses", CLASS, "from corp import Old\nOld(Old, [Old])\n", "from corp import New\nNew(New, [New])\n"),
    case(
        "nested calls",
        GET,
        "from corp.db import get as f\nf(f(f(1)))\n",
        "from corp.data import fetch as f\nf(f(f(1)))\n",
    ),
    case(
        "nested uses",
        GET,
        "from corp.db import get\nget(get(get(1)))\n",
        "from corp.data import fetch\nfetch(fetch(fetch(1)))\n",
    ),
    case("attribute kept", CLASS, "from corp import Old\nOld.make(1).Old\n", "from corp import New\nNew.make(1).Old\n"),
    case("deleted attribute", CLASS, "import corp\ndel corp.Old.x\n", "import corp\ndel corp.New.x\n"),
    case(
        "string annotation",
        CLASS,
        "from corp import Old\ndef f(x: 'Old') -> list['Old']: ...\n",
        "from corp import New\ndef f(x: 'New') -> list['New']: ...\n",
    ),
    case("f-string", CLASS, "from corp import Old\nf'{Old}'\n", "from corp import New\nf'{New}'\n"),
    case(
        "decorator",
        GET,
        "from corp.db import get\n@get\ndef f(): ...\n",
        "from corp.data import fetch\n@fetch\ndef f(): ...\n",
    ),
    case("base class", CLASS, "from corp import Old\nclass A(Old): ...\n", "from corp import New\nclass A(New): ...\n"),
    case(
        "relative spacing",
        GET,
        "import corp.db\n(corp\n .db\n .get)(1)\n",
        "import corp.data\n(corp\n .data\n .fetch)(1)\n",
    ),
    case(
        "two aliases of one thing",
        GET,
        "from corp.db import get as a, get as b\na(), b()\n",
        "from corp.data import fetch as a, fetch as b\na(), b()\n",
    ),
    case(
        "two spellings of one thing",
        GET,
        "import corp.db\nfrom corp.db import get\nget(), corp.db.get()\n",
        "import corp.data\nfrom corp.data import fetch\nfetch(), corp.data.fetch()\n",
    ),
    case(
        "module",
        MODULE,
        "import corp.db\nimport corp.db as d\nfrom corp import db\nfrom corp.db import a\ncorp.db.x, d.x, db.x, a\n",
        "import corp.data\nimport corp.data as d\nfrom corp import data\nfrom corp.data import a\n"
        "corp.data.x, d.x, data.x, a\n",
    ),
    case("module with its submodules", MODULE, "from corp.db.sub import a\na\n", "from corp.data.sub import a\na\n"),
    case("module to a top-level one", {"corp.db": "data:"}, "import corp.db\ncorp.db.x\n", "import data\ndata.x\n"),
    case("top-level module", {"old": "new:"}, "import old\nold.x\n", "import new\nnew.x\n"),
    case(
        "top-level module moved below",
        {"mock": "unittest.mock:"},
        "import mock\nmock.patch\n",
        "from unittest import mock\nmock.patch\n",
    ),
    case("to a builtin", {"corp.text": "builtins:str"}, "from corp import text\ntext(1)\n", "str(1)\n"),
    case(
        "a builtin",
        {"builtins.open": "corp.io.open_file"},
        "open(1)\n",
        "from corp.io import open_file\n\nopen_file(1)\n",
    ),
    case(
        "class attribute",
        {"corp.C.old": "corp.C.new"},
        "from corp import C\nC.old()\n",
        "from corp import C\nC.new()\n",
    ),
    case(
        "to a class attribute",
        {"corp.make": "corp.C.make"},
        "from corp import make\nmake()\n",
        "from corp import C\nC.make()\n",
    ),
]

PLACES = [
    case(
        "re-uses what is imported",
        GET,
        "from corp.data import fetch\nfrom corp.db import get\nget(fetch)\n",
        "from corp.data import fetch\nfetch(fetch)\n",
    ),
    case(
        "re-uses an alias",
        GET,
        "from corp.data import fetch as f\nfrom corp.db import get\nget(1)\n",
        "from corp.data import fetch as f\nf(1)\n",
    ),
    case(
        "re-uses the module",
        GET,
        "from corp import data\nfrom corp.db import get\nget(data)\n",
        "from corp import data\ndata.fetch(data)\n",
    ),
    case(
        "extends a from-import in order",
        GET,
        "from corp.data import a, z\nfrom corp.db import get\nget(a, z)\n",
        "from corp.data import a, fetch, z\nfetch(a, z)\n",
    ),
    case(
        "extends one of several lines",
        GET,
        "from corp.data import (\n    a,\n    z,\n)\nfrom corp.db import get\nget(a, z)\n",
        "from corp.data import (\n    a,\n    fetch,\n    z,\n)\nfetch(a, z)\n",
    ),
    case(
        "extends one of several lines at its end",
        GET,
        "from corp.data import (\n    a,\n    b,  # why\n)\nfrom corp.db import get\nget(a, b)\n",
        "from corp.data import (\n    a,\n    b,  # why\n    fetch,\n)\nfetch(a, b)\n",
    ),
    case(
        "takes one name out of several",
        GET,
        "from corp.db import a, get, z\nget(a, z)\n",
        "from corp.data import fetch\nfrom corp.db import a, z\nfetch(a, z)\n",
    ),
    case(
        "takes one line out of several",
        GET,
        "from corp.db import (\n    a,\n    get,\n    z,  # why\n)\nget(a, z)\n",
        "from corp.data import fetch\nfrom corp.db import (\n    a,\n    z,  # why\n)\nfetch(a, z)\n",
    ),
    case(
        "keeps what others need",
        GET,
        "import corp.db\ncorp.db.get(corp.db.put)\n",
        "import corp.data\nimport corp.db\ncorp.data.fetch(corp.db.put)\n",
    ),
    case(
        "in a function",
        GET,
        "def f():\n    from corp.db import get\n    return get(1)\n",
        "def f():\n    from corp.data import fetch\n    return fetch(1)\n",
    ),
    case(
        "in a function, beside another",
        GET,
        "def f():\n    from corp.db import get, put\n    return get(put)\n",
        "def f():\n    from corp.data import fetch\n    from corp.db import put\n    return fetch(put)\n",
    ),
    case(
        "type checking only",
        CLASS | {"corp.T": "corp.types.U"},
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from corp import T\ndef f(x: 'T'): ...\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from corp.types import U\ndef f(x: 'U'): ...\n",
    ),
    case(
        "type checking, beside another",
        {"corp.T": "corp.types.U"},
        "if TYPE_CHECKING:\n    from corp import S, T\ndef f(x: 'T', y: 'S'): ...\n",
        "if TYPE_CHECKING:\n    from corp import S\n    from corp.types import U\ndef f(x: 'U', y: 'S'): ...\n",
    ),
    case(
        "each branch its own",
        GET,
        "if x:\n    from corp.db import get\nelse:\n    from corp.db import get\n    get(1)\n",
        "if x:\n    from corp.data import fetch as get\nelse:\n    from corp.data import fetch\n    fetch(1)\n",
    ),
    case(
        "after a semicolon",
        GET,
        "import os; from corp.db import get\nget(os)\n",
        "import os; from corp.data import fetch\nfetch(os)\n",
    ),
    case("before a semicolon", GET, "from corp.db import get; get(1)\n", "from corp.data import fetch; fetch(1)\n"),
    case(
        "added after a semicolon",
        GET,
        "import os; from corp.db import a, get\nget(a)\n",
        "import os; from corp.db import a; from corp.data import fetch\nfetch(a)\n",
    ),
    case(
        "one-line if", GET, "if x: from corp.db import get; get(1)\n", "if x: from corp.data import fetch; fetch(1)\n"
    ),
    case(
        "added in a one-line if",
        GET,
        "if x: from corp.db import a, get; get(a)\n",
        "if x: from corp.db import a; from corp.data import fetch; fetch(a)\n",
    ),
    case(
        "all of a block",
        {"corp.text": "builtins:str"},
        "if x:\n    from corp import text\ntext(1)\n",
        "if x:\n    pass\nstr(1)\n",
    ),
    case(
        "comment behind the import",
        GET,
        "from corp.db import get  # why\nget(1)\n",
        "from corp.data import fetch  # why\nfetch(1)\n",
    ),
    case(
        "comment above the import",
        GET,
        "# why\nfrom corp.db import get\nget(1)\n",
        "# why\nfrom corp.data import fetch\nfetch(1)\n",
    ),
    case(
        "comments in the parentheses",
        GET,
        "from corp.db import (  # one\n    get,  # two\n)\nget(1)\n",
        "from corp.data import (  # one\n    fetch,  # two\n)\nfetch(1)\n",
    ),
    case(
        "under the docstring",
        {"builtins.open": "corp.io.open_file"},
        '"""Doc."""\n\nopen(1)\n',
        '"""Doc."""\n\nfrom corp.io import open_file\n\nopen_file(1)\n',
    ),
    case(
        "under __future__",
        {"builtins.open": "corp.io.open_file"},
        '"""Doc."""\nfrom __future__ import annotations\nopen(1)\n',
        '"""Doc."""\nfrom __future__ import annotations\n\nfrom corp.io import open_file\nopen_file(1)\n',
    ),
    case(
        "under shebang and cookie",
        {"builtins.open": "corp.io.open_file"},
        "#!/usr/bin/python\n# coding: utf-8\nopen(1)\n",
        "#!/usr/bin/python\n# coding: utf-8\nfrom corp.io import open_file\n\nopen_file(1)\n",
    ),
    case(
        "not between a comment and its function",
        {"builtins.open": "corp.io.open_file"},
        "import os\n\n# about f\ndef f():\n    open(os)\n",
        "import os\n\nfrom corp.io import open_file\n\n# about f\ndef f():\n    open_file(os)\n",
    ),
]

# Names that are taken, and what else needs the old one

CONFLICTS = [
    case(
        "parameter of that name",
        CLASS,
        "from corp import Old\ndef f(New): return Old(New)\n",
        "import corp\ndef f(New): return corp.New(New)\n",
    ),
    case(
        "global of that name",
        CLASS,
        "from corp import Old\nNew = 3\nprint(Old, New)\n",
        "import corp\nNew = 3\nprint(corp.New, New)\n",
    ),
    case(
        "comprehension target of that name",
        CLASS,
        "from corp import Old\n[Old(New) for New in x]\n",
        "import corp\n[corp.New(New) for New in x]\n",
    ),
    case(
        "undefined name of that name",
        CLASS,
        "from corp import Old\nOld(New)\n",
        "import corp\ncorp.New(New)\n",
    ),
    case(
        "that name and its module are taken",
        CLASS,
        "from corp import Old\nNew = corp = 1\nOld(New, corp)\n",
        "from corp import New as Old\nNew = corp = 1\nOld(New, corp)\n",
    ),
    case(
        "builtin of that name is used",
        GET | {"corp.read": "corp.io.open"},
        "from corp import read\nread(open(1))\n",
        "import corp.io\ncorp.io.open(open(1))\n",
    ),
    case(
        "taken elsewhere, in a function of its own",
        CLASS,
        "from corp import Old\ndef f():\n    New = 1\nOld()\n",
        "from corp import New\ndef f():\n    New = 1\nNew()\n",
    ),
    case(
        "exported",
        CLASS,
        "from corp import Old\n__all__ = ['Old']\n",
        "from corp import New as Old\n__all__ = ['Old']\n",
    ),
    case(
        "exported and used",
        CLASS,
        "from corp import Old\n__all__ = ['Old']\nOld()\n",
        "from corp import New as Old\n__all__ = ['Old']\nOld()\n",
    ),
    case(
        "appended to __all__",
        CLASS,
        "from corp import Old\n__all__ = []\n__all__.append('Old')\nOld()\n",
        "from corp import New as Old\n__all__ = []\n__all__.append('Old')\nOld()\n",
    ),
    case("re-export alias", CLASS, "from corp import Old as Old\nOld()\n", "from corp import New as Old\nOld()\n"),
    case(
        "type comment",
        CLASS,
        "from corp import Old\nx = Old()  # type: Old\n",
        "from corp import New as Old\nx = Old()  # type: Old\n",
    ),
    case(
        "type comment alone needs it",
        CLASS,
        "from corp import Old, a\nx = a()  # type: Old\n",
        "from corp import New as Old\nfrom corp import a\nx = a()  # type: Old\n",
    ),
    case(
        "another use suppressed",
        CLASS,
        "from corp import Old\nOld()\nOld()  # noqa: TST100\n",
        "from corp import New, Old\nNew()\nOld()  # noqa: TST100\n",
    ),
    case(
        "suppressed import",
        GET,
        "from corp.db import get  # noqa\nget(1)\n",
        "from corp.data import fetch  # noqa\nfetch(1)\n",
    ),
    case(
        "import with a noqa is kept where it stands",
        GET,
        "from corp.data import fetch\nfrom corp.db import get  # noqa: F401\nget(1)\n",
        "from corp.data import fetch\nfrom corp.data import fetch as get  # noqa: F401\nget(1)\n",
    ),
    case(
        "global declared",
        CLASS,
        "from corp import Old\ndef f():\n    global Old\n    Old = 1\nOld()\n",
        "from corp import New as Old\ndef f():\n    global Old\n    Old = 1\nOld()\n",
    ),
    case(
        "import rebound later",
        CLASS,
        "from corp import Old\nOld()\nOld = 1\n",
        "from corp import New\nNew()\nOld = 1\n",
    ),
    case(
        "one of several modules of a root",
        GET,
        "import corp.db\nimport corp.side\nimport corp.other\ncorp.db.get(corp.other.x)\n",
        "import corp.data\nimport corp.side\nimport corp.other\ncorp.data.fetch(corp.other.x)\n",
    ),
    case(
        "one of several modules of a root moves",
        MODULE,
        "import corp.side\nimport corp.db\nimport corp.other\ncorp.db.get(corp.other.x)\n",
        "import corp.side\nimport corp.data\nimport corp.other\ncorp.data.get(corp.other.x)\n",
    ),
    case(
        "module still imported for its side effects",
        GET,
        "import corp.db\nimport corp.side\ncorp.db.get(1)\n",
        "import corp.data\nimport corp.side\ncorp.data.fetch(1)\n",
    ),
    case(
        "imported in each branch",
        GET,
        "if x:\n    from corp.db import get\nelse:\n    from corp.db import get\nget(1)\n",
        "if x:\n    from corp.data import fetch as get\nelse:\n    from corp.data import fetch as get\nget(1)\n",
    ),
    case(
        "two aliases of one module",
        GET,
        "import corp.db as d\nimport corp.db as e\nd.get(e.get)\n",
        "from corp import data\ndata.fetch(data.fetch)\n",
    ),
    case(
        "one of several on a line",
        GET,
        "import os as o, corp.db as d\nd.get(o)\n",
        "import os as o\nfrom corp import data\ndata.fetch(o)\n",
    ),
    case(
        "re-uses what stands behind a semicolon",
        GET,
        "import os; import corp.data\nfrom corp.db import get\nget(os)\n",
        "import os; import corp.data\ncorp.data.fetch(os)\n",
    ),
    case(
        "re-uses what stands below a try",
        GET,
        "try:\n    x\nexcept E:\n    x = None\nfrom corp.data import fetch\nfrom corp.db import get\nget(fetch)\n",
        "try:\n    x\nexcept E:\n    x = None\nfrom corp.data import fetch\nfetch(fetch)\n",
    ),
    case(
        "comment above an import that goes",
        GET,
        "import os\n# why\nfrom corp.db import get\nfrom corp.data import a\nget(a, os)\n",
        "import os\n# why\nfrom corp.data import a, fetch\nfetch(a, os)\n",
    ),
    case(
        "guarded import of several",
        GET,
        "try:\n    from corp.db import get, put\nexcept ImportError:\n    get = put = None\nget(put)\n",
        "try:\n    from corp.db import get, put\nexcept ImportError:\n    get = put = None\nget(put)\n",
    ),
    case(
        "relative import of a file whose package is unknown",
        GET,
        "from .db import get\nfrom corp.db import get as g\ng(get)\n",
        "from .db import get\nfrom corp.data import fetch as g\ng(get)\n",
    ),
    case(
        "class of the new name",
        CLASS,
        "from corp import Old\nclass New(Old): ...\n",
        "import corp\nclass New(corp.New): ...\n",
    ),
    case(
        "class of the old name",
        CLASS,
        "from corp import Old\nclass Old(Old): ...\n",
        "from corp import New\nclass Old(New): ...\n",
    ),
    case(
        "default of a parameter of the old name",
        GET,
        "from corp.db import get\ndef f(get=get): return get(1)\nget(2)\n",
        "from corp.data import fetch\ndef f(get=fetch): return get(1)\nfetch(2)\n",
    ),
    case(
        "loop over itself",
        GET,
        "from corp.db import get\nfor get in get(1): ...\n",
        "from corp.data import fetch\nfor get in fetch(1): ...\n",
    ),
    case(
        "guarded import",
        GET,
        "try:\n    from corp.db import get\nexcept ImportError:\n    get = None\nget(1)\n",
        "try:\n    from corp.db import get\nexcept ImportError:\n    get = None\nget(1)\n",
    ),
    case(
        "version guard",
        GET,
        "import sys\nif sys.version_info > (3, 9):\n    from corp.db import get\n"
        "else:\n    from corp.data import fetch as get\nget(1)\n",
        "import sys\nif sys.version_info > (3, 9):\n    from corp.db import get\n"
        "else:\n    from corp.data import fetch as get\nget(1)\n",
    ),
    case(
        "unrelated relative import",
        {"logging.warn": "logging.warning"},
        "from ..logging import warn, other\nwarn(other)\n",
        "from ..logging import warn, other\nwarn(other)\n",
    ),
    case(
        "exported root of a module",
        {"corp.db": "lib:"},
        "import corp.db\n__all__ = ['corp']\n",
        "import corp.db\n__all__ = ['corp']\n",
    ),
    case(
        "a use of the root may mean something else",
        {"corp.db": "lib:"},
        "import corp.db\nif x:\n    corp = 1\ncorp.db.y\n",
        "import corp.db\nif x:\n    corp = 1\ncorp.db.y\n",
    ),
    case(
        "an import in a branch would hide another",
        {"gone": "lib.gone:", "corp.util": "lib.tools:"},
        "import gone.x\ndef f():\n    gone.x.y\n    if z:\n        import corp.util\n",
        "import lib.gone.x\ndef f():\n    lib.gone.x.y\n    if z:\n        import corp.util\n",
    ),
    case(
        "shadowed",
        CLASS,
        "from corp import Old\ndef f(Old): return Old\nOld()\n",
        "from corp import New\ndef f(Old): return Old\nNew()\n",
    ),
    case("two of one module", {"a.b": "c.d"}, "import a as x, a as y\nx.b, y.b\n", "import c\nc.d, c.d\n"),
    case(
        "receiver kept",
        {"corp.C.meth": "corp.C.new"},
        "import corp\ncorp.C.meth(); corp.C().meth()\n",
        "import corp\ncorp.C.new(); corp.C().meth()\n",
    ),
]

MANY = [
    case(
        "several at once",
        GET | CLASS | {"corp.db.put": "corp.data.store"},
        "from corp.db import get, put\nfrom corp import Old\nget(put, Old)\n",
        "from corp.data import fetch, store\nfrom corp import New\nfetch(store, New)\n",
    ),
    case(
        "names that swap modules",
        {"a.x": "b.x", "c.x": "d.y"},
        "from a import x\nfrom c import x as z\nx(z)\n",
        "from b import x\nfrom d import y as z\nx(z)\n",
    ),
    case("chain", {"a.x": "b.x", "b.x": "c.x"}, "from a import x\nx()\n", "from c import x\nx()\n"),
    case("chain of modules", {"a": "b:", "b": "c:"}, "import a\na.x()\n", "import c\nc.x()\n"),
    case(
        "module and a member of it",
        MODULE | GET,
        "from corp.db import get, put\nget(put)\n",
        "from corp.data import fetch, put\nfetch(put)\n",
    ),
    case(
        "uses inside uses",
        GET | CLASS,
        "from corp.db import get\nfrom corp import Old\nget(Old(get(Old)))\n",
        "from corp.data import fetch\nfrom corp import New\nfetch(New(fetch(New)))\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), [*IMPORT_FORMS, *PLACES, *CONFLICTS, *MANY])
def test_fixes(renames: dict[str, str], before: str, after: str) -> None:
    assert fixed(before, catalog(renames)) == after


# Refusals: nothing is changed, and the reason says why


def refusal(name: str, renames: dict[str, str], text: str, reason: str) -> object:
    return pytest.param(renames, text, reason, id=name)


@pytest.mark.parametrize(
    ("renames", "text", "reason"),
    [
        refusal("a stand-in", GET, "import corp.db\ncorp.db.get = 1\ncorp.db.get(1)\n", "the file itself sets it"),
        refusal("taken away", GET, "import corp.db\ndel corp.db.get\n", "the file itself sets it, or deletes it"),
        refusal("star import", GET, "from corp.db import *\nget(1)\n", "comes from a star import"),
        refusal("assignment", GET, "import corp.db\nd = corp.db\nd.get(1)\n", "through the assignment `d = …`"),
        refusal(
            "comment in the name", GET, "import corp.db\n(corp  # why\n .db.get)\n", "comment stands inside the name"
        ),
        refusal(
            "comment beside a name that goes",
            GET,
            "from corp.data import fetch\n"
            "from corp.db import (\n    a,\n    get,  # about get\n    z,\n)\nget(a, z, fetch)\n",
            "comment beside the imported name would be lost",
        ),
        refusal("escape in an annotation", GET, "import corp.db\nx: 'corp.db\\x2eget'\n", "exact place is not known"),
        refusal("annotation in two pieces", GET, "import corp.db\nx: 'corp.' 'db.get'\n", "exact place is not known"),
        refusal(
            "every name taken",
            {"corp.Old.x": "corp.C.x"},
            "from corp import Old\ndef f(C, corp): return Old.x(C, corp)\n",
            "already means something else",
        ),
        refusal(
            "exported without a single name",
            {"corp.make": "corp.C.make"},
            "from corp import make\n__all__ = ['make']\nmake()\n",
            "its replacement is no single name",
        ),
        refusal(
            "a builtin is hidden",
            {"corp.text": "builtins:str"},
            "from corp import text\nstr = 1\ntext(str)\n",
            "`str` already means",
        ),
        refusal("a string", GET, "mock.patch('corp.db.get')\n", "a string may be looked up"),
    ],
)
def test_refusals(renames: dict[str, str], text: str, reason: str) -> None:
    rules = catalog(renames, exports={"corp.db": ["get"]})
    assert any(reason in given for given in refusals(text, rules)), refusals(text, rules)
    assert fixed(text, rules) == text


def test_a_use_in_an_f_string_of_unknown_place_is_refused() -> None:
    """Only before 3.12, where ``ast`` does not tell; there the import stays as well."""
    text = "from corp.db import get\nf'{get} {get}'\n"
    after = fixed(text, catalog(GET))
    assert after in (text, "from corp.data import fetch\nf'{fetch} {fetch}'\n")


def test_a_star_import_without_known_exports_is_left() -> None:
    text = "from corp.db import *\nget(1)\n"
    assert fixed(text, catalog(GET)) == text


def test_one_refusal_does_not_stop_the_others() -> None:
    text = "from corp.db import get\nimport corp.db\nd = corp.db\nget(d.get)\n"
    assert fixed(text, catalog(GET)) == "from corp.data import fetch\nimport corp.db\nd = corp.db\nfetch(d.get)\n"


def test_safeties() -> None:
    text = "from corp.db import get\nget(1)\n"
    unsafe = catalog(GET, fix="unsafe")
    assert fixed(text, unsafe) == text
    assert fix_result(text, unsafe, unsafe=True).text == "from corp.data import fetch\nfetch(1)\n"
    suggested = catalog(GET, fix="suggest")
    assert fix_result(text, suggested, unsafe=True).text == text
    assert {fix.safety for fix in offered(complete(text, suggested)).values()} == {"suggest"}


def test_an_offer_says_what_it_does_to_the_imports() -> None:
    text = "from corp.db import get, put\nget(put)\n"
    (fix,) = offered(complete(text, catalog(GET))).values()
    assert fix.message == "replace `corp.db.get` with `corp.data.fetch`"
    assert [(change.action, change.statement) for change in fix.imports] == [
        ("add", "from corp.data import fetch"),
        ("remove", "from corp.db import get"),
    ]
    assert [(edit.start.row, edit.start.column, edit.content) for edit in fix.edits if edit.start.row == 2] == [
        (2, 1, "fetch")
    ]


# Inside a package


@pytest.fixture
def view(tmp_path: Path) -> ModuleView:
    for name in ("corp/__init__.py", "corp/db.py", "corp/sub/__init__.py", "corp/sub/here.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("def get(): ...\n" if name == "corp/db.py" else "", "utf-8")
    return Modules().view(str(tmp_path / "corp/sub/here.py"))


@pytest.mark.parametrize(
    ("renames", "before", "after"),
    [
        case("relative name", GET, "from ..db import get\nget(1)\n", "from corp.data import fetch\nfetch(1)\n"),
        case(
            "relative name, same module",
            {"corp.db.get": "corp.db.fetch"},
            "from ..db import get\nget(1)\n",
            "from ..db import fetch\nfetch(1)\n",
        ),
        case("relative module", MODULE, "from .. import db\ndb.get(1)\n", "from .. import data\ndata.get(1)\n"),
        case(
            "relative module in the from", MODULE, "from ..db import get\nget(1)\n", "from ..data import get\nget(1)\n"
        ),
        case(
            "relative module leaves the package",
            {"corp.db": "lib:"},
            "from ..db import get\nget(1)\n",
            "from lib import get\nget(1)\n",
        ),
        case("unrelated", {"db.get": "db.fetch"}, "from ..db import get\nget(1)\n", "from ..db import get\nget(1)\n"),
        case(
            "two dots, other module",
            {"logging.warn": "logging.warning"},
            "from ..logging import warn\nwarn()\n",
            "from ..logging import warn\nwarn()\n",
        ),
        case("defined here", {"corp.sub.here.f": "corp.g"}, "def f(): ...\nf()\n", "def f(): ...\nf()\n"),
    ],
)
def test_fixes_in_a_package(renames: dict[str, str], before: str, after: str, view: ModuleView) -> None:
    assert fixed(before, catalog(renames), view) == after


def test_a_definition_of_the_file_itself_is_refused(view: ModuleView) -> None:
    rules = catalog({"corp.sub.here.f": "corp.g"})
    assert refusals("def f(): ...\nf()\n", rules, view) == ["the name is defined in this very file"]


def test_an_init_keeps_what_it_imports(view: ModuleView) -> None:
    package = ModuleView(view.modules, view.root, ("corp", "sub"), True)
    text = "from corp.db import get\nget(1)\n"
    assert fixed(text, catalog(GET), package) == "from corp.data import fetch as get\nget(1)\n"
    assert fixed(text, catalog(GET), view) == "from corp.data import fetch\nfetch(1)\n"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("from corp.db import get\nget(1)\n", [(2, "corp.db.get")], id="rename at the use"),
        pytest.param("from corp.db import get\n", [(1, "corp.db.get")], id="rename at an unused import"),
        pytest.param("mock.patch('corp.db.get')\n", [(1, "corp.db.get")], id="string"),
        pytest.param("x = 'corp.db.getter'\n", [], id="longer string"),
        pytest.param("x = 'see corp.db.get'\n", [], id="prose"),
    ],
)
def test_where_a_rename_is_reported(text: str, places: list[tuple[int, str]]) -> None:
    assert found(text, catalog(GET)) == places
