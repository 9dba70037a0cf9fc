"""``platform_lint.authoring.harvesting``: what a library says is deprecated becomes rules that prove themselves."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from platform_lint.authoring.harvesting import Harvest, Wishes, harvest
from platform_lint.authoring.proving import prove
from platform_lint.library import check, fix
from platform_lint.profiles import Profiles, UsageError

HEAD = """\
from warnings import deprecated

from corp.marks import replaced_by


def get(url, timeout=None, *, retries=3): ...
def send(method, url, **options): ...
def note(text) -> None: ...
async def aget(url): ...
class Client: ...


"""
MARKS = "def replaced_by(name, **more):\n    return lambda thing: thing\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def library(folder: Path, files: dict[str, str]) -> None:
    for name, text in {"corp/__init__.py": "", "corp/marks.py": MARKS, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def made(folder: Path, code: str, **files: str) -> Harvest:
    """The harvest of a library in which *code* stands in ``corp.http``, also in ``harvested.toml``."""
    library(folder, {"corp/http.py": HEAD + code, **{f"corp/{name}.py": text for name, text in files.items()}})
    found = harvest("corp", Wishes("ACM", 500))
    (folder / "harvested.toml").write_text(found.text, encoding="utf-8")
    return found


def fixed(folder: Path, uses: str, *, unsafe: bool = False) -> str:
    """What the harvested rules make of a file that does *uses*, without its imports."""
    text = f"import corp.http\n\n{uses}\n"
    after = fix(text, rules=[str(folder / "harvested.toml")], select=["ACM"], unsafe=unsafe)
    return after.partition("\n\n")[2].rstrip("\n")


def reported(folder: Path, uses: str) -> list[str]:
    return [
        finding.message
        for finding in check(f"import corp.http\n\n{uses}\n", rules=[str(folder / "harvested.toml")], select=["ACM"])
    ]


# Functions


@pytest.mark.parametrize(
    ("wrapper", "before", "after"),
    [
        # Passed on as it is.
        ("def old(url, timeout=None, *, retries=3): return get(url, timeout, retries=retries)", "(u, 1)", "get(u, 1)"),
        ("def old(url): return get(url)", "(url=u)", "get(url=u)"),
        ('def old(url):\n    """What it was."""\n    return get(url=url)', "(u)", "get(u)"),
        ("def old(*args, **kwargs): return get(*args, **kwargs)", "(u, retries=1)", "get(u, retries=1)"),
        ("async def old(url): return await aget(url)", "(u)", "aget(u)"),
        ("def old(url): return aget(url)", "(u)", "aget(u)"),
        ("def old(text): note(text)", "(u)", "note(u)"),
        # A parameter has another name, or is gone.
        ("def old(url, wait=None): return get(url, timeout=wait)", "(u, wait=1)", "get(u, timeout=1)"),
        ("def old(url, wait=None): return get(url, timeout=wait)", "(u, 1)", "get(u, timeout=1)"),
        ("def old(url, wait=None): return get(url, timeout=wait)", "(u)", "get(u)"),
        ("def old(url, cached=True): return get(url)", "(u, cached=False)", "get(u)"),
        ("def old(cached, url): return get(url)", "(True, u)", "get(url=u)"),
        ("def old(address): return get(address)", "(address=u)", "get(url=u)"),
        # It stands elsewhere, or has another default.
        ("def old(url, retries=3): return get(url, retries=retries)", "(u, 5)", "get(u, retries=5)"),
        ("def old(url, timeout=30): return get(url, timeout)", "(u)", "get(u, timeout=30)"),
        ("def old(url, timeout=30): return get(url, timeout)", "(u, 5)", "get(u, timeout=5)"),
        # Something is said for the caller.
        ("def old(url, **options): return send('PUT', url, **options)", "(u, a=1)", "send('PUT', u, a=1)"),
        ("def old(url): return get(url, retries=0)", "(u)", "get(u, retries=0)"),
        ("def old(url): return get(url, retries=3)", "(u)", "get(u)"),
    ],
)
def test_a_call_of_a_wrapper_becomes_the_call_it_makes(folder: Path, wrapper: str, before: str, after: str) -> None:
    made(folder, f"@deprecated('it is old')\n{wrapper}\n")
    assert fixed(folder, f"corp.http.old{before}") == f"corp.http.{after}"


@pytest.mark.parametrize(
    ("wrapper", "doubt"),
    [
        ("def old(url):\n    print(url)\n    return get(url)", "its definition does not say"),
        ("def old(url): return get(url + '/')", "it passes `url + '/'`"),
        ("def old(url): get(url)", "it does not give back what the new one gives"),
        ("async def old(url): return get(url)", "it does not give back"),
        ("def old(url, timeout=LONG): return get(url, timeout)", "the default of `timeout` is another one"),
        ("def old(url, *more): return get(url)", "it does not pass on `*more`"),
        ("def old(timeout, url): return get(timeout, url)", "`url` means another argument now"),
        ("@cached\ndef old(url): return get(url)", "another decorator"),
    ],
)
def test_what_is_no_mere_other_name_is_only_suggested(folder: Path, wrapper: str, doubt: str) -> None:
    found = made(folder, f"@replaced_by('corp.http.get')\n{wrapper}\n")
    assert (found.rules, found.fixed, found.unsafe) == (1, 0, 0)
    assert f"Change it by hand: {doubt}" in found.text
    assert fixed(folder, "corp.http.old(u)", unsafe=True) == "corp.http.old(u)"
    assert reported(folder, "corp.http.old(u)") == ["`corp.http.old` is deprecated: use `corp.http.get`"]


def test_every_kind_of_rule_proves_itself(folder: Path) -> None:
    wrappers = (
        "@deprecated('x')\ndef same(url): return get(url)\n",
        "@deprecated('x')\ndef other(url, wait=None): return get(url, timeout=wait)\n",
        "@deprecated('x')\ndef put(url): return send('PUT', url)\n",
        "@replaced_by('corp.http.get')\ndef more(url):\n    print(url)\n",
        '@deprecated("Use \\"get\\" {now}, or\\n``nothing``")\ndef gone(url="\'\'\'"):\n    print(1)\n',
        "@replaced_by('corp.http.Client')\nclass Old(Client): ...\n",
    )
    found = made(folder, "".join(wrappers) + METHODS)
    assert (found.rules, found.fixed, found.unsafe, found.skipped) == (13, 9, 1, [])
    path = str(folder / "harvested.toml")
    proof = prove(Profiles(isolated=True, rules=[path]).for_directory(str(folder)), [path], [], verbose=False)
    assert not proof.failures, proof.text


def test_nothing_halfway_is_ever_renamed(folder: Path) -> None:
    made(folder, "@deprecated('x')\ndef old(url, wait=None): return get(url, timeout=wait)\n")
    kept = ["corp.http.old(u, **options)", "corp.http.old(*parts)", "call = corp.http.old"]
    for use in kept:
        assert fixed(folder, use, unsafe=True) == use
    assert fixed(folder, "corp.http.old(corp.http.old(u), wait=1)") == "corp.http.get(corp.http.get(u), timeout=1)"


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        # What is called takes its class by itself, and an overload is not what is called.
        ("class Pool:\n    @classmethod\n    def of(cls, url): ...\n", "old(url): return Pool.of(url)", "Pool.of(u)"),
        ("class Pool:\n    @staticmethod\n    def of(url): ...\n", "old(url): return Pool.of(url)", "Pool.of(u)"),
        ("class Pool:\n    def __init__(self, url): ...\n", "old(url): return Pool(url)", "Pool(u)"),
        (
            "@overload\ndef load(path: int): ...\n@overload\ndef load(path: str): ...\ndef load(url): ...\n",
            "old(url): return load(url)",
            "load(u)",
        ),
    ],
)
def test_what_the_new_one_takes_is_read_as_python_reads_it(folder: Path, code: str, before: str, after: str) -> None:
    found = made(folder, f"{code}@deprecated('x')\ndef {before}\n")
    assert (found.rules, found.fixed) == (1, 1), found.text
    assert fixed(folder, "corp.http.old(u)") == f"corp.http.{after}"


@pytest.mark.parametrize(("here", "same"), [("from corp.deep import LONG", True), ("LONG = 30", False)])
def test_a_default_is_the_same_if_it_is_the_same_thing(folder: Path, here: str, same: bool) -> None:
    deep = "LONG = 60\ndef fetch(url, timeout=LONG): ...\n"
    code = f"{here}\nfrom corp import deep\n"
    code += "@deprecated('x')\ndef old(url, timeout=LONG): return deep.fetch(url, timeout)\n"
    assert made(folder, code, deep=deep).fixed == same


def test_what_is_replaced_by_nothing_is_banned_with_its_text(folder: Path) -> None:
    found = made(folder, "@deprecated('Health checks are automatic.')\ndef ping():\n    print(1)\n    return 2\n")
    assert reported(folder, "corp.http.ping()") == ["`corp.http.ping` is deprecated: Health checks are automatic"]
    assert found.fixed == 0


def test_the_target_may_be_outside_and_is_then_not_sure(folder: Path) -> None:
    found = made(folder, "import httpx\n@deprecated('use httpx')\ndef old(url): return httpx.get(url)\n")
    assert (found.fixed, found.unsafe) == (0, 1)
    assert fixed(folder, "corp.http.old(u)") == "corp.http.old(u)"
    assert fixed(folder, "corp.http.old(u)", unsafe=True) == "httpx.get(u)"


def test_since_and_owner_are_what_the_decorator_says(folder: Path) -> None:
    code = "@replaced_by('corp.http.get', since='corp 2', owner='team-http')\ndef old(url): return get(url)\n"
    found = made(folder, code)
    assert 'since = "corp 2"\nowner = "team-http"\n' in found.text


def test_an_own_decorator_is_read_by_its_own_parameters(folder: Path) -> None:
    own = "def deprecated(since, message='', alternative=''):\n    return lambda thing: thing\n"
    code = "@old.deprecated('1.2', alternative='`get`')\ndef fetch(url):\n    return 1 + 1\n"
    found = made(folder, f"from corp import old\n{code}", old=own)
    assert 'since = "1.2"' in found.text
    assert reported(folder, "corp.http.fetch(u)") == ["`corp.http.fetch` is deprecated: use `get`"]


def test_the_decorator_may_be_called_otherwise(folder: Path) -> None:
    code = "from corp.marks import moved as m\n@m(get)\ndef old(url): return get(url)\n"
    library(folder, {"corp/http.py": HEAD + code})
    assert harvest("corp", Wishes("ACM")).rules == 0
    for name in ("moved", "corp.marks.moved"):
        assert harvest("corp", Wishes("ACM", decorators=(name,))).fixed == 1
    assert harvest("corp", Wishes("ACM", decorators=("other.moved",))).rules == 0


# Names


def test_a_thing_is_known_by_all_its_public_names(folder: Path) -> None:
    files = {
        "__init__": "from corp._impl import *\nfrom corp._impl import get, old\n",
        "_impl": "from corp.marks import replaced_by\ndef get(a): ...\n"
        "@replaced_by('corp.get')\ndef old(a): return get(a)\n",
        "cli": "from corp._impl import old\n",
        "more": "from corp._impl import old as old\n",
    }
    found = made(folder, "", **files)
    assert 'rename = { "corp.old" = "corp.get", "corp.more.old" = "corp.get" }' in found.text


def test_what_nobody_can_import_is_listed(folder: Path) -> None:
    code = (
        "@deprecated('a')\ndef _private(): ...\n"
        "def outer():\n    @deprecated('b')\n    def inner(): ...\n"
        "class A:\n    @deprecated('c')\n    def __len__(self): ...\n"
        "@replaced_by('corp.nowhere')\ndef lost(): ...\n"
        "@overload\n@deprecated('d')\ndef many(a: int): ...\n"
    )
    found = made(folder, code)
    assert [(one.name, one.reason) for one in found.skipped] == [
        ("_private", "its name is private"),
        ("A.__len__", "it is called by Python, not by its name"),
        ("lost", "`corp.nowhere` is not there"),
        ("many", "only this way to call it is deprecated"),
        ("inner", "it is defined in a function"),
    ]
    assert {one.path for one in found.skipped} == {"corp/http.py"}
    assert found.skipped[0].row == HEAD.count("\n") + 2


def test_a_file_that_is_no_python_is_listed_and_the_rest_harvested(folder: Path) -> None:
    code = "@deprecated('x')\ndef old(url): return get(url)\n"
    found = made(folder, code, broken="@replaced_by('x')\ndef old(:\n")
    assert found.fixed == 1
    assert [(one.path, one.row) for one in found.skipped] == [("corp/broken.py", 2)]


def test_what_leads_back_is_not_renamed_twice(folder: Path) -> None:
    code = "@replaced_by('corp.http.b')\ndef a(x): return b(x)\n@replaced_by('corp.http.a')\ndef b(x): return a(x)\n"
    made(folder, code)
    assert fixed(folder, "corp.http.a(1)", unsafe=True) == "corp.http.b(1)"
    both = "class C:\n    @replaced_by('n')\n    def m(self): return self.n()\n"
    both += "    @replaced_by('m')\n    def n(self): return self.m()\n"
    made(folder, both)
    assert fixed(folder, "corp.http.C().m()", unsafe=True) == "corp.http.C().n()"


# Methods and classes

METHODS = """\
class Session:
    def query(self, what, *, limit=10): ...
    @replaced_by("query")
    def find(self, what, limit=10): return self.query(what, limit=limit)
    @replaced_by("corp.http.Session.query")
    def look(self, what): return self.query(what)
    @property
    @deprecated("use `transport.open`")
    def is_open(self): return self.transport.open
    @staticmethod
    @deprecated("x")
    def parse(text): return Session.read(text)
    @staticmethod
    def read(text): ...
    @deprecated("Commit instead")
    def flush(self): ...

