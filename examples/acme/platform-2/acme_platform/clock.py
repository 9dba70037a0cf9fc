"""The time, as tests may set it."""

import datetime as dt
import time

from acme_platform.deprecation import deprecated

#: What tests set the clock to.
frozen_at: "float | None" = None


def now() -> float:
    """Seconds since 1970."""
    return time.time() if frozen_at is None else frozen_at


def today(zone: dt.tzinfo = dt.timezone.utc) -> dt.datetime:
    """The time in *zone*, which it knows."""
    return dt.datetime.fromtimestamp(now(), zone)


@deprecated("`acme_platform.clock.today` knows its zone; see what compares and prints the time")
def utcnow() -> dt.datetime:
    """The time in UTC, without a zone."""
    return today().replace(tzinfo=None)
