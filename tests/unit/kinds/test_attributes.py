"""``rename_attr``: methods and attributes that have a new name, or are gone."""

from __future__ import annotations

import textwrap

import pytest
from engine import complete, fix_result, fixed, found, pack, refusals, sieved

from platform_lint.packs import PackError

RULE = """
[[rule]]
on = "corp.http.Client"
[rule.rename_attr]
fetch = "get"
baseUrl = "base_url"
close = { removed = "clients close themselves" }
"""
HEAD = "from corp.http import Client\n"


def rule(text: str = RULE, **keys: str) -> str:
    said = "".join(f'{key} = "{value}"\n' for key, value in keys.items())
    return text.replace("[[rule]]\n", f"[[rule]]\n{said}", 1)


def rows(text: str, rules: str = RULE) -> list[int]:
    return [row for row, _ in found(text, pack(rules))]


def marked(text: str) -> list[int]:
    return [number for number, line in enumerate(text.split("\n"), 1) if "# hit" in line]


def test_worked_example() -> None:
    text = """
from corp.http import Client
def f(c: Client, other):
    c.fetch("/x")      # hit
    other.fetch("/x")  # ok
"""
    assert rows(text) == marked(text)
    assert fixed(text, pack(RULE)) == text.replace("c.fetch", "c.get")


