"""``import_as``: which import gives way to which, and what keeps one as it is."""

from __future__ import annotations

import pytest
from engine import fixed, pack, refusals

RULES = pack(
    """
[[rule]]
[rule.import_as]
"datetime" = "import datetime as dt"
"corp.db" = "from corp import db"
"json" = "import json"
"xml.sax" = "import xml.sax"
"""
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("from xml import sax\nimport xml.sax\nsax.x\n", "import xml.sax\nxml.sax.x\n", id="it is there"),
        pytest.param(
            "import xml.sax.handler\nfrom xml import sax\nsax.x, xml.sax.handler\n",
            "import xml.sax\nimport xml.sax.handler\nxml.sax.x, xml.sax.handler\n",
            id="a module below it is there",
        ),
        pytest.param(
            "import xml\nfrom xml import sax\nsax.x, xml\n",
            "import xml\nimport xml.sax\nxml.sax.x, xml\n",
            id="its package is there",
        ),
        pytest.param(
            "from json import dumps\ndef f():\n    import json\n    json\ndumps\n",
            "import json\ndef f():\n    import json\n    json\njson.dumps\n",
            id="it is there in a function",
        ),
        pytest.param(
            "from json import dumps\nimport json\ndumps, json\n", "import json\njson.dumps, json\n", id="it is below"
        ),
        pytest.param(
            "def f():\n    from json import dumps\n    dumps\nimport json\n",
            "def f():\n    json.dumps\nimport json\n",
            id="it is there for a function",
        ),
        pytest.param(
            "def f():\n    from json import dumps\n    dumps\njson = 1\n",
            "def f():\n    import json\n    json.dumps\njson = 1\n",
            id="its name is taken outside",
        ),
        pytest.param(
            "if TYPE_CHECKING:\n    import json\nfrom json import dumps\ndumps\n",
            "if TYPE_CHECKING:\n    import json\nimport json\njson.dumps\n",
            id="it is there for the type checker",
        ),
        pytest.param(
            "try:\n    import json\nexcept ImportError: ...\nfrom json import dumps\ndumps\n",
            "try:\n    import json\nexcept ImportError: ...\nimport json\njson.dumps\n",
            id="it is there, perhaps",
        ),
        pytest.param(
            "from json import dumps\nfrom json import loads\ndumps(loads)\n",
            "import json\njson.dumps(json.loads)\n",
            id="two lines become one",
        ),
        pytest.param(
            "import corp.db\ncorp.db.x, corp.y\n", "import corp\nfrom corp import db\ndb.x, corp.y\n", id="root"
        ),
        pytest.param(
            "import corp.db, corp.z\ncorp.db.x, corp.y\n",
            "import corp.z\nfrom corp import db\ndb.x, corp.y\n",
            id="another module keeps the root",
        ),
        pytest.param(
            "import corp.db\nfrom corp import db\ncorp.db.x, corp.y, db\n",
            "import corp\nfrom corp import db\ndb.x, corp.y, db\n",
            id="both are there, and the root is used",
        ),
        pytest.param(
            "import corp.db\nfrom corp import db\ncorp.db.x, db\n",
            "from corp import db\ndb.x, db\n",
            id="both are there",
        ),
        pytest.param(
            "import corp.db\nimport corp.db.sub\ncorp.db.x, corp.db.sub\n",
            "import corp.db.sub\nfrom corp import db\ndb.x, corp.db.sub\n",
            id="a module below it stays",
        ),
        pytest.param(
            "import datetime as d\nimport datetime as e\nd.x, e.x\n",
            "import datetime as dt\ndt.x, dt.x\n",
            id="two aliases become one",
        ),
        pytest.param(
            "import datetime\nimport datetime as dt\ndatetime.date, dt.time\n",
            "import datetime as dt\ndt.date, dt.time\n",
            id="with an alias and without",
        ),
    ],
)
def test_fixes(before: str, after: str) -> None:
    assert fixed(before, RULES) == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "import json\nfrom json import dumps\ndef f(json): dumps(json)\ndumps(1)\n",
            "`json` already means something else here",
            id="hidden at one of its uses",
        ),
        pytest.param(
            "from datetime import date\ndef f():\n    global dt\ndate\n",
            "`dt` already means something else here",
            id="declared global",
        ),
        pytest.param("from datetime import date\ndt = 1\ndate\n", "`dt` already means something else here", id="taken"),
        pytest.param(
            "from datetime import date\ndef f(dt): date\n", "`dt` already means something else here", id="a parameter"
        ),
        pytest.param(
            "from datetime import date\nif x:\n    date = 1\ndate\n",
            "a use of `date` may mean something else",
            id="bound twice",
        ),
    ],
)
def test_refusals(text: str, reason: str) -> None:
    assert refusals(text, RULES) == [reason]
    assert fixed(text, RULES) == text
