"""Data from outside: loaders that run code, hashes that are no protection, text that loses what it does not know.

On by default is what nearly everyone agrees on: loaders of YAML that build objects, tokens without a list of
algorithms, signatures compared with `==`, parsers told to trust, and arguments that libraries have removed. Where a
library renamed an argument, the rule waits until the project requires a release that has the new name.

Opt-in is what depends on where the data comes from, which no rule can see: all of `pickle` (LIB755), the XML parsers
of the standard library (LIB770), MD5 and SHA-1 (LIB764), tokens read without verification (LIB760), and conventions
about JSON. Switch them on one by one, for example with `extend-select = ["pickle-load", "xml-parser-that-trusts"]`.
"""
