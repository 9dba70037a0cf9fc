"""``python -m platform_lint``."""

import sys

from platform_lint.cli import main

sys.exit(main())
