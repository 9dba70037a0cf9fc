"""Paths."""

from os.path import basename as leaf
from os.path import dirname as parent
from os.path import exists as there
from os.path import join

__all__ = ["join", "leaf", "parent", "there"]
