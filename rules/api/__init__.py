"""A company's own public surface: signatures, annotations, docstrings, dataclasses, exports, exceptions and deprecations.

On by default is what fails, or lies, whatever a house thinks of style: `raise NotImplemented`, a
deprecation that those it is for never see.

Everything else is a choice. `extend-select = ["LIB9"]` takes all of it; more often a platform team names the few rules it stands for and
says with `per-file-ignores`, or with a rule of its own and `module`, which packages are its public surface. Mutable defaults of dataclass
and attrs fields (`LIB92`) are opt-in because every file has to be read for them.
"""