FIXED = {
    "reads, calls, stores and deletes": (
        """
        c = Client()
        c.fetch(1)
        f = c.fetch
        c.baseUrl = 1
        c.baseUrl += 1
        del c.baseUrl
        print(c.baseUrl, c.fetch)
        """,
        """
        c = Client()
        c.get(1)
        f = c.get
        c.base_url = 1
        c.base_url += 1
        del c.base_url
        print(c.base_url, c.get)
        """,
    ),
    "the class": (
        """
        Client.fetch(Client())
        fetch = Client.fetch
        fetch(1)
        """,
        """
        Client.get(Client())
        fetch = Client.get
        fetch(1)
        """,
    ),
    "chains over several lines": (
        """
        x = (
            Client()  # made
            .fetch(1)  # fetched
            . \\
            fetch
        )
        Client(). fetch .  __doc__
        """,
        """
        x = (
            Client()  # made
            .get(1)  # fetched
            . \\
            fetch
        )
        Client(). get .  __doc__
        """,
    ),
    "inside other calls": (
        """
        c = Client()
        c.fetch(c.fetch(c.baseUrl), key=c.fetch)
        """,
        """
        c = Client()
        c.get(c.get(c.base_url), key=c.get)
        """,
    ),
    "overriding definitions": (
        """
        class A(Client):
            baseUrl: str
            async def fetch(self, a):  # the method
                await super().fetch(a)
                return self.fetch(self.baseUrl)

        class B(A):
            baseUrl = "/b"
            fetch = A.fetch

        class C:
            def fetch(self): ...
        """,
        """
        class A(Client):
            base_url: str
            async def get(self, a):  # the method
                await super().get(a)
                return self.get(self.base_url)

        class B(A):
            base_url = "/b"
            get = A.get

        class C:
            def fetch(self): ...
        """,
    ),
    "properties": (
        """
        class A(Client):
            @property
            def baseUrl(self): ...
            @baseUrl.setter
            def baseUrl(self, value): ...
            alias = baseUrl
            def m(self, baseUrl):
                return baseUrl, lambda: baseUrl
        """,
        """
        class A(Client):
            @property
            def base_url(self): ...
            @base_url.setter
            def base_url(self, value): ...
            alias = base_url
            def m(self, baseUrl):
                return baseUrl, lambda: baseUrl
        """,
    ),
    "names that only look alike": (
        """
        fetch = 1
        def fetch2(fetch): return fetch
        Client(fetch=fetch)
        Client().fetcher.fetch
        other.fetch()
        """,
        """
        fetch = 1
        def fetch2(fetch): return fetch
        Client(fetch=fetch)
        Client().fetcher.fetch
        other.fetch()
        """,
    ),
    "conditions and loops": (
        """
        def f(many):
            c = Client()
            for x in many:
                if c.fetch(x) and (d := Client()).baseUrl:
                    yield [c.fetch(y) for y in x]
        """,
        """
        def f(many):
            c = Client()
            for x in many:
                if c.get(x) and (d := Client()).base_url:
                    yield [c.get(y) for y in x]
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), FIXED.values(), ids=FIXED)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_safe_fixes(before: str, after: str, newline: str) -> None:
    text = (HEAD + textwrap.dedent(before)).replace("\n", newline)
    assert fixed(text, pack(RULE)) == (HEAD + textwrap.dedent(after)).replace("\n", newline)


@pytest.mark.parametrize(
    "head",
    [
        "from corp.http import Client",
        "from corp.http import Client as Client",
        "import corp.http\nClient = corp.http.Client",
        "from corp import http as h\nfrom typing import Any\nClient = h.Client",
    ],
)
def test_however_it_is_imported(head: str) -> None:
    text = f"{head}\nc = Client()\nc.fetch(1)\n"
    assert fixed(text, pack(RULE)) == text.replace("c.fetch", "c.get")


def test_messages() -> None:
    rules = pack(RULE.replace('"get"', '{ to = "get", hint = "it takes a path" }'))
    text = HEAD + "c = Client()\nc.fetch()\nc.close()\nclass A(Client):\n    def fetch(self): ...\n"
    assert [hit.message for hit in sieved(text, rules)] == [
        "`corp.http.Client.fetch` is now `get`: it takes a path",
        "`corp.http.Client.close` was removed: clients close themselves",
        "`A` overrides it: `corp.http.Client.fetch` is now `get`: it takes a path",
    ]
    rules = pack(rule(message="{name}, {to}, {hint}"))
    assert [hit.message for hit in sieved(HEAD + "Client().fetch", rules)] == ["corp.http.Client.fetch, get, use `get`"]


def test_hits_stand_at_the_attribute() -> None:
    text = HEAD + "class A(Client):\n    async  def fetch(self): ...\nA(  ).  fetch()\n"
    spans = [text[hit.start : hit.end] for hit in sieved(text, pack(RULE))]
    assert spans == ["fetch", "fetch"]
    assert {hit.matched for hit in sieved(text, pack(RULE))} == {("corp", "http", "Client", "fetch")}


def test_removed_is_only_reported() -> None:
    text = HEAD + "Client().close()\n"
    assert rows(text) == [2]
    assert fixed(text, pack(RULE)) == text


def test_inferred_receivers_are_unsafe() -> None:
    text = HEAD + "def make() -> Client: ...\nmake().fetch()\n"
    assert fixed(text, pack(RULE)) == text
    assert fix_result(text, pack(RULE), unsafe=True).text == text.replace("fetch", "get")
    assert rows(text, rule(receiver="exact")) == []
    from platform_lint.fixes.fixing import offered

    fix = next(iter(offered(complete(text, pack(RULE))).values()))
    assert (fix.safety, fix.reason) == ("unsafe", "the type of `make()` is only inferred")


def test_any_receiver_only_suggests() -> None:
    text = HEAD + "def f(x, c: Client, l: list):\n    x.fetch()\n    c.fetch()\n    l.fetch()\n    os.fetch()\n"
    rules = rule(receiver="any")
    assert rows(text, rules) == [3, 4, 6]
    assert fix_result(text, pack(rules), unsafe=True).text == text
    assert refusals(text, pack(rules)) == ["nothing says what type this is", "the rule is about receivers of any type"]
    assert rows("x.fetch()\n", rules) == [1]


def test_a_fix_of_its_own() -> None:
    rules = RULE.replace('"get"', '{ to = "get", fix = "unsafe" }')
    text = HEAD + "Client().fetch()\n"
    assert fixed(text, pack(rules)) == text
    assert fix_result(text, pack(rules), unsafe=True).text == text.replace("fetch", "get")


REFUSED = {
    "the subclass has the new name": (
        """
        class A(Client):
            def fetch(self): ...
            def get(self): ...
        A().fetch()
        """,
        ["`A` has `get` already", "`A` has `get` already, which may be another thing"],
    ),
    "self has the new name": (
        """
        class A(Client):
            def __init__(self):
                self.base_url = 1
            def m(self):
                return self.baseUrl
        """,
        ["`A` has `base_url` already, which may be another thing"],
    ),
    "another base has the attribute": (
        """
        class Mixin:
            def fetch(self): ...
        class A(Mixin, Client):
            def fetch(self): ...
        """,
        ["`fetch` is an attribute of another base class of `A` as well"],
    ),
    "by name": (
        """
        c = Client()
        getattr(c, "fetch")
        hasattr(c, 'baseUrl')
        setattr(Client, "fetch", 1)
        mock.patch.object(c, "fetch")
        getattr(other, "fetch")
        getattr(c, fetch)
        """,
        ["the attribute is looked up by name at run time"],
    ),
    "patterns": (
        """
        match x:
            case Client(fetch=1, baseUrl = ( y )): ...
        """,
        ["a pattern with a wrong name matches nothing, and says nothing"],
    ),
    "slots": (
        """
        class A(Client):
            __slots__ = ("baseUrl", "other")
        """,
        ["`__slots__` may be read at run time"],
    ),
    "a dotted string": (
        """
        mock.patch("corp.http.Client.fetch")
        mock.patch("corp.http.Other.fetch")
        """,
        ["a string may be looked up at run time, or be mere text"],
    ),
}


@pytest.mark.parametrize(("text", "reasons"), REFUSED.values(), ids=REFUSED)
def test_refused(text: str, reasons: list[str]) -> None:
    text = HEAD + textwrap.dedent(text)
    assert refusals(text, pack(RULE)) == reasons
    result = fix_result(text, pack(RULE), unsafe=True)
    assert not result.failures
    assert result.text == text


def test_suggestions_say_what_to_write() -> None:
    from platform_lint.fixes.fixing import offered

    text = HEAD + 'getattr(Client(), "fetch")\nmatch x:\n    case Client(baseUrl = ( y )): ...\n'
    edits = [edit for fix in offered(complete(text, pack(RULE))).values() for edit in fix.edits]
    assert [(text[edit.start_offset : edit.end_offset], edit.content) for edit in edits] == [
        ("fetch", "get"),
        ("baseUrl", "base_url"),
    ]


def test_a_name_that_lies_deeper() -> None:
    rules = pack(RULE.replace('"get"', '"session.get"'))
    text = (
        HEAD
        + "c = Client()\nc.fetch(1)\nClient.fetch\nclass A(Client):\n    def fetch(self): ...\ngetattr(c, 'fetch')\n"
    )
    assert fixed(text, rules) == text.replace("c.fetch", "c.session.get").replace("Client.fetch", "Client.session.get")
    assert refusals(text, rules) == [
        "a class cannot define `session.get`",
        "the attribute is looked up by name at run time",
    ]


def test_another_class_comes_first() -> None:
    text = HEAD + "class M:\n    def fetch(self): ...\nclass A(M, Client): ...\nA().fetch()\n"
    assert rows(text) == []


def test_f_strings() -> None:
    text = HEAD + 'c = Client()\nf"{c.fetch(1)} fetch"\n'
    assert rows(text) == [3]
    assert fixed(text, pack(RULE)) in (text, text.replace("c.fetch", "c.get"))


def test_several_classes() -> None:
    rules = rule(RULE.replace('on = "corp.http.Client"', 'on = ["corp.http.Client", "corp.ftp.Client"]'))
    text = "from corp.ftp import Client\nimport corp.http\nClient().fetch()\ncorp.http.Client().fetch()\n"
    assert found(text, pack(rules)) == [(3, "corp.ftp.Client.fetch"), (4, "corp.http.Client.fetch")]
    assert fixed(text, pack(rules)) == text.replace("fetch", "get")


def test_builtins() -> None:
    rules = pack('[[rule]]\non = "builtins.dict"\nrename_attr = { has_key = { removed = "use `in`" } }\n')
    assert [hit.message for hit in sieved("d: dict = {}\nd.has_key(1)\n", rules)] == [
        "`dict.has_key` was removed: use `in`"
    ]


def test_the_class_itself_is_left_alone() -> None:
    """Where the class still has the attribute, that is how it keeps its promise."""
    rules = RULE.replace("corp.http.Client", "app.Client")
    from platform_lint.modules import Modules, ModuleView

    text = "class Client:\n    def get(self): ...\n    def fetch(self): return self.fetch()\nClient().fetch()\n"
    view = ModuleView(Modules(), "/nowhere", ("app",), False)
    assert [row for row, _ in found(text, pack(rules), view)] == [4]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ('rename_attr = { fetch = "get" }', "on is missing"),
        ('on = "Client"\nrename_attr = { fetch = "get" }', "on: 'Client' has no module"),
        ('on = "corp.*"\nrename_attr = { fetch = "get" }', "on: 'corp.*' is no qualified name"),
        ('on = ["a.B", "a.B"]\nrename_attr = { fetch = "get" }', "on: 'a.B' is there twice"),
        ('on = "a.B"\nrename_attr = {}', "rename_attr is empty"),
        ('on = "a.B"\nrename_attr = { "a.b" = "get" }', "'a.b' is no name of an attribute"),
        ('on = "a.B"\nrename_attr = { "" = "get" }', "'' is no name of an attribute"),
        ('on = "a.B"\nrename_attr = { fetch = "a.b-c" }', "to: 'a.b-c' is no name of an attribute"),
        ('on = "a.B"\nrename_attr = { fetch = "class" }', "to: 'class' is no name of an attribute"),
        ('on = "a.B"\nrename_attr = { fetch = "fetch" }', "it would be replaced by itself"),
        ('on = "a.B"\nrename_attr = { fetch = {} }', "expected `to`, or `removed`"),
        ('on = "a.B"\nrename_attr = { fetch = { to = "get", removed = "x" } }', "exclude each other"),
        ('on = "a.B"\nrename_attr = { fetch = "get", get = "read" }', "which this rule renames as well"),
        ('on = "a.B"\nrename_attr = { __fetch = "get" }', "belongs to its class alone"),
        ('on = "a.B"\nrename_attr = { fetch = "get" }\nmessage = "{nam}"', "unknown placeholder"),
    ],
)
def test_broken_rules(table: str, reason: str) -> None:
    with pytest.raises(PackError, match=r"pack.toml:\d+: ") as caught:
        pack(f"[[rule]]\n{table}\n")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


OVERRIDES = HEAD + textwrap.dedent(
    """
    class Open(Client):
        def fetch(self, url, **options): ...
    class Closed(Client):
        def fetch(self): ...
    def use(a: Open, b: Closed, c: Client):
        a.fetch()
        b.fetch()
        c.fetch()
    """
)


def test_overrides_that_take_all_there_is_are_renamed() -> None:
    rules = pack(rule(overrides="open"))
    expected = (
        OVERRIDES.replace("fetch(self, url", "get(self, url").replace("a.fetch", "a.get").replace("c.fetch", "c.get")
    )
    assert fixed(OVERRIDES, rules) == expected
    assert refusals(OVERRIDES, rules) == [
        "it takes no `**kwargs`, and so not all that may be passed",
        "`Closed` overrides it",
    ]


def test_overrides_that_are_only_reported_keep_their_uses() -> None:
    rules = pack(rule(overrides="report"))
    assert fixed(OVERRIDES, rules) == OVERRIDES.replace("c.fetch", "c.get")
    assert refusals(OVERRIDES, rules) == [
        "what overrides it may be another thing",
        "`Open` overrides it",
        "`Closed` overrides it",
    ]


def test_a_call_that_passes_what_the_new_name_does_not_take_stays() -> None:
    rules = pack(RULE.replace('"get"', '{ to = "get", unless_passed = ["retries"] }'))
    text = HEAD + "c = Client()\nc.fetch(1)\nc.fetch(retries=2)\nc.fetch(**options)\nf = c.fetch\n"
    expected = text.replace("c.fetch(1)", "c.get(1)").replace("f = c.fetch", "f = c.get")
    assert fixed(text, rules) == expected
    assert refusals(text, rules) == ["`get` takes no `retries`", "`get` takes no `**options`"]


NAMED_LIKE_A_BUILTIN = """\
from corp import Client


class Mine(Client):
{before}    def dict(self, **kwargs):
        return super().dict(**kwargs)
{after}

def f(mine: Mine):
    return mine.dict()
"""


def test_an_override_and_its_uses_are_renamed_together_or_not_at_all() -> None:
    """An annotation behind it says the override's name; one before it says the builtin."""
    rules = pack('[[rule]]\non = "corp.Client"\noverrides = "open"\nrename_attr = { dict = "dump" }')
    text = NAMED_LIKE_A_BUILTIN.format(before="    kept: dict = {}\n\n", after="")
    assert fixed(text, rules) == text.replace("def dict", "def dump").replace(".dict(", ".dump(")
    text = NAMED_LIKE_A_BUILTIN.format(before="", after="\n    def other(self) -> dict: ...\n")
    assert fixed(text, rules) == text
    assert refusals(text, rules) == [
        "annotations in `Mine` say `dict`, which is its own there: write `builtins.dict`",
        "`Mine` overrides it",
    ]
