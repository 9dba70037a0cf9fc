"""A company's own public surface: signatures, annotations, docstrings, exports and deprecations.

On by default is what nearly everyone agrees on.
"""
