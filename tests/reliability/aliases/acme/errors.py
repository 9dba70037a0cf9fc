"""Errors."""

__all__ = ["BadType", "BadValue", "Missing"]

BadType, BadValue, Missing = TypeError, ValueError, NotImplementedError
