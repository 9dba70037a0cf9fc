"""What the Python standard library deprecated or removed in Python 3.8 to 3.14, each name with its documented successor.

An error names something that no longer exists in a released Python (up to 3.14); a warning names something deprecated
that still works. A fix is offered where the successor is a drop-in, and marked unsafe where it behaves differently in
corner cases. Names that are deprecated without a date of removal and are still common (the generic aliases of `typing`,
`ssl.OP_NO_*`, `abc.abstractproperty`, …) are opt-in. `unittest`, `logging` and `datetime` have departments of their own.
"""
