"""``layers``, ``independent`` and ``reserved``: who may import whom."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from engine import pack, sieved
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platform_lint.catalog import Catalog
from platform_lint.kinds.contracts import misfits
from platform_lint.modules import Modules
from platform_lint.packs import PackError
from platform_lint.source import Source

SERVICES = """
[[rule]]
code = "LIX160"
name = "layers"
layers = ["services.*.api", "services.*.domain", "services.*.storage"]   # imports go downward only
independent = "services.*"
reserved = { "redis" = ["corp.cache.**"], "sqlalchemy" = ["services.*.storage.**"] }
ignore = ["services.billing.api -> services.users.client"]
unmatched_ignore = "error"
"""


def write(root: Path, files: Mapping[str, str]) -> None:
    """The files of a project; every directory is a package."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        for parent in path.parents:
            if parent == root:
                break
            (parent / "__init__.py").touch()


def reported(root: Path, rules: Catalog, files: Mapping[str, str] | None = None) -> list[tuple[str, int, str, str]]:
    """(file, row, text at the place, message) of everything found in the project, file by file."""
    if files is not None:
        write(root, files)
    modules = Modules()
    found: list[tuple[str, int, str, str]] = []
    for path in sorted(root.rglob("*.py")):
        text = path.read_bytes().decode()
        # A fresh view each time says what the hook on this file alone would say.
        alone = [(hit.start, hit.message) for hit in sieved(text, rules, Modules().view(str(path)))]
        together = sieved(text, rules, modules.view(str(path)))
        assert [(hit.start, hit.message) for hit in together] == alone
        name = path.relative_to(root).as_posix()
        found += [(name, Source(text).row(hit.start), text[hit.start : hit.end], hit.message) for hit in together]
    return found


def places(found: Iterable[tuple[str, int, str, str]]) -> list[tuple[str, int, str]]:
    return [(name, row, text) for name, row, text, _ in found]


def rule(text: str) -> Catalog:
    return pack(f"[[rule]]\n{text}\n")


def test_the_worked_example(tmp_path: Path) -> None:
    found = reported(
        tmp_path,
        pack(SERVICES),
        {
            "corp/cache/client.py": "import redis.asyncio\n",
            "corp/cache/__init__.py": "from redis import Redis\n",
            "corp/jobs.py": "import os, redis\nfrom redis import Redis, asyncio\n",
            "services/users/api.py": "from . import domain\nfrom services.users.storage import rows\n",
            "services/users/client.py": "from services.users import api\n",
            "services/users/domain/__init__.py": "from .. import storage\n",
            "services/users/domain/names.py": "from ..api import handler\nfrom services.users import api, client\n",
            "services/users/storage.py": "import sqlalchemy\nimport services.users.domain.names as n\n",
            "services/billing/api.py": "from services.users.client import x\nimport services.users.api\n",
            "services/billing/storage/sql.py": "from sqlalchemy.orm import Session\n",
            "services/billing/domain.py": "from sqlalchemy.orm import Session\n",
        },
    )
    assert places(found) == [
        ("corp/jobs.py", 1, "redis"),
        ("corp/jobs.py", 2, "redis"),
        ("services/billing/api.py", 2, "services.users.api"),
        ("services/billing/domain.py", 1, "sqlalchemy.orm"),
        ("services/users/domain/names.py", 1, "..api"),
        ("services/users/domain/names.py", 2, "api"),
        ("services/users/domain/names.py", 2, "client"),
        ("services/users/storage.py", 2, "services.users.domain.names as n"),
    ]


def test_messages_say_what_and_why(tmp_path: Path) -> None:
    found = reported(
        tmp_path,
        pack(SERVICES),
        {
            "services/a/api.py": "",
            "services/a/util.py": "import os\nimport redis\nfrom services.a.api import x\n",
            "services/a/domain.py": "import services.a.api\nfrom services.a import util\nimport services.b.client\n",
            "services/b/client.py": "",
        },
    )
    assert [message for _, _, _, message in found] == [
        "`services.a.domain` must not import `services.a.api`, which is in a layer above it (`services.*.api`): "
        "move down what both need",
        "`services.a.domain` must not import `services.a.api`, which is in a layer above it (`services.*.api`): "
        "move down what both need "
        "(services.a.domain imports services.a.util, which imports services.a.api (services/a/util.py:3))",
        "`services.a.domain` must not import `services.b.client`: they are independent of each other (`services.*`); "
        "move out what both need",
        "`services.a.util` must not import `redis`, which is reserved for `corp.cache`: go through that",
    ]


