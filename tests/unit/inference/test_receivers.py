"""What types the expressions of a file have."""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from receiver_programs import Writer, receivers

from platform_lint.context import FileContext
from platform_lint.index import build, parse
from platform_lint.modules import Modules
from platform_lint.rule import Api
from platform_lint.source import Source

CLIENT = ("corp", "http", "Client")
HEAD = "from corp.http import Client, Other, make\nimport corp.http\n"


def context_of(text: str, path: Path | None = None, apis: Iterable[Api] = ()) -> FileContext:
    source = Source(text)
    tree = parse(source)
    view = Modules().view(str(path)) if path is not None else None
    index = build(
        source,
        tree,
        module=view.module if view else ("app",),
        package=view.package if view else False,
        star_exports=view.star_exports if view else None,
    )
    return FileContext(source, tree, index, view, {api.name: api for api in apis}, {})


def judged(context: FileContext) -> dict[int, str]:
    """By row, what is said of the receiver of `.fetch`: how sure, with "class" where it is the class itself."""
    found: dict[int, str] = {}
    for node in ast.walk(context.tree):
        if isinstance(node, ast.Attribute) and node.attr == "fetch":
            sure: str = context.receivers.of_type(node.value, CLIENT)
            if not sure and context.receivers.of_class(node.value, CLIENT):
                sure = f"{context.receivers.of_class(node.value, CLIENT)} class"
            row = node.end_lineno or 0
            assert row not in found
            found[row] = sure
    return found


def expected(text: str) -> dict[int, str]:
    """By row, what the comment after `.fetch` says."""
    return {
        number: line.partition("#")[2].strip().removesuffix("no")
        for number, line in enumerate(text.split("\n"), 1)
        if ".fetch" in line
    }


def check(text: str, path: Path | None = None, apis: Iterable[Api] = ()) -> None:
    text = HEAD + textwrap.dedent(text)
    rows = expected(text)
    assert rows, "no use of `.fetch`"
    assert judged(context_of(text, path, apis)) == rows


