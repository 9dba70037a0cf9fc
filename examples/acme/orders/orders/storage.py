"""Where orders are kept."""

from acme_platform.db import get_session, lock
from acme_platform.db.models import Model


class Order(Model):
    """What somebody bought."""

    number: str
    customer: str
    cents: int
    created: float


def save(order: Order) -> None:
    """Keep *order*."""
    numbering = lock("order-numbers")
    numbering.acquire()
    try:
        # one after another, so that no number is given twice
        with get_session() as session:
            session.add(order)
    finally:
        numbering.release()


def latest(customer: str, most: int = 10) -> list[Order]:
    """The last orders of *customer*."""
    with get_session() as session:
        return session.find(Order, most, customer=customer)


def all_of(customer: str) -> list[Order]:
    """All there ever were."""
    with get_session() as session:
        return session.find(Order, customer=customer)
