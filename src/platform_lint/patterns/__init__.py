"""The pattern language: Python with holes, as Semgrep writes it.

A pattern is an expression or some statements. ``$X`` stands for one expression or identifier, ``$_`` for any, ``$...X``
and ``...`` for several arguments, items or statements, ``<... P ...>`` for anything that holds `P`, ``"..."`` for any
string, ``$X: T`` for an instance of `T`, ``$X. ... .f()`` for a chain. A name that is no metavariable is a qualified
name and matches however a file spells it.

What a pattern leaves out of a definition matches too, and some things match though they are written differently. These
equivalences have names, and a rule switches them off with ``without``:

- ``alias``: names are resolved; without it they are compared as they are spelled.
- ``signature``: an argument may be given by position or keyword, where an ``[[api]]`` states the signature.
- ``keywords``: keyword arguments come in any order.
- ``parentheses``: redundant ones do not count.
- ``quotes``: nor does how a string is quoted.
- ``is-not``: ``not x is y`` is ``x is not y``, ``not x in y`` is ``x not in y``.
- ``async``: ``def`` is ``async def`` too.
- ``annotations``, ``defaults``: those of parameters, results and assignments may be left out.
- ``decorators``: those of the pattern are among those of the definition.
- ``bases``: those of the pattern are among the bases of the class, or bases of theirs.
- ``clauses``: ``else``, ``finally``, other handlers and ``with`` items, ``as`` names, ``from`` of a raise and the
  message of an assertion may be left out.
"""