class Cached(Session): ...
class Odd(Session):
    def look(self, what): ...
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("s.look(1)", "s.query(1)"),
        ("s.find(1)", "s.query(1)"),
        ("s.find(1, 5)", "s.query(1, limit=5)"),
        ("s.is_open", "s.transport.open"),
        ("s.parse(1)", "s.read(1)"),
        ("s.flush()", "s.flush()"),
    ],
)
@pytest.mark.parametrize("cls", ["Session", "Cached"])
def test_methods_by_the_type_of_their_receiver(folder: Path, cls: str, before: str, after: str) -> None:
    made(folder, METHODS)
    head = f"def use(s: corp.http.{cls}):\n    "
    assert fixed(folder, head + before) == head + after
    assert reported(folder, head + before)
    assert fixed(folder, f"def use(s):\n    {before}", unsafe=True) == f"def use(s):\n    {before}"


def test_a_subclass_that_has_its_own_is_left_alone(folder: Path) -> None:
    made(folder, METHODS)
    shutil.rmtree(folder / "corp")  # A project has its libraries elsewhere.
    assert reported(folder, "def use(s: corp.http.Session):\n    s.look(1)")
    assert reported(folder, "def use(s: corp.http.Odd):\n    s.look(1)") == []


def test_an_empty_class_is_its_base_but_not_surely(folder: Path) -> None:
    found = made(folder, "@replaced_by('corp.http.Client')\nclass Old(Client):\n    '''It was.'''\n")
    assert found.unsafe == 1
    assert fixed(folder, "corp.http.Old()") == "corp.http.Old()"
    assert fixed(folder, "corp.http.Old()", unsafe=True) == "corp.http.Client()"