def test_a_message_of_ones_own(tmp_path: Path) -> None:
    rules = rule('layers = ["p.a", "p.b"]\nmessage = "{module} | {name} | {layer} | {chain}"')
    found = reported(tmp_path, rules, {"p/a.py": "", "p/u.py": "import p.a\n", "p/b.py": "import p.u\nimport p.a\n"})
    assert [message for _, _, _, message in found] == [
        "p.b | p.a | p.a | p.b imports p.u, which imports p.a (p/u.py:1)",
        "p.b | p.a | p.a | p.b imports p.a",
    ]
    rules = rule('reserved = { "redis" = ["p.c", "p.d.**"] }\nmessage = "{module} | {name} | {layer} | {chain}"')
    found = reported(tmp_path, rules, {"p/b.py": "from redis import Redis\n"})
    assert [message for _, _, _, message in found] == ["p.b | redis | p.c, p.d | p.b imports redis"]


@pytest.mark.parametrize(
    ("layers", "importer", "text", "expected"),
    [
        (["p.a", "p.b"], "p/b.py", "import p.a", True),
        (["p.a", "p.b"], "p/a.py", "import p.b", False),
        (["p.a", "p.b"], "p/b.py", "import p.b.x, p.other", False),
        (["p.a", "p.b"], "p/b/x.py", "from p.a.deep import thing", True),
        (["p.a", "p.b"], "p/b/x.py", "from ..a import thing", True),
        (["p.a", "p.b"], "p/b/x.py", "from p import a as renamed", True),
        (["p.a", "p.b"], "p/b/x.py", "from p.a import *", True),
        (["p.a", "p.b"], "p/b/x.py", "def f():\n    from p import a", True),
        (["p.a", "p.b"], "p/b/x.py", "try:\n    import p.a\nexcept ImportError:\n    pass", True),
        (["p.a", "p.b"], "p/b/x.py", '"""\nimport p.a\n"""', False),
        (["p.a", "p.b"], "p/ab.py", "import p.a", False),
        (["p.a", "p.b"], "p/b.py", "import p.ab", False),
        (["p.a", "p.b.**"], "p/b/x.py", "import p.a.y", True),
        (["p.a", "p.b | p.c"], "p/b.py", "import p.c", True),
        (["p.a", "p.b | p.c"], "p/c.py", "import p.b", True),
        (["p.a", "p.b : p.c"], "p/c.py", "import p.b", False),
        (["p.a", "p.b : p.c"], "p/c.py", "import p.a", True),
        (["p.a|p.b"], "p/a.py", "import p.b", True),
        (["p.a", "(p.b)", "p.c"], "p/c.py", "import p.b", True),
        (["p.a", "(p.b) | p.d", "p.c"], "p/d.py", "import p.b", True),
        (["p.*.api", "p.*.db"], "p/x/db.py", "import p.x.api", True),
        (["p.*.api", "p.*.db"], "p/x/db.py", "import p.y.api", False),
        (["p.**.api", "p.**.db"], "p/x/y/db.py", "import p.x.y.api", True),
        (["p.**.api", "p.**.db"], "p/x/y/db.py", "import p.x.api", False),
        (["p.api.*", "p.db"], "p/db.py", "import p.api.v1", True),
        (["p.api.*", "p.db"], "p/api/v1.py", "import p.api.v2", False),
        (["p.*_api", "p.*_db"], "p/x_db.py", "import p.x_api", True),
        (["p.*_api", "p.*_db"], "p/x_db.py", "import p.y_api", False),
        (["sqlalchemy", "p.b"], "p/b.py", "from sqlalchemy.orm import Session", True),
    ],
)
def test_layers(layers: list[str], importer: str, text: str, expected: bool, tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(("p/a.py", "p/ab.py", "p/c.py", "p/d.py", "p/other.py", "p/x_api.py"), ""))
    write(tmp_path, {importer: text + "\n"})
    found = reported(tmp_path, rule(f"layers = {layers!r}"))
    assert bool(found) is expected


