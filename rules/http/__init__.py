"""HTTP clients and TLS: requests that may wait for ever, certificates nobody checks, sessions that are made anew and never closed, and what
`requests`, `urllib3`, `httpx` and `aiohttp` removed, renamed or deprecated, names and arguments alike.

An error names something that is gone from the library's current major release, or that turns off TLS verification for a whole
process; a warning names something deprecated that still works, or a call that is one bad day from trouble. A fix is offered where the successor
takes the same arguments. It is unsafe where it changes what the program does: ten seconds may be too short, and without `verify=False` the
request fails until the certificate is trusted.

House rules (one HTTP client for all, no private modules, no development servers), what is often done on purpose (`timeout=None`, answers
read without a look at the status), and rules that look up the types of variables (requests of a session) are opt-in: name them in
`extend-select`, as in `extend-select = ["LIB161", "unchecked-answer"]`.
"""
