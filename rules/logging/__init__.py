"""Logging and error reporting: what `logging`, structlog, loguru, absl and the Sentry SDK deprecated, and calls that cannot work.

On by default is what is deprecated or removed, and what fails or goes unseen whatever a house thinks of style: contradictory
configurations, formats without their style, files that never rotate, loggers called after a path.

Opt-in are conventions. `extend-select = ["LIB31"]` is for a library that leaves the configuration of logging to the application:
module loggers, no `basicConfig`, no `print`. `LIB33` is about calls of loggers, found by the type of the receiver and not by its name:
messages formatted too early, formats that do not fit their arguments, tracebacks that are missing or not there. `LIB304`, `LIB34` and
`LIB35` have the rest.
"""