@pytest.mark.parametrize(
    ("globs", "importer", "text", "expected"),
    [
        ("p.*", "p/a/x.py", "import p.b.y", True),
        ("p.*", "p/a/x.py", "import p.a.y, q", False),
        ("p.*", "p/a/__init__.py", "from . import x", False),
        ("p.*", "p/__init__.py", "import p.a, p.b", False),
        (["p.a", "q"], "q/x.py", "from p.a import thing", True),
        (["p.a", "q"], "q/x.py", "from p.b import thing", False),
        ("p.*.plugins", "p/a/plugins/x.py", "import p.b.plugins", True),
        ("p.*.plugins", "p/a/x.py", "import p.b.plugins", False),
    ],
)
def test_independent(globs: str | list[str], importer: str, text: str, expected: bool, tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(("p/a/y.py", "p/b/y.py", "q/y.py"), ""))
    found = reported(tmp_path, rule(f"independent = {globs!r}"), {importer: text + "\n"})
    assert bool(found) is expected


def test_independent_parts_meet_through_others(tmp_path: Path) -> None:
    found = reported(
        tmp_path,
        rule('independent = "p.parts.*"'),
        {
            "p/parts/a.py": "import p.shared\nimport p.fine\n",
            "p/parts/b.py": "import p.fine\n",
            "p/shared.py": "def f():\n    from p.registry import x\n",
            "p/registry.py": "from p.parts import b\nfrom p.parts import a\n",
            "p/fine.py": "import os\n",
        },
    )
    assert places(found) == [("p/parts/a.py", 1, "p.shared")]
    assert found[0][3].endswith(
        "(p.parts.a imports p.shared, which imports p.registry (p/shared.py:2), "
        "which imports p.parts.b (p/registry.py:1))"
    )


@pytest.mark.parametrize(
    ("reserved", "importer", "text", "expected"),
    [
        ('"redis" = ["p.cache"]', "p/x.py", "import redis", True),
        ('"redis" = ["p.cache"]', "p/x.py", "import rediscluster", False),
        ('"redis" = ["p.cache"]', "p/cache/x.py", "import redis", False),
        ('"redis" = ["p.cache.**"]', "p/cache.py", "import redis", False),
        ('"redis.asyncio" = ["p.cache"]', "p/x.py", "from redis import asyncio", True),
        ('"redis.asyncio" = ["p.cache"]', "p/x.py", "from redis import Redis", False),
        ('"p.inner" = ["p.door"]', "p/x.py", "from . import inner", True),
        ('"p.inner" = ["p.door"]', "p/x.py", "from .inner.deep import thing", True),
        ('"p.inner" = ["p.door"]', "p/inner/x.py", "from .deep import thing", False),
        ('"p.inner" = ["p.door"]', "p/door.py", "from .inner.deep import thing", False),
        ('"p.*.inner" = ["p.door"]', "p/a/inner/x.py", "from . import deep", False),
        ('"p.*.inner" = ["p.door"]', "p/a/inner/x.py", "import p.b.inner", True),
        ('"p.inner.*" = ["p.door"]', "p/inner/x.py", "from . import deep", True),
    ],
)
def test_reserved(reserved: str, importer: str, text: str, expected: bool, tmp_path: Path) -> None:
    write(tmp_path, {"p/inner/deep.py": "", "p/b/inner/deep.py": ""})
    found = reported(tmp_path, rule(f"reserved = {{ {reserved} }}"), {importer: text + "\n"})
    assert bool(found) is expected


def test_ignores(tmp_path: Path) -> None:
    files = {
        "p/a.py": "",
        "p/c.py": "",
        "p/u.py": "import p.a\n",
        "p/b/x.py": "import p.a\nimport p.u\nimport redis.asyncio\n",
        "p/b/y.py": "import p.a\nfrom p import c\n",
    }
    base = 'layers = ["p.a | p.c", "p.b"]\nreserved = { "redis" = ["p.none"] }\n'
    all_of_it = [
        ("p/b/x.py", 1, "p.a"),
        ("p/b/x.py", 2, "p.u"),
        ("p/b/x.py", 3, "redis.asyncio"),
        ("p/b/y.py", 1, "p.a"),
        ("p/b/y.py", 2, "c"),
    ]
    assert places(reported(tmp_path, rule(base), files)) == all_of_it
    for ignore, left in {
        "p.b.x -> p.a": all_of_it[1:],
        "p.b.* -> p.a": [all_of_it[1], all_of_it[2], all_of_it[4]],
        "p.b.** -> p.*": [all_of_it[2]],
        "p.b -> p.a": all_of_it,
        "p.u -> p.a": [all_of_it[0], *all_of_it[2:]],
        "p.b.x -> redis": [*all_of_it[:2], *all_of_it[3:]],
        "p.b.x -> redis.**": [*all_of_it[:2], *all_of_it[3:]],
    }.items():
        assert places(reported(tmp_path, rule(f'{base}ignore = ["{ignore}"]'))) == left, ignore


