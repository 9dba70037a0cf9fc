"""What all tests share."""

from __future__ import annotations

import os
import shutil
import tempfile

import pytest
from hypothesis import settings
from tests.reliability.interruptible import let_children_be_interrupted

# The same examples every time: a run tells of the change at hand. `HYPOTHESIS_PROFILE=explore` looks for new ones;
# `make fuzz` does so again and again, for minutes, with `fuzz`, and keeps what fails for the next time.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", deadline=None)
settings.register_profile("fuzz", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


#: Where the caches of a test run lie. What packs come to is the same for all tests; the user's own are none of theirs.
_CACHES = "PLATFORM_LINT_CACHE_DIR"


def pytest_configure(config: pytest.Config) -> None:
    let_children_be_interrupted()
    if not hasattr(config, "workerinput"):  # The workers have the environment of who started them.
        os.environ[_CACHES] = tempfile.mkdtemp(prefix="platform-lint-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(_CACHES), ignore_errors=True)
