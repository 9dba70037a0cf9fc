"""The functions of nose, by what they are called in unittest: it made them of the methods of TestCase."""

from __future__ import annotations

import re

from ._asserting import ALL

ASSERTIONS = {
    **{f"nose.tools.{re.sub('[A-Z]', lambda match: '_' + match[0].lower(), method)}": method for method in ALL},
    "nose.tools.assert_almost_equals": "assertAlmostEqual",
    "nose.tools.assert_equals": "assertEqual",
    "nose.tools.assert_items_equal": "assertCountEqual",
    "nose.tools.assert_not_almost_equals": "assertNotAlmostEqual",
    "nose.tools.assert_not_equals": "assertNotEqual",
    "nose.tools.assert_not_regexp_matches": "assertNotRegex",
    "nose.tools.assert_regexp_matches": "assertRegex",
    "nose.tools.eq_": "assertEqual",
    "nose.tools.ok_": "assertTrue",
}
#: What those of nose's own take.
PARAMETERS = {"nose.tools.eq_": ("a", "b", "msg"), "nose.tools.ok_": ("expr", "msg")}
RAISES = {
    "nose.tools.assert_raises": "assertRaises",
    "nose.tools.assert_raises_regex": "assertRaisesRegex",
    "nose.tools.assert_raises_regexp": "assertRaisesRegex",
    "nose.tools.assert_warns": "assertWarns",
    "nose.tools.assert_warns_regex": "assertWarnsRegex",
}
