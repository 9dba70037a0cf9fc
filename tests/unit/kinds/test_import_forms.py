"""``import_as``: a module is imported in one form, and goes by one name."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from engine import fix_result, fixed, found, indexed, pack, refusals, sieved
from hypothesis import given
from hypothesis import strategies as st

from platform_lint.modules import Modules
from platform_lint.packs import PackError

RULES = pack(
    """
[[rule]]
code = "LIX161"
name = "import-form"
fix = "safe"
[rule.import_as]
"datetime" = "import datetime as dt"                    # from datetime import X -> dt.X
"corp.typing" = "import corp.typing as t"
"corp.db" = "from corp import db"
"helpers.device_registry" = "from helpers import device_registry as dr"
"json" = "import json"
"xml.sax" = "import xml.sax"
"""
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # A member becomes an attribute.
        (
            "from datetime import datetime\nx = datetime(2020, 1, 1)\n",
            "import datetime as dt\nx = dt.datetime(2020, 1, 1)\n",
        ),
        ("from datetime import date as d\nx = d.today()\n", "import datetime as dt\nx = dt.date.today()\n"),
        (
            "from datetime import date, timedelta as td\nx = date.today() - td(1)\n",
            "import datetime as dt\nx = dt.date.today() - dt.timedelta(1)\n",
        ),
        ("from json import dumps\ndumps(1)\n", "import json\njson.dumps(1)\n"),
        ("from corp.db import get\nget(1)\n", "from corp import db\ndb.get(1)\n"),
        ("from xml.sax import parse\nparse(1)\n", "import xml.sax\nxml.sax.parse(1)\n"),
        # The module by another name, or by another way.
        ("import datetime\nx = datetime.datetime.now()\n", "import datetime as dt\nx = dt.datetime.now()\n"),
        ("import datetime as d\nx = d.datetime.now()\n", "import datetime as dt\nx = dt.datetime.now()\n"),
        ("from corp import typing\nx: typing.A\n", "import corp.typing as t\nx: t.A\n"),
        ("from corp import typing as t\nx: t.A\n", "import corp.typing as t\nx: t.A\n"),
        ("import corp.db\ncorp.db.get(1)\n", "from corp import db\ndb.get(1)\n"),
        ("import corp.db as database\ndatabase.get(1)\n", "from corp import db\ndb.get(1)\n"),
        ("import json as j\nj.dumps(1)\n", "import json\njson.dumps(1)\n"),
        ("from xml import sax\nsax.parse(1)\n", "import xml.sax\nxml.sax.parse(1)\n"),
        (
            "from helpers import device_registry\ndevice_registry.get()\n",
            "from helpers import device_registry as dr\ndr.get()\n",
        ),
        # Other names of the statement stay.
        (
            "import os, datetime, sys\nprint(datetime.date, os, sys)\n",
            "import os, datetime as dt, sys\nprint(dt.date, os, sys)\n",
        ),
        ("from corp import db as d, log\nprint(d.x, log)\n", "from corp import db, log\nprint(db.x, log)\n"),
        ("import os, corp.db\nprint(corp.db.x, os)\n", "import os\nfrom corp import db\nprint(db.x, os)\n"),
        (
            "from corp import typing, log\nx: typing.A = log\n",
            "from corp import log\nimport corp.typing as t\nx: t.A = log\n",
        ),
        # What else goes through the root stays known.
        ("import corp.db\nprint(corp.db.x, corp.y)\n", "import corp\nfrom corp import db\nprint(db.x, corp.y)\n"),
        (
            "import corp\nimport corp.db\nprint(corp.db.x, corp.y)\n",
            "import corp\nfrom corp import db\nprint(db.x, corp.y)\n",
        ),
        (
            "import corp.db\nimport corp.db.sub\nprint(corp.db.x, corp.db.sub.y)\n",
            "import corp.db.sub\nfrom corp import db\nprint(db.x, corp.db.sub.y)\n",
        ),
        # A right import that is there is used.
        (
            "import datetime as dt\nfrom datetime import date\n\nx = date, dt\n",
            "import datetime as dt\n\nx = dt.date, dt\n",
        ),
        (
            "from datetime import date\nimport datetime as dt\nx = date, dt\n",
            "import datetime as dt\nx = dt.date, dt\n",
        ),
        (
            "from datetime import date\nx = date\nimport datetime as dt\ny = dt\n",
            "import datetime as dt\nx = dt.date\nimport datetime as dt\ny = dt\n",
        ),
        (
            "import datetime as dt\n\n\ndef f():\n    from datetime import date\n\n    return date, dt\n",
            "import datetime as dt\n\n\ndef f():\n    return dt.date, dt\n",
        ),
        ("from corp import log\nfrom corp.db import get\nget(log)\n", "from corp import db, log\ndb.get(log)\n"),
        # Several at once.
        (
            "from datetime import date\nimport datetime\nprint(date, datetime.time)\n",
            "import datetime as dt\nprint(dt.date, dt.time)\n",
        ),
        (
            "from datetime import datetime as dt\nfrom datetime import timedelta\nx = dt.now() - timedelta(1)\n",
            "import datetime as dt\nx = dt.datetime.now() - dt.timedelta(1)\n",
        ),
        # It stays in its block.
        (
            "def f():\n    from datetime import date\n    return date\n",
            "def f():\n    import datetime as dt\n    return dt.date\n",
        ),
        (
            "if TYPE_CHECKING:\n    from datetime import date\n\n\ndef f(x: 'date', y: \"list[date]\"): ...\n",
            "if TYPE_CHECKING:\n    import datetime as dt\n\n\ndef f(x: 'dt.date', y: \"list[dt.date]\"): ...\n",
        ),
        # Layouts.
        (
            "from datetime import (\n    date,\n    time,\n)  # when\nprint(date, time)  # now\n",
            "import datetime as dt  # when\nprint(dt.date, dt.time)  # now\n",
        ),
        ("from datetime import date; x = date\n", "import datetime as dt; x = dt.date\n"),
        ("x = 1; import datetime; y = datetime\n", "x = 1; import datetime as dt; y = dt\n"),
        ("from datetime import date\r\nx = date\r\n", "import datetime as dt\r\nx = dt.date\r\n"),
        (
            "def f():\n\tfrom datetime import date\n\n\treturn date\n",
            "def f():\n\timport datetime as dt\n\n\treturn dt.date\n",
        ),
        ("from datetime import \\\n    date\nx = date\n", "import datetime as dt\nx = dt.date\n"),
        (
            "import datetime\nx = (datetime\n     .date)\ny = datetime . time\n",
            "import datetime as dt\nx = (dt\n     .date)\ny = dt . time\n",
        ),
        ("from datetime import date\ny = 'é', date, 'é'\n", "import datetime as dt\ny = 'é', dt.date, 'é'\n"),
        (
            "from datetime import date\nd = date\nx = [date for _ in d]\n",
            "import datetime as dt\nd = dt.date\nx = [dt.date for _ in d]\n",
        ),
        (
            "from datetime import date\ndate.cache = 1\ndel date.cache\n",
            "import datetime as dt\ndt.date.cache = 1\ndel dt.date.cache\n",
        ),
        (
            "from datetime import date\ndef f(date): return date\nx = date\n",
            "import datetime as dt\ndef f(date): return date\nx = dt.date\n",
        ),
        (
            "from datetime import date\ndef f(dt): return dt\nx = date\n",
            "import datetime as dt\ndef f(dt): return dt\nx = dt.date\n",
        ),
        (
            "from datetime import date\n@date.wrap\nclass A(date, x=date): y: date = date\n",
            "import datetime as dt\n@dt.date.wrap\nclass A(dt.date, x=dt.date): y: dt.date = dt.date\n",
        ),
        ("from datetime import date  # noqa: X401\nx = date\n", "import datetime as dt  # noqa: X401\nx = dt.date\n"),
    ],
)
def test_the_form_and_its_uses_are_fixed(before: str, after: str) -> None:
    assert fixed(before, RULES) == after
    assert found(after, RULES) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('f"{date.today():%Y} {x}"', 'f"{dt.date.today():%Y} {x}"'),
        ('f"a {date}"', 'f"a {dt.date}"'),
        ("f'{date(year=1)}{x=}'", "f'{dt.date(year=1)}{x=}'"),
        ("{1: date, 2: dict(a=x)}", "{1: dt.date, 2: dict(a=x)}"),
    ],
)
def test_uses_in_f_strings(before: str, after: str) -> None:
    assert fixed(f"from datetime import date\nx = {before}\n", RULES) == f"import datetime as dt\nx = {after}\n"


@pytest.mark.parametrize(
    "text",
    [
        "import datetime as dt\ndt.date\n",
        "from corp import db\ndb.get\n",
        "from corp import db, log\ndb.get\n",
        "import json, os\njson.dumps\n",
        "import xml.sax, xml.dom\nxml.sax.parse, xml.dom.x\n",
        "import corp\ncorp.db.get, corp.typing.A\n",
        "import corp.db.sub\ncorp.db.sub.get\n",
        "from corp.db.sub import get\nget\n",
        "import datetimes\nfrom datetimes import date\ndate\n",
        "from corp import other as db\ndb\n",
        "try:\n    from datetime import date\nexcept ImportError:\n    date = None\nprint(date)\n",
        "import sys\nif sys.version_info > (3,):\n    from datetime import date\n",
        "datetime = 1\nprint(datetime.date)\n",
    ],
)
def test_what_is_right_or_none_of_its_business_is_silent(text: str) -> None:
    assert sieved(text, RULES) == []
    assert fixed(text, RULES) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from datetime import date\n__all__ = ['date']\nx = date\n", "`__all__` lists `date`"),
        (
            "from datetime import date  # noqa: F401\nx = date\n",
            "`# noqa: F401` says that `date` is there for others",
        ),
        ("from datetime import date as date\nx = date\n", "`as date` says that others import `date` from here"),
        ("from datetime import date\n", "nothing here uses `date`, so it may be there for others"),
        ("from datetime import date\ndt = 1\nx = date\n", "`dt` already means something else here"),
        ("from datetime import date\ndef f(dt):\n    return date\n", "`dt` already means something else here"),
        ("from datetime import date\nfor dt in x:\n    date\n", "`dt` already means something else here"),
        ("def f():\n    global date\n    from datetime import date\n", "`date` is declared `global` or `nonlocal`"),
        ("class A:\n    from datetime import date\n    x = date\n", "`date` is an attribute of a class"),
        ("from datetime import date\nx = f()  # type: date\ny = date\n", "a type comment mentions `date`"),
        (
            "if x:\n    from datetime import date\nelse:\n    from other import date\nprint(date)\n",
            "a use of `date` may mean something else",
        ),
        ("from datetime import date\nif x:\n    date = None\nprint(date)\n", "a use of `date` may mean something else"),
        (
            "from datetime import *\nx = date\n",
            "the names come from a star import; import the module and spell them out",
        ),
        (
            "from datetime import date\nx = date\ndef f():\n    return dt\n",
            "`datetime` would come to mean something else",
        ),
        (
            "from datetime import date\nfrom other import *\nprint(dt, date)\n",
            "`datetime` would come to mean something else",
        ),
        (
            "from datetime import (\n    date,  # why\n)\nx = date\n",
            "a comment inside the import would be lost",
        ),
        (
            "from datetime import date\nx: 'da' 'te'\n",
            "a use stands inside a string where its exact place is not known",
        ),
        ("import corp.db\nx = (corp  # why\n  .db.x)\n", "a comment stands inside the name"),
        ("from datetime import date\nx = f'{date=}'\n", "an f-string shows how a use is written (`{…=}`)"),
        ("from datetime import date\nx = f'{date.max = !r:>9}'\n", "an f-string shows how a use is written (`{…=}`)"),
    ],
)
def test_what_is_not_sure_is_refused(text: str, reason: str) -> None:
    assert len(sieved(text, RULES)) == 1
    assert refusals(text, RULES) == [reason]
    assert fixed(text, RULES) == text


def test_a_part_that_is_not_sure_does_not_keep_the_rest() -> None:
    text = "from datetime import date, time\n__all__ = ['time']\nx = date, time\n"
    assert fixed(text, RULES) == (
        "import datetime as dt\nfrom datetime import time\n__all__ = ['time']\nx = dt.date, time\n"
    )


def test_messages() -> None:
    text = "import datetime\nfrom corp.db import get\nfrom json import *\ndatetime, get\n"
    assert [hit.message for hit in sieved(text, RULES)] == [
        "`datetime` is imported in another form: write `import datetime as dt` and `dt`",
        "`corp.db.get` is imported in another form: write `from corp import db` and `db.get`",
        "`json.*` is imported in another form: write `import json` and `json.…`",
    ]
    own = pack('[[rule]]\nimport_as = { datetime = "import datetime as dt" }\nmessage = "{name} {to} {use}"')
    assert [hit.message for hit in sieved("from datetime import date\n", own)] == [
        "datetime.date import datetime as dt dt.date"
    ]


def test_hits_stand_at_the_imported_names() -> None:
    text = "import os, datetime\nfrom datetime import (\n  date,\n  time as t,\n)\nfrom json import *\n"
    places = [text[hit.start : hit.end] for hit in sieved(text, RULES)]
    assert places == ["datetime", "date", "time as t", "from json import *"]


def test_allowed_members_stay() -> None:
    rules = pack(
        '[[rule]]\nimport_as = { datetime = "import datetime as dt" }\nallow = ["datetime.UTC", "datetime.time*"]'
    )
    text = "from datetime import UTC, date, timezone\nprint(UTC, date, timezone)\n"
    assert fixed(text, rules) == (
        "import datetime as dt\nfrom datetime import UTC, timezone\nprint(UTC, dt.date, timezone)\n"
    )


def test_type_checking_imports_may_be_left_out() -> None:
    rules = pack('[[rule]]\nimport_as = { datetime = "import datetime as dt" }\ntype_checking = "allow"')
    text = "if TYPE_CHECKING:\n    from datetime import date\nfrom datetime import time\n"
    assert [row for row, _ in found(text, rules)] == [3]


def test_suppressed_imports_stay() -> None:
    text = "from datetime import date  # noqa: LIX161\nfrom datetime import time\nx = date, time\n"
    assert fixed(text, RULES) == "import datetime as dt\nfrom datetime import date  # noqa: LIX161\nx = date, dt.time\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("corp/__init__.py", "corp/db/__init__.py", "corp/db/sub.py", "corp/app.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_in_a_project(project: Path) -> None:
    view = Modules().view(str(project / "corp/app.py"))
    # A submodule is no attribute until somebody imports it.
    assert found("from corp.db import sub\nsub\n", RULES, view) == []
    assert fixed("from .db import get\nget(1)\n", RULES, view) == "from corp import db\ndb.get(1)\n"
    assert fixed("from . import typing\ntyping.A\n", RULES, view) == "import corp.typing as t\nt.A\n"
    # Relative, but by the right name.
    assert found("from . import db\ndb.get\n", RULES, view) == []
    inside = Modules().view(str(project / "corp/db/sub.py"))
    assert found("from corp.db import get\nfrom . import other\nget, other\n", RULES, inside) == []


def test_a_package_may_be_imported_from(project: Path) -> None:
    view = Modules().view(str(project / "corp/__init__.py"))
    text = "from datetime import date\n\n\ndef f():\n    from datetime import time\n\n    return date, time\n"
    assert refusals(text, RULES, view) == ["others may import `date` from this package"]
    assert "dt.time" in fix_result(text, RULES, view).text


def test_a_suggestion_is_not_applied() -> None:
    rules = pack('[[rule]]\nfix = "suggest"\nimport_as = { datetime = "import datetime as dt" }')
    assert fixed("from datetime import date\nx = date\n", rules) == "from datetime import date\nx = date\n"


def test_beside_a_rename() -> None:
    rules = pack(
        """
