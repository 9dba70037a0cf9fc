"""Regular expressions of rules: matched by the ``regex`` library, which can be stopped in the middle as ``re`` cannot.

``regex`` takes what ``re`` takes and more (https://pypi.org/project/regex/), and ends by itself most of what makes
``re`` explode.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import prod

from platform_lint.limits import GaveUp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Seconds one match may take: ten thousand times what a common one does.
MAX_SECONDS = 1.0
_MAX_REMEMBERED = 1024
#: `regex` compiles `x{1000}` as a thousand times `x`, so that short texts can take all memory there is.
_MAX_REPEATS = 100_000
_MAX_LENGTH = 10_000
_COUNT = re.compile(r"\{(?:\d*,)?(\d+)(?:,)?\}")


def check_regex(text: str) -> None:
    """Raise ValueError with the reason where *text* is no regular expression."""
    import regex

    if len(text) > _MAX_LENGTH:
        raise ValueError(f"longer than {_MAX_LENGTH} characters")
    if prod(max(1, int(count.lstrip("0")[:10] or 0)) for count in _COUNT.findall(text)) > _MAX_REPEATS:
        raise ValueError(f"its counted repeats come to more than {_MAX_REPEATS}")
    try:
        _compiled(text)
    except regex.error as error:
        raise ValueError(str(error)) from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def begins(text: str, subject: str) -> bool:
    """Whether *subject* begins with what the regular expression *text* means. Raises GaveUp where it takes too long."""
    try:
        return _compiled(text).match(subject, timeout=MAX_SECONDS) is not None
    except TimeoutError:
        raise _gave_up(text) from None


def fits(text: str, subject: str) -> bool:
    """Whether the whole of *subject* is what the regular expression *text* means. Raises GaveUp as :func:`begins`."""
    try:
        return _compiled(text).fullmatch(subject, timeout=MAX_SECONDS) is not None
    except TimeoutError:
        raise _gave_up(text) from None


def _gave_up(text: str) -> GaveUp:
    return GaveUp(f"the regular expression {text!r} takes too long")


@lru_cache(maxsize=_MAX_REMEMBERED)
def _compiled(text: str) -> Any:
    import warnings

    import regex

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of sets that a later version may read otherwise.
        return regex.compile(text)
