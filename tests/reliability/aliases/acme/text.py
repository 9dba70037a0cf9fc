"""Text."""

__all__ = ["shown"]

shown = repr
