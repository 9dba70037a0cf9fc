"""The migration of flags on a small shop: it is run before and after, with a client that gives the flag its value."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: Clients that are as the real ones as far as the shop can tell, and give every flag but one the other value.
CLIENTS = {
    "waffle/__init__.py": """
import os
import sys


def flag_is_active(request, flag_name, read_only=False):
    print("asked for", flag_name, file=sys.stderr)
    return (flag_name == "new-cart") == (os.environ["FLAG"] == "true")


def switch_is_active(switch_name):
    return flag_is_active(None, switch_name)
""",
    "waffle/decorators.py": """
from waffle import flag_is_active


def waffle_flag(flag_name, redirect_to=None):
    def decorate(view):
        def inner(request):
            return view(request) if flag_is_active(request, flag_name) else "404"
        return inner
    return decorate
""",
}
SHOP = {
    "shop/__init__.py": "",
    "shop/names.py": 'NEW_CART = "new-cart"\nOTHER = "other"\n',
    "shop/flags.py": """
import waffle

from shop.names import NEW_CART


def is_new(request):
    \"\"\"Whether the new cart is there.\"\"\"
    return waffle.flag_is_active(request, NEW_CART)
""",
    "shop/carts.py": """
import waffle
from waffle import flag_is_active
from waffle.decorators import waffle_flag

from shop import flags
from shop.names import NEW_CART, OTHER

LIMIT = 3 if waffle.switch_is_active("new-cart") else 2


def _total(items):
    return sum(items)


def _total_of_old(items):
    total = 0
    for item in items:
        total += item
    return total


def cart(request, items):
    new = flag_is_active(request, NEW_CART)
    # How many there are.
    if new and len(items) > LIMIT:
        print("many")
    elif not new and not items:
        return "nothing"
    if flag_is_active(request, OTHER) and not flags.is_new(request):
        print("other")
    if new:
        # The new way.
        return f"new {_total(items)}"
    return f"old {_total_of_old(items)}"


@waffle_flag("new-cart")
def page(request):
    return cart(request, [1, 2, 3, 4])
""",
    "main.py": """
from shop.carts import cart, page

for items in ([], [1], [1, 2, 3, 4]):
    print(cart("request", items))
print(page("request"))
""",
}


def made(root: Path) -> None:
    for name, text in (CLIENTS | SHOP).items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.lstrip("\n"), "utf-8")


def run(root: Path, value: str) -> tuple[str, str]:
    """What the shop prints, and what it asks for."""
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=root, env={"FLAG": value}, capture_output=True, text=True, check=True
    )
    return done.stdout, done.stderr


def migrate(root: Path, value: str) -> str:
    command = [sys.executable, "-m", "platform_lint", "migrate", "flags", "--isolated", "--apply", "--allow-dirty"]
    said = ["--set", "flag=new-cart", "--set", f"value={value}", "--set", "wrapper=shop.flags.is_new"]
    done = subprocess.run([*command, *said, "shop"], cwd=root, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.mark.parametrize("value", ["true", "false"])
def test_the_shop_does_what_it_did(tmp_path: Path, value: str) -> None:
    made(tmp_path)
    before, asked = run(tmp_path, value)
    assert "asked for new-cart" in asked
    migrate(tmp_path, value)
    # What one file needed of another is gone in the second run.
    left = migrate(tmp_path, value)
    after, asked = run(tmp_path, value)
    if value == "false":
        # The page lets nobody through: it is told, and left.
        assert "`page` lets nobody through" in left
        assert 'waffle_flag("new-cart")' in (tmp_path / "shop" / "carts.py").read_text()
    else:
        assert "new-cart" not in asked
        assert not any("new-cart" in path.read_text() for path in (tmp_path / "shop").glob("*.py"))
    assert after == before
    carts = (tmp_path / "shop" / "carts.py").read_text()
    assert ("_total_of_old" in carts, "_total(" in carts) == ((False, True) if value == "true" else (True, False))
    assert "NEW_CART" not in (tmp_path / "shop" / "names.py").read_text()
    assert migrate(tmp_path, value) == left
