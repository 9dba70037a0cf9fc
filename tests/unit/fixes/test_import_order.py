"""Imports come to stand where ruff would put them: held against ruff itself, over many generated blocks.

Each block is sorted by ruff first. After our fix, ``ruff check --select I`` has nothing to say about it either.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from engine import catalog, fix_result

from platform_lint.modules import Modules

BLOCKS = 250

RENAMES = {
    "corp.db.get": "corp.data.fetch",
    "corp.db.Pool": "corp.data.Pool",
    "corp.Old": "corp.New",
    "corp.MAX": "corp.limits.MAXIMUM",
    "corp.legacy": "corp.modern:",
    "requests.get": "httpx.get",
    "requests.Session": "httpx.Client",
    "mock": "unittest.mock:",
    "simplejson": "json:",
    "yaml.load": "corp.files.read_yaml",
    "os.getcwd": "pathlib.Path.cwd",
    "collections.Mapping": "collections.abc.Mapping",
    "zlib2": "acme.zip:",
    "builtins.open": "corp.files.open_file",
}

MODULES = {
    "__future__": ["annotations"],
    "collections": ["OrderedDict", "Mapping", "defaultdict"],
    "os": ["getcwd", "path", "PathLike"],
    "typing": ["TYPE_CHECKING", "Any", "cast"],
    "requests": ["get", "Session", "codes"],
    "mock": ["patch", "ANY"],
    "simplejson": ["loads", "dumps"],
    "yaml": ["load", "dump", "YAMLError"],
    "httpx": ["Client", "URL"],
    "numpy": ["array", "ndarray", "int8", "int16", "int32"],
    "zlib2": ["inflate", "Deflate"],
    "corp": ["Old", "MAX", "Base", "helper"],
    "corp.db": ["get", "Pool", "connect", "MAX_POOL"],
    "corp.data": ["z", "Already", "LIMIT"],
    "corp.legacy": ["thing", "Other"],
    "corp.legacy.deep": ["inner"],
    "corp.modern": ["shiny"],
    "corp.files": ["write"],
    "..": ["side"],
    ".": ["near"],
    "..db": ["commit"],
    ".sibling": ["brother", "Sister"],
}
#: Two comments of imports that become one import have no common line, so ours stay two.
COMMENTED = ["typing", "os", "corp.db", "yaml", "numpy", "..db", ".sibling"]
PLAIN = [
    "sys",
    "re",
    "requests",
    "mock",
    "simplejson",
    "httpx",
    "numpy",
    "zlib2",
    "corp.db",
    "corp.legacy",
    "corp.side",
]


def block(number: int) -> str:
    """Imports and uses of all they bind; what is used is renamed or not."""
    choose = random.Random(number)
    lines: list[str] = []
    bound: set[str] = set()
    uses: list[str] = []
    for _ in range(choose.randint(1, 9)):
        name = choose.choice([*MODULES, *PLAIN, "corp.db", "corp", "requests"])
        if name in PLAIN and choose.random() < 0.5:
            alias = choose.choice(["", "", name.replace(".", "_").upper()])
            line, locals_ = f"import {name}" + (f" as {alias}" if alias else ""), [alias or name]
            of = {alias or name: MODULES.get(name, ["x"])}
            uses += [f"{local}.{choose.choice(of[local])}" for local in locals_ if local not in bound]
        elif name in MODULES:
            members = choose.sample(MODULES[name], choose.randint(1, len(MODULES[name])))
            aliases = {
                member: f"{member}_" if choose.random() < 0.15 and name[:2] != "__" else "" for member in members
            }
            line = f"from {name} import " + ", ".join(
                f"{member} as {alias}" if alias else member for member, alias in aliases.items()
            )
            locals_ = [alias or member for member, alias in aliases.items()]
            uses += [local for local in locals_ if name != "__future__" and local not in bound]
        else:
            continue
        if bound.intersection(locals_):
            continue
        bound.update(locals_)
        if choose.random() < 0.1 and name != "__future__":
            lines.append(f"# about {name}")
        lines.append(line + ("  # why" if name in COMMENTED and choose.random() < 0.3 else ""))
    uses = [use for use in uses if use.partition(".")[0] in bound or use.rpartition(".")[0] in bound or use in bound]
    if choose.random() < 0.2:
        uses.append("open")
    body = f"print({', '.join(uses)})\n"
    shape = choose.random()
    if shape < 0.15:
        inner = "".join(f"    {line}\n" for line in lines if "__future__" not in line)
        return f"def f():\n{inner}    {body}"
    if shape < 0.25:
        inner = "".join(f"    {line}\n" for line in lines if "__future__" not in line)
        return f"from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n{inner or '    pass'}\n\ndef f():\n    {body}"
    docstring = choose.choice(["", '"""Doc."""\n\n', "# Copyright\n", "#!/usr/bin/python\n"])
    body = body if shape < 0.7 else f"def f():\n    {body}"
    return docstring + "\n".join(lines) + f"\n\n{body}"


@pytest.fixture(scope="module")
def ruff() -> str:
    beside = Path(sys.executable).parent / "ruff"
    found = str(beside) if beside.exists() else shutil.which("ruff")
    if not found:
        pytest.skip("ruff is not installed")
    return found


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory, ruff: str) -> Path:
    """A package full of modules whose imports ruff sorted."""
    root = tmp_path_factory.mktemp("project")
    package = root / "corp" / "app"
    package.mkdir(parents=True)
    for init in (root / "corp" / "__init__.py", package / "__init__.py"):
        init.write_text("", "utf-8")
    for number in range(BLOCKS):
        (package / f"block{number}.py").write_text(block(number), "utf-8")
    sort(ruff, root, "--fix")
    assert sort(ruff, root) == ""
    return package


def sort(ruff: str, root: Path, *options: str) -> str:
    """What ruff has to say about the imports below *root*."""
    command = [ruff, "check", "--isolated", "--no-cache", "--quiet", "--select", "I", "--output-format", "concise"]
    return subprocess.run([*command, *options, "."], cwd=root, capture_output=True, text=True, check=False).stdout


def test_a_sorted_block_stays_sorted(package: Path, ruff: str) -> None:
    rules = catalog(RENAMES)
    modules = Modules()
    fixed: dict[str, tuple[str, str]] = {}
    for path in sorted(package.glob("block*.py")):
        before = path.read_text("utf-8")
        after = fix_result(before, rules, modules.view(str(path))).text
        if after != before:
            fixed[path.name] = (before, after)
            path.write_text(after, "utf-8")
    assert len(fixed) > BLOCKS / 2
    wrong = {Path(line.partition(":")[0]).name for line in sort(ruff, package.parent.parent).splitlines()}
    shown = "\n".join(f"--- {name}\n{fixed[name][0]}--- became\n{fixed[name][1]}" for name in sorted(wrong)[:4])
    assert not wrong, f"{len(wrong)} of {len(fixed)}\n{shown}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "from b import Reply\nfrom d import Reply\nfrom yaml import load\n\nReply(load)\n",
            "from b import Reply\nfrom corp.files import read_yaml\nfrom d import Reply\n\nReply(read_yaml)\n",
            id="beside",
        ),
        pytest.param(
            "from corp.date import Pool\nfrom corp.db import Pool\n\n__all__ = ['Pool']\n",
            "from corp.date import Pool\nfrom corp.data import Pool\n\n__all__ = ['Pool']\n",
            id="itself",
        ),
    ],
)
def test_of_two_imports_of_one_name_the_later_one_stays_so(before: str, after: str) -> None:
    """What else comes into the block is put in its place."""
    assert fix_result(before, catalog(RENAMES)).text == after


def test_the_first_imports_of_a_file_are_in_order() -> None:
    before = "def f():\n    return open(repr(1), ascii(2))\n"
    rules = {"builtins.open": "corp.b:read", "builtins.repr": "corp.b:Shown", "builtins.ascii": "corp.a:plain"}
    expected = "from corp.a import plain\nfrom corp.b import Shown, read\n\n\n"
    assert fix_result(before, catalog(rules)).text.startswith(expected)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "# For others.\nfrom corp.files import write  # noqa: F401\n\nopen(1)\n",
            "# For others.\nfrom corp.files import open_file, write  # noqa: F401\n\nopen_file(1)\n",
            id="what is used",
        ),
        pytest.param(
            "from corp.data import z  # noqa: F401\nfrom corp.db import Pool  # noqa: F401\n",
            "from corp.data import Pool, z  # noqa: F401\n",
            id="what need not be either",
        ),
        pytest.param(
            "from corp.files import write  # noqa: F401, E501\n\nopen(1)\n",
            "from corp.files import open_file\nfrom corp.files import write  # noqa: F401, E501\n\nopen_file(1)\n",
            id="not where it says more",
        ),
    ],
)
def test_a_name_among_those_that_need_not_be_used(before: str, after: str) -> None:
    assert fix_result(before, catalog(RENAMES)).text == after
