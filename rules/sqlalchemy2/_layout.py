"""Calls that become chains of calls, laid out over lines as the file lays out its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from platform_lint.api import Rule, cst

_STEP = "    "
_WIDTH = 79


class Item(NamedTuple):
    """An argument as text, with the comments above it and the one behind it."""

    text: str
    above: tuple[str, ...] = ()
    behind: str = ""


class Link(NamedTuple):
    """A call in a chain: what is called, such as `select` or `.where`, with what; *comma* says whether a list of several
    lines ends in one.
    """

    name: str
    items: Sequence[Item]
    comma: bool = False


class Layout:
    """Where *node* stands, and how what takes its place is spread over lines."""

    def __init__(self, rule: Rule, node: cst.BaseExpression) -> None:
        self.rule = rule
        self.node = node
        self.source = rule.source_of(node)
        self.lines = "\n" in self.source
        statement = rule.enclosing(node, cst.BaseSmallStatement, cst.BaseCompoundStatement)
        around = rule.source_of(statement) if statement is not None else self.source
        before = around[: max(around.find(self.source), 0)]
        line = before.rpartition("\n")[2]
        #: What the line begins with on which the node begins, and the column of the node.
        self.indent = line[: len(line) - len(line.lstrip())] if "\n" in before else self._block()
        self.column = len(line) if "\n" in before else len(self.indent) + len(line)

    def _block(self) -> str:
        default = self.rule.module.default_indent
        blocks = [outer for outer in self.rule.ancestors(self.node) if isinstance(outer, cst.IndentedBlock)]
        return "".join(default if block.indent is None else block.indent for block in reversed(blocks))

    def item(self, node: cst.BaseExpression, *, star: str = "") -> Item:
        """*node*, which is somewhere in the call, as an argument."""
        return Item(star + self._text(node))

    def items(self, node: cst.List | cst.Tuple) -> list[Item]:
        """What a list or tuple is made of, with its comments."""
        opened = node.lbracket.whitespace_after if isinstance(node, cst.List) else None
        waiting = [comment for comment in _comments(opened) if comment]
        found: list[Item] = []
        for number, element in enumerate(node.elements):
            star = "*" if isinstance(element, cst.StarredElement) else ""
            gap = element.comma.whitespace_after if isinstance(element.comma, cst.Comma) else None
            if number == len(node.elements) - 1 and isinstance(node, cst.List) and not _comments(gap):
                gap = node.rbracket.whitespace_before
            behind, *after = _comments(gap) or ("",)
            found.append(Item(star + self._text(element.value), tuple(waiting), behind))
            waiting = after
        return found

    def _text(self, node: cst.BaseExpression) -> str:
        text = self._moved(self.rule.source_of(node))
        bare = isinstance(node, cst.Tuple | cst.GeneratorExp | cst.NamedExpr | cst.Yield)
        return f"({text})" if bare and not node.lpar else text

    def _moved(self, text: str) -> str:
        """*text* of the call, its lines indented as below the first line of an argument of the chain."""
        if "\n" not in text or '"""' in text or "'''" in text:
            return text
        before = self.source[: max(self.source.find(text), 0)]
        line = before.rpartition("\n")[2]
        old = line[: len(line) - len(line.lstrip())] if "\n" in before else self.indent
        first, *rest = text.split("\n")
        new = self.indent + _STEP
        return "\n".join([first, *(new + line[len(old) :] if line.startswith(old) else line for line in rest)])

    def chain(self, links: Iterable[Link]) -> str:
        """The text of the calls of *links*, one behind the other: on one line if the old text is, or they fit."""
        links = list(links)
        everything = [item for link in links for item in link.items]
        flat = "".join(f"{link.name}({', '.join(item.text for item in link.items)})" for link in links)
        short = "\n" not in flat and self.column + len(flat) <= _WIDTH
        if not self.lines or (short and not any(item.above or item.behind for item in everything)):
            return flat
        text = ""
        for link in links:
            plain = f"{link.name}({', '.join(item.text for item in link.items)})"
            lonely = len(link.items) < 2 and not any(item.above or item.behind for item in link.items)
            begin = len(text.rpartition("\n")[2]) if "\n" in text else self.column + len(text)
            if lonely and "\n" not in plain and begin + len(plain) <= _WIDTH:
                text += plain
                continue
            text += f"{link.name}(\n"
            for number, item in enumerate(link.items):
                text += "".join(f"{self.indent}{_STEP}{comment}\n" for comment in item.above)
                comma = "," if link.comma or number < len(link.items) - 1 else ""
                text += f"{self.indent}{_STEP}{item.text}{comma}{'  ' + item.behind if item.behind else ''}\n"
            text += f"{self.indent})"
        return text


def ends_in_comma(node: cst.BaseExpression) -> bool:
    """Whether a list that is written out over several lines has a comma at its end."""
    if not isinstance(node, cst.List | cst.Tuple) or not node.elements:
        return False
    return isinstance(node.elements[-1].comma, cst.Comma)


def _comments(gap: cst.BaseParenthesizableWhitespace | None) -> list[str]:
    """The comment at the end of the line, "" if there is none, and those on lines of their own."""
    if not isinstance(gap, cst.ParenthesizedWhitespace):
        return []
    first = gap.first_line.comment
    return [first.value if first else "", *(line.comment.value for line in gap.empty_lines if line.comment)]
