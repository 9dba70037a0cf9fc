"""Money."""

from decimal import Decimal as Amount

__all__ = ["Amount"]
