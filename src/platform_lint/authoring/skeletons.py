"""The text of new rules, one for each kind: each says something true, so that it loads and proves before it is changed.

``@CODE@``, ``@NAME@`` and ``@CLASS@`` stand for what the new rule is called.
"""

from __future__ import annotations

_BAN = """\
[[rule]]
code = "@CODE@"
name = "@NAME@"
message = "`{name}` is no longer developed: {hint}"
why = "Say in a sentence or two what goes wrong where this is used, and what is better."
[rule.ban]
"optparse" = { hint = "use `argparse`" }       # or `to = "package.name"`, if the same code works with that

[[rule.example]]
bad = '''
import optparse  # hit

parser = optparse.OptionParser()
'''
[[rule.example]]
ok = '''
import argparse

parser = argparse.ArgumentParser()
'''
"""

_RENAME = """\
[[rule]]
code = "@CODE@"
name = "@NAME@"
message = "`{name}` is now `{to}`"
why = "Say since when, and until when the old name works."
[rule.rename]
"corp.db.get_session" = "corp.db.sessions.open_session"
"corp.db.models" = "corp.orm.models"           # a module moves with all that is in it
"corp.db.ping" = { removed = "delete the call" }

[[rule.example]]
bad = '''
from corp.db import get_session

session = get_session()  # hit
'''
good = '''
from corp.db.sessions import open_session

session = open_session()
'''
[[rule.example]]
ok = '''
from corp.db.sessions import open_session

session = open_session()
'''
"""

_RENAME_ATTR = """\
[[rule]]
code = "@CODE@"
name = "@NAME@"
message = "`{name}` is now `{to}`"
why = "Say since when, and until when the old name works."
on = "corp.http.Client"                        # its instances, and those of its subclasses
[rule.rename_attr]
fetch = "get"

[[rule.example]]
bad = '''
from corp.http import Client


def load(client: Client, other):
    other.fetch("/orders")
    return client.fetch("/orders")  # hit
'''
good = '''
from corp.http import Client


def load(client: Client, other):
    other.fetch("/orders")
    return client.get("/orders")
'''
[[rule.example]]
ok = '''
def load(other):
    return other.fetch("/orders")
'''
"""

_CALL = """\
[[rule]]
code = "@CODE@"
name = "@NAME@"
message = "`{name}` waits for ever: pass `timeout=`"
why = "Say what goes wrong without the argument. Several names may be listed, and methods: `requests.Session.get`."
fix = "unsafe"                                 # a program that waited may now fail
call = ["requests.get", "requests.post"]
args.timeout = { required = true, insert = "10" }

[[rule.example]]
bad = '''
import requests

page = requests.get("https://example.org")  # hit
'''
good = '''
import requests

page = requests.get("https://example.org", timeout=10)
'''
[[rule.example]]
ok = '''
import requests


def load(url, **options):
    requests.post(url, timeout=3)
    return requests.get(url, **options)
'''
"""

_CLASS = """\
[[rule]]
code = "@CODE@"
name = "@NAME@"
message = "handlers are called `*Handler`"
why = "Say what depends on it."
class = { subclass_of = "corp.web.Handler" }   # through other classes and other files of the project too
[rule.require]
name = "*Handler"

[[rule.example]]
bad = '''
from corp.web import Handler


class Orders(Handler):  # hit
    pass
'''
[[rule.example]]
ok = '''
from corp.web import Handler


class OrdersHandler(Handler):
    pass


class Orders:
    pass
'''
"""

_FUNCTION = """\
[[rule]]
code = "@CODE@"
name = "@NAME@"
message = "a job says what it returns"
why = "Say what depends on it."
function = { decorator = "corp.jobs.job" }
[rule.require]
annotations = "return"

[[rule.example]]
bad = '''
from corp.jobs import job


@job
def clean():  # hit
    return 0
'''
[[rule.example]]
ok = '''
from corp.jobs import job


@job
def clean() -> int:
    return 0


def other():
    return 0
'''
"""

