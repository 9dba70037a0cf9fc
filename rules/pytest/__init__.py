"""From unittest to pytest: assertions, exceptions, marks, fixtures and the classes themselves, as far as it is safe.

Each step leaves a suite that passes and fails as before. Assertions come first: `self.assertEqual(a, b)` is
`assert a == b`, `assertRaises` is `pytest.raises`, `skipTest` is `pytest.skip`, and the decorators that skip are marks.
All of that works in a `TestCase` too, when it is run by pytest, so that half a migration can be merged.

A class gives up `TestCase` when nothing of it is used any more. It is called `Test…` then, because pytest would not
collect it otherwise; `setUp` and `tearDown` become a fixture, or `setup_method` and `teardown_method` where they call
those of a base. A class that stays a `TestCase` is a finding that says what keeps it: `subTest`, a base elsewhere,
`self` handed to someone else, a decorator that passes arguments. Classes that inherit from each other change together.

pytest runs the tests of such a class in the order in which they are written, where unittest sorts them by name. Tests
that only pass in one order show it then. Compare the number of tests before and after: it has to be the same.
"""