def test_type_checking_imports(tmp_path: Path) -> None:
    files = {
        "p/a.py": "",
        "p/u.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.a\n",
        "p/b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import p.a\nimport p.u\n",
    }
    assert places(reported(tmp_path, rule('layers = ["p.a", "p.b"]'), files)) == [
        ("p/b.py", 3, "p.a"),
        ("p/b.py", 4, "p.u"),
    ]
    assert reported(tmp_path, rule('layers = ["p.a", "p.b"]\ntype_checking = "allow"')) == []


def test_places_in_odd_layouts(tmp_path: Path) -> None:
    text = (
        "from p.a import (  # one\r\n\tx,\r\n\ty,\r\n)\r\n"
        "import os, p.a as z ; from p \\\r\n  import (a,\r\n   other)\r\n"
        "from  . a  import x\r\n"
    )
    found = reported(tmp_path, rule('layers = ["p.a", "p.b"]'), {"p/a.py": "", "p/other.py": "", "p/b.py": text})
    assert places(found) == [("p/b.py", 1, "p.a"), ("p/b.py", 5, "p.a as z"), ("p/b.py", 6, "a"), ("p/b.py", 8, ". a")]


def test_a_file_of_no_package_is_nobodys_business() -> None:
    rules = rule('layers = ["p.a", "p.b"]\nreserved = { "redis" = ["p"] }')
    assert sieved("import p.a, redis\n", rules) == []


def test_a_file_outside_the_layers_costs_nothing(tmp_path: Path) -> None:
    rules = rule('layers = ["p.a", "p.b"]\nindependent = ["q.a", "q.b"]')
    write(tmp_path, {"p/c.py": "", "p/a.py": "", "p/b.py": "", "q/a.py": ""})
    modules = Modules()

    def look(name: str) -> bool:
        return rules.sieve.look(b"import p.a\n", modules.view(str(tmp_path / name))) is not None

    assert [look(name) for name in ("p/c.py", "p/a.py", "p/b.py", "q/a.py")] == [False, False, True, True]


# What does not fit the project


def complaints(root: Path, text: str, *files: str) -> tuple[list[str], list[str]]:
    return misfits(rule(text).rules[0], Modules(), [str(root / name) for name in files])


def test_an_ignore_that_matches_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"p/a/x.py": "from p.c import y\nimport redis\n", "p/b.py": "", "p/c.py": "", "q.py": ""})
    text = 'layers = ["p.c", "p.b : p.a"]\nignore = ["{}"]\nunmatched_ignore = "{}"'
    for ignore in ("p.a.x -> p.c", "p.a.* -> p.c", "p.** -> p.c", "*.a.x -> p.**", "p.a.x -> redis"):
        assert complaints(tmp_path, text.format(ignore, "error"), "p/b.py") == ([], []), ignore
    for ignore in ("p.a.x -> p.b", "p.a -> p.c", "p.a.y -> p.c", "p.b -> p.**", "p.a.x -> redis.client"):
        error = f"ignore '{ignore}' matches no import; remove it"
        assert complaints(tmp_path, text.format(ignore, "error"), "p/b.py") == ([error], []), ignore
        assert complaints(tmp_path, text.format(ignore, "warn"), "p/b.py") == ([], [error])
        assert complaints(tmp_path, text.format(ignore, "none"), "p/b.py") == ([], [])
        # What is linted has nothing to do with the rule.
        assert complaints(tmp_path, text.format(ignore, "error"), "q.py") == ([], [])
    # Nothing of `other` can be seen from here.
    assert complaints(tmp_path, text.format("other.x -> p.c", "error"), "p/b.py") == ([], [])


