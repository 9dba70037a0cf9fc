"""What goes wrong."""


class HttpError(Exception):
    """The other side did not answer, or not in time."""
