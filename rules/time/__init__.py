"""Dates and times: naive or off by an offset, zones of libraries that `zoneinfo` replaced, clocks that fit badly.

On by default is what Python or the library itself deprecated or removed, and what is surely wrong: local time that is
labelled as UTC, UTC that is taken for local time, and zones of pytz as `tzinfo`. Defaults that keep
the time of the import (LIB227) are opt-in, because every file that asks for the time has to be read for them.

Opt-in are the conventions of teams that allow only timezone-aware values, each with a fix that takes UTC (LIB205 to
LIB208), those that want the standard library's time zones (LIB220, LIB221, LIB235), and those about measuring
(LIB211, LIB225, LIB226). Switch them on together with `extend-select = ["LIB2"]`, or one by one: `extend-select =
["now-without-zone"]`.
"""
