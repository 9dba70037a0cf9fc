"""Types."""

from typing import Any as Anything
from typing import Optional as Maybe
from typing import Union as OneOf

__all__ = ["Anything", "Maybe", "OneOf", "either", "is_callable"]

is_callable = callable


def either(value, first, second):
    """Whether *value* is an instance of one of two classes."""
    return isinstance(value, (first, second))
