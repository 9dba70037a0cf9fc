"""What other services ask of us."""

import logging

import acme_platform.http
from acme_platform import clock, events
from orders.domain import discount
from orders.storage import Order, all_of, save

log = logging.getLogger(__name__)


def place(number: str, customer: str, cents: int):
    """Keep an order, reserve what was bought, and tell everybody."""
    order = Order(number=number, customer=customer, cents=cents - discount(cents), created=clock.now())
    save(order)
    answer = acme_platform.http.post(
        "https://warehouse.acme.example/reserve",
        {"order": number},
        timeout_ms=500,  # the customer is waiting
    )
    if answer.status != 200:
        logging.warn("the warehouse said %s", answer.status)
    events.publish("orders.placed", {"number": number, "cents": order.cents}, retry=False)
    return order


def spent(customer: str) -> int:
    """What *customer* has paid so far, in cents."""
    return sum(order.cents for order in all_of(customer))
