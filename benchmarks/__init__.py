"""Speed and agreement with other tools, measured on code nobody here wrote.

``python -m benchmarks`` times platform-lint beside its peers and writes ``docs/benchmarks.md``;
``python -m benchmarks.parity`` compares what it finds with what ruff finds and writes ``docs/parity.md``;
``python -m benchmarks.packs`` counts what the built-in rules find and writes ``docs/packs.md``. All work on a fresh
machine that has Python, git and a package registry: everything they need goes below ``.bench/``.
"""
