"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings
from tests.reliability.interruptible import let_children_be_interrupted

# The same examples every time: a run tells of the change at hand. `HYPOTHESIS_PROFILE=explore` looks for new ones;
# `make fuzz` does so again and again, for minutes, with `fuzz`, and keeps what fails for the next time.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None)
settings.register_profile("fuzz", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_configure() -> None:
    let_children_be_interrupted()
