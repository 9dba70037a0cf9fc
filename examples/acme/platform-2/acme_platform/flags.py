"""What is switched on."""

#: What is switched on.
switched_on: "set[str]" = set()


def enabled(name: str, default: bool = False) -> bool:
    """Whether *name* is switched on."""
    return name in switched_on or default
