"""HTTP with tracing and retries."""

import json
import urllib.request

from acme_platform.deprecation import replaced_by
from acme_platform.errors import HttpError


@replaced_by("acme_platform.errors.HttpError")
class RequestFailed(HttpError):
    """What was raised before."""


class Response:
    """An answer."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body

    def json(self) -> object:
        """What the answer says."""
        return json.loads(self.body)


def _over_the_wire(method: str, url: str, data: object, seconds: float) -> Response:
    body = None if data is None else json.dumps(data).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, method=method), timeout=seconds) as answer:
            return Response(answer.status, answer.read())
    except OSError as error:
        raise HttpError(str(error)) from None


#: What carries requests; tests put another one here.
transport = _over_the_wire


def get(url: str, *, timeout: float = 1.0) -> Response:
    """Ask for *url*; *timeout* is in seconds."""
    return transport("GET", url, None, timeout)


def post(url: str, data: object, *, timeout: float = 1.0) -> Response:
    """Send *data* to *url*; *timeout* is in seconds."""
    return transport("POST", url, data, timeout)


class Client:
    """One service that is asked again and again."""

    def __init__(self, base: str, *, timeout: float = 1.0) -> None:
        self.base = base
        self.timeout = timeout

    def get(self, path: str) -> Response:
        """Ask for *path*."""
        return get(self.base + path, timeout=self.timeout)

    @replaced_by("get")
    def fetch(self, path: str) -> Response:
        """What it was called."""
        return self.get(path)