DIRECT = {
    "a constructor": """
        c = Client()
        c.fetch()  # exact
    """,
    "a constructor through its module": """
        c = corp.http.Client(1)
        c.fetch()  # exact
    """,
    "a call of a call": """
        Client().fetch()  # exact
        (Client()).fetch()  # exact
    """,
    "something else": """
        c = Other()
        c.fetch()  # no
        d.fetch()  # no
        make().fetch()  # no
        "".fetch()  # no
    """,
    "parameters": """
        def f(a: Client, b, *c: Client, d: Client, e: Client = None, g: "Client" = Client(), **h: Client):
            a.fetch()  # exact
            b.fetch()  # no
            c.fetch()  # no
            d.fetch()  # exact
            e.fetch()  # inferred
            g.fetch()  # exact
            h.fetch()  # no
    """,
    "variables with annotations": """
        a: Client = make()
        a.fetch()  # exact
        b: Client
        b = make()
        b.fetch()  # exact
        c: Other = Client()
        c.fetch()  # exact
        def f():
            d: Client
            with make() as d:
                d.fetch()  # exact
    """,
    "rebound": """
        c = Client()
        c.fetch()  # exact
        c = Other()
        c.fetch()  # no
        c = Client()
        c.fetch()  # exact
        del c
        c.fetch()  # no
    """,
    "branches that agree": """
        if make():
            c = Client()
        else:
            c = Client(2)
        c.fetch()  # exact
    """,
    "branches that do not": """
        c = Client()
        if make():
            c = Other()
        c.fetch()  # no
        if make():
            d = Client()
        else:
            d = make()
        d.fetch()  # no
    """,
    "a loop that comes back": """
        c = Client()
        for _ in range(3):
            c.fetch()  # no
            c = Other()
        d = Client()
        while make():
            d.fetch()  # exact
            d = Client()
    """,
    "an exception": """
        c = Other()
        try:
            c = Client()
            c.fetch()  # exact
        except ValueError:
            c.fetch()  # no
        c.fetch()  # no
    """,
    "something that stops exceptions": """
        import contextlib
        c = Other()
        with contextlib.suppress(ValueError):
            make()
            c = Client()
        c.fetch()  # no
    """,
    "with": """
        with Client() as c, make() as d:
            c.fetch()  # exact
            d.fetch()  # no
        async def f():
            async with Client() as c:
                c.fetch()  # exact
    """,
    "walrus": """
        if (c := Client()) and make():
            c.fetch()  # exact
        (d := Client()).fetch()  # exact
    """,
    "conditional expressions": """
        a = Client() if make() else Client(2)
        a.fetch()  # exact
        b = Client() if make() else Other()
        b.fetch()  # no
        c = Client() if make() else None
        c.fetch()  # inferred
        d = c or Client()
        d.fetch()  # exact
        e = make() or Client()
        e.fetch()  # no
    """,
    "aliases": """
        a = Client()
        b = a
        b.fetch()  # exact
        Short = Client
        Short().fetch()  # exact
        import corp.http as h
        h.Client().fetch()  # exact
        a, b = Client(), Other()
        a.fetch()  # exact
        b.fetch()  # no
        (c, d), e = (Other(), Client()), Client()
        c.fetch()  # no
        d.fetch()  # exact
        e.fetch()  # exact
        f = g = Client()
        f.fetch()  # exact
        g.fetch()  # exact
        h, *i = Client(), Client()
        h.fetch()  # no
    """,
    "closures": """
        c = Client()
        d = Client()
        def f():
            c.fetch()  # exact
            d.fetch()  # no
            return lambda: c.fetch()  # exact
        d = Other()
    """,
    "global": """
        c = None
        def connect():
            global c
            c = Client()
        def use():
            c.fetch()  # inferred
    """,
    "shadowed": """
        def f():
            class Client: ...
            Client().fetch()  # no
        def g(Client):
            Client().fetch()  # no
        for Client in make():
            Client().fetch()  # no
    """,
    "guarded imports": """
        try:
            from corp.http import Client
        except ImportError:
            Client = None
        Client().fetch()  # no
    """,
    "comprehensions": """
        c = Client()
        [c.fetch() for _ in range(3)]  # exact
        [c.fetch() for c in make()]  # no
    """,
    "handlers": """
        try:
            make()
        except Client as c:
            c.fetch()  # exact
        except (Client, Other) as c:
            c.fetch()  # inferred
    """,
    "defaults and what is in strings": """
        def f(c=Client()):
            c.fetch()  # no
        g = lambda c: c.fetch()  # no
    """,
    "calling an instance": """
        c = Client()
        c().fetch()  # no
        c.session.fetch()  # no
        c[0].fetch()  # no
    """,
}


@pytest.mark.parametrize("text", DIRECT.values(), ids=DIRECT)
def test_direct_evidence(text: str) -> None:
    check(text)


