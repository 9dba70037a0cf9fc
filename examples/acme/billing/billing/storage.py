"""Where invoices are kept."""

from acme_platform import db
from acme_platform.db import models


class Invoice(models.Model):
    """What somebody has to pay."""

    order: str
    cents: int
    due: str


def save(invoice: Invoice) -> None:
    """Keep *invoice*."""
    with db.get_session() as session:
        session.add(invoice)


def of_order(order: str) -> list[Invoice]:
    """The invoices about *order*."""
    with db.get_session() as session:
        return session.find(Invoice, limit=10, order=order)
