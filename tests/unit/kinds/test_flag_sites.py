"""``flag``: clients, what is asked and how, options, and what is left alone with which reason."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from engine import fix_result, found, pack, refusals, sieved

from platform_lint.catalog import Catalog
from platform_lint.finding import Safety
from platform_lint.fixes.groups import groups
from platform_lint.modules import Modules, ModuleView
from platform_lint.options import unset, with_options
from platform_lint.packs import PackError, parse_pack
from platform_lint.selection import SelectionError, check_options, select

RULE = """
[[rule]]
flag = "new-cart"
value = "true"
[[rule.client]]
call = ["corp.flags.is_on", "corp.flags.Flags.is_on"]
signature = "(name, user=None, default=False)"
key = "name"
default = "default"
[[rule.client]]
call = "corp.flags.details"
signature = "(name)"
key = "name"
result = ".value"
[[rule.client]]
decorator = "corp.flags.needs"
signature = "(name)"
key = "name"
negated = "!"
[[rule.client]]
mixin = "corp.flags.NeedsFlag"
key = "flag"
[[rule.client]]
override = "corp.flags.override"
signature = "(name, on=True)"
key = "name"
value = "on"
"""
HEAD = "from corp.flags import Flags, NeedsFlag, details, is_on, needs, override\n\n\n"


def text(code: str) -> str:
    return HEAD + textwrap.dedent(code).lstrip("\n")


def fixed(code: str, rule: str = RULE, *, unsafe: bool = True, view: ModuleView | None = None) -> str:
    """What is left of *code*, the import above it left out."""
    result = fix_result(text(code), pack(rule), view, unsafe=unsafe)
    assert not result.failures
    head, _, rest = result.text.partition("\n\n\n")
    return rest if head.startswith("from corp.flags") else result.text


def project(tmp_path: Path, files: dict[str, str]) -> Modules:
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(content).lstrip("\n"))
    return Modules((str(tmp_path),))


#: How the flag may be named and asked for, and what is left where it is on.
ASKED = {
    "by position": ("a = f(is_on('new-cart'))", "a = f(True)"),
    "by keyword": ("a = f(is_on(user=u, name='new-cart'))", "a = f(True)"),
    "a method": ("def f(flags: Flags):\n    return flags.is_on('new-cart')", "def f(flags: Flags):\n    return True"),
    "a constant": ("CART = 'new-cart'\na = f(is_on(CART))", "a = f(True)"),
    "a constant that is used": (
        "CART = 'new-cart'\na = f(is_on(CART), CART)",
        "CART = 'new-cart'\na = f(True, CART)",
    ),
    "a constant of a class": (
        "class Names:\n    CART = 'new-cart'\na = f(is_on(Names.CART))",
        "class Names:\n    pass\na = f(True)",
    ),
    "another flag": ("a = f(is_on('old-cart'))", "a = f(is_on('old-cart'))"),
    "a name of nobody knows what": ("a = f(is_on(name))", "a = f(is_on(name))"),
    "an argument of several": ("a = f(is_on(*names))", "a = f(is_on(*names))"),
    "awaited": ("async def f():\n    return await is_on('new-cart')", "async def f():\n    return True"),
    "a result": ("a = f(details('new-cart').value)", "a = f(True)"),
    "a result with a name": (
        "def f():\n    found = details('new-cart')\n    return a if found.value else b",
        "def f():\n    return a",
    ),
    "more than the result": (
        "def f():\n    found = details('new-cart')\n    return found.value, found.reason",
        "def f():\n    found = details('new-cart')\n    return found.value, found.reason",
    ),
    "a decorator": ("@a\n@needs('new-cart')  # why\ndef f(): ...", "@a\ndef f(): ..."),
    "a decorator that keeps all out": ("@needs('!new-cart')\ndef f(): ...", "@needs('!new-cart')\ndef f(): ..."),
    "a mixin": ("class A(NeedsFlag, B):\n    flag = 'new-cart'\n    b = 1", "class A(B):\n    b = 1"),
    "a mixin at the end": ("class A(B, NeedsFlag):\n    flag = 'new-cart'\n    b = 1", "class A(B):\n    b = 1"),
    "a mixin alone": ("class A(NeedsFlag):\n    flag = 'new-cart'", "class A:\n    pass"),
    "an override": ("with override('new-cart', True):\n    a()\n    # b\n    b()", "a()\n# b\nb()"),
    "an override of several": (
        "with override('new-cart', on=True), b, override('new-cart', on=True):\n    a()",
        "with b:\n    a()",
    ),
    "an override with a name": (
        "with override('new-cart', True) as a:\n    a()",
        "with override('new-cart', True) as a:\n    a()",
    ),
    "a test of what is gone": (
        (
            "class Tests:\n    @override('new-cart', on=False)\n"
            "    def test_a(self):\n        a()\n\n    def test_b(self): ..."
        ),
        "class Tests:\n    def test_b(self): ...",
    ),
    "a test all in a block": (
        "def test_a(b):\n    c = b\n    with override('new-cart', on=False):\n        a(c)\n\n\ndef test_b(): ...",
        "def test_b(): ...",
    ),
    "a part of a test": (
        "def test_a(b):\n    b()\n    with override('new-cart', on=False):\n        a()",
        "def test_a(b):\n    b()\n    with override('new-cart', on=False):\n        a()",
    ),
    "a function that only asks": (
        "def is_new():\n    return is_on('new-cart')\n\n\ndef f():\n    return a if is_new() else b",
        "def is_new():\n    return True\n\n\ndef f():\n    return a",
    ),
    "a private one": (
        (
            "def _is_new(user):\n    return is_on('new-cart', user)\n\n\n"
            "def f(user):\n    return a if _is_new(user) else b"
        ),
        "def f(user):\n    return a",
    ),
    "a method that only asks": (
        (
            "class A:\n    @property\n    def _new(self):\n"
            "        return is_on('new-cart')\n\n    def f(self):\n        return self._new or 1"
        ),
        "class A:\n    def f(self):\n        return True",
    ),
    "an attribute": (
        (
            "class A:\n    def __init__(self):\n"
            "        self._new = is_on('new-cart')\n        self.a = 1\n\n"
            "    def f(self):\n        return self._new or 1"
        ),
        "class A:\n    def __init__(self):\n        self.a = 1\n\n    def f(self):\n        return True",
    ),
    "an attribute that others set": (
        (
            "class A:\n    def __init__(self):\n"
            "        self._new = is_on('new-cart')\n\n    def f(self):\n        self._new = 2"
        ),
        "class A:\n    def __init__(self):\n        self._new = True\n\n    def f(self):\n        self._new = 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ASKED)
def test_what_is_asked(case: str, tmp_path: Path) -> None:
    before, after = ASKED[case]
    view = project(tmp_path, {}).view(str(tmp_path / "sample.py"))
    assert fixed(before + "\n", view=view).strip("\n") == after.strip("\n")


#: What is not fixed, and why.
LEFT = {
    "a = f(is_on('new-cart', default=g()))": "its default `g()` is a call, and may do more than give a value",
    "a = f(is_on('new-cart', *b))": "how it is called is not known",
    "a = details('new-cart').reason": "what it gives is used for more than its `value`",
    "@needs('!new-cart')\ndef f(): ...": "`f` lets nobody through from now on: take it out, with what leads to it",
    "needs('new-cart')(f)": "it is called, and not written as a decorator",
    "a = override('new-cart', True)": "it is neither a decorator nor in a `with`",
    "with override('new-cart', a):\n    b()": "which value it gives the flag is not known",
    "with override('new-cart', True) as a:\n    b()": "what it gives has a name",
    "def f():\n    a()\n    with override('new-cart', False):\n        b()": (
        "what is done in it is about `new-cart` at another value: take it out"
    ),
    "def f():\n    if not is_on('new-cart'):\n        yield": (
        "`f` would be no generator any more: what goes has its only `yield`"
    ),
}


@pytest.mark.parametrize("code", LEFT)
def test_what_is_left_says_why(code: str) -> None:
    assert refusals(text(code + "\n"), pack(RULE)) == [LEFT[code]]
    assert fixed(code + "\n") == code + "\n"


@pytest.mark.parametrize(
    ("code", "safety"),
    [
        ("a = f(is_on('new-cart'))", "safe"),
        ("a = f(is_on('new-cart', user.name))", "safe"),
        ("a = f(is_on('new-cart', user()))", "unsafe"),
        ("def f(flags: Flags):\n    return flags.is_on('new-cart')", "safe"),
        ("def f(flags: list[Flags]):\n    return flags[0].is_on('new-cart')", "unsafe"),
    ],
)
def test_what_is_not_called_any_more_is_a_doubt(code: str, safety: Safety) -> None:
    from engine import complete

    analysis = complete(text(code + "\n"), pack(RULE))
    assert [group.safety for group in groups(analysis, analysis.hits)] == [safety]
    assert ("new-cart" in fixed(code + "\n", unsafe=False)) == (safety == "unsafe")


def test_names_that_each_branch_imports_are_settled() -> None:
    code = """
    if is_on("new-cart"):
        from shop.new import cart
    else:
        from shop.old import cart

    a = cart()
    """
    assert fixed(code) == "from shop.new import cart\n\na = cart()\n"


def test_a_fix_that_would_lose_a_name_is_refused() -> None:
    code = "if not is_on('new-cart'):\n    import shop\n\na = shop.cart()\n"
    assert fixed(code) == code
    assert refusals(text(code), pack(RULE)) == ["`shop` is bound by what goes, and used by what stays"]


def test_constants_of_other_files(tmp_path: Path) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/names.py": "CART = 'new-cart'\nclass Flags:\n    CART = 'new-cart'\n",
        "shop/api.py": "from shop.names import CART, Flags\n",
    }
    code = (
        "from shop import names\nfrom shop.api import CART, Flags\n\n"
        "a = is_on(CART), is_on(Flags.CART), is_on(names.CART)\n"
    )
    view = project(tmp_path, files).view(str(tmp_path / "shop" / "cart.py"))
    assert fixed(code, view=view).strip() == "a = True, True, True"


def test_what_the_project_uses_is_kept(tmp_path: Path) -> None:
    code = "CART = 'new-cart'\n\n\ndef _old(): ...\n\n\na = f(_old() if not is_on(CART) else 1)\n"
    kept = "CART = 'new-cart'\n\n\ndef _old(): ...\n\n\na = f(1)\n"
    files = {"shop/__init__.py": "", "shop/cart.py": text(code)}
    view = project(tmp_path, files).view(str(tmp_path / "shop" / "cart.py"))
    assert fixed(code, view=view) == "a = f(1)\n"
    files["shop/tests.py"] = "from shop.cart import CART, _old\n"
    view = project(tmp_path, files).view(str(tmp_path / "shop" / "cart.py"))
    assert fixed(code, view=view) == kept


# Where the name still stands

MENTIONS = '[[rule]]\nflag = "new-cart"\n'


def test_what_still_names_the_flag_is_told(tmp_path: Path) -> None:
    code = (
        "CART = 'new-cart'\nCARTS = 'new-carts'\n\n\ndef f():\n"
        "    '''About new-cart.'''\n    return g['new-cart'], CART\n"
    )
    modules = project(tmp_path, {})
    assert [row for row, _ in found(code, pack(MENTIONS))] == [1, 7]
    view = modules.view(str(tmp_path / "sample.py"))
    assert fix_result(code, pack(MENTIONS), view).text == code
    code = code.replace(", CART", "")
    assert fix_result(code, pack(MENTIONS), view).text == code.replace("CART = 'new-cart'\n", "", 1)


# Options

OPEN = RULE.replace('"new-cart"', '"${flag}"').replace('"true"', '"${value}"')


def rules(said: str) -> Catalog:
    return pack(said)


def test_a_rule_without_its_options_finds_nothing() -> None:
    catalog = rules(OPEN)
    assert sieved(text("a = is_on('new-cart'), is_on('${flag}')\n"), catalog) == []
    assert [rule.code for rule in select(catalog.rules, ["ALL"])] == ["TST100"]
    with pytest.raises(
        SelectionError, match=r"TST100 \(the-rule\) finds nothing without its options: .* --set flag=… --set"
    ):
        check_options(catalog.rules, "TST100")
    check_options(catalog.rules, "TST1")


def test_options_take_their_place() -> None:
    said = OPEN.replace("[[rule]]", '[[rule]]\ncode = "TST100"\nname = "the-rule"', 1)
    table = parse_pack(said, "pack.toml").tables["TST100"]
    assert unset(table) == ("flag", "value")
    assert unset(with_options(table, {"flag": "a"})) == ("value",)
    done = with_options(table, {"flag": "a", "value": "false", "other": "b"})
    assert (unset(done), done.flag, done.value) == ((), "a", "false")
    assert with_options(table, {}) is table


CLIENT = 'flag = "a"\nvalue = true\n[[rule.client]]\n'
MISTAKES = {
    'flag = ""\nvalue = "true"': "flag is empty",
    'flag = "a"\n[[rule.client]]\ncall = "a.b"\nkey = "c"\nsignature = "(c)"': "flag goes with value",
    CLIENT + 'key = "c"': "client[1]: expected one of call, decorator, mixin, override; it has none",
    CLIENT + 'call = "a.b"\nmixin = "a.B"\nkey = "c"': "it has call and mixin",
    CLIENT + 'call = "b"\nkey = "c"\nsignature = "(c)"': "'b' is no qualified name",
    CLIENT + 'call = "a.b"\nkey = "c"\nsignature = "(d)"': "client[1].key: the signature has no `c`",
    CLIENT + 'call = "a.b"\nkey = "c"\nsignature = "c"': "client[1].signature: 'c' is no signature",
    CLIENT + 'call = "a.b"\nkey = "c"\nsignature = "(c)"\nresult = "value"': "client[1].result: expected",
    CLIENT + 'override = "a.b"\nkey = "c"\nsignature = "(c)"': "client[1].value goes with override",
    CLIENT + 'decorator = "a.b"\nsignature = "(c)"': "client[1]: it has no key",
    'flag = "a"\nargs.x = { required = true }': "args goes with call, and this rule's verb is flag",
}  # fmt: skip


@pytest.mark.parametrize("said", MISTAKES)
def test_mistakes_are_one_line(said: str) -> None:
    with pytest.raises(PackError) as error:
        pack(f"[[rule]]\n{said}\n")
    assert MISTAKES[said] in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("true", "True"),
        ("FALSE", "False"),
        ("3", "3"),
        ("0.5", "0.5"),
        ("wide", '"wide"'),
        ("'3'", '"3"'),
        ("a b", '"a b"'),
    ],
)
def test_a_value_is_what_it_looks_like(said: str, left: str) -> None:
    assert fixed("a.b = is_on('new-cart')\n", RULE.replace('"true"', f'"{said}"', 1)) == f"a.b = {left}\n"


def test_a_function_that_only_asks_is_told_where_other_files_call_it(tmp_path: Path) -> None:
    code = "def is_new():\n    return is_on('new-cart')\n"
    files = {"shop/__init__.py": "", "shop/cart.py": text(code), "shop/page.py": "from shop.cart import is_new\n"}
    view = project(tmp_path, files).view(str(tmp_path / "shop" / "cart.py"))
    assert [hit.message for hit in sieved(text(code), pack(RULE), view)] == [
        "`is_new` only asks for `new-cart`, and other files call it: fold their calls too",
        "`new-cart` is true for good: take `corp.flags.is_on` out",
    ]
    wrapper = RULE + '[[rule.client]]\ncall = "shop.cart.is_new"\n'
    assert fixed("from shop.cart import is_new\n\na = b if is_new() else c\n", wrapper).strip() == "a = b"


def test_asking_for_another_flag_is_nothing_that_must_be_done() -> None:
    code = "if is_on('old-cart') and not is_on('new-cart'):\n    a()\n"
    code += "elif is_on(b()) and not is_on('new-cart'):\n    c()\n"
    assert fixed(code) == "is_on(b())\n"


MADE = """
[[rule]]
flag = "shop.cart"
value = "false"
[[rule.client]]
call = "corp.flags.Flags.is_on"
made = "corp.flags.Flags(name)"
"""


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("CART = Flags('shop.cart')\na = b if CART.is_on() else c", "a = c"),
        ("CART = Flags(name='shop.cart')\na = b if CART.is_on(u) else c", "a = c"),
        ("a = b if Flags('shop.cart').is_on() else c", "a = c"),
        ("SHOP = 'shop'\nCART = Flags(f'{SHOP}.cart')\na = b if CART.is_on() else c", "SHOP = 'shop'\na = c"),
        ("SHOP = 'shop'\na = b if Flags(SHOP + '.cart').is_on() else c", "SHOP = 'shop'\na = c"),
        ("a = f(Flags(f'{shop}.cart').is_on())", "a = f(Flags(f'{shop}.cart').is_on())"),
        ("CART = Flags('shop.carts')\na = f(CART.is_on())", "CART = Flags('shop.carts')\na = f(CART.is_on())"),
        ("CART = Flags('shop.cart')\na = f(CART.is_on(), CART)", "CART = Flags('shop.cart')\na = f(False, CART)"),
        ("def f(cart: Flags):\n    return cart.is_on()", "def f(cart: Flags):\n    return cart.is_on()"),
    ],
)
def test_a_flag_may_be_an_object(code: str, left: str, tmp_path: Path) -> None:
    view = project(tmp_path, {}).view(str(tmp_path / "sample.py"))
    assert fixed(code + "\n", MADE, view=view).strip("\n") == left


def test_an_object_says_what_it_is_made_by() -> None:
    with pytest.raises(
        PackError, match=r"client\[1\].made: expected `package.Class\(parameter\)`, got 'corp.flags.Flags'"
    ):
        pack(MADE.replace("Flags(name)", "Flags"))
