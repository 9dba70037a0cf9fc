"""The Python standard library: what it deprecated or removed, and calls that do not do what they seem to.

The names are those that went, or are to go, in Python 3.8 to 3.14. An error names something that no longer exists in
a released Python (up to 3.14), or code that is wrong as it stands; a warning names something deprecated that still
works. A fix is offered where the successor is a drop-in, and marked unsafe where it behaves differently in corner
cases. Names that are deprecated without a date of removal and are still common (the generic aliases of `typing`,
`ssl.OP_NO_*`, `abc.abstractproperty`, …) are opt-in. `unittest`, `logging` and `datetime` have departments of their
own.

On by default are arguments that are gone or deprecated, shell commands put together from parts, archives that write
where they like, and the like. Opt-in is what is a convention: encodings of files (LIB562, LIB563), `pathlib` for
`os.path` (LIB570 to LIB573), `subprocess` with a list of arguments and a word about failures (LIB540, LIB541,
LIB553), mutable defaults, caches and handlers (LIB581 to LIB586, LIB598). Switch them on one by one, for example with
`extend-select = ["open-without-encoding", "path-text-without-encoding"]`.
"""
