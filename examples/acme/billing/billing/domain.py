"""What is due, and when."""

import datetime as dt

from acme_platform import clock
from billing.storage import Invoice
from orders.domain import discount


def write(order: str, cents: int) -> Invoice:
    """An invoice that is due in two weeks."""
    due = clock.utcnow() + dt.timedelta(days=14)
    return Invoice(order=order, cents=cents - discount(cents), due=due.strftime("%Y-%m-%d"))
