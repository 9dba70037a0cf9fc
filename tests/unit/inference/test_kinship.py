"""Classes and functions of other files of the project."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest
from engine import found, pack
from tests.unit.inference.test_receivers import CLIENT, context_of, expected, judged

from platform_lint.context import FileContext
from platform_lint.index import build, parse
from platform_lint.modules import Modules
from platform_lint.rule import Api
from platform_lint.source import Source

RULES = '[[rule]]\non = "corp.http.Client"\nrename_attr = { fetch = "get" }\n'


def project(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        for folder in path.relative_to(root).parents:
            if folder != Path("."):
                (root / folder / "__init__.py").touch()


BASE = {
    "app/clients.py": """
        from corp.http import Client
        class Special(Client): ...
        class Unrelated: ...
        Alias = Client
    """,
}
PROJECTS: dict[str, tuple[dict[str, str], str]] = {
    "a subclass": (
        BASE,
        """
        from app.clients import Special, Unrelated
        Special().fetch()  # exact
        Unrelated().fetch()  # no
        def f(a: Special, b: "Unrelated"):
            a.fetch()  # exact
            b.fetch()  # no
        class Mine(Special):
            def m(self):
                self.fetch()  # exact
        """,
    ),
    "through the module": (
        BASE,
        """
        import app.clients
        from app import clients as c
        from . import clients
        app.clients.Special().fetch()  # exact
        c.Special().fetch()  # exact
        clients.Special.fetch(1)  # exact class
        """,
    ),
    "re-exports": (
        {
            **BASE,
            "app/api/__init__.py": "from app.api.inner import *\nfrom ..clients import Special as Renamed\n",
            "app/api/inner.py": "from app.clients import Special\n__all__ = ['Special']\n",
        },
        """
        from app.api import Renamed, Special
        from app import api
        Special().fetch()  # exact
        Renamed().fetch()  # exact
        api.Renamed().fetch()  # exact
        """,
    ),
    "several files": (
        {
            **BASE,
            "app/one.py": "from .two import Two\nclass One(Two): ...\n",
            "app/two.py": "from app import clients\nclass Two(clients.Special, object): ...\n",
        },
        """
        from app.one import One
        One().fetch()  # exact
        """,
    ),
    "star imports": (
        {**BASE, "app/stars.py": "from app.clients import *\n"},
        """
        from app.stars import *
        Special().fetch()  # exact
        """,
    ),
    "an alias": (
        BASE,
        """
        from app.clients import Alias
        Alias().fetch()  # exact
        class A(Alias):
            def m(self):
                self.fetch()  # exact
        def f(a: Alias):
            a.fetch()  # exact
        """,
    ),
    "functions": (
        {
            "app/make.py": """
                from __future__ import annotations
                from contextlib import contextmanager
                from typing import TYPE_CHECKING, Iterator, Optional
                if TYPE_CHECKING:
                    from corp.http import Client
                def client(
                    name: str, *, retries=3
                ) -> Client: ...
                def maybe() -> "Optional[Client]": ...
                async def later() -> Client: ...
                def many() -> list[Client]: ...
                @contextmanager
                def opened() -> Iterator[Client]: ...
                def other() -> int: ...
                def local():
                    class Client: ...
                    return Client()
            """,
        },
        """
        from app.make import client, later, local, many, maybe, opened, other
        client("x").fetch()  # inferred
        maybe().fetch()  # inferred
        other().fetch()  # no
        local().fetch()  # no
        for x in many():
            x.fetch()  # inferred
        with opened() as y:
            y.fetch()  # inferred
        async def f():
            (await later()).fetch()  # inferred
        """,
    ),
    "variables": (
        {
            "app/state.py": """
                from corp.http import Client
                client = Client()
                typed: Client
                a, b = Client(), 1
                try:
                    guarded = Client()
                except ValueError:
                    guarded = None
                def connect():
                    global late
                    late = Client()
            """
        },
        """
        from app import state
        from app.state import a, b, client, typed
        client.fetch()  # inferred
        typed.fetch()  # inferred
        a.fetch()  # inferred
        b.fetch()  # no
        state.client.fetch()  # inferred
        state.late.fetch()  # inferred
        state.guarded.fetch()  # no
        """,
    ),
    "attributes": (
        {
            "app/service.py": """
                from dataclasses import dataclass
                import corp.http
                from corp import http as h
                @dataclass
                class Config:
                    client: "corp.http.Client"
                class Service:
                    shared = h.Client()
                    def __init__(self, config: Config, given: corp.http.Client):
                        self.config = config
                        local = h.Client()
                        self.local = local
                        self.given = given
                        self.odd = given if config else None
                    @property
                    def client(self) -> h.Client:
                        return self.config.client
                    def make(self) -> corp.http.Client: ...
            """
        },
        """
        from app.service import Service
        def f(s: Service):
            s.shared.fetch()  # inferred
            s.config.client.fetch()  # inferred
            s.local.fetch()  # inferred
            s.given.fetch()  # inferred
            s.odd.fetch()  # inferred
            s.client.fetch()  # inferred
            s.make().fetch()  # inferred
            s.fetch()  # no
        class Mine(Service):
            def m(self):
                self.shared.fetch()  # inferred
                self.config.client.fetch()  # inferred
                super().make().fetch()  # inferred
        """,
    ),
    "packages below a package": (
        {
            "app/deep/inner/client.py": "from corp.http import Client\nclass Deep(Client): ...\n",
            "app/use.py": "import app.deep.inner.client\nclass Use(app.deep.inner.client.Deep): ...\n",
        },
        """
        import app.deep
        import app.use
        app.deep.inner.client.Deep().fetch()  # exact
        app.use.Use().fetch()  # exact
        """,
    ),
    "functions that give what is of a local class": (
        {
            "app/hidden.py": """
                def make():
                    from corp.http import Client
                    class C(Client): ...
                    return C
                K = make()
            """
        },
        """
        from app.hidden import K
        K().fetch()  # no
        """,
    ),
    "what goes round": (
        {
            "app/x.py": "from app.y import *\nfrom app.y import A\nclass B(A): ...\n",
            "app/y.py": "from app.x import *\nfrom app.x import B\nclass A(B): ...\n",
        },
        """
        from app.x import A, B
        A().fetch()  # no
        B().fetch()  # no
        """,
    ),
    "files that cannot be read": (
        {"app/broken.py": "class A(Client:\n", "app/latin.py": "# coding: nonsense\n"},
        """
        from app.broken import A
        from app.latin import B
        from app.missing import C
        A().fetch()  # no
        B().fetch()  # no
        C().fetch()  # no
        """,
    ),
    "conditional classes": (
        {
            "app/either.py": """
                import sys
                from corp.http import Client
                if sys.platform == "win32":
                    class A(Client): ...
                else:
                    class A: ...
                if True:
                    class B(Client): ...
            """
        },
        """
        from app.either import A, B
        A().fetch()  # no
        B().fetch()  # exact
        """,
    ),
}


@pytest.mark.parametrize(("files", "text"), PROJECTS.values(), ids=PROJECTS)
def test_other_files(tmp_path: Path, files: dict[str, str], text: str) -> None:
    project(tmp_path, files)
    (tmp_path / "app" / "__init__.py").touch()
    text = textwrap.dedent(text)
    path = tmp_path / "app" / "main.py"
    rows = expected(text)
    assert judged(context_of(text, path)) == rows
    # The sieve lets through whatever has something in it.
    view = Modules().view(str(path))
    assert {row for row, _ in found(text, pack(RULES), view)} == {row for row, said in rows.items() if said}


def test_the_sieve_holds_back_what_leads_nowhere(tmp_path: Path) -> None:
    project(
        tmp_path,
        {
            "app/clients.py": """
                '''Words in a docstring: Client
                class Fake: corp.http.Client
                '''
                import corp.http
                class Special(corp.http.Client): ...
                class Plain:
                    def fetch(self):
                        return corp.http.Client()
                    def other(self):
                        x = corp.http.Client()
                        raise ValueError(x)
                def untyped(a: Special):
                    return Special()
                def typed() -> int: ...
                NUMBER = 1
            """
        },
    )
    view = Modules().view(str(tmp_path / "app" / "main.py"))
    rules = pack(RULES)
    for name, may in [("Special", True), ("Plain", False), ("untyped", False), ("typed", False), ("NUMBER", False)]:
        data = f"from app.clients import {name}\n{name}.fetch()\n".encode()
        assert bool(rules.sieve.look(data, view)) is may, name
        data = f"from app import clients\nclients.{name}.fetch()\n".encode()
        assert bool(rules.sieve.look(data, view)) is may, name


def test_consulted_files_are_recorded(tmp_path: Path) -> None:
    project(tmp_path, {**BASE, "app/one.py": "from .clients import Special\nclass One(Special): ...\n"})
    context = context_of("from app.one import One\nOne().fetch()\n", tmp_path / "app" / "main.py")
    assert judged(context) == {2: "exact"}
    assert context.view is not None
    consulted = {os.path.relpath(path, tmp_path) for path in context.view.modules.consulted}
    assert {"app/one.py", "app/clients.py"} <= consulted


def test_a_missing_module_is_recorded(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    context = context_of("from app.later import One\nOne().fetch()\n", tmp_path / "app" / "main.py")
    assert judged(context) == {2: ""}
    assert context.view is not None
    assert os.path.join(str(tmp_path / "app"), "") in context.view.modules.consulted


def test_bases(tmp_path: Path) -> None:
    project(tmp_path, BASE)
    text = """
