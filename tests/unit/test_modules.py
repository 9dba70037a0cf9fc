"""``platform_lint.modules``: what files are called, and what is re-exported from where."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from engine import catalog, fixed, found, split

from platform_lint.modules import Modules, ModuleView


def project(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.mark.parametrize(
    ("path", "name", "package"),
    [
        ("top.py", "top", False),
        ("pkg/__init__.py", "pkg", True),
        ("pkg/mod.py", "pkg.mod", False),
        ("pkg/sub/__init__.py", "pkg.sub", True),
        ("pkg/sub/mod.py", "pkg.sub.mod", False),
        ("src/lib/mod.py", "lib.mod", False),
        ("src/one.py", "one", False),
        ("src/space/name/mod.py", "space.name.mod", False),
        ("docs/conf.py", "conf", False),
        ("not-a-name/pkg/mod.py", "pkg.mod", False),
        ("pkg/with-hyphen.py", None, False),
        ("__init__.py", None, True),
        ("pkg/stub.pyi", "pkg.stub", False),
    ],
)
def test_names_of_files(path: str, name: str | None, package: bool, tmp_path: Path) -> None:
    packages = ["pkg/__init__.py", "pkg/sub/__init__.py", "src/lib/__init__.py", "not-a-name/pkg/__init__.py"]
    project(tmp_path, dict.fromkeys([*packages, path], ""))
    modules = Modules((str(tmp_path / "src"),))
    found_name, found_package, _ = modules.name_of(str(tmp_path / path))
    if path == "__init__.py":
        # The directory of a test run is a package then, whatever it is called.
        assert found_package
    else:
        assert (found_name and ".".join(found_name), found_package) == (name, package)


REEXPORTS = {
    "app/__init__.py": "from .compat import get\n",
    "app/compat.py": (
        "from corp.db import get, put as put\nimport corp.cache\nimport corp.log as log\nfrom . import here\nown = 1\n"
    ),
    "app/here.py": "def get(): ...\nclass C:\n    from corp.db import get\n",
    "app/chain.py": "from app.compat import get\n",
    "app/longer.py": "from .chain import get as fetch\n",
    "app/stars.py": "from .chain import *\nfrom .compat import *\n",
    "app/listed.py": "from .compat import *\n__all__ = ['put', '_private']\n",
    "app/extended.py": "from .compat import *\n__all__ = ['put']\n__all__ += ('get',)\n",
    "app/computed.py": "from .compat import *\n__all__ = ['put'] + more\n",
    "app/rebound.py": "from corp.db import get\nget = wrap(get)\n",
    "app/twice.py": "if x:\n    from corp.db import get\nelse:\n    from other import get\n",
    "app/alike.py": "if x:\n    from corp.db import get\nelse:\n    from corp.db import get\n",
    "app/guarded.py": "try:\n    from corp.db import get\nexcept ImportError:\n    get = None\n",
    "app/one.py": "from .two import get\n",
    "app/two.py": "from .one import get\n",
    "app/self.py": "from .self import *\nfrom .self import get\n",
    "app/broken.py": "from corp.db import get\nget(\n",
    "app/latin.py": "# coding: latin-1\nx = '\xe9'\nfrom corp.db import get\n",
    "app/deleted.py": "from corp.db import get\ndel get\n",
    "app/looped.py": "for get in x:\n    pass\nfrom corp.db import get as put\n",
    "space/mod.py": "from corp.db import get\n",
}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> ModuleView:
    root = project(tmp_path_factory.mktemp("project"), REEXPORTS)
    (root / "app/latin.py").write_bytes(REEXPORTS["app/latin.py"].encode("latin-1"))
    return Modules().view(str(root / "app/here.py"))


@pytest.mark.parametrize(
    ("name", "hops"),
    [
        ("app.compat.get", ["corp.db.get"]),
        ("app.get", ["app.compat.get", "corp.db.get"]),
        ("app.chain.get", ["app.compat.get", "corp.db.get"]),
        ("app.longer.fetch", ["app.chain.get", "app.compat.get", "corp.db.get"]),
        ("app.compat.put", ["corp.db.put"]),
        ("app.compat.log", ["corp.log"]),
        ("app.compat.corp", ["corp"]),
        ("app.compat.here", ["app.here"]),
        ("app.compat.own", []),
        ("app.compat.missing", []),
        ("app.here.get", []),
        ("app.here", []),
        ("app.here.C.get", []),
        ("app.stars.get", ["app.chain.get", "app.compat.get", "corp.db.get"]),
        ("app.stars.put", ["app.compat.put", "corp.db.put"]),
        ("app.listed.put", ["app.compat.put", "corp.db.put"]),
        ("app.rebound.get", []),
        ("app.twice.get", []),
        ("app.alike.get", ["corp.db.get"]),
        ("app.guarded.get", []),
        ("app.one.get", ["app.two.get"]),
        ("app.self.get", []),
        ("app.broken.get", []),
        ("app.latin.get", ["corp.db.get"]),
        ("app.looped.get", []),
        ("app.missing.get", []),
        ("elsewhere.get", []),
        ("app", []),
    ],
)
def test_re_exports(name: str, hops: list[str], view: ModuleView) -> None:
    assert [".".join(hop) for hop in view.follow(split(name))] == hops


@pytest.mark.parametrize(
    ("module", "names"),
    [
        ("app.compat", {"get", "put", "corp", "log", "here", "own"}),
        ("app.stars", {"get", "put", "corp", "log", "here", "own"}),
        ("app.listed", {"put", "_private"}),
        ("app.extended", {"put", "get"}),
        ("app.computed", None),
        ("app.broken", None),
        ("elsewhere", None),
        ("app.missing", None),
    ],
)
def test_what_a_star_import_binds(module: str, names: set[str] | None, view: ModuleView) -> None:
    assert view.star_exports(split(module)) == names


def test_consulted_paths_are_remembered(view: ModuleView) -> None:
    modules = Modules()
    fresh = modules.view(str(Path(view.root, "app/here.py")))
    fresh.follow(split("app.chain.get"))
    fresh.follow(split("app.nowhere.get"))
    names = {str(Path(path).relative_to(view.root)) for path in modules.consulted}
    assert {"app/chain.py", "app/compat.py", "app"} <= names


def test_a_file_beside_the_package_is_no_part_of_it(tmp_path: Path) -> None:
    project(tmp_path, {"pkg/__init__.py": "", "pkg/m.py": "", "corp.py": "from real import get\n", "other/x.py": ""})
    modules = Modules()
    assert modules.view(str(tmp_path / "pkg/m.py")).follow(("corp", "get")) == (("real", "get"),)
    assert modules.view(str(tmp_path / "other/x.py")).follow(("corp", "get")) == ()


def test_named_roots_see_each_other(tmp_path: Path) -> None:
    project(tmp_path, {"src/lib/__init__.py": "from corp.db import get\n", "tests/test_x.py": ""})
    modules = Modules((str(tmp_path / "src"), str(tmp_path)))
    assert modules.view(str(tmp_path / "tests/test_x.py")).follow(("lib", "get")) == (("corp", "db", "get"),)


RULES = catalog({"corp.db.get": "corp.data.fetch"}, ["corp.db.put"])


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("from app.compat import get\nget()\n", [(2, "corp.db.get")], id="used"),
        pytest.param("from app.chain import get\nget()\n", [(2, "corp.db.get")], id="through a chain"),
        pytest.param("from .chain import get as g\ng()\n", [(2, "corp.db.get")], id="relative, renamed here"),
        pytest.param("from app import compat\ncompat.get()\n", [(2, "corp.db.get")], id="attribute of the module"),
        pytest.param("import app.compat\napp.compat.get()\n", [(2, "corp.db.get")], id="dotted"),
        pytest.param("import app\napp.get()\n", [(2, "corp.db.get")], id="of the package"),
        pytest.param("from app.stars import *\nget()\n", [(2, "corp.db.get")], id="star"),
        pytest.param("from app.compat import put\nput()\n", [(1, "corp.db.put")], id="ban at the import"),
        pytest.param("from app.one import get\nget()\n", [], id="import cycle"),
        pytest.param("from app.self import get\nget()\n", [], id="cycle of one"),
        pytest.param("from app.rebound import get\nget()\n", [], id="rebound there"),
        pytest.param("from app.guarded import get\nget()\n", [], id="guarded there"),
        pytest.param("import app.compat\napp.compat.get = 1\n", [], id="assigned"),
    ],
)
def test_findings_through_re_exports(text: str, places: list[tuple[int, str]], view: ModuleView) -> None:
    assert found(text, RULES, view) == places


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("from app.compat import get\nget()\n", "from corp.data import fetch\nfetch()\n", id="by name"),
        pytest.param(
            "from app import compat\ncompat.get(compat.own)\n",
            "from corp import data\n\nfrom app import compat\ndata.fetch(compat.own)\n",
            id="through the module",
        ),
    ],
)
def test_fixes_through_re_exports(before: str, after: str, view: ModuleView) -> None:
    assert fixed(before, RULES, view) == after
