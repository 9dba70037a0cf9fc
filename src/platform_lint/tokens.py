"""Python's tokens, as far as code that is being put together can be cut into them without a parse."""

from __future__ import annotations

import re

#: A comment, a text, a dotted name, a number, a line end with the blanks of the next line, blanks, or one character.
TOKEN = re.compile(
    r"""#[^\r\n]*|(?i:[rbuft]{0,2})(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}"""
    r"""|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*')|[^\W\d]\w*(?:[ \t]*\.[ \t]*[^\W\d]\w*)*|\d[\w.]*"""
    r"""|(?:\r\n?|\n)[ \t]*|[ \t]+|[^\w\s]|.""",
    re.DOTALL,
)
