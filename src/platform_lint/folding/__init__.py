"""Folding code in which the value of some expressions is known: conditions are decided, dead branches go.

:func:`platform_lint.folding.folding.fold` takes a file and the values of some of its expressions and gives the changes
of text: pure, and nothing is touched but what has to change. What calls are made by what is left, and in which order,
is as it was with these values.
"""
