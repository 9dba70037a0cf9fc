"""``platform_lint.import_graph``: what imports what in a project, and by which way."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from engine import split

from platform_lint.import_graph import END, PASS, WALL, ImportGraph, Search
from platform_lint.modules import Modules


def graph(root: Path, files: Mapping[str, str]) -> ImportGraph:
    """The graph of a project with these files; every directory is a package."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        for parent in path.parents:
            if parent == root:
                break
            (parent / "__init__.py").touch()
    return Modules().graph(str(root))


def edges(found: ImportGraph, module: str, **options: bool) -> list[str]:
    return [".".join(name) for name in found.edges(split(module), **options)]


def imports(found: ImportGraph, module: str) -> list[tuple[str, int]]:
    return [(".".join(item.imported), item.row) for item in found.imports_of(split(module))]


def search(found: ImportGraph, end: str, wall: str = "-", *, type_checking: bool = True, ignore: str = "") -> Search:
    def verdict(module: tuple[str, ...]) -> int:
        name = ".".join(module)
        return END if name == end else WALL if name == wall else PASS

    def ignored(importer: tuple[str, ...], imported: tuple[str, ...]) -> bool:
        return f"{'.'.join(importer)} -> {'.'.join(imported)}" == ignore

    return Search(found, verdict, ignored, type_checking=type_checking)


def chain(searched: Search, start: str) -> str:
    """The chain as text: ``a 1> b 2> c``, the rows between the modules; "" for none."""
    found = searched.chain(split(start))
    return start + "".join(f" {item.row}> {'.'.join(item.imported)}" for item in found) if found else ""


PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/a.py": "",
    "pkg/b.py": "",
    "pkg/sub/__init__.py": "value = 1\n",
    "pkg/sub/c.py": "",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import pkg.a\n", ["pkg.a"]),
        ("import pkg.a as x, pkg.sub.c\n", ["pkg.a", "pkg.sub.c"]),
        ("from pkg import a, b\n", ["pkg.a", "pkg.b"]),
        ("from pkg.sub import c, value\n", ["pkg.sub.c", "pkg.sub"]),
        ("from pkg import (\n    a,  # one\n    b as other,\n)\n", ["pkg.a", "pkg.b"]),
        ("from . import a\nfrom .sub import value\nfrom .sub.c import x\n", ["pkg.a", "pkg.sub", "pkg.sub.c"]),
        ("from .sub import *\n", ["pkg.sub"]),
        ("def f():\n    from .a import x; import pkg.b\n", ["pkg.a", "pkg.b"]),
        ("try:\n    import pkg.a\nexcept ImportError:\n    pass\n", ["pkg.a"]),
        ("import os, sys\nfrom other import a\nimport pkgs.a\n", []),
        ("from pkg.missing import a\nimport pkg.missing.a\n", []),
        ("from .. import a\nfrom ...pkg import b\n", []),
        ("from pkg \\\n    import a\r\nimport \\\n  pkg.b\r\n", ["pkg.a", "pkg.b"]),
        ("import pkg.me\n", []),
    ],
)
def test_both_readings_find_the_modules_of_the_project(text: str, expected: list[str], tmp_path: Path) -> None:
    found = graph(tmp_path, {**PACKAGE, "pkg/me.py": text})
    assert edges(found, "pkg.me") == expected
    internal = [name for name, _ in imports(found, "pkg.me") if found.is_module(split(name))]
    assert list(dict.fromkeys(internal)) == expected


def test_what_a_package_imports_is_relative_to_itself(tmp_path: Path) -> None:
    found = graph(tmp_path, {**PACKAGE, "pkg/sub/__init__.py": "from . import c\nfrom .. import a\n"})
    assert edges(found, "pkg.sub") == ["pkg.sub.c", "pkg.a"]


def test_outside_modules_are_told_in_full(tmp_path: Path) -> None:
    found = graph(tmp_path, {"pkg/me.py": "import os.path\nfrom redis import Redis\nfrom pkg.gone import x\n"})
    assert imports(found, "pkg.me") == [("os.path", 1), ("redis.Redis", 2), ("pkg.gone.x", 3)]


def test_rows_are_those_of_the_names(tmp_path: Path) -> None:
    found = graph(tmp_path, {**PACKAGE, "pkg/me.py": '"""x"""\nfrom pkg import (\n    a,\n    b,\n)\n'})
    assert imports(found, "pkg.me") == [("pkg.a", 3), ("pkg.b", 4)]


@pytest.mark.parametrize("text", ["def broken(:\nimport pkg.a\n", "import pkg.a\0\n", "# coding: none\nimport pkg.a\n"])
def test_what_cannot_be_parsed_imports_nothing(text: str, tmp_path: Path) -> None:
    found = graph(tmp_path, {**PACKAGE, "pkg/me.py": text, "pkg/you.py": "import pkg.me\n"})
    assert imports(found, "pkg.me") == []
    assert chain(search(found, "pkg.a"), "pkg.you") == ""


