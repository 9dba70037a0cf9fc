from __future__ import annotations

import re

from platform_lint.api import Rule, cst

from ._models import keyword, text
from ._patterns import anchored

CALLS = ("pydantic.Field", "pydantic.fields.Field", "pydantic.constr", "pydantic.types.constr")
LITERAL = re.compile(r"(?i)([rbu]*)('''|\"\"\"|'|\")")


class RegexArgument(Rule):
    """`regex` of `{name}` is `pattern` in pydantic 2, which searches{hint}

    Pydantic 1 matched at the beginning of the text, pydantic 2 finds the pattern anywhere: a `^` goes before a pattern that
    has none. Its regular expressions are Rust's, which cannot look around or back; a pattern that does is reported.

    ```python bad
    from pydantic import BaseModel, Field, constr


    class Order(BaseModel):
        code: str = Field(..., regex=r"^[A-Z]+$")  # hit
        kind: str = Field(..., regex="a|b")  # hit
        name: constr(regex="[a-z]")  # hit
        odd: str = Field(..., regex="(?=a)b")  # hit
        other: str = Field(..., regex=PATTERN)  # hit
    ```
    ```python fixed
    from pydantic import BaseModel, Field, constr


    class Order(BaseModel):
        code: str = Field(..., pattern=r"^[A-Z]+$")  # hit
        kind: str = Field(..., pattern="^(?:a|b)")  # hit
        name: constr(pattern="^[a-z]")  # hit
        odd: str = Field(..., regex="(?=a)b")  # left
        other: str = Field(..., pattern=PATTERN)  # hit
    ```
    ```python ok
    from pydantic import Field

    code = Field(..., pattern="[a-z]")
    ```
    """

    code = "MIG342"
    names = CALLS
    default = False
    docs = "https://docs.pydantic.dev/2.0/migration/#changes-to-pydanticfield"
    since = "pydantic 2"

    def visit_Call(self, node: cst.Call) -> None:
        if not self.means(node, *CALLS):
            return
        arg = keyword(node, "regex")
        if arg is None or arg.keyword is None:
            return
        values = {"hint": ""}
        if keyword(node, "pattern") is not None:
            self.report(node, values={"hint": ": it has both"}, at=arg)
            return
        pattern = self._pattern(arg.value)
        if pattern is None:
            reason = "a pattern without `^` is found anywhere"
            self.report(node, values=values, at=arg, replace={arg.keyword: cst.Name("pattern")}, safety="unsafe", reason=reason)
            return
        way = anchored(pattern)
        if way.why:
            self.report(node, values={"hint": f": {way.why}"}, at=arg)
            return
        changes: dict[cst.CSTNode, cst.CSTNode | str] = {arg.keyword: cst.Name("pattern")}
        if way.before:
            code = self.source_of(arg.value)
            literal = LITERAL.match(code)
            if literal is None or not isinstance(arg.value, cst.SimpleString):
                self.report(node, values={"hint": ": put `^` before it"}, at=arg)
                return
            quote = literal[2]
            changes[arg.value] = f"{literal[0]}{way.before}{code[literal.end() : -len(quote)]}{way.behind}{quote}"
        self.report(node, values=values, at=arg, replace=changes)

    def _pattern(self, node: cst.BaseExpression) -> str | None:
        """The regular expression that a literal says, or that a constant of the file does which begins with ``^``."""
        said = text(node)
        if said is None and isinstance(node, cst.Name):
            for line in self.module.body:
                for small in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                    if isinstance(small, cst.Assign) and isinstance(small.targets[0].target, cst.Name):
                        if small.targets[0].target.value == node.value:
                            said = text(small.value)
            return said if said is not None and anchored(said) == ("", "", "") else None
        return said