# Files


def test_codes_and_names_stay(folder: Path) -> None:
    one = "@deprecated('x')\ndef one(url): return get(url)\n"
    two = "@deprecated('x')\ndef two(url, a=1): return get(url)\n"
    library(folder, {"corp/http.py": HEAD + one + two})
    first = harvest("corp", Wishes("ACM", 500, "corp-2", defaults={"owner": "team-http"}))
    assert [line for line in first.text.splitlines() if line.startswith("code")] == [
        'code = "ACM500"',
        'code = "ACM501"',
        'code = "ACM502"',
    ]
    assert 'name = "corp-2-http-one"' in first.text
    edited = first.text.replace("ACM500", "ACM700").replace("corp-2-http-one", "by-hand")
    again = harvest("corp", Wishes(), edited, "harvested.toml")
    assert again.text.startswith(edited.partition("[[rule]]")[0])
    assert 'code = "ACM700"\nname = "by-hand"\n' in again.text
    assert 'owner = "team-http"' in again.text
    # What is new gets a new code, also where an old one is gone.
    library(folder, {"corp/http.py": HEAD + two + one.replace("one", "three")})
    later = harvest("corp", Wishes(), again.text, "harvested.toml")
    assert 'code = "ACM701"\nname = "corp-http-three"' in later.text
    assert "ACM700" not in later.text
    assert 'code = "ACM501"\nname = "corp-2-http-two-arguments"' in later.text