def test_an_ignored_import_must_count(tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": "if TYPE_CHECKING:\n    import p.b\n", "p/b.py": "", "p/c.py": "'''\nimport p.b\n'''\n"})
    text = 'layers = ["p.b", "p.a"]\nignore = ["{} -> p.b"]\n'
    assert complaints(tmp_path, text.format("p.a"), "p/a.py") == ([], [])
    assert complaints(tmp_path, text.format("p.a") + 'type_checking = "allow"', "p/a.py")[0]
    assert complaints(tmp_path, text.format("p.c"), "p/a.py")[0]


def test_a_layer_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, {"p/a.py": "", "p/x/api.py": ""})
    warned = complaints(tmp_path, 'layers = ["p.a", "p.gone", "(p.may)", "p.*.api", "p.*.db", "other"]', "p/a.py")
    assert warned == (
        [],
        [f"layer '{name}' has no module; write '({name})' where it need not be there" for name in ("p.gone", "p.*.db")],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('layers = ["p.a"]', "layers: expected two at least, the highest first"),
        ('layers = ["p.a : p.b"]', "layers: expected two at least, the highest first"),
        ("layers = []", "layers: expected two at least, the highest first"),
        ('layers = ["p.a | p.b : p.c", "p.d"]', "layers: 'p.a | p.b : p.c' mixes `|` (independent) and `:` (not"),
        ('layers = ["p.a", "p.a"]', "layers: 'p.a' is there twice"),
        ('layers = ["p.a", "p.a.b"]', "layers: 'p.a.b' is part of 'p.a'; a module can be in one of them only"),
        ('layers = ["p.x.b", "p.*"]', "layers: 'p.x.b' is part of 'p.*'; a module can be in one of them only"),
        ('layers = ["p.a", "p b"]', "layers: 'p b' is no qualified name"),
        ('layers = ["p.a", "*"]', "layers: '*' would match nearly every name"),
        ('layers = ["p.a", "p.b |"]', "layers: '' is no qualified name"),
        ('independent = "p.a"', "independent: expected a name with a wildcard, or two names at least"),
        ("independent = []", "independent: expected a name with a wildcard, or two names at least"),
        ('independent = ["p.a", "p.a.**"]', "independent: 'p.a' is there twice"),
        ("reserved = {}", "reserved is empty: name at least one module"),
        ('reserved = { "redis" = [] }', "reserved 'redis': nobody may import it, so `ban` it"),
        ('reserved = { "redis" = ["a-b"] }', "reserved: 'a-b' is no qualified name"),
        ('independent = "p.*"\nignore = ["p.a"]', "ignore: 'p.a': expected `importing.module -> imported.module`"),
        ('independent = "p.*"\nignore = ["p.a -> "]', "ignore: 'p.a -> ': expected `importing.module -> imported"),
        ('independent = "p.*"\nignore = ["p.a -> p..b"]', "ignore: 'p..b' is no qualified name"),
        ('independent = "p.*"\nmessage = "{nme}"', "message: unknown placeholder {nme}; did you mean 'name'?"),
    ],
)
def test_mistakes_are_told(text: str, expected: str) -> None:
    with pytest.raises(PackError) as caught:
        rule(text)
    message = str(caught.value)
    assert f"rule TST100: {expected}" in message
    assert "\n" not in message


# import-linter's own answers

_PARTS = ("a", "a.x", "b", "b.x", "c", "d", "u", "u.x", "v", "v.x")
_FORMS = ("import {whole}", "from {parent} import {last}", "from {whole} import something", "import {whole} as other")
_number = itertools.count()


def package(place: Path, edges: Iterable[tuple[str, str, int]]) -> tuple[Path, str]:
    """A project of one package with these imports, and its name, new each time."""
    name = f"layered_{next(_number)}"
    texts = dict.fromkeys(_PARTS, "")
    for importer, imported, form in edges:
        whole = f"{name}.{imported}"
        parent, _, last = whole.rpartition(".")
        texts[importer] += _FORMS[form].format(whole=whole, parent=parent, last=last) + "\n"
    folders = {part.partition(".")[0] for part in _PARTS if "." in part}
    root = place / f"project_{name}"
    write(
        root,
        {
            f"{name}/{part.replace('.', '/')}{'/__init__' if part in folders else ''}.py": text
            for part, text in texts.items()
        },
    )
    return root, name


_edges = st.lists(
    st.tuples(st.sampled_from(_PARTS), st.sampled_from(_PARTS), st.sampled_from(range(len(_FORMS)))).filter(
        lambda edge: edge[0] != edge[1]
    ),
    min_size=2,
    max_size=14,
)


@st.composite
def _layers(draw: st.DrawFn) -> list[tuple[bool, list[str]]]:
    names = draw(st.permutations(["a", "b", "c", "d"]))[: draw(st.integers(2, 4))]
    layers: list[tuple[bool, list[str]]] = []
    while names:
        size = draw(st.integers(1, len(names)))
        layers.append((draw(st.booleans()), names[:size]))
        names = names[size:]
    if len(layers) == 1:
        layers = [(True, layers[0][1])]
    return layers


def importers(found: Iterable[tuple[str, int, str, str]]) -> set[str]:
    """The modules that something is reported in."""
    return {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name, _, _, _ in found}


