from __future__ import annotations

import re

from platform_lint.api import Rule, cst

#: A backslash and what follows it, where both mean something together; else the second group has what follows.
_TEXT = re.compile(r"\\(?:[\n\\'\"abfnrtv]|\r\n?|[0-7]{1,3}|x|N|u|U|(?P<wrong>.))", re.S)
_BYTES = re.compile(r"\\(?:[\n\\'\"abfnrtv]|\r\n?|[0-7]{1,3}|x|(?P<wrong>.))", re.S)


class Py314InvalidEscape(Rule):
    r"""`\{escape}` is no escape: Python 3.12 warns of it, and a later one refuses it

    The backslash stays in the text as it is, as long as there is no such escape. The fix says so: by an `r` before the text
    where nothing else in it is escaped, else by a second backslash. The text is the same.

    ```python bad
    import re

    digits = re.compile("\d+\.\d")  # hit
    line = "\d\n"  # hit
    rows = b"\S"  # hit
    ```
    ```python fixed
    import re

    digits = re.compile(r"\d+\.\d")  # hit
    line = "\\d\n"  # hit
    rows = rb"\S"  # hit
    ```
    ```python bad
    def find(name):
        return f"{name}\s"  # hit
    ```
    ```python fixed
    def find(name):
        return f"{name}\\s"  # hit
    ```
    ```python ok
    import re

    digits = re.compile(r"\d+")
    line = "\\d\n\x41\N{BULLET}\u2022\0"
    ```
    """

    code = "MIG641"
    name = "py314-invalid-escape"
    any_file = True
    default = False
    level = "warning"
    docs = "https://docs.python.org/3/whatsnew/3.12.html#other-language-changes"
    since = "3.6"

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        prefix, value = node.prefix, node.value
        if "\\" not in value or "r" in prefix.lower():
            return
        escape = _BYTES if "b" in prefix.lower() else _TEXT
        quotes = len(node.quote)
        body = value[len(prefix) + quotes : len(value) - quotes]
        found = [match for match in escape.finditer(body)]
        wrong = [match["wrong"] for match in found if match["wrong"]]
        if not wrong:
            return
        if len(wrong) == len(found) and prefix.lower() != "u":
            new = f"r{value}"
        else:
            start = value[: len(prefix) + quotes]
            new = start + escape.sub(_doubled, body) + value[len(value) - quotes :]
        self.report(node, values={"escape": wrong[0]}, replace=cst.SimpleString(new))

    def visit_FormattedString(self, node: cst.FormattedString) -> None:
        if "r" in node.prefix.lower():
            return
        wrong: list[str] = []
        parts: list[cst.BaseFormattedStringContent] = []
        for part in node.parts:
            if isinstance(part, cst.FormattedStringText) and "\\" in part.value:
                wrong += [match["wrong"] for match in _TEXT.finditer(part.value) if match["wrong"]]
                part = cst.FormattedStringText(_TEXT.sub(_doubled, part.value))
            parts.append(part)
        if wrong:
            self.report(node, values={"escape": wrong[0]}, replace=node.with_changes(parts=parts))


def _doubled(match: re.Match[str]) -> str:
    return f"\\{match.group()}" if match["wrong"] else match.group()
