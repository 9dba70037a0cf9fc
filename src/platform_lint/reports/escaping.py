"""Text that others wrote, made fit to print or to encode.

File names, source lines and the messages of a company's own rules can hold terminal escapes, characters that reorder
a line, line breaks of all kinds and half surrogate pairs. All of it is shown, none of it acts.
"""

from __future__ import annotations

import os
from unicodedata import category


def visible(text: str, keep: str = "") -> str:
    r"""*text* with whatever does not print written out as Python would (``\x1b``, ``\u202e``), but for *keep*.

    The result is one line, unless *keep* holds line breaks, and can be encoded as UTF-8.
    """
    if text.isprintable():  # nearly always, and a fraction of the cost
        return text
    return "".join(char if char in keep or _prints(char) else _written_out(char) for char in text)


def visible_name(filename: str) -> str:
    """The name of a file, fit to begin a line: the log of a GitHub workflow takes ``::`` there for a command."""
    shown = visible(filename)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def for_log(text: str) -> str:
    r"""*text* for people, in which the log of a GitHub workflow sees no command: it takes ``##[`` for one anywhere."""
    return text.replace("##[", "##\\[") if os.environ.get("GITHUB_ACTIONS") == "true" else text


def encodable(text: str) -> str:
    r"""*text* with half surrogate pairs written out (``\udcff``), so that it can be encoded as UTF-8.

    The operating system's undecodable file names reach us as such halves. Strict JSON readers refuse them even where
    they are escaped; written out they keep different names different.
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _prints(char: str) -> bool:
    # Blanks of any width are harmless, and Python calls only one of them printable.
    return char.isprintable() or category(char) == "Zs"


def _written_out(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
