"""Contexts."""

from contextlib import contextmanager as manager

__all__ = ["manager"]