@pytest.mark.parametrize(
    ("asked", "wishes", "before", "complaint"),
    [
        ("corp", Wishes(), "", "--code-prefix"),
        ("corp", Wishes("acm"), "", "--code-prefix acm: expected"),
        ("corp", Wishes("LIB"), "", "platform-lint's own"),
        ("corp", Wishes("ACM", name="A B"), "", "--name A B"),
        ("corp", Wishes("ACM", decorators=("a b",)), "", "--decorator a b"),
        ("corp", Wishes("ACM", 999), "", "choose a lower --first"),
        ("corp", Wishes("ACM", defaults={"requires": ">>"}), "", "requires"),
        ("nowhere", Wishes("ACM"), "", "nowhere: no such file, folder or package"),
        ("../..x", Wishes("ACM"), "", "neither a file or folder nor the name"),
        ("math", Wishes("ACM"), "", "math: no"),
        ("empty", Wishes("ACM"), "", "empty: no Python files found"),
        ("corp", Wishes("ACM", module="a-b"), "", "--module a-b"),
        ("corp", Wishes("ACM"), "[[rule]]\n", "was not harvested"),
        ("corp", Wishes("ACM"), "# Made by `platform-lint harvest` from\n[", "no TOML"),
        ("corp", Wishes("ACM"), "# Made by `platform-lint harvest` from\n[[rule]]\na = 1\n", "not what harvest writes"),
    ],
)
def test_what_cannot_be_is_one_line(folder: Path, asked: str, wishes: Wishes, before: str, complaint: str) -> None:
    code = "@deprecated('x')\ndef one(url): return get(url)\n@deprecated('x')\ndef two(url): return get(url)\n"
    library(folder, {"corp/http.py": HEAD + code})
    (folder / "empty").mkdir()
    with pytest.raises(UsageError, match=complaint.replace("(", r"\(")) as caught:
        harvest(asked, wishes, before, "file.toml")
    assert "\n" not in str(caught.value)


def test_a_package_is_found_on_the_path_and_not_imported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "site").mkdir()
    library(
        folder / "site", {"corp/http.py": HEAD + "raise SystemExit\n@deprecated('x')\ndef old(url): return get(url)\n"}
    )
    monkeypatch.syspath_prepend(str(folder / "site"))
    for asked in ("corp", "corp.http", "site", "site/corp", "site/corp/http.py"):
        assert 'rename = { "corp.http.old" = "corp.http.get" }' in harvest(asked, Wishes("ACM")).text
    assert "corp" not in sys.modules
    named = harvest("site/corp/http.py", Wishes("ACM", module="other"))
    assert 'rename = { "other.old" = "other.get" }' in named.text