CLASSES = {
    "self": """
        class A(Client):
            def m(self):
                self.fetch()  # exact
                super().fetch()  # exact
                super(A, self).fetch()  # exact
                def inner():
                    self.fetch()  # exact
            @classmethod
            def make(cls):
                cls.fetch()  # exact class
                cls().fetch()  # exact
                type(make()).fetch()  # no
            @staticmethod
            def s(self):
                self.fetch()  # no
            def t(self):
                type(self).fetch()  # exact class
                self.__class__.fetch()  # exact class
        class B:
            def m(self):
                self.fetch()  # no
    """,
    "self bound anew": """
        class A(Client):
            def m(self):
                self = Other()
                self.fetch()  # no
    """,
    "subclasses in the file": """
        class A(Client): ...
        class B(Other, A): ...
        class C(Other): ...
        B().fetch()  # exact
        C().fetch()  # no
        def f(a: A, c: C):
            a.fetch()  # exact
            c.fetch()  # no
            def g():
                class D(B): ...
                D().fetch()  # exact
                D.fetch(1)  # exact class
    """,
    "attributes of self": """
        class A:
            shared = Client()
            typed: Client
            maybe: Client | None = None
            def __init__(self, given: Client, other):
                self.made = Client()
                self.given = given
                self.said: Client = other
                self.other = other
                self.many = Client()
                self.later = None
                self.a, self.b = Client(), Other()
                with Client() as self.entered:
                    pass
            def m(self):
                self.many = Other()
                self.later = Client()
                self.made.fetch()  # exact
                self.given.fetch()  # exact
                self.said.fetch()  # exact
                self.other.fetch()  # no
                self.many.fetch()  # inferred
                self.later.fetch()  # inferred
                self.shared.fetch()  # exact
                self.typed.fetch()  # exact
                self.maybe.fetch()  # inferred
                self.a.fetch()  # exact
                self.b.fetch()  # no
                self.entered.fetch()  # exact
                self.unknown.fetch()  # no
                c = self.made
                c.fetch()  # exact
            @property
            def p(self) -> Client: ...
            def use(self):
                self.p.fetch()  # inferred
                self.p().fetch()  # no
        def f(a: A):
            a.typed.fetch()  # inferred
            a.p.fetch()  # inferred
            a.made.fetch()  # inferred
    """,
    "attributes assigned elsewhere": """
        class A:
            def __init__(self):
                self.c = Client()
                self.d = Client()
                self.e = Client()
            def m(self):
                self.c.fetch()  # inferred
                self.d.fetch()  # inferred
                self.e.fetch()  # exact
        class B(A):
            def m(self):
                self.d = Other()
        class C:
            def m(self):
                self.e = Other()
        def f(a):
            a.c = Other()
    """,
    "attributes of a base": """
        class A:
            def __init__(self):
                self.c = Client()
        class B(A):
            def m(self):
                self.c.fetch()  # exact
    """,
    "the class": """
        Client.fetch(1)  # exact class
        corp.http.Client.fetch(1)  # exact class
        K = Client
        K.fetch(1)  # exact class
        def f(k: type[Client], l: "type[Client]"):
            k.fetch(1)  # exact class
            k().fetch()  # exact
            l().fetch()  # exact
        def g(c: Client):
            type(c).fetch(c)  # exact class
    """,
    "a method of several names": """
        class A:
            @classmethod
            def create(cls) -> "A": ...
            def chained(self) -> "A": ...
            def client(self) -> Client: ...
        A.create().chained().client().fetch()  # inferred
        A().fetch()  # no
    """,
    "new makes it less sure": """
        class A(Client):
            def __new__(cls): ...
        A().fetch()  # inferred
    """,
    "a class statement that calls": """
        import six
        class A(six.with_metaclass(Meta, Client)): ...
        A().fetch()  # exact
        class B(make()): ...
        B().fetch()  # no
        class C(Client[int]): ...
        C().fetch()  # exact
    """,
    "entering": """
        class A:
            def __enter__(self): return self.client
        class B(Client):
            def __enter__(self): return self
        class C:
            def __enter__(self) -> Client: ...
        with A() as a, B() as b, C() as c:
            a.fetch()  # no
            b.fetch()  # exact
            c.fetch()  # inferred
    """,
    "classes that go round": """
        class A(B): ...
        class B(A): ...
        A().fetch()  # no
    """,
    "a class that is bound twice": """
        if make():
            class A(Client): ...
        else:
            class A(Other): ...
        A().fetch()  # no
        if make():
            class B(Client): ...
        else:
            class B(Client): ...
        B().fetch()  # exact
    """,
}


@pytest.mark.parametrize("text", CLASSES.values(), ids=CLASSES)
def test_classes(text: str) -> None:
    check(text)


