"""Settings."""

from os import environ as environment

__all__ = ["environment"]
