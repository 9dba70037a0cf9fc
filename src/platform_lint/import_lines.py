"""Import statements as text: found in bytes without a parse, and where their parts stand.

What is found is too much rather than too little: an import in a docstring looks like any other.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from platform_lint.scopes import QualifiedName

    #: One imported name: module parts, dots before them, imported name (None: the module itself), local name, whether
    #: `as` says it.
    Item = tuple[QualifiedName, int, str | None, str, bool]

#: Pieces of patterns: a name, and what may stand between two tokens of a statement.
WORD = rb"[\w\x80-\xff]+"
GAP = rb"(?:[ \t\f]|\\\r?\n|\\\r)*"
#: Within brackets, with comments and their ends.
BRACKET_GAP = rb"(?:[\s\\]|#[^\r\n]*[\r\n])*"
#: The same where a bracket may close: `(os  # why\n .path)`, `(os).path`.
CLOSING_GAP = rb"(?:[\s\\)]|#[^\r\n]*[\r\n])*"
ATTRIBUTE = rb"(?:" + CLOSING_GAP + rb"\." + CLOSING_GAP + WORD + rb")"
#: By byte: whether it continues a word.
LETTERS = tuple(byte > 127 or chr(byte).isalnum() or byte == ord("_") for byte in range(256))
#: The keyword, and what it imports: up to the closing parenthesis, or the end of the logical line. The clause is
#: captured in a lookahead, so that a match inside prose cannot swallow a statement after it.
IMPORTS = re.compile(rb"import\b(?=(" + GAP + rb"\((?:[^)#]|#[^\r\n]*)*|(?:[^\r\n;#\\]|\\\r?\n|\\\r)*))")
COMMENT = re.compile(rb"#[^\r\n]*")
_ORIGIN = re.compile(
    rb"\bfrom" + GAP + rb"((?:\." + GAP + rb")*(?:" + WORD + GAP + rb"(?:\." + GAP + WORD + GAP + rb")*)?)\Z"
)
#: White space between two tokens of a statement outside brackets, for text.
TEXT_GAP = r"(?:[ \t\f]|\\\r?\n|\\\r)*"
_FROM = re.compile(rf"from{TEXT_GAP}(?P<module>[.\w](?:[.\w]|{TEXT_GAP}(?=[.\w]))*?){TEXT_GAP}(?=\bimport\b)")


def module_span(text: str, start: int) -> tuple[int, int]:
    """The offsets of what stands between the ``from`` at *start* in *text* and its ``import``."""
    match = _FROM.match(text, start)
    return match.span("module") if match is not None else (start, start)


def text_before(data: bytes, at: int) -> bytes:
    """What stands on the logical line before *at*."""
    start = at
    while True:
        newline = data.rfind(b"\n", 0, start)
        start = max(newline, data.rfind(b"\r", newline + 1, start)) + 1
        end = start - 2 if data[start - 2 : start] == b"\r\n" else start - 1
        if start == 0 or data[end - 1 : end] != b"\\":
            return data[start:at]
        start = end


def items(before: bytes, clause: bytes) -> list[Item]:
    """The imports of one statement, from the texts before and after the keyword ``import``."""
    match = _ORIGIN.search(before)
    origin = match[1] if match else b""
    source = "".join(origin.decode("utf-8", "replace").replace("\\", " ").split())
    level = len(source) - len(source.lstrip("."))
    module = tuple(part for part in source[level:].split(".") if part)
    found: list[Item] = []
    text = COMMENT.sub(b"", clause).decode("utf-8", "replace").replace("\\", " ").replace("(", " ")
    for piece in text.split(","):
        words = piece.split()
        aliased = "as" in words[1:-1]
        if not words:
            continue
        if source:
            found.append((module, level, words[0], words[-1] if aliased else words[0], aliased))
        else:
            dotted = "".join(words[: words.index("as")] if aliased else words)
            parts = tuple(part for part in dotted.split(".") if part)
            if parts:
                found.append((parts, 0, None, words[-1] if aliased else parts[0], aliased))
    return found


def absolute(module: QualifiedName, level: int, own: QualifiedName | None, package: bool) -> QualifiedName:
    """The absolute name of *module* with *level* dots before it, as the module *own* writes it.

    *package* tells whether *own* is a package. ``()`` where that cannot be known.
    """
    if not level:
        return module
    if own is None:
        return ()
    inside = own if package else own[:-1]
    keep = len(inside) - (level - 1)
    return (*inside[:keep], *module) if keep > 0 else ()
