"""How an API says that it is old. `platform-lint harvest` makes rules of it, so that services are moved by machine."""

import functools
import warnings
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def replaced_by(name: str, *, since: str = "acme-platform 2", owner: str = "") -> "Callable[[T], T]":
    """Say that *name* is what to use now."""
    return deprecated(f"use `{name}`")


def deprecated(message: str) -> "Callable[[T], T]":
    """Say that a thing is not to be used any more, as PEP 702 does, which this Python may not have."""

    def mark(thing: T) -> T:
        if isinstance(thing, type):
            return thing
        @functools.wraps(thing)
        def old(*args, **kwargs):
            warnings.warn(f"{thing.__qualname__} is deprecated: {message}", DeprecationWarning, stacklevel=2)
            return thing(*args, **kwargs)

        return old

    return mark
