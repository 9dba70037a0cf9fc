"""Containers."""

from collections import OrderedDict as Ordered
from collections import defaultdict as Defaulting
from collections import deque as Row
from collections import namedtuple as record

__all__ = ["Defaulting", "Ordered", "Row", "record"]
