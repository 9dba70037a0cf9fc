"""Tests: what unittest, pytest and Django's test tools removed or renamed, test libraries that died, and test tools outside of tests.

On by default is what no longer works or is documented as deprecated. Opt-in are preferences: the standard library's `mock`,
no private `_pytest` modules, no mocks in production code. Assertions are found where they are reached through their class
(`unittest.TestCase.assertEquals`); `self.assertEquals` is not.
"""