from app.clients import Special
class Mixin: ...
class A(Mixin, Special): ...
class B(A, Special): ...
"""
    context = context_of(text, tmp_path / "app" / "main.py")
    nodes = {node.name: node for node in context.tree.body if hasattr(node, "bases")}  # type: ignore[attr-defined]
    assert [".".join(name) for name in context.receivers.bases_of(nodes["B"])] == [
        "app.main.A",
        "app.main.Mixin",
        "app.clients.Special",
        "corp.http.Client",
    ]
    assert context.receivers.inherits(nodes["B"], CLIENT)
    assert not context.receivers.inherits(nodes["Mixin"], CLIENT)
    assert not context.receivers.inherits(nodes["A"], ("app", "main", "A"))
    assert context.receivers.is_subclass(("app", "main", "B"), ("app", "clients", "Special"))
    assert not context.receivers.is_subclass(("app", "clients", "Special"), ("app", "main", "B"))


def test_facts_of_a_pack_about_the_project(tmp_path: Path) -> None:
    """A pack may say what the code does not."""
    project(tmp_path, {"app/dynamic.py": "def make(): ...\nclass Odd: ...\n"})
    text = "from app.dynamic import Odd, make\nmake().fetch()\nOdd().fetch()\n"
    apis = [Api("app.dynamic.make", returns="corp.http.Client"), Api("app.dynamic.Odd", bases=("corp.http.Client",))]
    assert judged(context_of(text, tmp_path / "app" / "main.py", apis)) == {2: "inferred", 3: "exact"}


def test_a_long_chain_of_classes_ends() -> None:
    lines = ["class A0: ..."] + [f"class A{n}(A{n - 1}): ..." for n in range(1, 3000)] + ["A2999().fetch()"]
    source = Source("\n".join(lines))
    tree = parse(source)
    context = FileContext(source, tree, build(source, tree, module=("app",)), None, {}, {})
    assert set(judged(context).values()) == {""}


def test_a_class_with_very_many_bases_is_quick() -> None:
    """Diamonds on diamonds: a naive walk would take for ever."""
    lines = ["class A0: ...", "class B0: ..."]
    for n in range(1, 40):
        lines += [f"class A{n}(A{n - 1}, B{n - 1}): ...", f"class B{n}(A{n - 1}, B{n - 1}): ..."]
    lines.append("A39().fetch()")
    assert set(judged(context_of("\n".join(lines))).values()) == {""}
