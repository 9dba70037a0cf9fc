"""Databases: SQL that is put together from strings, sessions and connections that are left open, calls that SQLAlchemy left behind.

On by default is what nearly everyone agrees on.
"""
