from __future__ import annotations

import re

from platform_lint.api import Rule, cst

#: What is escaped, a set of characters, or a group that sets flags for the whole expression.
_PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<flags>\(\?[aiLmsux]+\))", re.S)
#: Functions whose first argument is an expression.
TAKE = tuple(f"re.{name}" for name in ("compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"))
DOUBT = "it may be no regular expression"


class Py314LateFlags(Rule):
    r"""`{flags}` stands at the start of a regular expression since Python 3.11: it raises elsewhere

    Flags without a colon are for the whole expression, wherever they stand; Python warned of all other places since 3.6. A raw
    text that is not seen to be given to `re` is taken for an expression too, by an unsafe fix: tables of lexers hold such.

    ```python bad
    import re

    tag = re.compile(r"<(\w+)>(?i)")  # hit
    line = re.sub("a.b(?s)", "", text)  # hit
    tokens = [(r"(<%)(.*?)(%>)(?s)", "block")]  # hit
    ```
    ```python fixed
    import re

    tag = re.compile(r"(?i)<(\w+)>")  # hit
    line = re.sub("(?s)a.b", "", text)  # hit
    tokens = [(r"(?s)(<%)(.*?)(%>)", "block")]  # hit
    ```
    ```python ok
    r'''How to spell it: a(?i).'''
    import re

    import regex

    words = re.compile(r"(?i)(?s)a.b"), re.compile(r"a(?i:b)\(?i)[(?i)]"), regex.compile(r"a(?i)")
    told = "write (?i) in front"
    ```
    """

    code = "MIG644"
    name = "py314-late-flags"
    any_file = True
    default = False
    docs = "https://docs.python.org/3/whatsnew/3.11.html#changes-in-the-python-api"
    since = "3.6"

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        prefix, value = node.prefix, node.value
        raw = "r" in prefix.lower()
        if "(?" not in value or (not raw and "\\" in value):
            return
        outer = self.parent(node)
        if isinstance(outer, cst.Expr | cst.ConcatenatedString):
            return
        head, tail = len(prefix) + len(node.quote), len(value) - len(node.quote)
        body = value[head:tail]
        start, late = 0, []
        for part in _PART.finditer(body):
            if part["flags"] and part.start() == start:
                start = part.end()
            elif part["flags"]:
                late.append(part)
        call = self.parent(outer) if isinstance(outer, cst.Arg) else None
        given = isinstance(call, cst.Call) and self.means(call.func, *TAKE) and call.args[0] is outer
        other = isinstance(call, cst.Call) and any(name.startswith("regex.") for name in self.qualified_names(call.func))
        if not late or other or not (given or raw):
            return
        rest = body
        for part in reversed(late):
            rest = rest[: part.start()] + rest[part.end() :]
        new = value[:head] + "".join(part["flags"] for part in late) + rest + value[tail:]
        safety, doubt = ("safe", "") if given else ("unsafe", DOUBT)
        values = {"flags": late[0]["flags"]}
        self.report(node, values=values, replace=cst.SimpleString(new), safety=safety, reason=doubt)
