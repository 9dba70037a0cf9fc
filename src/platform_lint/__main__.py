"""``python -m platform_lint``."""

import os
import sys

# Python looks for modules in the working directory first, and that is what is linted: nothing of it is to be run.
try:
    _HERE = os.getcwd()
except OSError:  # It was removed: nothing can lie there.
    _HERE = ""
if (
    _HERE
    and sys.path
    and sys.path[0] in ("", _HERE)
    and not os.path.abspath(__file__).startswith(os.path.join(_HERE, ""))
):
    del sys.path[0]

from platform_lint.cli import main

sys.exit(main())
