"""What we are told."""

from acme_platform import events
from acme_platform.events import Handler
from billing import domain, storage


class BillOrders(Handler):
    """Writes an invoice for every order."""

    topic = "orders.placed"

    def handle(self, event):
        invoice = domain.write(event["number"], event["cents"])
        storage.save(invoice)
        events.publish("orders.billed", event["number"])