def test_a_chain_is_the_shortest_with_its_rows(tmp_path: Path) -> None:
    found = graph(
        tmp_path,
        {
            "pkg/me.py": "import pkg.one\n\nimport pkg.two\n",
            "pkg/one.py": "import pkg.three\n",
            "pkg/two.py": "import os\nimport pkg.end\n",
            "pkg/three.py": "import pkg.end\n",
            "pkg/end.py": "import pkg.me\n",
        },
    )
    assert chain(search(found, "pkg.end"), "pkg.me") == "pkg.me 3> pkg.two 2> pkg.end"
    assert chain(search(found, "pkg.end", wall="pkg.two"), "pkg.me") == "pkg.me 1> pkg.one 1> pkg.three 1> pkg.end"
    ignored = search(found, "pkg.end", ignore="pkg.two -> pkg.end")
    assert chain(ignored, "pkg.two") == ""
    assert chain(ignored, "pkg.me") == "pkg.me 1> pkg.one 1> pkg.three 1> pkg.end"


def test_circles_end(tmp_path: Path) -> None:
    found = graph(tmp_path, {"pkg/a.py": "import pkg.b\n", "pkg/b.py": "import pkg.a\n", "pkg/end.py": ""})
    searched = search(found, "pkg.end")
    assert [chain(searched, name) for name in ("pkg.a", "pkg.b", "pkg.a")] == ["", "", ""]


def test_an_import_in_a_docstring_is_none(tmp_path: Path) -> None:
    found = graph(
        tmp_path,
        {
            "pkg/me.py": '"""As in::\n\n    import pkg.end\n"""\nimport pkg.long\n',
            "pkg/long.py": "text = '''\nfrom pkg.end import x\n'''\nimport pkg.way\n",
            "pkg/way.py": "import pkg.end\n",
            "pkg/end.py": "",
        },
    )
    assert chain(search(found, "pkg.end"), "pkg.me") == "pkg.me 5> pkg.long 4> pkg.way 1> pkg.end"
    assert chain(search(found, "pkg.end", ignore="pkg.way -> pkg.end"), "pkg.me") == ""


def test_type_checking_imports_count_if_wanted(tmp_path: Path) -> None:
    found = graph(
        tmp_path,
        {
            "pkg/me.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pkg.end\nimport pkg.way\n",
            "pkg/way.py": "import pkg.end\n",
            "pkg/end.py": "",
        },
    )
    assert chain(search(found, "pkg.end"), "pkg.me") == "pkg.me 3> pkg.end"
    assert chain(search(found, "pkg.end", type_checking=False), "pkg.me") == "pkg.me 4> pkg.way 1> pkg.end"
    assert edges(found, "pkg.me", type_checking=False) == ["pkg.way"]


def test_answers_do_not_depend_on_what_was_asked_before(tmp_path: Path) -> None:
    files = {
        "pkg/a.py": "'''\nimport pkg.end\n'''\nimport pkg.b\nimport pkg.c\n",
        "pkg/b.py": "import pkg.c\nimport pkg.d\n",
        "pkg/c.py": "'''\nimport pkg.end\n'''\nimport pkg.d\n",
        "pkg/d.py": "import pkg.a\nimport pkg.end\n",
        "pkg/end.py": "",
    }
    starts = ["pkg.a", "pkg.b", "pkg.c", "pkg.d"]
    alone = {}
    for start in starts:
        alone[start] = chain(search(graph(tmp_path, files), "pkg.end"), start)
    for order in (starts, starts[::-1], starts[2:] + starts[:2]):
        together = search(graph(tmp_path, files), "pkg.end")
        assert {start: chain(together, start) for start in order} == alone


def test_paths_are_relative_to_where_imports_start(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    graph(tmp_path / "src", {"pkg/a.py": ""})
    found = Modules((str(tmp_path / "src"),)).graph(str(tmp_path))
    assert found.path(("pkg", "a")) == "pkg/a.py"


def test_modules_below(tmp_path: Path) -> None:
    found = graph(tmp_path, {**PACKAGE, "pkg/sub/not-one.py": "", "pkg/data/file.txt": "", "pkg/__main__.py": ""})

    def below(package: str, *pruned: str) -> list[str]:
        names = found.modules_below(split(package), lambda name: ".".join(name) not in pruned)
        return [".".join(name) for name in names]

    assert sorted(below("pkg")) == ["pkg", "pkg.__main__", "pkg.a", "pkg.b", "pkg.data", "pkg.sub", "pkg.sub.c"]
    assert sorted(below("pkg", "pkg.sub")) == ["pkg", "pkg.__main__", "pkg.a", "pkg.b", "pkg.data"]
    assert sorted(below("pkg.sub")) == ["pkg.sub", "pkg.sub.c"]
    assert sorted(below("none")) == []


def test_what_an_answer_rests_on_is_known(tmp_path: Path) -> None:
    found = graph(tmp_path, {"pkg/me.py": "import pkg.way\n", "pkg/way.py": "import pkg.end\n", "pkg/end.py": ""})
    chain(search(found, "pkg.end"), "pkg.me")
    below = {os.path.relpath(path, tmp_path) for path in found.modules.consulted if not path.endswith(os.sep)}
    folders = {os.path.relpath(path, tmp_path) for path in found.modules.consulted if path.endswith(os.sep)}
    assert below == {"pkg/me.py", "pkg/way.py"}
    assert folders >= {".", "pkg"}
