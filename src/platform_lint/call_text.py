"""Calls as text: found in bytes without a parse, to tell whether a file is worth one.

What is found is too much rather than too little: where a name is handed on instead of called, anything may become of
it, so that counts as well.
"""

from __future__ import annotations

import re

from platform_lint.import_lines import BRACKET_GAP, CLOSING_GAP, LETTERS, WORD

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

_DOT = BRACKET_GAP + rb"\." + BRACKET_GAP
#: The names before the last of a chain, and what stands before them: a value that is none of a name's, or nothing.
_CHAIN = re.compile(
    rb"(?P<value>[)\]}'\"]" + _DOT + rb")?(?P<root>" + WORD + rb")?(?:" + _DOT + WORD + rb")*" + _DOT + rb"\Z"
)
_OPENS = re.compile(CLOSING_GAP + rb"\(")
_RENAMED = re.compile(rb"[ \t\f\\\r\n]+as\b")
#: What decides where a call ends. Strings within replacement fields may break one that holds them: see `_has`.
_TOKENS = re.compile(
    rb"[()]|#[^\r\n]*|'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\r\n]|\\.)*'|\"(?:[^\"\\\r\n]|\\.)*\"",
    re.DOTALL,
)
_FIELDS = re.compile(rb"[fFtT][rR]?[\"'][^\"']*\{|[rR][fFtT][\"'][^\"']*\{")
#: What may stand between the beginning of a statement and the last part of the name it calls.
_BEFORE = re.compile(rb"(?:[;:]|\A)[ \t\f(]*(?:(?:[\w\x80-\xff]+|\))?[ \t\f\\\r\n]*\.[ \t\f\\\r\n(]*)*\Z")
#: A name that stands so far from the beginning of its line is not looked at any closer.
_MAX_CHAIN = 400


def may_call_with(data: bytes, name: str, argument: str, uses: Uses) -> bool:
    """Whether *data* may call *name*, the last of a qualified name, with the keyword *argument*."""
    wanted = re.compile(rb"(?<![\w\x80-\xff])" + re.escape(argument.encode()) + rb"(?![\w\x80-\xff])|\*\*")
    return any(opens is None or _has(data, opens, wanted) for _, opens in uses.of(data, name.encode()))


def may_state(data: bytes, name: str, uses: Uses) -> bool:
    """Whether *data* may have a statement that does nothing but call *name*, the last of a qualified name."""
    return any(opens is None or _begins_statement(data, at) for at, opens in uses.of(data, name.encode()))


class Uses:
    """Where a file may use a qualified name: through which *roots*, the local names it may begin with.

    *imports* are the spans of what import statements import.
    """

    def __init__(self, roots: Container[str], imports: Sequence[tuple[int, int]]) -> None:
        self.roots = roots
        self.imports = imports

    def of(self, data: bytes, name: bytes) -> Iterator[tuple[int, int | None]]:
        """Where *name* ends a use: its offset, and that of the parenthesis that calls it; None where none does.

        Left out is where an import names it, and calls it what it is called.
        """
        at = data.find(name)
        while at >= 0:
            end = at + len(name)
            if not (end < len(data) and LETTERS[data[end]]) and not (at and LETTERS[data[at - 1]]):
                opens = _OPENS.match(data, end)
                if opens is not None and self._is_use(data, at, name):
                    yield at, opens.end() - 1
                elif opens is None and (_RENAMED.match(data, end) or self._is_handed_on(data, at, name)):
                    yield at, None
            at = data.find(name, end)

    def _is_use(self, data: bytes, at: int, name: bytes) -> bool:
        """Whether the name that ends with the word *name* at *at* begins with one of the roots."""
        chain = _CHAIN.search(data, max(at - _MAX_CHAIN, 0), at)
        if chain is None:
            return name.decode("utf-8", "replace") in self.roots
        if chain["value"] is not None or chain["root"] is None or chain.start() == at - _MAX_CHAIN:
            return True
        return chain["root"].decode("utf-8", "replace") in self.roots

    def _is_handed_on(self, data: bytes, at: int, name: bytes) -> bool:
        """Whether what is not called at *at* may be something's new name."""
        if not self._is_use(data, at, name):
            return False
        return not any(start <= at < stop and b"=" not in data[start:stop] for start, stop in self.imports)


def _has(data: bytes, opens: int, wanted: re.Pattern[bytes]) -> bool:
    """Whether what the parenthesis at *opens* holds has *wanted* in it."""
    depth, at, end = 0, opens, len(data)
    while True:
        token = _TOKENS.search(data, at)
        if token is None:
            break
        at = token.end()
        text = token[0]
        if text == b"(":
            depth += 1
        elif text == b")":
            depth -= 1
            if not depth:
                end = at
                break
    # A string of an f-string's may have had what looked like the end.
    return wanted.search(data, opens, end) is not None or _FIELDS.search(data, opens, end) is not None


def _begins_statement(data: bytes, at: int) -> bool:
    """Whether only names and dots stand between *at* and the beginning of a line, or of a statement on it."""
    start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
    if at - start > _MAX_CHAIN or data[max(start - 3, 0) : start].rstrip(b"\r\n").endswith(b"\\"):
        return True
    before = data[start:at]
    return _BEFORE.match(before[max(before.rfind(b";"), before.rfind(b":"), 0) :]) is not None
