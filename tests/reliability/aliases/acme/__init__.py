"""A company that calls everyday things by names of its own: each is the very same object, so no behaviour changes."""

from copy import deepcopy as clone

__all__ = ["clone"]
