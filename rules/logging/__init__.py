"""Logging and error reporting: deprecated spellings in `logging`, and names that structlog, loguru, absl and the Sentry SDK left behind.

On by default is what is deprecated or removed. Opt-in are the conventions of a library that leaves the configuration of logging
to the application: module loggers, no `basicConfig`, no `print`.
"""