ANNOTATIONS = {
    "unions": """
        from typing import Optional, Union
        import typing as t
        def f(a: Optional[Client], b: Union[Client, Other], c: Client | None, d: t.Optional["Client"],
              e: "Client | None"):
            a.fetch()  # inferred
            b.fetch()  # inferred
            c.fetch()  # inferred
            d.fetch()  # inferred
            e.fetch()  # inferred
    """,
    "wrappers": """
        from typing import Annotated, Any, ClassVar, Final
        a: Annotated[Client, "x"] = make()
        b: Final[Client] = make()
        c: Final = Client()
        d: Any = Client()
        a.fetch()  # exact
        b.fetch()  # exact
        c.fetch()  # exact
        d.fetch()  # exact
        class A:
            e: ClassVar[Client]
            def m(self):
                self.e.fetch()  # exact
    """,
    "the future": """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from corp.http import Client as Late
        def f(c: Late, d: "Late"):
            c.fetch()  # exact
            d.fetch()  # exact
    """,
    "before it is there": """
        def f(a: "A"):
            a.fetch()  # exact
        class A(Client):
            def m(self, other: "A"):
                other.fetch()  # exact
    """,
    "aliases of types": """
        from typing import NewType, Optional, TypeVar
        Maybe = Optional[Client]
        T = TypeVar("T", bound=Client)
        N = NewType("N", Client)
        def f(a: Maybe, b: T, c: N):
            a.fetch()  # inferred
            b.fetch()  # exact
            c.fetch()  # exact
    """,
    "returns": """
        def get(): return Client()
        def typed() -> Client: ...
        async def later() -> Client: ...
        def maybe() -> "Client | None": ...
        get().fetch()  # no
        typed().fetch()  # inferred
        typed.fetch()  # no
        c = maybe()
        c.fetch()  # inferred
        async def f():
            later().fetch()  # no
            (await later()).fetch()  # inferred
            d = await later()
            d.fetch()  # inferred
            (await typed()).fetch()  # no
    """,
    "self types": """
        from typing import Self
        class A(Client):
            def chain(self) -> Self: ...
            @classmethod
            def create(cls) -> Self: ...
            def other(self: Self):
                self.fetch()  # exact
        class B(A): ...
        B().chain().fetch()  # inferred
        B.create().fetch()  # inferred
    """,
    "containers": """
        from collections.abc import Iterator, Mapping
        def f(a: list[Client], b: Mapping[str, Client], c: tuple[Client, ...], d: Iterator[Client],
              e: dict[Client, int]):
            a.fetch()  # no
            a[0].fetch()  # inferred
            a[1:][0].fetch()  # inferred
            for x in a:
                x.fetch()  # inferred
            [y.fetch() for y in c]  # inferred
            b["k"].fetch()  # inferred
            b.get("k").fetch()  # inferred
            for z in b.values():
                z.fetch()  # inferred
            for w in b:
                w.fetch()  # no
            for v in e:
                v.fetch()  # no
            e[0].fetch()  # no
    """,
    "managers": """
        from collections.abc import Iterator
        from contextlib import ExitStack, closing, contextmanager, nullcontext
        @contextmanager
        def opened() -> Iterator[Client]: ...
        with opened() as a, closing(Client()) as b, nullcontext(Client()) as c, ExitStack() as stack:
            a.fetch()  # inferred
            b.fetch()  # exact
            c.fetch()  # exact
            d = stack.enter_context(Client())
            d.fetch()  # inferred
            opened().fetch()  # no
    """,
    "what is none of it": """
        from typing import Any, Callable, Literal
        def f(a: Any, b: Callable[[], Client], c: Literal["Client"], d: make(), e: "not a type", g: object):
            a.fetch()  # no
            b.fetch()  # no
            c.fetch()  # no
            d.fetch()  # no
            e.fetch()  # no
            g.fetch()  # no
    """,
    "cast and copy": """
        import copy
        from typing import cast
        cast(Client, make()).fetch()  # inferred
        cast("Client", make()).fetch()  # inferred
        copy.copy(Client()).fetch()  # exact
    """,
}


@pytest.mark.parametrize("text", ANNOTATIONS.values(), ids=ANNOTATIONS)
def test_annotations(text: str) -> None:
    check(text)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_type_parameters() -> None:
    check(
        """
        type Maybe = Client | None
        def f[T: Client](a: T, b: Maybe, c: "T"):
            a.fetch()  # exact
            b.fetch()  # inferred
        """
    )


