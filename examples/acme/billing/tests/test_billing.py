import pytest
from acme_platform.testing import fake_platform
from billing import api, domain, handlers, storage


@pytest.fixture
def platform():
    with fake_platform(at=1_800_000_000.0) as fake:
        yield fake


def test_an_order_is_billed(platform):
    handlers.BillOrders().handle({"number": "A1", "cents": 5000})
    (invoice,) = storage.of_order("A1")
    assert (invoice.cents, invoice.due) == (5000, "2027-01-29")
    assert platform.published == [("orders.billed", "A1")]


def test_it_is_paid_once_all_is_paid(platform):
    storage.save(domain.write("A1", 5000))
    platform.answers["https://orders.acme.example/payments/A1"] = 4000
    assert not api.is_paid("A1")
    platform.answers["https://orders.acme.example/payments/A1"] = 5000
    assert api.is_paid("A1")
    assert platform.sent[-1][3] == 2.5


def test_if_nobody_can_tell_it_is_not_paid(platform):
    assert not api.is_paid("A2")
