"""Nightly reports."""

import datetime as dt

import acme_platform.db as db
from requests import get


def yesterday() -> "list[db.models.Order]":
    """All orders of yesterday (UTC)."""
    start = dt.datetime.utcnow() - dt.timedelta(days=1)
    with db.get_session() as session:
        return session.query(db.models.Order).filter_by(created_after=start).all()


def rates(currency: str) -> dict[str, float]:
    """Exchange rates for one currency."""
    return get(f"https://rates.acme.example/{currency}").json()


def legacy_rates(currency: str) -> dict[str, float]:
    """The same from the old host, which our HTTP client cannot talk to."""
    import urllib.request

    with urllib.request.urlopen(f"http://old-rates.acme.example/{currency}") as answer:  # noqa: ACM101 -- plain HTTP/1.0 host; until 2027-06-30
        return answer.read()
