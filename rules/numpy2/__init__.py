"""From NumPy 1 to NumPy 2: all that is removed, renamed, moved or means something else, as far as the code itself
shows it.

A new name is written such that it runs before and after the upgrade wherever there is such a name: `numpy.nan`,
`numpy.isin(...).ravel()`, `numpy.exceptions` (NumPy 1.25). So most of the migration can be merged while NumPy 1 is
still installed. What only NumPy 2 has (`numpy.trapezoid`, `numpy.lib.array_utils`) is an unsafe fix and says so. The
tables were made by comparing the namespaces of NumPy 1.19, 1.21, 1.23, 1.25 and 1.26 with those of 2.0 to 2.4, and a
test looks up every new name, and every old one, in both.

Beyond names it knows the methods of arrays that became functions (`ptp`, `newbyteorder`, `itemset`, `tostring`), by
the type of what they are called on; arguments that are gone, renamed or mean something else (`copy=False`); what
classes that act as arrays must define now (`__array__`, `__array_wrap__`); names of dtypes in strings; private
modules of `numpy.core` and `numpy.lib`. What changed later in the 2.x series carries its version in the message.

Some changes cannot be seen in code: the promotion of mixed types (NEP 50), the `repr` of scalars, the default integer
on Windows, functions that return tuples instead of lists. Run the tests with warnings as errors for these.
"""
