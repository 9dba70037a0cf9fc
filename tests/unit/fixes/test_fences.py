"""``# isort: off``, ``# fmt: skip`` and their kin: nothing is sorted, merged or added there."""

from __future__ import annotations

import pytest
from engine import catalog, fixed

GET = {"corp.db.get": "corp.data.fetch"}
OPEN = {"builtins.open": "corp.io.open_file"}


def case(name: str, renames: dict[str, str], before: str, after: str | None) -> object:
    """*after* is None where nothing is to change."""
    return pytest.param(renames, before, before if after is None else after, id=name)


FENCES = [
    case(
        "isort off",
        GET,
        "import zlib\n\n# isort: off\nfrom corp.db import a, get\nimport os\n# isort: on\nget(a)\n",
        "import zlib\n"
        "\n"
        "from corp.data import fetch\n"
        "\n"
        "# isort: off\n"
        "from corp.db import a\n"
        "import os\n"
        "# isort: on\n"
        "fetch(a)\n",
    ),
    case(
        "isort off at the top",
        GET,
        "# isort: off\nfrom corp.db import a, get\nimport os\n# isort: on\nget(a)\n",
        "from corp.data import fetch\n# isort: off\nfrom corp.db import a\nimport os\n# isort: on\nfetch(a)\n",
    ),
    case(
        "isort off, in place",
        GET,
        "# isort: off\nfrom corp.db import get\nimport os\n# isort: on\nget()\n",
        "# isort: off\nfrom corp.data import fetch\nimport os\n# isort: on\nfetch()\n",
    ),
    case(
        "isort off, nothing is merged",
        GET,
        "# isort: off\nfrom corp.data import z\nimport os\n# isort: on\nfrom corp.db import get\nget(z)\n",
        "# isort: off\nfrom corp.data import z\nimport os\n# isort: on\nfrom corp.data import fetch\nfetch(z)\n",
    ),
    case(
        "isort off to the end",
        OPEN,
        "import b\n# isort: off\nimport a\nopen(1)\n",
        "import b\nfrom corp.io import open_file\n# isort: off\nimport a\nopen_file(1)\n",
    ),
    case(
        "isort off and on above",
        OPEN,
        "import b\n# isort: off\nimport a\n# isort: on\nopen(1)\n",
        "import b\nfrom corp.io import open_file\n# isort: off\nimport a\n# isort: on\nopen_file(1)\n",
    ),
    case(
        "isort off with __future__",
        OPEN,
        "# isort: off\nfrom __future__ import annotations\nimport a\n# isort: on\nopen(1)\n",
        "# isort: off\n"
        "from __future__ import annotations\n"
        "import a\n"
        "# isort: on\n"
        "from corp.io import open_file\n"
        "open_file(1)\n",
    ),
    case(
        "ruff's spelling",
        OPEN,
        "import b\n# ruff: isort: off\nimport a\n# ruff: isort: on\nopen(1)\n",
        "import b\nfrom corp.io import open_file\n# ruff: isort: off\nimport a\n# ruff: isort: on\nopen_file(1)\n",
    ),
    case(
        "isort skip",
        GET,
        "from corp.db import a, get  # isort: skip\nimport os\nget(a)\n",
        "from corp.db import a  # isort: skip\nimport os\n\nfrom corp.data import fetch\nfetch(a)\n",
    ),
    case(
        "isort skip, in place",
        GET,
        "import os\n\nfrom zzz import y\nfrom corp.db import get  # isort: skip\nget(y)\n",
        "import os\n\nfrom zzz import y\nfrom corp.data import fetch  # isort: skip\nfetch(y)\n",
    ),
    case(
        "isort skip, nothing is merged",
        GET,
        "from corp.data import z  # isort: skip\nfrom corp.db import get\nget(z)\n",
        "from corp.data import z  # isort: skip\nfrom corp.data import fetch\nfetch(z)\n",
    ),
    case(
        "isort skip_file",
        OPEN,
        "# isort: skip_file\nimport b\nimport c\nopen(1)\n",
        "# isort: skip_file\nimport b\nimport c\nfrom corp.io import open_file\nopen_file(1)\n",
    ),
    case(
        "isort split",
        GET,
        "import z\n\n# isort: split\nfrom corp.db import a, get\nimport b\nget(a)\n",
        "import z\n\n# isort: split\nfrom corp.db import a\nfrom corp.data import fetch\nimport b\nfetch(a)\n",
    ),
    case(
        "isort split, each part its order",
        GET,
        "import corp.z\n\n# isort: split\nimport corp.b\nfrom corp.db import a, get\n\nget(a)\n",
        "import corp.z\n"
        "\n"
        "# isort: split\n"
        "import corp.b\n"
        "from corp.data import fetch\n"
        "from corp.db import a\n"
        "\n"
        "fetch(a)\n",
    ),
    case(
        "fmt off",
        GET,
        "# fmt: off\nfrom corp.db import a,get\nimport os\n# fmt: on\nget(a)\n",
        "from corp.data import fetch\n# fmt: off\nfrom corp.db import a\nimport os\n# fmt: on\nfetch(a)\n",
    ),
    case(
        "fmt off, in place",
        GET,
        "# fmt: off\nfrom corp.db import  get\nx = [ 1,2 ]\n# fmt: on\nget()\n",
        "# fmt: off\nfrom corp.data import  fetch\nx = [ 1,2 ]\n# fmt: on\nfetch()\n",
    ),
    case(
        "fmt skip",
        GET,
        "from corp.data import z,y  # fmt: skip\nfrom corp.db import get\nget(z, y)\n",
        "from corp.data import z,y  # fmt: skip\nfrom corp.data import fetch\nfetch(z, y)\n",
    ),
    case(
        "fmt skip, in place",
        GET,
        "from corp.db import  get  # fmt: skip\nget( )  # fmt: skip\n",
        "from corp.data import  fetch  # fmt: skip\nfetch( )  # fmt: skip\n",
    ),
    case(
        "fmt off around code",
        OPEN,
        "import b\n\n# fmt: off\nx = [open(1),  2]\n# fmt: on\n",
        "import b\nfrom corp.io import open_file\n\n# fmt: off\nx = [open_file(1),  2]\n# fmt: on\n",
    ),
]


@pytest.mark.parametrize(("renames", "before", "after"), FENCES)
def test_stretches_left_alone(renames: dict[str, str], before: str, after: str) -> None:
    """What must change there changes word by word, in its place; what is added stands outside."""
    assert fixed(before, catalog(renames)) == after
