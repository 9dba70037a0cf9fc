"""HTTP clients and TLS: names that `requests`, `urllib3`, `httpx` and `aiohttp` removed, renamed or deprecated, and calls that switch certificate checks off.

An error names something that is gone from the library's current major release, or that turns off TLS verification for a whole
process; a warning names something deprecated that still works. A fix is offered where the successor takes the same arguments.
House rules (one HTTP client for all, no private modules, no development servers) are opt-in.
"""
