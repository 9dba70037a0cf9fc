"""What other services ask of us."""

import logging
import time

import requests

from acme_platform.db import get_session, models

log = logging.getLogger(__name__)


def place(order: models.Order) -> str:
    """Store an order and tell the warehouse."""
    with get_session() as session:  # one transaction per order
        session.add(order)
        order.created = time.time()
    answer = requests.post(
        "https://warehouse.acme.example/reserve",
        json=order.as_dict(),  # the warehouse wants plain data
    )
    if answer.status_code != 200:
        logging.warn("warehouse said %s", answer.status_code)
    return order.number
