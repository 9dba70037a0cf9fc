"""Time."""

from datetime import date as Day
from datetime import datetime as Moment
from datetime import timedelta as Span

__all__ = ["Day", "Moment", "Span"]
