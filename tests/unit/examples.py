"""How many examples a generated test looks at: few in every run, many when somebody goes looking for new ones."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

#: `make fuzz` sets it.
FACTOR = int(os.environ.get("FUZZ_FACTOR", "1"))


def examples(count: int) -> settings:
    """The settings of a test that looks at *count* examples in every run."""
    return settings(
        max_examples=max(count * FACTOR * 2 // 3, 1),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