NARROWED = {
    "if": """
        def f(x):
            x.fetch()  # no
            if isinstance(x, Client):
                x.fetch()  # inferred
            else:
                x.fetch()  # no
            x.fetch()  # no
    """,
    "not": """
        def f(x):
            if not isinstance(x, Client):
                x.fetch()  # no
                return
            x.fetch()  # inferred
            for _ in x:
                x.fetch()  # inferred
    """,
    "assert": """
        def f(x):
            assert isinstance(x, (Client, corp.http.Other)), "x"
            x.fetch()  # inferred
    """,
    "in an expression": """
        def f(x):
            isinstance(x, Client) and x.fetch()  # inferred
            not isinstance(x, Client) or x.fetch()  # inferred
            isinstance(x, Client) or x.fetch()  # no
            x.fetch() if isinstance(x, Client) else None  # inferred
            [y.fetch() for y in x if isinstance(y, Client)]  # inferred
    """,
    "bound anew": """
        def f(x):
            if isinstance(x, Client):
                x = Other()
                x.fetch()  # no
        def g(x):
            if isinstance(x, Client):
                x.y = 1
                x.fetch()  # inferred
    """,
    "walrus": """
        def f(g):
            if isinstance(x := g(), Client):
                x.fetch()  # inferred
    """,
    "attributes": """
        class A:
            def m(self):
                if isinstance(self.x, Client):
                    self.x.fetch()  # inferred
                    self.y.fetch()  # no
                    self.x = 1
                    self.x.fetch()  # no
    """,
    "types": """
        def f(x):
            if type(x) is Client:
                x.fetch()  # inferred
            elif type(x) == Other:
                x.fetch()  # no
    """,
    "what is known already": """
        def f(c: Client, o: Other):
            if isinstance(c, Client):
                c.fetch()  # exact
            if isinstance(o, Client):
                o.fetch()  # inferred
    """,
    "match": """
        def f(x):
            match x:
                case Client():
                    x.fetch()  # inferred
                case Client() as c:
                    c.fetch()  # inferred
                case Other():
                    x.fetch()  # no
                case d:
                    d.fetch()  # no
    """,
    "in a function inside": """
        def f(x):
            if isinstance(x, Client):
                def g():
                    x.fetch()  # no
    """,
}


@pytest.mark.parametrize("text", NARROWED.values(), ids=NARROWED)
def test_narrowing(text: str) -> None:
    check(text)


def test_facts_of_a_pack() -> None:
    apis = [
        Api("corp.http.make", returns="corp.http.Client"),
        Api("corp.http.Pool.get", returns="corp.http.Client"),
        Api("corp.http.Special", bases=("corp.http.Client",)),
        Api("corp.http.Client", reexports=("corp.Client",)),
        Api("corp.http.Client.__aenter__", returns="corp.http.Other"),
    ]
    check(
        """
        import corp
        from corp.http import Pool, Special
        make().fetch()  # inferred
        c = corp.http.make()
        c.fetch()  # inferred
        Pool().get().fetch()  # inferred
        Special().fetch()  # exact
        class A(Special): ...
        A().fetch()  # exact
        corp.Client().fetch()  # exact
        async def f(p: Pool):
            (await p.get()).fetch()  # inferred
            async with Client() as d:
                d.fetch()  # no
        """,
        apis=apis,
    )


def test_self_in_a_fact_is_the_class_a_method_was_got_from() -> None:
    apis = [
        Api("corp.http.Base.load", returns="Self"),
        Api("corp.http.Base.__enter__", returns="Self"),
        Api("corp.http.Client", bases=("corp.http.Base",)),
    ]
    check(
        """
        from corp.http import Base
        class A(Client): ...
        class B(Base): ...
        A.load().fetch()  # inferred
        a = Client().load()
        a.fetch()  # inferred
        B.load().fetch()  # no
        with A() as c:
            c.fetch()  # exact
        with make() as d, B() as e:
            d.fetch()  # no
            e.fetch()  # no
        """,
        apis=apis,
    )


@given(st.integers(0, 10**9))
@settings(max_examples=150, deadline=None)
def test_exact_is_never_wrong(seed: int) -> None:
    """Whatever a program does, what is said to be an instance of the class is one whenever it runs."""
    text = Writer(seed).text()
    try:
        context = context_of(text)
    except SyntaxError:
        return  # `global` after a use.
    apis = {api.name: api for api in [Api("corp.http.Sub", bases=("corp.http.Client",))]}
    context = FileContext(context.source, context.tree, context.index, None, apis, {})
    said: dict[int, list[str]] = {}
    for node in context.receivers.attributes.get("fetch", ()):
        said.setdefault(node.lineno, []).append(context.receivers.of_type(node.value, CLIENT))
    for run in range(6):
        for row, kinds in receivers(text, run).items():
            if len(said[row]) == 1 and said[row][0] == "exact":
                assert kinds == {True}, f"row {row} of\n{text}"