_LAYERS = """\
[[rule]]
code = "@CODE@"
name = "@NAME@"
why = "Say what the layers are for, and where to move what does not fit."
layers = ["orders.api", "orders.domain", "orders.storage"]   # imports go downwards only

[[rule.example]]
path = "orders/storage.py"
bad = '''
from orders import api  # hit
'''
[rule.example.files]
"orders/__init__.py" = ""
"orders/api.py" = ""
"orders/domain.py" = ""

[[rule.example]]
path = "orders/api.py"
ok = '''
from orders import storage
'''
[rule.example.files]
"orders/__init__.py" = ""
"orders/domain.py" = ""
"orders/storage.py" = ""
"""

_IMPORT_AS = """\
[[rule]]
code = "@CODE@"
name = "@NAME@"
why = "Say why one form is worth having."
[rule.import_as]
"datetime" = "import datetime as dt"

[[rule.example]]
bad = '''
from datetime import timedelta  # hit

DAY = timedelta(days=1)
'''
good = '''
import datetime as dt

DAY = dt.timedelta(days=1)
'''
[[rule.example]]
ok = '''
import datetime as dt

DAY = dt.timedelta(days=1)
'''
"""

_MATCH = """\
[[rule]]
code = "@CODE@"
name = "@NAME@"
message = "`os.path.join` of one thing is the thing itself"
why = "Say what goes wrong, and what is better."
match = "os.path.join($X)"                     # `$X` is any expression, `...` any arguments
rewrite = "$X"

[[rule.example]]
bad = '''
import os

place = os.path.join(os.getcwd())  # hit
'''
good = '''
import os

place = os.getcwd()
'''
[[rule.example]]
ok = '''
import os

place = os.path.join("etc", "hosts")
'''
"""

_PYTHON = '''\
from platform_lint.api import Rule, cst


class @CLASS@(Rule):
    """`{name}` is called with {number} positional arguments: pass the others by keyword.

    Say what goes wrong, and what is better. The first line is the message, the blocks below are the tests.

    ```python bad
    import subprocess

    subprocess.run(["ls"], -1, None)  # hit
    ```
    ```python ok
    import subprocess

    subprocess.run(["ls"], check=True)
    ```
    """

    code = "@CODE@"
    name = "@NAME@"
    # Only files that use one of these names are looked at.
    names = ("subprocess.run", "subprocess.Popen")

    #: What is annotated is an option: the configuration may set it.
    most: int = 1

    def visit_Call(self, node: cst.Call) -> None:
        if not self.means(node, *self.names):
            return
        number = sum(argument.keyword is None and not argument.star for argument in node.args)
        if number > self.most:
            self.report(node, values={"number": number})
'''

_FLAG = """\
[[rule]]
code = "@CODE@"
name = "@NAME@"
message = "`{flag}` is {value} for good: take `{name}` out"
why = "Say where flags are kept, and who switches them."
default = false
flag = "${flag}"                               # said when the rule is run
value = "${value}"
[[rule.client]]
call = "corp.flags.Flags.is_on"                # a function, or a method by the class it belongs to
signature = "(name, default=False)"
key = "name"

[[rule.example]]
options = { flag = "new-cart", value = "true" }
bad = '''
from corp.flags import Flags


def cart(flags: Flags, items):
    if flags.is_on("new-cart"):  # hit
        return sorted(items)
    return items
'''
good = '''
from corp.flags import Flags


def cart(flags: Flags, items):
    return sorted(items)
'''
[[rule.example]]
options = { flag = "new-cart", value = "true" }
ok = '''
from corp.flags import Flags


def cart(flags: Flags, items):
    return flags.is_on("newer-cart")
'''
"""

#: By kind, which is the rule's verb.
SKELETONS = {
    "ban": _BAN,
    "rename": _RENAME,
    "rename_attr": _RENAME_ATTR,
    "call": _CALL,
    "class": _CLASS,
    "function": _FUNCTION,
    "layers": _LAYERS,
    "import_as": _IMPORT_AS,
    "match": _MATCH,
    "flag": _FLAG,
    "python": _PYTHON,
}
