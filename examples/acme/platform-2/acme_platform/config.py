"""Settings of a service."""

from acme_platform import flags
from acme_platform.deprecation import replaced_by


@replaced_by("acme_platform.flags.enabled", owner="team-runtime")
def flag(name: str) -> bool:
    """Whether *name* is switched on."""
    return flags.enabled(name)
