"""Wrapping."""

from functools import partial as half
from functools import update_wrapper, wraps

__all__ = ["half", "update_wrapper", "wraps"]
