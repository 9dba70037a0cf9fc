"""Settings and flags of a service."""

#: What is switched on.
switched_on: "set[str]" = set()


def flag(name: str) -> bool:
    """Whether *name* is switched on."""
    return name in switched_on
