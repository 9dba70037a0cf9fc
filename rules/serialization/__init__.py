"""Data from outside: loaders that run code, hashes that are no protection, text that loses what it does not know.

On by default is what nearly everyone agrees on.
"""
