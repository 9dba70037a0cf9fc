"""A platform for tests: no wire, an empty database, a clock that stands still."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from acme_platform import clock, db, events, flags, http
from acme_platform.errors import HttpError


class FakePlatform:
    """What tests say and see. *answers* are by URL, *sent* what was sent, *published* the events."""

    def __init__(self) -> None:
        self.answers: "dict[str, object]" = {}
        self.sent: "list[tuple[str, str, object, float]]" = []
        self.published = events.emitted

    def carry(self, method: str, url: str, data: object, seconds: float) -> http.Response:
        """Answer as the test said."""
        self.sent.append((method, url, data, seconds))
        if url not in self.answers:
            raise HttpError(url)
        return http.Response(200, json.dumps(self.answers[url]).encode())

    def switch_on(self, name: str) -> None:
        """Switch the flag *name* on."""
        flags.switched_on.add(name)


@contextmanager
def fake_platform(at: float = 1_800_000_000.0) -> Iterator[FakePlatform]:
    """A platform of a test's own, at the time *at*."""
    fake, wire = FakePlatform(), http.transport
    http.transport, clock.frozen_at = fake.carry, at
    try:
        yield fake
    finally:
        http.transport, clock.frozen_at = wire, None
        flags.switched_on.clear()
        db.tables.clear()
        events.emitted.clear()
