"""Files."""

from io import BytesIO as Bytes
from io import StringIO as Text

__all__ = ["Bytes", "Text"]
