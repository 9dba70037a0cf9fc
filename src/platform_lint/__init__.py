"""platform-lint: a company's API and library conventions, checked and fixed.

``check`` and ``fix`` work on text, for tests and tools; the command line is :mod:`platform_lint.cli`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from platform_lint.library import check, fix

__version__ = "0.1.0"
__all__ = ["__version__", "check", "fix"]


def __getattr__(name: str) -> object:
    # The hook pays for every import; the library entry points are loaded when asked for.
    if name in ("check", "fix"):
        from platform_lint import library

        return getattr(library, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
