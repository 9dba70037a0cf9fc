"""Regular expressions: the module itself."""

import re
import sys

sys.modules[__name__] = re
