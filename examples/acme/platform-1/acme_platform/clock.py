"""The time, as tests may set it."""

import datetime as dt
import time

#: What tests set the clock to.
frozen_at: "float | None" = None


def now() -> float:
    """Seconds since 1970."""
    return time.time() if frozen_at is None else frozen_at


def utcnow() -> dt.datetime:
    """The time in UTC, without a zone."""
    return dt.datetime.fromtimestamp(now(), dt.timezone.utc).replace(tzinfo=None)
