"""The pass over the tokens of a pattern that writes its special forms as Python.

Metavariables, ``...`` and the like become identifiers and calls that Python can parse; where each came from is kept,
so that a mistake is reported at its column in the text as it was written.
"""

from __future__ import annotations

import keyword
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

ELL = "__ell__"
ONE = "__mv_"
MANY = "__mvs_"
CHAIN = "__chain__"
DEEP = "__deep__"
TYPED = "__typed__"
ANY = "__any__"
GLOB = "__glob_"
ANYTHING = "_"

_TOKEN = re.compile(
    r"""
    (?P<string>[rRbBuUfFtT]{0,2}(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}
        |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    |(?P<comment>\#[^\n]*)
    |(?P<many>\$\.\.\.\w*)
    |(?P<one>\$\w*)
    |(?P<open><\.\.\.)
    |(?P<shut>\.\.\.>)
    |(?P<ell>\.\.\.)
    |(?P<name>[^\W\d]\w*)
    |(?P<number>0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?[jJ]?)
    |(?P<newline>\n)
    |(?P<space>[ \t\f]+|\\\n)
    |(?P<op>->|:=|\*\*|//|==|!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_METAVARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*\Z")
_FIELD = re.compile(r"\{[^{}]*\}")
_CLOSING = {")", "]", "}"}


class PatternError(Exception):
    """A pattern that cannot be used: what is wrong with it, and where (both 1-based)."""

    def __init__(self, message: str, column: int, line: int = 1, several: bool = False) -> None:
        super().__init__(f"{f'line {line}, ' if several else ''}column {column}: {message}")
        self.message = message
        self.column = column
        self.line = line


class Places:
    """Where the pieces of the parsed code stand in the text of the pattern."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.out: list[int] = []
        self.into: list[int] = []

    def error(self, message: str, offset: int) -> PatternError:
        """The error for *offset* of the parsed code."""
        number = bisect_right(self.out, offset) - 1
        at = 0
        if number >= 0:
            end = self.into[number + 1] if number + 1 < len(self.into) else len(self.text)
            at = min(self.into[number] + offset - self.out[number], max(end - 1, self.into[number]))
        return self.error_at(message, at)

    def error_at(self, message: str, at: int) -> PatternError:
        """The error for offset *at* of the pattern's text."""
        line = self.text.count("\n", 0, at) + 1
        column = at - self.text.rfind("\n", 0, at)
        return PatternError(message, column, line, "\n" in self.text.strip())


class _Token:
    __slots__ = ("at", "kind", "text")

    def __init__(self, kind: str, text: str, at: int) -> None:
        self.kind = kind
        self.text = text
        self.at = at


class _Frame:
    """An open bracket: what it is of, and what was seen in it so far."""

    __slots__ = ("colon", "first", "keyword", "kind", "lambdas", "typed")

    def __init__(self, kind: str, colon: bool = False) -> None:
        self.kind = kind
        #: A brace with a colon is a dict.
        self.colon = colon
        #: An element begins here.
        self.first = True
        #: A keyword argument, or a parameter with a default, came before.
        self.keyword = False
        #: Open lambdas, with whether a default came before; their parameters are up to the colon.
        self.lambdas: list[bool] = []
        self.typed = False


class Prepass:
    """Writes the special forms of a pattern as Python."""

    def __init__(self, text: str, places: Places) -> None:
        self.places = places
        self.text = text
        self.pieces: list[str] = []
        self.length = 0
        self.globs: dict[str, str] = {}
        self.bare = False
        self.margin = _margin(text)
        #: The keyword of the definition whose name came last.
        self.defined = ""

    def run(self) -> str:
        """The pattern as Python. Raises PatternError."""
        tokens = list(self._tokens())
        solid = [token for token in tokens if token.kind not in ("space", "newline", "comment")]
        if not solid:
            return ""
        after: dict[int, _Token | None] = {}
        before: dict[int, _Token | None] = {}
        for number, token in enumerate(solid):
            after[id(token)] = solid[number + 1] if number + 1 < len(solid) else None
            before[id(token)] = solid[number - 1] if number else None
        frames = [_Frame("top")]
        skip = -1
        fresh = True
        decorator = False
        for number, token in enumerate(tokens):
            if number <= skip:
                continue
            if token.kind in ("newline", "space", "comment"):
                if token.kind != "comment":
                    self._emit(token.text, token)
                fresh = fresh or (token.kind == "newline" and len(frames) == 1)
                continue
            if fresh and len(frames) == 1:
                decorator = token.text == "@"
                frames[0] = _Frame("top")
            fresh = False
            frame = frames[-1]
            previous, following = before[id(token)], after[id(token)]
            if previous is not None and previous.text in ("def", "class"):
                self.defined = previous.text
                skip = self._defined(tokens, number)
                if skip >= number:
                    continue
            self._token(token, previous, following, frame, frames)
        if len(frames) > 1:
            raise self.places.error_at("a bracket is never closed", solid[-1].at)
        if decorator:
            self.bare = True
            self._emit(f"\ndef {ANY}(): pass", solid[-1])
        return "".join(self.pieces)

    def _tokens(self) -> Iterator[_Token]:
        """The tokens, without the margin that all lines share."""
        text, margin = self.text, self.margin
        at = len(text) - len(text.lstrip(" \t\n\r\f"))
        end = len(text.rstrip())
        while at < end:
            match = _TOKEN.match(text, at)
            assert match is not None
            kind = match.lastgroup or "op"
            value = match.group()
            yield _Token(kind, value, at)
            at = match.end()
            if kind == "newline":
                lead = len(text[at : at + margin]) - len(text[at : at + margin].lstrip(" \t"))
                at += min(lead, margin)

    def _emit(self, piece: str, token: _Token) -> None:
        self.places.out.append(self.length)
        self.places.into.append(token.at)
        self.pieces.append(piece)
        self.length += len(piece)

    def _defined(self, tokens: Sequence[_Token], number: int) -> int:
        """A name after ``def`` or ``class`` with wildcards is put as one identifier: the number of its last token."""
        end = number
        while end < len(tokens) and (
            tokens[end].kind in ("name", "one", "number") or tokens[end].text in ("*", "?", "**")
        ):
            end += 1
        glob = "".join("*" if token.text == "$_" else token.text for token in tokens[number:end])
        if end == number + 1:
            return -1
        if "$" in glob:
            raise self.places.error_at(
                "a metavariable cannot be part of a name; use `where` with a regex", tokens[number].at
            )
        name = f"{GLOB}{len(self.globs)}"
        self.globs[name] = glob
        self._emit(name, tokens[number])
        return end - 1

    def _token(
        self, token: _Token, previous: _Token | None, following: _Token | None, frame: _Frame, frames: list[_Frame]
    ) -> None:
        text = token.text
        if token.kind == "open":
            self._emit(f"{DEEP}(", token)
            frame.first = False
            frames.append(_Frame("deep"))
            return
        if token.kind == "shut":
            if frame.kind != "deep":
                raise self.places.error_at("`...>` closes no `<...`", token.at)
            frames.pop()
            self._emit(")", token)
            return
        if token.kind in ("ell", "many"):
            self._several(token, previous, following, frame)
            frame.first = False
            return
        if token.kind == "one":
            self._one(token, following, frame)
            frame.first = False
            return
        if token.kind == "string":
            self._emit(_with_marks(text), token)
            frame.first = False
            return
        if text in ("(", "[", "{"):
            frame.first = False
            frames.append(self._opened(token, previous))
            self._emit(text, token)
            return
        if text in _CLOSING:
            if frame.kind == "top" or frame.kind == "deep":
                raise self.places.error_at(f"`{text}` closes nothing", token.at)
            self._close_type(frame, token)
            frames.pop()
            self._emit(text, token)
            return
        if text == ",":
            self._close_type(frame, token)
            self._emit(text, token)
            frame.first = True
            return
        self._plain(token, frame)
        frame.first = text == "lambda"

    def _plain(self, token: _Token, frame: _Frame) -> None:
        text = token.text
        if text == "lambda":
            frame.lambdas.append(False)
        elif text == ":" and frame.lambdas:
            frame.lambdas.pop()
        elif text == "=":
            self._close_type(frame, token)
            if frame.lambdas:
                frame.lambdas[-1] = True
            else:
                frame.keyword = True
        elif text == "**" and frame.first:
            frame.keyword = True
        self._emit(text, token)

    def _opened(self, token: _Token, previous: _Token | None) -> _Frame:
        if token.text == "{":
            return _Frame("brace", self._has_colon(token.at))
        if token.text == "[":
            return _Frame("bracket")
        if previous is None:
            return _Frame("group")
        defined, self.defined = self.defined, ""
        if defined:
            return _Frame("params" if defined == "def" else "call")
        if previous.kind in ("one", "many", "string") or previous.text in (")", "]", "}"):
            return _Frame("call")
        if previous.kind == "name" and not keyword.iskeyword(previous.text):
            return _Frame("call")
        return _Frame("group")

    def _has_colon(self, at: int) -> bool:
        """Whether a colon, or a ``**``, stands directly inside the brace at *at*: it is a dict."""
        depth = 0
        lambdas = 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            assert match is not None
            value = match.group()
            if match.lastgroup == "op":
                if value in ("(", "[", "{"):
                    depth += 1
                elif value in _CLOSING:
                    depth -= 1
                    if not depth:
                        return False
                elif depth == 1 and value == ":":
                    if not lambdas:
                        return True
                    lambdas -= 1
                elif depth == 1 and value == "**":
                    return True
            elif value == "lambda" and depth == 1:
                lambdas += 1
            at = match.end()
        return False

    def _close_type(self, frame: _Frame, token: _Token) -> None:
        if frame.typed:
            frame.typed = False
            self._emit(")", token)

    def _name(self, token: _Token, text: str) -> str:
        if not text:
            raise self.places.error_at("`$` needs a name after it: `$X`", token.at)
        if not _METAVARIABLE.match(text):
            raise self.places.error_at(f"a metavariable is written in capitals: `${text.upper()}`", token.at)
        return text

    def _several(self, token: _Token, previous: _Token | None, following: _Token | None, frame: _Frame) -> None:
        """``...`` or ``$...X``."""
        if token.kind == "ell":
            name = ELL
        else:
            said = self._name(token, token.text[4:])
            name = ELL if said == ANYTHING else MANY + said
        if previous is not None and previous.text == ".":
            if token.kind != "ell":
                raise self.places.error_at("a chain is written `. ... .`", token.at)
            self._emit(CHAIN, token)
            return
        alone = frame.first and (following is None or following.text in (",", *_CLOSING, ":", ":="))
        if frame.lambdas and alone:
            name += "=0" if frame.lambdas[-1] else ""
        elif frame.kind == "params" and alone:
            name += "=0" if frame.keyword else ""
        elif (frame.kind == "call" and alone and frame.keyword) or (frame.kind == "brace" and alone and frame.colon):
            name = "**" + name
        self._emit(name, token)

    def _one(self, token: _Token, following: _Token | None, frame: _Frame) -> None:
        name = ONE + self._name(token, token.text[1:])
        if (
            following is not None
            and following.at == token.at + len(token.text)
            and following.text[:1] in ("$", '"', "'")
        ):
            reason = f"`{token.text}` and `{following.text}` stand side by side, with nothing between them"
            raise self.places.error_at(reason, following.at)
        typed = (
            following is not None
            and following.text == ":"
            and not frame.lambdas
            and frame.kind in ("call", "group", "deep")
            and not frame.typed
        )
        if typed and following is not None:
            self._emit(f"{TYPED}({name}, ", token)
            frame.typed = True
            # The colon itself goes: a comma stands for it.
            following.kind, following.text = "space", ""
            return
        self._emit(name, token)


def _margin(text: str) -> int:
    """The number of blanks that every line of *text* begins with."""
    lines = [line for line in text.split("\n") if line.strip()]
    return min((len(line) - len(line.lstrip(" \t")) for line in lines), default=0)


def _with_marks(text: str) -> str:
    """A string literal; in the fields of an f-string metavariables become identifiers."""
    if "$" not in text or "f" not in text[: text.index(text[-1])].lower():
        return text
    return _FIELD.sub(lambda match: re.sub(r"\$([A-Z_][A-Z0-9_]*)", ONE + r"\1", match.group()), text)
