"""Dates and times: deprecated and naive `datetime` calls, time zones from libraries that `zoneinfo` replaced, and clocks that fit badly.

On by default is what Python or the library itself deprecated or removed. Opt-in are the conventions of teams that allow only
timezone-aware values and the standard library's time zones. A name says nothing about arguments, so `datetime.now()` without a
zone is not found here.
"""
