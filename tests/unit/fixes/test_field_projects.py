"""Renames across the files of one project: relative imports, re-exports, packages that move, several roots."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from engine import catalog, fixed, refusals

from platform_lint.modules import Modules

GET = {"corp.db.get": "corp.data.fetch"}
MODULE = {"corp.db": "corp.data:"}


class Project:
    """Files below a folder; *roots* are the folders imports start from, besides what packages tell."""

    def __init__(self, folder: Path, files: Mapping[str, str], roots: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.files = files
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        self.modules = Modules(tuple(str(folder / root) for root in roots))

    def fixed(self, name: str, renames: Mapping[str, str]) -> str:
        return fixed(self.files[name], catalog(renames), self.modules.view(str(self.folder / name)))

    def refusals(self, name: str, renames: Mapping[str, str]) -> list[str]:
        return refusals(self.files[name], catalog(renames), self.modules.view(str(self.folder / name)))


DB = {"corp/__init__.py": "", "corp/db.py": "def get(): ...\n", "corp/sub/__init__.py": ""}


@pytest.mark.parametrize(
    ("name", "text", "after"),
    [
        pytest.param("corp/use.py", "from .db import get\nget()\n", "from corp.data import fetch\nfetch()\n", id="."),
        pytest.param(
            "corp/sub/use.py", "from ..db import get\nget()\n", "from corp.data import fetch\nfetch()\n", id=".."
        ),
        pytest.param(
            "corp/sub/use.py",
            "from .. import db\ndb.get(db.put)\n",
            "from corp import data\n\nfrom .. import db\ndata.fetch(db.put)\n",
            id="the module",
        ),
        pytest.param(
            "corp/use.py", "from .db import get as g\ng()\n", "from corp.data import fetch as g\ng()\n", id="an alias"
        ),
        pytest.param(
            "corp/use.py",
            "from .db import get, put\nget(put)\n",
            "from corp.data import fetch\n\nfrom .db import put\nfetch(put)\n",
            id="one of two names",
        ),
        pytest.param("corp/sub/use.py", "from .db import get\nget()\n", None, id="another module of that name"),
        pytest.param("corp/use.py", "from ...db import get\nget()\n", None, id="beyond the top"),
    ],
)
def test_relative_imports_need_no_context(tmp_path: Path, name: str, text: str, after: str | None) -> None:
    """Elsewhere a relative import stops the run, or is not seen to mean anything."""
    assert Project(tmp_path, DB | {name: text}).fixed(name, GET) == (text if after is None else after)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("from .core import a\na\n", None, id="relative import inside it"),
        pytest.param("from . import core\ncore.a\n", None, id="relative module inside it"),
        pytest.param("from ..db import a\na\n", "from ..data import a\na\n", id="by its own old name, relative"),
        pytest.param("from ..db.core import a\na\n", "from ..data.core import a\na\n", id="a module of its old name"),
        pytest.param(
            "from corp.db.core import a\na\n", "from corp.data.core import a\na\n", id="by its own old name, absolute"
        ),
        pytest.param("import corp.db.core\ncorp.db.core.a\n", "import corp.data.core\ncorp.data.core.a\n", id="dotted"),
        pytest.param("from .. import db\ndb.core\n", "from .. import data\ndata.core\n", id="the package itself"),
    ],
)
def test_inside_a_package_that_has_moved(tmp_path: Path, text: str, after: str | None) -> None:
    """The folder is ``corp/data`` already: what says ``corp.db`` follows, what is relative to the new place stays."""
    files = {"corp/__init__.py": "", "corp/data/__init__.py": "", "corp/data/core.py": "a = 1\n"}
    project = Project(tmp_path, files | {"corp/data/use.py": text})
    assert project.fixed("corp/data/use.py", MODULE) == (text if after is None else after)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("from .core import a\na\n", id="relative"),
        pytest.param("from corp.db.core import a\na\n", id="absolute"),
        pytest.param("import corp.db\ncorp.db.core\n", id="dotted"),
    ],
)
def test_inside_a_package_that_is_to_move(tmp_path: Path, text: str) -> None:
    """A package is free to use itself under the name it has."""
    files = {"corp/__init__.py": "", "corp/db/__init__.py": "", "corp/db/core.py": "a = 1\n"}
    assert Project(tmp_path, files | {"corp/db/use.py": text}).fixed("corp/db/use.py", MODULE) == text


@pytest.mark.parametrize(
    ("name", "after"),
    [
        pytest.param(
            "corp/__init__.py", "from corp.data import fetch as get\n", id="the package keeps its name for it"
        ),
        pytest.param("corp/api.py", "from corp.data import fetch as public\n", id="and so does an alias"),
        pytest.param("corp/all.py", "from .db import *\n", id="a star"),
        pytest.param("a.py", "from corp.data import fetch\nfetch()\n", id="from the package"),
        pytest.param("b.py", "import corp.data\ncorp.data.fetch()\n", id="by the package"),
        pytest.param("c.py", "from corp.data import fetch as g\ng()\n", id="through a star"),
        pytest.param("d.py", "from corp.api import public\npublic()\n", id="under another name"),
    ],
)
def test_re_exports(tmp_path: Path, name: str, after: str) -> None:
    files = DB | {
        "corp/__init__.py": "from .db import get\n",
        "corp/api.py": "from .db import get as public\n",
        "corp/all.py": "from .db import *\n",
        "a.py": "from corp import get\nget()\n",
        "b.py": "import corp\ncorp.get()\n",
        "c.py": "from corp.all import get as g\ng()\n",
        "d.py": "from corp.api import public\npublic()\n",
    }
    assert Project(tmp_path, files).fixed(name, GET) == after


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("from corp import get\nget()\n", None, id="who knows what it gives"),
        pytest.param("from corp.db import get\nget()\n", "from corp.data import fetch\nfetch()\n", id="its own name"),
        pytest.param("import corp\ncorp.get()\n", None, id="an attribute nobody wrote"),
    ],
)
def test_modules_that_make_up_their_names(tmp_path: Path, text: str, after: str | None) -> None:
    files = {
        "corp/__init__.py": "def __getattr__(name):\n    from . import db\n    return getattr(db, name)\n",
        "corp/db.py": "def __getattr__(name): ...\n",
        "use.py": text,
    }
    assert Project(tmp_path, files).fixed("use.py", GET) == (text if after is None else after)


@pytest.mark.parametrize(
    ("name", "text", "after"),
    [
        pytest.param(
            "src/corp/use.py", "from .db import get\nget()\n", "from corp.data import fetch\nfetch()\n", id="namespace"
        ),
        pytest.param(
            "src/corp/deep/er/use.py",
            "from ...db import get\nget()\n",
            "from corp.data import fetch\nfetch()\n",
            id="namespace, three folders down",
        ),
        pytest.param(
            "src/corp/use.py",
            "from . import db\ndb.get()\n",
            "from corp import data\ndata.fetch()\n",
            id="namespace, the module",
        ),
        pytest.param("other/corp/use.py", "from .db import get\nget()\n", None, id="a folder that is no root"),
    ],
)
def test_namespace_packages(tmp_path: Path, name: str, text: str, after: str | None) -> None:
    """A folder without ``__init__.py`` is a package below a root that is named."""
    project = Project(tmp_path, {"src/corp/db.py": "def get(): ...\n", name: text}, ("src",))
    assert project.fixed(name, GET) == (text if after is None else after)


@pytest.mark.parametrize(
    ("name", "text", "after"),
    [
        pytest.param(
            "b/src/app/use.py", "from app import get\nget()\n", "from corp.data import fetch\nfetch()\n", id="re-export"
        ),
        pytest.param(
            "b/src/app/use.py",
            "from . import get as g\ng()\n",
            "from corp.data import fetch as g\ng()\n",
            id="relative re-export",
        ),
        pytest.param(
            "b/tests/test_app.py",
            "import app\napp.get()\n",
            "import corp.data\ncorp.data.fetch()\n",
            id="from the tests",
        ),
        pytest.param(
            "b/src/app/__init__.py", "from corp.db import get\n", "from corp.data import fetch as get\n", id="__init__"
        ),
    ],
)
def test_several_roots(tmp_path: Path, name: str, text: str, after: str) -> None:
    """Two ``src`` folders, each with its distribution."""
    files = {
        "a/src/corp/__init__.py": "",
        "a/src/corp/db.py": "def get(): ...\n",
        "b/src/app/__init__.py": "from corp.db import get\n",
    }
    assert Project(tmp_path, files | {name: text}, ("a/src", "b/src")).fixed(name, GET) == after


@pytest.mark.parametrize(
    ("name", "text", "renames"),
    [
        pytest.param("corp/data.py", "from corp.db import get as fetch\nfetch()\n", GET, id="a name"),
        pytest.param("corp/data.py", "from .db import get\nget()\n", GET, id="a relative name"),
        pytest.param("corp/data.py", "import corp.db\ncorp.db.get()\n", GET, id="dotted"),
        pytest.param("corp/data.py", "from corp import db\ndb.get()\n", GET, id="from the package"),
        pytest.param("corp/data.py", "from corp.db import a, b\na(b)\n", MODULE, id="a module that moves"),
        pytest.param(
            "corp/data.py", "def fetch(): open(1)\n", {"builtins.open": "corp.data.fetch"}, id="what wraps a builtin"
        ),
        pytest.param("corp/data/__init__.py", "from corp.db import get\nget()\n", GET, id="a package"),
    ],
)
def test_nothing_imports_itself(tmp_path: Path, name: str, text: str, renames: dict[str, str]) -> None:
    """The new place may well be made of the old one for a while."""
    project = Project(tmp_path, DB | {name: text})
    assert project.fixed(name, renames) == text
    assert project.refusals(name, renames) == ["the replacement belongs to this very file"]


def test_a_package_imports_its_own_modules(tmp_path: Path) -> None:
    text = "from corp.db import core\ncore.a\n"
    project = Project(tmp_path, DB | {"corp/data/__init__.py": text, "corp/data/core.py": "a = 1\n"})
    assert project.fixed("corp/data/__init__.py", MODULE) == "from corp.data import core\ncore.a\n"