[[rule]]
code = "LIX161"
name = "import-form"
import_as = { datetime = "import datetime as dt" }
[[rule]]
code = "LIX162"
name = "utc"
rename = { "datetime.datetime.utcnow" = "corp.clock.now" }
"""
    )
    assert fixed("from datetime import datetime\nx = datetime.utcnow(), datetime.now()\n", rules) == (
        "import datetime as dt\n\nfrom corp import clock\nx = clock.now(), dt.datetime.now()\n"
    )


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("{}", "import_as is empty: give one module at least with its import"),
        ('{ "date time" = "import x" }', "import_as: 'date time' is no qualified name"),
        ('{ "a.*" = "import a" }', "import_as: 'a.*' is no qualified name"),
        ('{ a = "a" }', "import_as 'a': 'a' is no import statement such as 'import a as x'"),
        ('{ a = "import" }', "import_as 'a': 'import' is no import statement such as 'import a as x'"),
        ('{ a = "import a; import b" }', "import_as 'a': 'import a; import b' is no import statement"),
        ('{ a = "import a, b" }', "import_as 'a': 'import a, b': expected an import of one thing"),
        ('{ a = "from a import *" }', "import_as 'a': 'from a import *': expected an import of one thing"),
        ('{ a = "from . import a" }', "import_as 'a': 'from . import a': expected an absolute import"),
        ('{ a = "import b as a" }', "import_as 'a': 'import b as a' imports 'b', not 'a'"),
        ('{ "a.b" = "from a import c" }', "import_as 'a.b': 'from a import c' imports 'a.c', not 'a.b'"),
        ('{ a = "import a as x", b = "import b as x" }', "import_as: `x` would stand for both 'a' and 'b'"),
    ],
)
def test_mistakes_are_told(table: str, expected: str) -> None:
    with pytest.raises(PackError) as caught:
        pack(f"[[rule]]\nimport_as = {table}\n")
    assert f"rule TST100: {expected}" in str(caught.value)
    assert "\n" not in str(caught.value)


_lines = st.lists(
    st.sampled_from(
        [
            "from datetime import date",
            "from datetime import date as d, time",
            "import datetime",
            "import datetime as dt",
            "from corp import db, typing",
            "import corp.db",
            "import corp.typing",
            "import corp.db.sub",
            "from corp.db import get",
            "print(date, time, d)",
            "print(datetime.date, dt.time)",
            "print(corp.db.get, corp.db.sub.x, corp.other)",
            "print(typing.A, db, get)",
            "def f(date, x=date): return date, time, db",
            "def f():\n    from datetime import date\n    return date, dt, datetime.x",
            "class A:\n    x: 'date' = date",
            "dt = 1",
            "time = 2",
            "if x:\n    from datetime import time",
        ]
    ),
    min_size=2,
    max_size=9,
)


@given(_lines)
def test_every_name_means_what_it_meant(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    after = fixed(text, RULES)
    compile(after, "after", "exec")
    meant = [Counter(reference.qualified for reference in indexed(version).references) for version in (text, after)]
    assert meant[0] == meant[1]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_type_parameters_and_aliases() -> None:
    assert fixed("from datetime import date\ntype D = date\ndef f[T: date](x: T): ...\n", RULES) == (
        "import datetime as dt\ntype D = dt.date\ndef f[T: dt.date](x: T): ...\n"
    )
