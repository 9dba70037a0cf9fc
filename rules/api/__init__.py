"""A company's own public surface: signatures, annotations, docstrings, exports, exceptions and deprecations.

On by default is what fails or lies whatever a house thinks of style: dataclass fields that Python refuses or that all instances share,
defaults evaluated once for all, `raise NotImplemented`, a deprecation that nobody sees.

Everything else is a choice. `extend-select = ["LIB9"]` takes all of it; more often a platform team names the few rules it stands for and
says with `per-file-ignores`, or with a rule of its own and `module`, which packages are its public surface.
"""