def expected_of(grimp: object, root: Path, name: str) -> object:
    sys.path.insert(0, str(root))
    try:
        return grimp.build_graph(name, cache_dir=None)  # type: ignore[attr-defined]
    finally:
        sys.path.remove(str(root))


def heads(dependencies: Iterable[object]) -> Iterator[str]:
    for dependency in dependencies:
        for route in dependency.routes:  # type: ignore[attr-defined]
            yield from route.heads


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=_edges, layers=_layers())
def test_layers_agree_with_import_linter(
    edges: list[tuple[str, str, int]], layers: list[tuple[bool, list[str]]], tmp_path: Path
) -> None:
    grimp = pytest.importorskip("grimp", reason="import-linter's graph is not installed")
    root, name = package(tmp_path, edges)
    said = [(" | " if independent else " : ").join(f"{name}.{part}" for part in parts) for independent, parts in layers]
    found = importers(reported(root, rule(f"layers = {said!r}")))
    graph = expected_of(grimp, root, name)
    theirs = graph.find_illegal_dependencies_for_layers(  # type: ignore[attr-defined]
        layers=[
            grimp.Layer(*(f"{name}.{part}" for part in parts), independent=independent) for independent, parts in layers
        ]
    )
    # They name an importer for each chain they cut; we name every one.
    assert set(heads(theirs)) <= found
    assert bool(theirs) is bool(found)
    level = {f"{name}.{part}": number for number, (_, parts) in enumerate(layers) for part in parts}
    independent = {f"{name}.{part}" for independent, parts in layers if independent for part in parts}

    def top(module: str) -> str:
        return ".".join(module.split(".")[:2])

    for module in sorted(graph.modules):  # type: ignore[attr-defined]
        if top(module) not in level:
            assert module not in found
            continue
        # Only this module, its possible targets and what is in no layer.
        cut = expected_of(grimp, root, name)
        illegal = []
        for other in sorted(graph.modules):  # type: ignore[attr-defined]
            if other == module or top(other) not in level:
                continue
            above = level[top(other)] < level[top(module)] or (
                level[top(other)] == level[top(module)] and top(other) != top(module) and top(other) in independent
            )
            if above:
                illegal.append(other)
            else:
                for imported in cut.find_modules_directly_imported_by(other):  # type: ignore[attr-defined]
                    cut.remove_import(importer=other, imported=imported)  # type: ignore[attr-defined]
        broken = any(cut.chain_exists(importer=module, imported=other) for other in illegal)  # type: ignore[attr-defined]
        assert broken is (module in found), (module, illegal)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edges=_edges)
def test_independence_agrees_with_import_linter(edges: list[tuple[str, str, int]], tmp_path: Path) -> None:
    grimp = pytest.importorskip("grimp", reason="import-linter's graph is not installed")
    root, name = package(tmp_path, edges)
    names = [f"{name}.{part}" for part in ("a", "b", "c", "d")]
    found = importers(reported(root, rule(f"independent = {names!r}")))
    graph = expected_of(grimp, root, name)
    theirs = graph.find_illegal_dependencies_for_layers(layers=(set(names),))  # type: ignore[attr-defined]
    assert set(heads(theirs)) <= found
    assert bool(theirs) is bool(found)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edges=st.lists(
        st.tuples(*[st.tuples(st.sampled_from(["s", "t"]), st.sampled_from(["api", "domain", "db", "u"]))] * 2).filter(
            lambda edge: edge[0] != edge[1]
        ),
        min_size=1,
        max_size=10,
    )
)
def test_wildcards_are_containers(edges: list[tuple[tuple[str, str], tuple[str, str]]], tmp_path: Path) -> None:
    grimp = pytest.importorskip("grimp", reason="import-linter's graph is not installed")
    name = f"contained_{next(_number)}"
    texts = {f"{name}/{service}/{part}.py": "" for service in "st" for part in ("api", "domain", "db", "u")}
    for importer, imported in edges:
        texts[f"{name}/{importer[0]}/{importer[1]}.py"] += f"from {name}.{imported[0]} import {imported[1]}\n"
    root = tmp_path / f"project_{name}"
    write(root, texts)
    found = importers(reported(root, rule(f'layers = ["{name}.*.api", "{name}.*.domain", "{name}.*.db"]')))
    graph = expected_of(grimp, root, name)
    theirs = graph.find_illegal_dependencies_for_layers(  # type: ignore[attr-defined]
        layers=("api", "domain", "db"), containers={f"{name}.s", f"{name}.t"}
    )
    assert set(heads(theirs)) <= found
    assert bool(theirs) is bool(found)
