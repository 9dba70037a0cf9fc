import time

import pytest
from acme_platform.testing import fake_platform
from orders import api, domain, storage

RESERVE = "https://warehouse.acme.example/reserve"


@pytest.fixture
def platform():
    with fake_platform(at=time.time()) as fake:
        fake.answers[RESERVE] = {}
        yield fake


def test_an_order_is_kept_reserved_and_told(platform):
    order = api.place("A1", "ann", 5000)
    assert storage.latest("ann") == [order]
    assert platform.sent == [("POST", RESERVE, {"order": "A1"}, 0.5)]
    assert platform.published == [("orders.placed", {"number": "A1", "cents": 5000})]


def test_large_orders_are_cheaper_where_that_is_switched_on(platform):
    assert api.place("A1", "ann", 20_000).cents == 20_000
    platform.switch_on("discounts")
    assert api.place("A2", "ann", 20_000).cents == 19_000
    assert api.spent("ann") == 39_000


def test_an_order_may_be_changed_for_an_hour(platform):
    order = api.place("A1", "ann", 5000)
    assert domain.is_changeable(order)
    order.created -= 3601
    assert not domain.is_changeable(order)


def test_the_last_orders_come_from_one_customer(platform):
    for number in range(12):
        api.place(f"A{number}", "ann", 100)
    api.place("B0", "bob", 100)
    assert [order.number for order in storage.latest("ann", 2)] == ["A10", "A11"]
    assert len(storage.all_of("ann")) == 12
