"""Tests: what unittest, pytest and Django's test tools removed or renamed, test libraries that died, and tests that test nothing.

On by default is what no longer works or is documented as deprecated. Assert methods are found by the class of what they are called on,
so `self.assertEquals` counts in a subclass of `TestCase`, also one of another file.

Checks that pass whatever happens, as `mock.called_with(...)`, `assertTrue(a, 3)` or a coroutine that a plain `TestCase` never awaits, are opt-in
only because most tests have to be read for them: `extend-select = ["misspelled-mock-check", "LIB460", "LIB467"]`.

Opt-in are preferences: the standard library's `mock`, no private `_pytest` modules, no mocks in production code, the narrower assert
methods or plain `assert`, any exception in `pytest.raises(Exception)`, specs for patches, bare fixtures and marks, reasons for skips, `tmp_path`, and tests that leave the network, the
clock and `sleep` alone. Switch them on one by one, with `extend-select = ["unittest-assertion", "sleep-in-a-test"]`.
"""
