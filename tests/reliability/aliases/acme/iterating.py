"""Iterating."""

from itertools import chain as chained
from itertools import islice

__all__ = ["chained", "islice"]
