"""What an order is worth, and for how long it may be changed."""

import time
from datetime import timedelta

from acme_platform import config
from orders.storage import Order

_CHANGEABLE = timedelta(hours=1)


def is_changeable(order: Order) -> bool:
    """Whether the customer may still change *order*."""
    return time.time() - order.created < _CHANGEABLE.total_seconds()


def discount(cents: int) -> int:
    """What large orders are spared."""
    if not config.flag("discounts"):
        return 0
    return cents // 20 if cents > 10_000 else 0
